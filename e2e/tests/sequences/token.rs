//! The token against a model of a few maps.

use std::collections::BTreeMap;

use primitives::tao::{Supply, TaoError, TokenError};
use proptest::prelude::*;
use yarrow_e2e::prelude::*;

use crate::{CAP, PEOPLE, config, person};

#[derive(Clone, Debug)]
enum TokenMessage {
    Transfer { by: AccountId, to: AccountId, value: u64 },
    TransferFrom { by: AccountId, from: AccountId, to: AccountId, value: u64 },
    Approve { by: AccountId, spender: AccountId, value: u64 },
    Increase { by: AccountId, spender: AccountId, value: u64 },
    Decrease { by: AccountId, spender: AccountId, value: u64 },
    Burn { by: AccountId, value: u64 },
    Recycle { by: AccountId, from: AccountId, value: u64 },
    Mint { to: AccountId, value: u64 },
}

fn token_message() -> impl Strategy<Value = TokenMessage> {
    use TokenMessage as M;
    let parts = (person(), person(), person(), prop_oneof![Just(0_u64), 1_u64..200, 200_u64..1_500]);
    (0..8, parts).prop_map(|(kind, (by, to, from, value))| match kind {
        0 => M::Transfer { by, to, value },
        1 => M::TransferFrom { by, from, to, value },
        2 => M::Approve { by, spender: to, value },
        3 => M::Increase { by, spender: to, value },
        4 => M::Decrease { by, spender: to, value },
        5 => M::Burn { by, value },
        6 => M::Recycle { by, from, value },
        _ => M::Mint { to, value },
    })
}

#[derive(Debug, PartialEq)]
enum Refusal {
    Balance,
    Allowance,
    Cap,
}

/// The token as two maps and three numbers.
#[derive(Debug, Default)]
struct Model {
    balances: BTreeMap<AccountId, u64>,
    allowances: BTreeMap<(AccountId, AccountId), u64>,
    minted: u64,
    recycled: u64,
    burned: u64,
}

impl Model {
    fn take(&mut self, from: AccountId, value: u64) -> Result<(), Refusal> {
        let balance = self.balances.entry(from).or_default();
        *balance = balance.checked_sub(value).ok_or(Refusal::Balance)?;
        Ok(())
    }

    fn take_by(&mut self, by: AccountId, from: AccountId, value: u64) -> Result<(), Refusal> {
        let allowance = if by == from { u64::MAX } else { *self.allowances.entry((from, by)).or_default() };
        let left = allowance.checked_sub(value).ok_or(Refusal::Allowance)?;
        self.take(from, value)?;
        self.allowances.insert((from, by), left);
        Ok(())
    }

    fn allow(&mut self, by: AccountId, spender: AccountId, change: impl Fn(u64) -> Option<u64>) -> Result<(), Refusal> {
        if by == spender {
            return Ok(());
        }
        let allowance = self.allowances.entry((by, spender)).or_default();
        *allowance = change(*allowance).ok_or(Refusal::Allowance)?;
        Ok(())
    }

    fn send(&mut self, message: &TokenMessage) -> Result<(), Refusal> {
        use TokenMessage as M;
        match *message {
            M::Transfer { by, to, .. } if by == to => {}
            M::TransferFrom { from, to, .. } if from == to => {}
            M::Transfer { by, to, value } => {
                self.take(by, value)?;
                *self.balances.entry(to).or_default() += value;
            }
            M::TransferFrom { by, from, to, value } => {
                self.take_by(by, from, value)?;
                *self.balances.entry(to).or_default() += value;
            }
            M::Approve { by, spender, value } => self.allow(by, spender, |_| Some(value))?,
            M::Increase { by, spender, value } => self.allow(by, spender, |now| Some(now + value))?,
            M::Decrease { by, spender, value } => self.allow(by, spender, |now| now.checked_sub(value))?,
            M::Burn { by, value } => {
                self.take(by, value)?;
                self.burned += value;
            }
            M::Recycle { by, from, value } => {
                self.take_by(by, from, value)?;
                self.recycled += value;
            }
            M::Mint { value, .. } if self.minted - self.recycled + value > CAP => return Err(Refusal::Cap),
            M::Mint { to, value } => {
                *self.balances.entry(to).or_default() += value;
                self.minted += value;
            }
        }
        Ok(())
    }
}

fn send(world: &mut World, message: &TokenMessage) -> Result<(), Refusal> {
    use TokenMessage as M;
    let psp22 = |error| TokenError::from(error).into();
    let result: Result<(), TaoError> = match *message {
        M::Transfer { by, to, value } => {
            world.call(by, world.psp22().transfer(to, value.into(), vec![])).map_err(psp22)
        }
        M::TransferFrom { by, from, to, value } => {
            world.call(by, world.psp22().transfer_from(from, to, value.into(), vec![])).map_err(psp22)
        }
        M::Approve { by, spender, value } => {
            world.call(by, world.psp22().approve(spender, value.into())).map_err(psp22)
        }
        M::Increase { by, spender, value } => {
            world.call(by, world.psp22().increase_allowance(spender, value.into())).map_err(psp22)
        }
        M::Decrease { by, spender, value } => {
            world.call(by, world.psp22().decrease_allowance(spender, value.into())).map_err(psp22)
        }
        M::Burn { by, value } => world.call(by, world.psp22_burnable().burn(value.into())).map_err(psp22),
        M::Recycle { by, from, value } => world.call(by, world.tao().recycle(from, Rao::new(value))),
        M::Mint { to, value } => world.call(world.settlement, world.tao().mint(vec![(to, Rao::new(value))])),
    };
    result.map_err(|error| match error {
        TaoError::Token(TokenError::InsufficientBalance) => Refusal::Balance,
        TaoError::Token(TokenError::InsufficientAllowance) => Refusal::Allowance,
        TaoError::CapExceeded { .. } => Refusal::Cap,
        other => panic!("unexpected: {other:?}"),
    })
}

fn assert_token_is(world: &mut World, model: &Model) {
    let supply = world.read(world.tao().supply());
    let (minted, recycled, burned) = (Rao::new(model.minted), Rao::new(model.recycled), Rao::new(model.burned));
    assert_eq!(supply, Supply { minted, recycled, burned });
    assert!(supply.issuance().get() <= CAP);
    let mut sum = 0;
    for owner in PEOPLE.into_iter().chain([TREASURY]) {
        let balance = world.balance(owner).get();
        assert_eq!(balance, model.balances.get(&owner).copied().unwrap_or_default());
        sum += u128::from(balance);
    }
    assert_eq!(world.read(world.psp22().total_supply()), sum);
}

proptest! {
    #![proptest_config(config(12))]

    #[test]
    fn the_token_does_what_a_model_of_it_does(messages in prop::collection::vec(token_message(), 60)) {
        let mut model = Model::default();
        let allocation = [(PEOPLE[0], 1_000), (PEOPLE[1], 1_000), (PEOPLE[2], 1_000), (TREASURY, CAP - 4_000)];
        model.balances.extend(allocation);
        model.minted = CAP - 1_000;
        let allocation = allocation.map(|(owner, rao)| (owner, Rao::new(rao)));
        let mut world = Setup::default().allocation(allocation.to_vec()).deploy_stakes();
        for message in &messages {
            let expected = model.send(message);
            prop_assert_eq!(send(&mut world, message), expected, "{:?}", message);
            assert_token_is(&mut world, &model);
        }
        for owner in PEOPLE {
            for spender in PEOPLE.into_iter().filter(|&spender| spender != owner) {
                let expected = model.allowances.get(&(owner, spender)).copied().unwrap_or_default();
                prop_assert_eq!(world.read(world.psp22().allowance(owner, spender)), u128::from(expected));
            }
        }
    }
}
