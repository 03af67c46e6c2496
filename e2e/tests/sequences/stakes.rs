//! Stakes against their invariants: no RAO appears or gets lost, nobody loses to another, a deposit stays its time,
//! an epoch counts what there was when it ended.

use std::collections::BTreeMap;

use primitives::{
    StakingError,
    staking::{MAX_VESTING, MIN_STAKE, Reward, STAKE_HOLD},
    tao::TokenError,
};
use proptest::{prelude::*, sample::select};
use yarrow_e2e::{DEFAULT_TEMPO, prelude::*};

use crate::{PEOPLE, config, person};

const HOTKEYS: [AccountId; 2] = [account("alice's hotkey"), account("bob's hotkey")];
/// Subnets, each with seats on either side of a page's end.
const NETUIDS: [u16; 2] = [1, 2];
const UIDS: [u16; 3] = [62, 63, 64];

/// A stake: on which hotkey, of whom.
type Key = (AccountId, AccountId);
/// A seat: on which subnet, at which uid.
type Seat = (u16, u16);

#[derive(Clone, Debug)]
enum StakeMessage {
    Add { stake: Key, rao: u64 },
    Remove { stake: Key, part_of_16: u64 },
    Move { stake: Key, to: AccountId, part_of_16: u64 },
    Transfer { stake: Key, to: AccountId, part_of_16: u64 },
    Seat { seat: Seat, hotkey: AccountId },
    Leave { first: Seat, count: u16 },
    Pay { netuid: u16, rewards: [(u64, u64); UIDS.len()] },
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
    let rewards = || [(paid(), paid()), (paid(), paid()), (paid(), paid())];
    let netuid = || select(&NETUIDS[..]);
    let seat = || (netuid(), select(&UIDS[..]));
    let blocks = prop_oneof![0_u64..360, Just(360_u64), 361_u64..60_000, Just(216_000_u64)];
    prop_oneof![
        4 => (stake(), rao()).prop_map(|(stake, rao)| M::Add { stake, rao }),
        4 => (stake(), 0_u64..=17).prop_map(|(stake, part_of_16)| M::Remove { stake, part_of_16 }),
        2 => (stake(), hotkey(), 0_u64..=17).prop_map(|(stake, to, part_of_16)| M::Move { stake, to, part_of_16 }),
        2 => (stake(), person(), 0_u64..=17).prop_map(|(stake, to, part_of_16)| M::Transfer { stake, to, part_of_16 }),
        4 => (netuid(), rewards()).prop_map(|(netuid, rewards)| M::Pay { netuid, rewards }),
        2 => (seat(), hotkey()).prop_map(|(seat, hotkey)| M::Seat { seat, hotkey }),
        1 => (seat(), 0_u16..3).prop_map(|(first, count)| M::Leave { first, count }),
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

/// What an epoch that has ended counts for a seat.
#[derive(Clone, Copy)]
enum Counted {
    /// Nothing, for a hotkey that came later.
    Nothing,
    /// What there was, and of what others have paid since at most all.
    Stake { at_the_end: u64, paid_since: u64 },
}

/// The world, what was there before the message, what has to stay for how long, who sits where, when epochs end and
/// what those that have ended count.
struct Scene {
    world: World,
    before: Wealth,
    holds: BTreeMap<Key, (u64, u64)>,
    seats: BTreeMap<Seat, AccountId>,
    boundaries: BTreeMap<u16, u64>,
    counted: BTreeMap<Seat, Counted>,
}

impl Scene {
    fn open() -> Self {
        let mut world = World::stakes_only();
        for (person, hotkey) in PEOPLE.into_iter().zip(HOTKEYS) {
            world.ok(person, world.staking().associate_hotkey(hotkey));
        }
        let (seats, boundaries, counted) = Default::default();
        for person in PEOPLE {
            world.fund(person, Rao::new(1_000_000_000_000));
            world.ok(person, world.psp22().approve(world.staking, u128::MAX));
        }
        let before = wealth(&mut world);
        Self { world, before, holds: BTreeMap::new(), seats, boundaries, counted }
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
            M::Seat { seat, hotkey } => self.take_seat(seat, hotkey),
            M::Leave { first: (netuid, first), count } => {
                let (world, last) = (&mut self.world, first + count);
                world.ok(world.registry, world.staking().leave_seats(Netuid::new(netuid), Uid::new(first), count));
                let is_left = |&(of, uid): &Seat| of == netuid && (first..last).contains(&uid);
                self.seats.retain(|seat, _| !is_left(seat));
                self.counted.retain(|seat, _| !is_left(seat));
                vec![]
            }
            M::Pay { netuid, rewards } => self.pay(netuid, rewards),
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
                let now = self.world.block().get();
                for (&seat, hotkey) in &self.seats {
                    if self.boundaries.get(&seat.0).is_some_and(|&boundary| boundary <= now) {
                        let stake = self.before.totals[hotkey];
                        let counted = Counted::Stake { at_the_end: stake, paid_since: 0 };
                        self.counted.entry(seat).or_insert(counted);
                    }
                }
                all_stakes()
            }
        }
    }

    /// Whoever comes to a seat after the end of an epoch has no stake in it.
    fn take_seat(&mut self, seat: Seat, hotkey: AccountId) -> Vec<Key> {
        if self.seats.get(&seat) == Some(&hotkey) {
            return vec![];
        }
        let owner = self.world.read(self.world.staking().delegate(hotkey)).expect("it is associated").owner;
        self.world.seat(Netuid::new(seat.0), seat.1, owner, hotkey);
        self.seats.insert(seat, hotkey);
        self.counted.remove(&seat);
        let now = self.world.block().get();
        if self.boundaries.get(&seat.0).is_some_and(|&boundary| boundary <= now) {
            self.counted.insert(seat, Counted::Nothing);
        }
        vec![]
    }

    /// Checks what the epochs of all subnets count.
    fn check_counted(&mut self, after: &Wealth) {
        for netuid in NETUIDS {
            let read = self.world.staking().stakes(Netuid::new(netuid), Uid::new(UIDS[0]), UIDS.len() as u16);
            let stakes = self.world.read(read).expect("three are not too many").of;
            for (uid, stake) in UIDS.into_iter().zip(stakes) {
                let now = self.seats.get(&(netuid, uid)).map_or(0, |hotkey| after.totals[hotkey]);
                let (least, more) = match self.counted.get(&(netuid, uid)) {
                    None => (now, 0),
                    Some(Counted::Nothing) => (0, 0),
                    Some(&Counted::Stake { at_the_end, paid_since }) => (at_the_end, paid_since),
                };
                assert!((least..=least + more).contains(&stake.get()), "{stake} is not {least} and at most {more}");
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

    /// Pays an epoch; seats in which nobody sits get nothing. What has just ended elsewhere may count it.
    fn pay(&mut self, netuid: u16, rewards: [(u64, u64); UIDS.len()]) -> Vec<Key> {
        let sitting = |uid: &u16| self.seats.get(&(netuid, *uid)).copied();
        let seated: Vec<_> = UIDS.iter().zip(rewards).filter_map(|(uid, paid)| Some((sitting(uid)?, paid))).collect();
        let of = |uid: &u16, (incentive, dividends): (u64, u64)| match sitting(uid) {
            Some(_) => Reward { incentive: Rao::new(incentive), dividends: Rao::new(dividends) },
            None => Reward::default(),
        };
        let rewards = UIDS.iter().zip(rewards).map(|(uid, paid)| of(uid, paid)).collect();
        let total = Rao::new(seated.iter().map(|(_, (incentive, dividends))| incentive + dividends).sum());
        let world = &mut self.world;
        let next_epoch = world.block().after(DEFAULT_TEMPO);
        world.ok(world.settlement, world.tao().mint(vec![(world.staking, total)]));
        let pay = world.staking().pay(Netuid::new(netuid), Uid::new(UIDS[0]), rewards, next_epoch);
        world.ok(world.settlement, pay);
        self.boundaries.insert(netuid, next_epoch.get());
        self.counted.retain(|&(of, _), _| of != netuid);
        for hotkey in HOTKEYS {
            let of = seated.iter().filter(|&&(paid, _)| paid == hotkey);
            let earned: u64 = of.map(|&(_, (incentive, dividends))| incentive + dividends).sum();
            let stake = self.world.read(self.world.staking().delegate(hotkey)).expect("it is associated").total_stake;
            assert_eq!(stake.get(), self.before.totals[&hotkey] + earned);
            for (seat, counted) in &mut self.counted {
                if let Counted::Stake { paid_since, .. } = counted {
                    *paid_since += if self.seats[seat] == hotkey { earned } else { 0 };
                }
            }
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
    let total = |hotkey| (hotkey, world.read(world.staking().delegate(hotkey)).expect("associated").total_stake.get());
    let totals: BTreeMap<_, _> = HOTKEYS.into_iter().map(total).collect();
    let all = Rao::new(totals.values().sum());
    assert_eq!((world.read(world.staking().total_stake()), world.balance(world.staking)), (all, all));
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
            scene.check_counted(&after);
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
