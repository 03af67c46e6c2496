//! Random sequences of messages to all contracts: no RAO appears or disappears.
//!
//! The seed is fixed, so that a failure is there again in the next run.

use primitives::{Hyperparameter as H, settlement::SETTLE_STEPS, weights::WeightsPayload};
use proptest::{prelude::*, sample::Index, test_runner::RngSeed};
use yarrow_e2e::{prelude::*, work_nonce};

use crate::market::{MINERS, Market, NETUID, STRANGER, VALIDATORS, coldkey, setup};

/// What a default setup allocates.
const ALLOCATED: Rao = Rao::new(1_000_000 * Rao::ONE_TAO.get());
/// Owns the subnet.
const OWNER: AccountId = account("subnet owner");
/// Hotkeys that come and go.
const NEWCOMERS: [AccountId; 3] = [account("newcomer 0"), account("newcomer 1"), account("newcomer 2")];

#[derive(Clone, Debug)]
enum Step {
    Pass(u64),
    Settle,
    Commit(Index, Vec<(u16, u16)>),
    Reveal(Index),
    Work(Index),
    Burn(Index),
    Stake(Index, u64),
    Unstake(Index, u64),
    Govern(H),
    OwnerSets(H),
    Recycle(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let change = prop_oneof![
        (0..=11_796_u16).prop_map(H::OwnerCut),
        (1..40_u16).prop_map(H::Tempo),
        (0..3_u16).prop_map(|epochs| H::RevealPeriodEpochs(epochs.max(1))),
        any::<bool>().prop_map(H::Yuma3Enabled),
        any::<bool>().prop_map(H::CommitRevealEnabled),
        (0..9_u64).prop_map(|tao| H::StakeThreshold(Rao::new(tao * Rao::ONE_TAO.get()))),
    ];
    let row = prop::collection::vec((0..8_u16, any::<u16>()), 1..4);
    let rao = prop_oneof![0..10_u64, 2_000_000..5_000_000_000_u64];
    prop_oneof![
        3 => (1..30_u64).prop_map(Step::Pass),
        3 => Just(Step::Settle),
        3 => (any::<Index>(), row).prop_map(|(who, row)| Step::Commit(who, row)),
        3 => any::<Index>().prop_map(Step::Reveal),
        1 => any::<Index>().prop_map(Step::Work),
        1 => any::<Index>().prop_map(Step::Burn),
        1 => (any::<Index>(), rao.clone()).prop_map(|(who, rao)| Step::Stake(who, rao)),
        1 => (any::<Index>(), rao.clone()).prop_map(|(who, rao)| Step::Unstake(who, rao)),
        1 => change.clone().prop_map(Step::Govern),
        1 => change.prop_map(Step::OwnerSets),
        1 => rao.prop_map(Step::Recycle),
    ]
}

/// A market and the payloads that were committed in it.
struct Play {
    market: Market,
    payloads: Vec<(AccountId, WeightsPayload)>,
}

impl Play {
    /// Does a step; what is refused changes nothing, which is none of this test's business.
    fn act(&mut self, step: Step) {
        let Self { market, payloads } = self;
        let world = &mut market.world;
        match step {
            Step::Pass(blocks) => world.pass_blocks(blocks),
            Step::Settle => drop(world.call(STRANGER, world.settlement().settle(NETUID, SETTLE_STEPS))),
            Step::Commit(who, row) => {
                let hotkey = *who.get(&VALIDATORS);
                let payload = market.payload(NETUID, &row);
                let hash = market.hash(NETUID, hotkey, &payload);
                let message = market.world.settlement().commit_weights(NETUID, hash);
                if market.world.call(hotkey, message).is_ok() {
                    payloads.push((hotkey, payload));
                }
            }
            Step::Reveal(_) if payloads.is_empty() => {}
            Step::Reveal(which) => {
                let (hotkey, payload) = which.get(payloads).clone();
                drop(world.call(STRANGER, world.settlement().reveal_weights(NETUID, hotkey, payload)));
            }
            Step::Work(who) => {
                let hotkey = *who.get(&NEWCOMERS);
                let target = world.read(world.registry().work_target(NETUID)).expect("the subnet exists");
                let nonce = work_nonce(&target, &hotkey, &coldkey(hotkey));
                let message = world.registry().register_by_work(NETUID, hotkey, target.challenge, nonce);
                drop(world.call(coldkey(hotkey), message));
            }
            Step::Burn(who) => {
                let hotkey = *who.get(&NEWCOMERS);
                let message = world.registry().register_by_burn(NETUID, hotkey, Rao::new(u64::MAX));
                drop(world.call(coldkey(hotkey), message));
            }
            Step::Stake(who, rao) => {
                let hotkey = *who.get(&VALIDATORS);
                drop(world.call(coldkey(hotkey), world.staking().add_stake(hotkey, Rao::new(rao))));
            }
            Step::Unstake(who, rao) => {
                let hotkey = *who.get(&VALIDATORS);
                drop(world.call(coldkey(hotkey), world.staking().remove_stake(hotkey, Rao::new(rao))));
            }
            Step::Govern(change) => drop(world.call(DEPLOYER, world.stewardship().set_hyperparameter(NETUID, change))),
            Step::OwnerSets(change) => drop(world.call(OWNER, world.stewardship().set_hyperparameter(NETUID, change))),
            Step::Recycle(rao) => drop(world.call(TREASURY, world.tao().recycle(TREASURY, Rao::new(rao)))),
        }
    }

    /// What is emitted is paid, pending or carried; what was minted and not taken out is somebody's.
    fn assert_nothing_is_lost(&mut self) {
        self.market.ledger(ALLOCATED, &[NETUID]);
        let world = &mut self.market.world;
        let hotkeys = VALIDATORS.into_iter().chain(MINERS).chain(NEWCOMERS);
        let contracts = [world.staking, world.registry, world.settlement, world.tao];
        let holders = hotkeys.map(coldkey).chain(contracts).chain([TREASURY, OWNER, DEPLOYER, STRANGER]);
        let held: u64 = holders.map(|holder| world.balance(holder).get()).sum();
        let supply = world.read(world.tao().supply());
        assert_eq!(held, supply.minted.get() - supply.recycled.get() - supply.burned.get());
        assert!(world.balance(world.staking) >= world.read(world.staking().total_stake()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 12,
        rng_seed: RngSeed::Fixed(22),
        failure_persistence: None,
        ..Default::default()
    })]

    #[test]
    fn no_rao_appears_or_disappears_whatever_is_sent(steps in prop::collection::vec(step(), 40)) {
        let mut market = Market::found(setup(&[]));
        market.staff(NETUID);
        for hotkey in VALIDATORS.into_iter().chain(NEWCOMERS) {
            let coldkey = coldkey(hotkey);
            market.world.fund(coldkey, Rao::new(100 * Rao::ONE_TAO.get()));
            for spender in [market.world.staking, market.world.registry] {
                market.world.ok(coldkey, market.world.psp22().approve(spender, u128::MAX));
            }
        }
        market.world.start(NETUID);
        let mut play = Play { market, payloads: vec![] };
        for step in steps {
            play.act(step);
            play.assert_nothing_is_lost();
        }
    }
}
