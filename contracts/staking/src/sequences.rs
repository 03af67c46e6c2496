//! The cells against their invariants, over random sequences of what messages do to them.

use std::collections::BTreeMap;

use ink::env::{test::run_test, DefaultEnvironment};
use primitives::{staking::Reward, AccountId, Netuid, ProtocolBlock, Rao, Uid};
use proptest::{prelude::*, sample::select};

use crate::{hotkey::Hotkey, page::place, storage::Cells};

const HOTKEYS: [u8; 4] = [1, 2, 3, 4];
const NETUIDS: [u16; 3] = [1, 2, 3];
/// Seats on either side of a page's end.
const UIDS: [u16; 3] = [62, 63, 64];
const TEMPO: u64 = 360;

#[derive(Clone, Debug)]
enum Step {
    Take { seat: (u16, u16), hotkey: u8 },
    Leave { seat: (u16, u16), count: u16 },
    Pay { netuid: u16, rewards: [(u64, u64); UIDS.len()] },
    Deposit { hotkey: u8, rao: u64 },
    Withdraw { hotkey: u8, part_of_4: u64 },
    Swap { hotkey: u8 },
    Pass { blocks: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    let hotkey = || select(&HOTKEYS[..]);
    let netuid = || select(&NETUIDS[..]);
    let seat = || (netuid(), select(&UIDS[..]));
    let paid = || prop_oneof![Just(0), 1_u64..1_000_000];
    let rewards = [(paid(), paid()), (paid(), paid()), (paid(), paid())];
    prop_oneof![
        3 => (seat(), hotkey()).prop_map(|(seat, hotkey)| Step::Take { seat, hotkey }),
        1 => (seat(), 0_u16..3).prop_map(|(seat, count)| Step::Leave { seat, count }),
        3 => (netuid(), rewards).prop_map(|(netuid, rewards)| Step::Pay { netuid, rewards }),
        3 => (hotkey(), 1_u64..1_000_000_000).prop_map(|(hotkey, rao)| Step::Deposit { hotkey, rao }),
        2 => (hotkey(), 0_u64..=4).prop_map(|(hotkey, part_of_4)| Step::Withdraw { hotkey, part_of_4 }),
        1 => hotkey().prop_map(|hotkey| Step::Swap { hotkey }),
        3 => (1_u64..2 * TEMPO).prop_map(|blocks| Step::Pass { blocks }),
    ]
}

fn owner(hotkey: u8) -> AccountId {
    AccountId::from([hotkey + 200; 32])
}

/// The cells, and what the epochs that have ended must count.
struct Scene {
    cells: Cells,
    /// The accounts of the hotkeys, those that gave way to others included.
    accounts: BTreeMap<u8, Vec<AccountId>>,
    now: u64,
    counted: BTreeMap<(u16, u16), Rao>,
}

impl Scene {
    fn open() -> Self {
        let mut cells = Cells::default();
        let accounts: BTreeMap<_, _> =
            HOTKEYS.into_iter().map(|hotkey| (hotkey, vec![AccountId::from([hotkey; 32])])).collect();
        for (&hotkey, accounts) in &accounts {
            cells.hotkeys.insert(accounts[0], &Hotkey::new(accounts[0], owner(hotkey), ProtocolBlock::new(0)));
        }
        Self { cells, accounts, now: 1, counted: BTreeMap::new() }
    }

    fn now(&self) -> ProtocolBlock {
        ProtocolBlock::new(self.now)
    }

    fn account(&self, hotkey: u8) -> AccountId {
        *self.accounts[&hotkey].last().expect("each has one")
    }

    fn record(&self, hotkey: u8) -> Hotkey {
        self.cells.hotkey(self.account(hotkey)).expect("it is known")
    }

    fn holder(&self, netuid: u16, uid: u16) -> Option<AccountId> {
        let (key, place) = place((Netuid::new(netuid), Uid::new(uid)));
        self.cells.pages.get(key)?.slot(place).holder
    }

    fn stake_on(&self, hotkey: AccountId) -> Rao {
        self.cells.stake_on(hotkey).expect("small")
    }

    fn has_ended(&self, netuid: u16) -> bool {
        self.cells.passed_boundary(Netuid::new(netuid), self.now()).is_some()
    }

    fn act(&mut self, step: &Step) {
        let now = self.now();
        match *step {
            Step::Take { seat: (netuid, uid), hotkey } => {
                if self.holder(netuid, uid) == Some(self.account(hotkey)) {
                    return;
                }
                let seat = (Netuid::new(netuid), Uid::new(uid));
                self.cells.take_seat(seat, self.account(hotkey), self.record(hotkey), now).expect("small");
                self.counted.remove(&(netuid, uid));
                if self.has_ended(netuid) {
                    self.counted.insert((netuid, uid), Rao::ZERO);
                }
            }
            Step::Leave { seat: (netuid, first), count } => {
                self.cells.leave_seats(Netuid::new(netuid), Uid::new(first), count, now).expect("small");
                self.counted.retain(|&(of, uid), _| of != netuid || !(first..first + count).contains(&uid));
            }
            Step::Pay { netuid, rewards } => {
                let reward = |(uid, (incentive, dividends))| match self.holder(netuid, uid) {
                    Some(_) => Reward { incentive: Rao::new(incentive), dividends: Rao::new(dividends) },
                    None => Reward::default(),
                };
                let rewards: Vec<_> = UIDS.into_iter().zip(rewards).map(reward).collect();
                let next_epoch = now.after(TEMPO);
                self.cells.pay(Netuid::new(netuid), Uid::new(UIDS[0]), &rewards, next_epoch, now).expect("small");
                self.counted.retain(|&(of, _), _| of != netuid);
            }
            Step::Deposit { hotkey, rao } => {
                let mut open = self.cells.open(self.account(hotkey), now).expect("it is known");
                open.record.pool.deposit(&mut open.record.owner_stake.holding, Rao::new(rao)).expect("small");
                self.cells.close(open).expect("small");
                self.cells.total.set(&self.cells.total().checked_add(Rao::new(rao)).expect("small"));
            }
            Step::Withdraw { hotkey, part_of_4 } => {
                let mut open = self.cells.open(self.account(hotkey), now).expect("it is known");
                let stake = open.record.pool.stake(&open.record.owner_stake.holding);
                let rao = Rao::new(stake.get() / 4 * part_of_4);
                open.record.pool.withdraw(&mut open.record.owner_stake.holding, rao).expect("it is there");
                self.cells.close(open).expect("small");
                self.cells.total.set(&self.cells.total().checked_sub(rao).expect("it was there"));
            }
            Step::Swap { hotkey } => {
                let (old, accounts) = (self.account(hotkey), &self.accounts[&hotkey]);
                let new = AccountId::from([hotkey + 10 * accounts.len() as u8; 32]);
                self.cells.swap_hotkey(owner(hotkey), old, new).expect("nobody has used it");
                self.accounts.entry(hotkey).or_default().push(new);
            }
            Step::Pass { blocks } => {
                self.now += blocks;
                for netuid in NETUIDS.into_iter().filter(|&netuid| self.has_ended(netuid)).collect::<Vec<_>>() {
                    for uid in UIDS {
                        if let Some(holder) = self.holder(netuid, uid) {
                            let stake = self.stake_on(holder);
                            self.counted.entry((netuid, uid)).or_insert(stake);
                        }
                    }
                }
            }
        }
    }

    fn check_records(&self) {
        for hotkey in HOTKEYS {
            let record = self.record(hotkey);
            let held = record.held().expect("small");
            assert!(record.roams || record.seats.len() <= 1);
            for &(netuid, uid) in &record.seats {
                let (key, place) = place((netuid, uid));
                let slot = self.cells.pages.get(key).expect("somebody sits there").slot(place);
                assert_eq!((slot.holder, slot.roams), (Some(self.account(hotkey)), record.roams));
                assert_eq!(slot.mirror, if record.roams { Rao::ZERO } else { held });
                assert!(!record.roams || (slot.to_owner.is_zero() && slot.to_pool.held().is_zero()));
            }
        }
        let staked: u64 = HOTKEYS.iter().map(|&hotkey| self.stake_on(self.account(hotkey)).get()).sum();
        assert_eq!(staked, self.cells.total().get());
    }

    fn check_seats(&self) {
        for netuid in NETUIDS {
            let stakes = self.cells.stakes(Netuid::new(netuid), Uid::new(UIDS[0]), UIDS.len() as u16);
            for (uid, stake) in UIDS.into_iter().zip(stakes.expect("small").of) {
                let Some(holder) = self.holder(netuid, uid) else {
                    assert_eq!(stake, Rao::ZERO);
                    continue;
                };
                let record = self.cells.hotkey(holder).expect("it is known");
                assert!(record.seats.contains(&(Netuid::new(netuid), Uid::new(uid))));
                let counted = self.counted.get(&(netuid, uid)).copied();
                if !record.roams || counted.is_none() {
                    assert_eq!(stake, counted.unwrap_or_else(|| self.stake_on(holder)));
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn records_and_slots_agree_and_an_epoch_counts_the_stake_at_its_end(
        steps in prop::collection::vec(step(), 1..120)
    ) {
        run_test::<DefaultEnvironment, _>(|_| {
            let mut scene = Scene::open();
            for step in &steps {
                scene.act(step);
                scene.check_records();
                scene.check_seats();
            }
            Ok(())
        })
        .expect("the sequence was run");
    }
}
