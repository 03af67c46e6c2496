//! Random sequences of messages: the token against a model of a few maps, the stakes against their invariants.
//!
//! The seed is fixed, so that a failure is there again in the next run.

use std::collections::BTreeMap;

use primitives::{
    StakingError,
    staking::{MIN_STAKE, Reward},
    tao::{Supply, TaoError, TokenError},
};
use proptest::{prelude::*, sample::select, test_runner::RngSeed};
use yarrow_e2e::prelude::*;

const CAP: u64 = 21_000_000_000_000_000;
const PEOPLE: [AccountId; 3] = [account("alice"), account("bob"), account("carol")];
const HOTKEYS: [AccountId; 2] = [account("alice's hotkey"), account("bob's hotkey")];

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, rng_seed: RngSeed::Fixed(21), failure_persistence: None, ..Default::default() }
}

fn person() -> impl Strategy<Value = AccountId> {
    select(&PEOPLE[..])
}

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

#[derive(Clone, Debug)]
enum StakeMessage {
    Add { by: AccountId, hotkey: AccountId, rao: u64 },
    Remove { by: AccountId, hotkey: AccountId, part_of_16: u64 },
    Pay { rewards: Vec<(AccountId, u64, u64)> },
    Take { by: AccountId, hotkey: AccountId, take: u16 },
}

fn stake_message() -> impl Strategy<Value = StakeMessage> {
    use StakeMessage as M;
    let hotkey = || select(&HOTKEYS[..]);
    let rao = || prop_oneof![0..MIN_STAKE.get(), MIN_STAKE.get()..20_000_000, 1_000_000_000_u64..400_000_000_000];
    let rewards = prop::collection::vec((hotkey(), rao(), rao()), 0..4);
    prop_oneof![
        3 => (person(), hotkey(), rao()).prop_map(|(by, hotkey, rao)| M::Add { by, hotkey, rao }),
        3 => (person(), hotkey(), 0_u64..=17).prop_map(|(by, hotkey, part_of_16)| M::Remove { by, hotkey, part_of_16 }),
        2 => rewards.prop_map(|rewards| M::Pay { rewards }),
        1 => (person(), hotkey(), 0_u16..12_000).prop_map(|(by, hotkey, take)| M::Take { by, hotkey, take }),
    ]
}

/// What every person has on every hotkey and in hand.
#[derive(Clone, Debug, PartialEq)]
struct Wealth {
    stakes: BTreeMap<(AccountId, AccountId), u64>,
    balances: BTreeMap<AccountId, u64>,
}

fn wealth(world: &mut World) -> Wealth {
    let mut stakes = BTreeMap::new();
    for hotkey in HOTKEYS {
        for coldkey in PEOPLE {
            let stake = world.read(world.staking().stake_of(hotkey, coldkey));
            stakes.insert((hotkey, coldkey), stake.get());
        }
    }
    Wealth { stakes, balances: PEOPLE.into_iter().map(|person| (person, world.balance(person).get())).collect() }
}

/// No RAO of the pools is missing, and none is shown to anyone who could not have it.
fn assert_pools_add_up(world: &mut World, wealth: &Wealth) {
    let stakes = world.read(world.staking().stakes(HOTKEYS.to_vec())).expect("two hotkeys are not too many");
    let sum: u64 = stakes.of.iter().map(|stake| stake.get()).sum();
    assert_eq!(sum, stakes.total.get());
    assert_eq!(world.balance(world.staking), stakes.total);
    for (hotkey, total) in HOTKEYS.into_iter().zip(stakes.of) {
        let shown: u64 = PEOPLE.into_iter().map(|coldkey| wealth.stakes[&(hotkey, coldkey)]).sum();
        assert!(shown <= total.get() && total.get() - shown < 3, "{shown} of {total:?}");
    }
}

/// Sends a message, checks what it did to its sender, and returns the stakes it was meant to move.
fn send_stake_message(world: &mut World, message: &StakeMessage, before: &Wealth) -> Vec<(AccountId, AccountId)> {
    use StakeMessage as M;
    match message {
        &M::Add { by, hotkey, rao } => {
            match world.call(by, world.staking().add_stake(hotkey, Rao::new(rao))) {
                Ok(()) => {
                    assert_eq!(before.balances[&by] - world.balance(by).get(), rao);
                    let stake = world.read(world.staking().stake_of(hotkey, by)).get();
                    let expected = before.stakes[&(hotkey, by)] + rao;
                    assert!(stake == expected || stake + 1 == expected, "{stake} is not {expected}");
                }
                Err(StakingError::AmountTooLow { .. }) => assert!(rao < MIN_STAKE.get()),
                Err(StakingError::Token(TokenError::InsufficientBalance)) => assert!(rao > before.balances[&by]),
                Err(other) => panic!("unexpected: {other:?}"),
            }
            vec![(hotkey, by)]
        }
        &M::Remove { by, hotkey, part_of_16 } => {
            let stake = before.stakes[&(hotkey, by)];
            let rao = (u128::from(stake) * u128::from(part_of_16)).div_ceil(16) as u64;
            match world.call(by, world.staking().remove_stake(hotkey, Rao::new(rao))) {
                Ok(paid) => {
                    assert!(rao <= stake && paid.get() >= rao);
                    assert_eq!(world.balance(by).get() - before.balances[&by], paid.get());
                    let left = world.read(world.staking().stake_of(hotkey, by)).get();
                    assert!(left == stake - paid.get() || left + 1 == stake - paid.get());
                }
                Err(StakingError::AmountTooLow { .. }) => assert_eq!(rao, 0),
                Err(StakingError::NotEnoughStakeToWithdraw { available }) => {
                    assert_eq!(available.get(), stake);
                    assert!(rao > stake);
                }
                Err(other) => panic!("unexpected: {other:?}"),
            }
            vec![(hotkey, by)]
        }
        M::Pay { rewards } => {
            let reward = |&(hotkey, incentive, dividends)| Reward {
                hotkey,
                incentive: Rao::new(incentive),
                dividends: Rao::new(dividends),
            };
            world.pay(rewards.iter().map(reward).collect());
            rewards.iter().flat_map(|&(hotkey, ..)| PEOPLE.map(|person| (hotkey, person))).collect()
        }
        &M::Take { by, hotkey, take } => {
            let result = world.call(by, world.staking().decrease_take(hotkey, take));
            assert!(result.is_err() || by == PEOPLE[0] || by == PEOPLE[1]);
            vec![]
        }
    }
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

    #[test]
    fn stakes_add_up_and_nobody_loses_to_another(messages in prop::collection::vec(stake_message(), 50)) {
        let mut world = World::stakes_only();
        for (person, hotkey) in PEOPLE.into_iter().zip(HOTKEYS) {
            world.ok(person, world.staking().associate_hotkey(hotkey));
        }
        for person in PEOPLE {
            world.fund(person, Rao::new(1_000_000_000_000));
            world.ok(person, world.psp22().approve(world.staking, u128::MAX));
        }
        let mut before = wealth(&mut world);
        for message in &messages {
            let meant = send_stake_message(&mut world, message, &before);
            let after = wealth(&mut world);
            assert_pools_add_up(&mut world, &after);
            for (stake, &rao) in &after.stakes {
                let others = !meant.contains(stake);
                prop_assert!(!others || rao == before.stakes[stake] || rao == before.stakes[stake] + 1);
                let is_pay = matches!(message, StakeMessage::Pay { .. });
                prop_assert!(!is_pay || rao >= before.stakes[stake], "{} takes from {:?}", rao, stake);
            }
            before = after;
        }
        for ((hotkey, coldkey), rao) in before.stakes {
            let shown = world.read(world.staking().stake_of(hotkey, coldkey));
            prop_assert!(shown.get() >= rao, "what is shown can be withdrawn by the last one too");
            if !shown.is_zero() {
                prop_assert_eq!(world.ok(coldkey, world.staking().remove_stake(hotkey, shown)), shown);
            }
        }
        prop_assert_eq!(world.read(world.staking().total_stake()), world.balance(world.staking));
    }
}
