//! Stakes against their invariants: no RAO appears or gets lost, nobody loses to another, a deposit stays its time.

use std::collections::BTreeMap;

use primitives::{
    StakingError,
    staking::{MAX_VESTING, MIN_STAKE, Reward, STAKE_HOLD},
    tao::TokenError,
};
use proptest::{prelude::*, sample::select};
use yarrow_e2e::prelude::*;

use crate::{PEOPLE, config, person};

const HOTKEYS: [AccountId; 2] = [account("alice's hotkey"), account("bob's hotkey")];

/// A stake: on which hotkey, of whom.
type Key = (AccountId, AccountId);

#[derive(Clone, Debug)]
enum StakeMessage {
    Add { stake: Key, rao: u64 },
    Remove { stake: Key, part_of_16: u64 },
    Move { stake: Key, to: AccountId, part_of_16: u64 },
    Transfer { stake: Key, to: AccountId, part_of_16: u64 },
    Pay { netuid: u16, first: u16, rewards: Vec<(AccountId, u64, u64)> },
    Take { stake: Key, take: u16, raise: bool },
    Claim { stake: Key },
    Pass { blocks: u64 },
}

fn stake_message() -> impl Strategy<Value = StakeMessage> {
    use StakeMessage as M;
    let hotkey = || select(&HOTKEYS[..]);
    let stake = || (hotkey(), person());
    let rao = || prop_oneof![0..MIN_STAKE.get(), MIN_STAKE.get()..20_000_000, 1_000_000_000_u64..400_000_000_000];
    let paid = || prop_oneof![Just(0_u64), rao()];
    let rewards = prop::collection::vec((hotkey(), paid(), paid()), 0..4);
    let blocks = prop_oneof![0_u64..360, Just(360_u64), 361_u64..60_000, Just(216_000_u64)];
    prop_oneof![
        4 => (stake(), rao()).prop_map(|(stake, rao)| M::Add { stake, rao }),
        4 => (stake(), 0_u64..=17).prop_map(|(stake, part_of_16)| M::Remove { stake, part_of_16 }),
        2 => (stake(), hotkey(), 0_u64..=17).prop_map(|(stake, to, part_of_16)| M::Move { stake, to, part_of_16 }),
        2 => (stake(), person(), 0_u64..=17).prop_map(|(stake, to, part_of_16)| M::Transfer { stake, to, part_of_16 }),
        4 => (1_u16..3, 30_u16..33, rewards).prop_map(|(netuid, first, rewards)| M::Pay { netuid, first, rewards }),
        1 => (stake(), 0_u16..12_000, any::<bool>()).prop_map(|(stake, take, raise)| M::Take { stake, take, raise }),
        1 => stake().prop_map(|stake| M::Claim { stake }),
        3 => blocks.prop_map(|blocks| M::Pass { blocks }),
    ]
}

/// What every person has on every hotkey and in hand, and on which hotkey how much there is.
#[derive(Clone, Debug, PartialEq)]
struct Wealth {
    stakes: BTreeMap<Key, u64>,
    balances: BTreeMap<AccountId, u64>,
    totals: BTreeMap<AccountId, u64>,
}

/// The world, what was there before the message, and what has to stay for how long.
struct Scene {
    world: World,
    before: Wealth,
    holds: BTreeMap<Key, (u64, u64)>,
}

impl Scene {
    fn open() -> Self {
        let mut world = World::stakes_only();
        for (person, hotkey) in PEOPLE.into_iter().zip(HOTKEYS) {
            world.ok(person, world.staking().associate_hotkey(hotkey));
        }
        for person in PEOPLE {
            world.fund(person, Rao::new(1_000_000_000_000));
            world.ok(person, world.psp22().approve(world.staking, u128::MAX));
        }
        let before = wealth(&mut world);
        Self { world, before, holds: BTreeMap::new() }
    }

    fn stake(&mut self, (hotkey, coldkey): Key) -> u64 {
        self.world.read(self.world.staking().stake_of(hotkey, coldkey)).get()
    }

    fn part(&self, stake: Key, part_of_16: u64) -> u64 {
        (u128::from(self.before.stakes[&stake]) * u128::from(part_of_16)).div_ceil(16) as u64
    }

    fn held(&mut self, stake: Key) -> u64 {
        let now = self.world.block().get();
        self.holds.get(&stake).filter(|&&(_, until)| now < until).map_or(0, |&(rao, _)| rao)
    }

    fn hold(&mut self, stake: Key, rao: u64) {
        let held = self.held(stake);
        let until = self.world.block().get() + STAKE_HOLD;
        self.holds.insert(stake, (held + rao, until));
    }

    /// Checks that a stake is what it was and `change`, but for a RAO of rounding.
    fn assert_changed(&mut self, stake: Key, change: i64) {
        let expected = self.before.stakes[&stake] as i64 + change;
        let found = self.stake(stake) as i64;
        assert!((found - expected).abs() <= 1, "{found} is not {expected}");
    }

    /// Checks an answer to a call for `rao` of a stake; returns what left it.
    fn took_out(&mut self, stake: Key, rao: u64, min: u64, answer: Result<Rao, StakingError>) -> Option<u64> {
        let available_before = self.before.stakes[&stake];
        match answer {
            Ok(taken) => {
                let taken = taken.get();
                assert!(taken >= rao && taken <= available_before && taken - rao < MIN_STAKE.get());
                assert!(available_before - taken >= self.held(stake));
                return Some(taken);
            }
            Err(StakingError::AmountTooLow { .. }) => assert!(rao < min),
            Err(StakingError::NotEnoughStakeToWithdraw { available }) => {
                assert!(available.get() == available_before && rao > available_before);
            }
            Err(StakingError::StakingOperationRateLimitExceeded { from }) => {
                assert_eq!(from.get(), self.holds[&stake].1);
                assert!(available_before - rao < self.held(stake) + MIN_STAKE.get());
            }
            Err(StakingError::SameStake) => assert!(min > 1),
            Err(other) => panic!("unexpected: {other:?}"),
        }
        None
    }

    /// Sends a message, checks what it did to its sender, and returns the stakes it was meant to move.
    fn send(&mut self, message: &StakeMessage) -> Vec<Key> {
        use StakeMessage as M;
        match *message {
            M::Add { stake, rao } => self.add(stake, rao),
            M::Remove { stake, part_of_16 } => self.remove(stake, self.part(stake, part_of_16)),
            M::Move { stake: (hotkey, by), to, part_of_16 } => {
                let rao = self.part((hotkey, by), part_of_16);
                let answer = self.world.call(by, self.world.staking().move_stake(hotkey, to, Rao::new(rao)));
                if let Some(moved) = self.took_out((hotkey, by), rao, MIN_STAKE.get(), answer) {
                    self.assert_changed((hotkey, by), -(moved as i64));
                    self.assert_changed((to, by), moved as i64);
                    self.hold((to, by), moved);
                    return vec![(hotkey, by), (to, by)];
                }
                vec![]
            }
            M::Transfer { stake: (hotkey, by), to, part_of_16 } => {
                let rao = self.part((hotkey, by), part_of_16);
                let answer = self.world.call(by, self.world.staking().transfer_stake(hotkey, to, Rao::new(rao)));
                if let Some(moved) = self.took_out((hotkey, by), rao, MIN_STAKE.get(), answer) {
                    self.assert_changed((hotkey, by), -(moved as i64));
                    self.assert_changed((hotkey, to), moved as i64);
                    return vec![(hotkey, by), (hotkey, to)];
                }
                vec![]
            }
            M::Pay { netuid, first, ref rewards } => self.pay(Netuid::new(netuid), Uid::new(first), rewards),
            M::Take { stake: (hotkey, by), take, raise } => {
                let delegate = self.world.read(self.world.staking().delegate(hotkey)).expect("it is associated");
                let changed = if raise {
                    self.world.call(by, self.world.staking().increase_take(hotkey, take))
                } else {
                    self.world.call(by, self.world.staking().decrease_take(hotkey, take))
                };
                assert!(changed.is_err() || (by == delegate.owner && (take > delegate.take) == raise));
                vec![]
            }
            M::Claim { stake: (hotkey, coldkey) } => {
                let owner = self.world.read(self.world.staking().delegate(hotkey)).expect("it is associated").owner;
                let claimed = self.world.call(hotkey, self.world.staking().claim_hotkey(coldkey));
                assert_eq!(claimed.is_ok(), owner == coldkey || self.before.totals[&hotkey] == 0);
                vec![]
            }
            M::Pass { blocks } => {
                self.world.pass_blocks(blocks);
                all_stakes()
            }
        }
    }

    fn add(&mut self, (hotkey, by): Key, rao: u64) -> Vec<Key> {
        match self.world.call(by, self.world.staking().add_stake(hotkey, Rao::new(rao))) {
            Ok(()) => {
                assert_eq!(self.before.balances[&by] - self.world.balance(by).get(), rao);
                self.assert_changed((hotkey, by), rao as i64);
                self.hold((hotkey, by), rao);
            }
            Err(StakingError::AmountTooLow { .. }) => assert!(rao < MIN_STAKE.get()),
            Err(StakingError::Token(TokenError::InsufficientBalance)) => assert!(rao > self.before.balances[&by]),
            Err(other) => panic!("unexpected: {other:?}"),
        }
        vec![(hotkey, by)]
    }

    fn remove(&mut self, (hotkey, by): Key, rao: u64) -> Vec<Key> {
        let answer = self.world.call(by, self.world.staking().remove_stake(hotkey, Rao::new(rao)));
        if let Some(paid) = self.took_out((hotkey, by), rao, 1, answer) {
            assert_eq!(self.world.balance(by).get() - self.before.balances[&by], paid);
            self.assert_changed((hotkey, by), -(paid as i64));
        }
        vec![(hotkey, by)]
    }

    fn pay(&mut self, netuid: Netuid, first: Uid, rewards: &[(AccountId, u64, u64)]) -> Vec<Key> {
        let reward = |&(hotkey, incentive, dividends)| Reward {
            hotkey,
            incentive: Rao::new(incentive),
            dividends: Rao::new(dividends),
        };
        let total = Rao::new(rewards.iter().map(|&(_, incentive, dividends)| incentive + dividends).sum());
        let world = &mut self.world;
        world.ok(world.settlement, world.tao().mint(vec![(world.staking, total)]));
        world.ok(world.settlement, world.staking().pay(netuid, first, rewards.iter().map(reward).collect()));
        for hotkey in HOTKEYS {
            let of = rewards.iter().filter(|&&(paid, ..)| paid == hotkey);
            let earned: u64 = of.map(|&(_, incentive, dividends)| incentive + dividends).sum();
            let stake = world.read(world.staking().delegate(hotkey)).expect("it is associated").total_stake;
            assert_eq!(stake.get(), self.before.totals[&hotkey] + earned);
        }
        all_stakes()
    }
}

fn all_stakes() -> Vec<Key> {
    HOTKEYS.into_iter().flat_map(|hotkey| PEOPLE.map(|person| (hotkey, person))).collect()
}

/// What everybody has. No RAO of the pools is missing, and none is shown to anyone who could not have it.
fn wealth(world: &mut World) -> Wealth {
    let stake = |key: Key| (key, world.read(world.staking().stake_of(key.0, key.1)).get());
    let stakes: BTreeMap<Key, u64> = all_stakes().into_iter().map(stake).collect();
    let on = world.read(world.staking().stakes(HOTKEYS.to_vec())).expect("two hotkeys are not too many");
    let totals: BTreeMap<_, _> = HOTKEYS.into_iter().zip(on.of.iter().map(|stake| stake.get())).collect();
    assert_eq!(totals.values().sum::<u64>(), on.total.get());
    assert_eq!(world.read(world.staking().total_stake()), on.total);
    assert_eq!(world.balance(world.staking), on.total);
    for (hotkey, &total) in &totals {
        let shown: u64 = PEOPLE.into_iter().map(|coldkey| stakes[&(*hotkey, coldkey)]).sum();
        assert!(shown <= total, "{shown} of {total}");
    }
    let balances = PEOPLE.into_iter().map(|person| (person, world.balance(person).get())).collect();
    Wealth { stakes, balances, totals }
}

proptest! {
    #![proptest_config(config(12))]

    #[test]
    fn stakes_add_up_and_nobody_loses_to_another(messages in prop::collection::vec(stake_message(), 60)) {
        let mut scene = Scene::open();
        for message in &messages {
            let meant = scene.send(message);
            let after = wealth(&mut scene.world);
            let takes_nothing = matches!(message, StakeMessage::Pay { .. } | StakeMessage::Pass { .. });
            for (stake, &rao) in &after.stakes {
                let before = scene.before.stakes[stake];
                prop_assert!(meant.contains(stake) || rao == before || rao == before + 1, "{:?}", message);
                prop_assert!(!takes_nothing || rao + 1 >= before, "{:?} takes from {:?}", message, stake);
            }
            scene.before = after;
        }
        let mut world = scene.world;
        world.pass_blocks(MAX_VESTING);
        let end = wealth(&mut world);
        for (hotkey, total) in end.totals {
            let shown: u64 = PEOPLE.into_iter().map(|coldkey| end.stakes[&(hotkey, coldkey)]).sum();
            prop_assert!(total - shown < 3, "{} of {} can be withdrawn in the end", shown, total);
        }
        for ((hotkey, coldkey), rao) in end.stakes {
            let shown = world.read(world.staking().stake_of(hotkey, coldkey));
            prop_assert!(shown.get() >= rao, "what is shown can be withdrawn by the last one too");
            if !shown.is_zero() {
                prop_assert_eq!(world.ok(coldkey, world.staking().remove_stake(hotkey, shown)), shown);
            }
        }
        prop_assert_eq!(world.read(world.staking().total_stake()), world.balance(world.staking));
    }
}
