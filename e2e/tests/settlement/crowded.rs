//! The largest subnet there can be, settled in messages that fit while everybody goes on, beside the same epochs computed
//! natively at once.

use primitives::{
    Hyperparameter as H, ProtocolBlock,
    settlement::{EpochResult, MAX_WEIGHTS, RESULT_PAGE, SETTLE_STEPS},
    staking::MAX_STAKES_PER_CALL,
    weights::{WeightEntry, WeightsPayload},
};
use simulator::{Network, Rows};
use yarrow_e2e::{prelude::*, work_nonce};

use crate::{
    gas::hotkey,
    market::{Market, NETUID, STRANGER, TEMPO, coldkey, setup},
};

const NEURONS: u16 = 4_096;
const VALIDATORS: u16 = 256;
/// Weights of a row, but for those of the first [`LONG_ROWS`] validators, which are as long as rows can be.
const SHORT_ROW: u16 = 64;
const LONG_ROWS: u16 = 4;
/// How many validators reveal their second row while the first is counted.
const EAGER: u16 = 200;
/// What strangers ask for, one message after the other; what does not fit one is not done in one.
const STEPS: [u32; 12] = [SETTLE_STEPS, 1, 77, 0, 3, 199, u32::MAX, 1, 0, 30, 2, 5];

/// How many neurons all validators weigh in one round.
const COMMON: u16 = 48;

/// The first of the two rows of a validator, or the second: some neurons of all pages that everybody weighs, and others.
fn row(validator: u16, round: u16) -> Vec<(u16, u16)> {
    let length = if validator < LONG_ROWS { MAX_WEIGHTS } else { usize::from(SHORT_ROW) };
    let common = (0..COMMON).map(|position| position * 83 + round * 2);
    // Half of the others are spread, half are neighbours.
    let stride = if validator.is_multiple_of(2) { 61 } else { 1 };
    let others = (0..NEURONS).map(|position| {
        let uid = u32::from(validator) * 13 + u32::from(position) * stride;
        u16::try_from(uid % u32::from(NEURONS)).expect("a uid")
    });
    let is_other = |uid: &u16| uid.checked_sub(round * 2).is_none_or(|uid| uid % 83 != 0);
    let value = |uid: u16| 1 + (u32::from(uid) * 7 + u32::from(validator * 31 + round * 17)) % 997;
    let uids = common.chain(others.filter(is_other)).take(length);
    uids.map(|uid| (uid, u16::try_from(value(uid)).expect("below 1,000"))).collect()
}

/// Registers everybody; the challenge for work changes with every 256th.
fn register_all(world: &mut World) {
    for first in (0..NEURONS).step_by(256) {
        let target = world.read(world.registry().work_target(NETUID)).expect("there is the subnet");
        for uid in first..first + 256 {
            let (hotkey, coldkey) = (hotkey(uid), coldkey(hotkey(uid)));
            let nonce = work_nonce(&target, &hotkey, &coldkey);
            world.ok(coldkey, world.registry().register_by_work(NETUID, hotkey, target.challenge, nonce));
        }
    }
}

/// A subnet, and what the native engine knows of it.
struct Crowd {
    market: Market,
    network: Network,
    /// The block before the one in which the last settled epoch began.
    last_epoch: Option<u64>,
}

impl Crowd {
    /// All uids are taken, and the first of them have stake and permits.
    fn open() -> Self {
        let mut market = Market::found(setup(&[
            H::MaxAllowedUids(NEURONS),
            H::MaxAllowedValidators(VALIDATORS),
            H::TargetRegistrationsPerInterval(u16::MAX),
        ]));
        register_all(&mut market.world);
        for uid in 0..VALIDATORS {
            let stake = Rao::new((1_000 + u64::from(uid)) * Rao::ONE_TAO.get());
            market.world.stake(coldkey(hotkey(uid)), hotkey(uid), stake);
        }
        market.world.start(NETUID);
        let rules = market.world.read(market.world.registry().hyperparameters(NETUID)).expect("there is the subnet");
        let newcomer =
            consensus::epoch::Neuron { stake: 0, last_update: 0, registered_at: 0, permit: false, committed_at: None };
        let network = Network {
            parameters: settlement::epoch::parameters(&rules),
            owner: None,
            neurons: vec![newcomer; usize::from(NEURONS)],
            weights: Rows::new(),
            bonds: Rows::new(),
        };
        let mut crowd = Self { market, network, last_epoch: None };
        crowd.pass_epoch();
        crowd.settle(|_, _| ());
        crowd
    }

    /// Begins an epoch, whose stakes the native engine learns.
    fn pass_epoch(&mut self) {
        self.market.world.pass_epochs(NETUID, 1);
        let world = &mut self.market.world;
        let count = u16::try_from(MAX_STAKES_PER_CALL).expect("few").min(NEURONS);
        for first in (0..NEURONS).step_by(usize::from(count)) {
            let stakes = world.read(world.staking().stakes(NETUID, Uid::new(first), count)).expect("a page");
            let neurons = self.network.neurons.iter_mut().skip(usize::from(first));
            neurons.zip(stakes.of).for_each(|(neuron, stake)| neuron.stake = stake.get());
        }
    }

    /// Commits a validator to one of its rows.
    fn commit(&mut self, validator: u16, round: u16) -> WeightsPayload {
        let entry = |(uid, value)| WeightEntry { uid: Uid::new(uid), registered_at: ProtocolBlock::new(0), value };
        let payload = WeightsPayload {
            commit_epoch: self.market.world.epoch(NETUID),
            version_key: 0,
            entries: row(validator, round).into_iter().map(entry).collect(),
            evidence: [0; 32],
            salt: vec![1; 16],
        };
        self.market.commit_payload(NETUID, hotkey(validator), &payload);
        payload
    }

    /// Reveals a row, of which the native engine learns with [`Self::learn`].
    fn reveal(&mut self, validator: u16, payload: &WeightsPayload) {
        self.market.reveal(NETUID, hotkey(validator), payload.clone());
        assert!(self.market.world.gas().ref_time() < 100_000_000_000, "{:?}", self.market.world.gas());
    }

    /// Tells the native engine that a validator's row counts from the next epoch on, which was revealed `now`.
    fn learn(&mut self, validator: u16, round: u16, now: u64) {
        self.network.set_weights(validator, &row(validator, round), now);
    }

    fn now(&mut self) -> u64 {
        self.market.world.block().get()
    }

    /// Settles the epoch that is due, each message of another length, and asserts that its outcome is that of the native
    /// engine. Calls `between` after each message but the last; returns how many there were.
    fn settle(&mut self, mut between: impl FnMut(&mut Self, usize)) -> usize {
        let block = self.market.world.epoch(NETUID) * TEMPO;
        let expected = self.network.run_epoch(block, self.last_epoch.replace(block - 1));
        let mut messages = 0;
        for steps in STEPS.into_iter().cycle() {
            messages += 1;
            // The world refuses a message more than it may use.
            if self.market.world.ok(STRANGER, self.market.world.settlement().settle(NETUID, steps)) {
                break;
            }
            between(self, messages);
        }
        let result = self.result();
        assert_eq!(result.block.get(), block);
        assert_eq!(result.consensus, expected.consensus);
        assert_eq!(result.incentive, expected.incentive);
        assert_eq!(result.dividends, expected.dividends);
        assert_eq!(result.validator_trust, expected.validator_trust);
        assert_eq!(result.permits, expected.permits);
        assert_eq!(result.active, expected.active);
        messages
    }

    /// Asserts that the last epoch paid the miners that everybody weighed, and that bonds are those of the native engine.
    fn check_market(&mut self) {
        let result = self.result();
        let paid = |shares: &[u16]| shares.iter().filter(|&&share| share > 0).count();
        assert_eq!(paid(&result.incentive), usize::from(COMMON));
        assert!(paid(&result.dividends) >= usize::from(EAGER), "{:?}", result.dividends);
        for validator in [0, 1, VALIDATORS - 1] {
            let bonds = self.bonds(validator);
            assert!(bonds.len() > 40, "{bonds:?}");
            assert_eq!(Some(&bonds), self.network.bonds.get(&validator), "{validator}");
        }
    }

    fn result(&mut self) -> EpochResult {
        let mut pages = (0..NEURONS.div_ceil(u16::try_from(RESULT_PAGE).expect("few"))).map(|page| {
            let page = u8::try_from(page).expect("few");
            self.market.world.read(self.market.world.settlement().epoch_result(NETUID, page)).expect("a page")
        });
        let mut result = pages.next().expect("the first page");
        pages.for_each(|page| result.append(page));
        result
    }

    /// All bonds of a validator.
    fn bonds(&mut self, validator: u16) -> Vec<(u16, u16)> {
        let world = &mut self.market.world;
        let pages = (0..16).flat_map(|page| world.read(world.settlement().bonds(NETUID, Uid::new(validator), page)));
        pages.map(|(uid, bond)| (uid.get(), bond)).collect()
    }
}

#[test]
fn the_largest_subnet_settles_while_validators_commit_and_reveal_and_strangers_call_when_they_like() {
    let mut crowd = Crowd::open();
    let all = 0..VALIDATORS;
    let first_rows: Vec<_> = all.clone().map(|validator| crowd.commit(validator, 0)).collect();
    crowd.pass_epoch();
    crowd.settle(|_, _| ());
    let now = crowd.now();
    let mut second_rows = vec![];
    for (validator, payload) in all.clone().zip(&first_rows) {
        crowd.reveal(validator, payload);
        crowd.learn(validator, 0, now);
        second_rows.push(crowd.commit(validator, 1));
    }

    // An epoch with rows of all validators. Meanwhile most of them reveal the next row, which must wait.
    crowd.pass_epoch();
    let mut revealed = 0;
    let messages = crowd.settle(|crowd, message| {
        let first = revealed;
        revealed = EAGER.min(first + 8);
        (first..revealed).for_each(|validator| crowd.reveal(validator, &second_rows[usize::from(validator)]));
        match message {
            3 => drop(crowd.commit(7, 2)),
            4 => crowd.market.world.stake(coldkey(hotkey(9)), hotkey(9), Rao::new(5_000 * Rao::ONE_TAO.get())),
            _ => {}
        }
    });
    assert!(messages > 20, "{messages}");
    assert_eq!(revealed, EAGER);
    crowd.check_market();

    // The next epoch counts what was revealed, and the bonds of the last.
    let now = crowd.now();
    (0..EAGER).for_each(|validator| crowd.learn(validator, 1, now));
    crowd.pass_epoch();
    crowd.settle(|_, _| ());
    crowd.check_market();
}
