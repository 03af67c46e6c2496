//! Emission: how it comes from nothing, whom it pays, and that no RAO is lost.

use primitives::{
    Hyperparameter as H, SettlementError,
    settlement::{EpochSettled, SETTLE_STEPS},
    staking::STAKE_HOLD,
};
use yarrow_e2e::prelude::*;

use crate::market::{MINERS, Market, NETUID, STAKE, STRANGER, TEMPO, VALIDATORS, coldkey, setup, subnet};

const TAO: u64 = Rao::ONE_TAO.get();
/// What a default setup allocates.
const ALLOCATED: Rao = Rao::new(1_000_000 * TAO);
/// Every validator's weights in most of these tests.
const WEIGHTS: [(u16, u16); 2] = [(3, 2), (4, 1)];

fn all_validators() -> [(AccountId, &'static [(u16, u16)]); 3] {
    VALIDATORS.map(|validator| (validator, &WEIGHTS[..]))
}

fn sum(amounts: &[Rao]) -> u64 {
    amounts.iter().map(|amount| amount.get()).sum()
}

#[test]
fn the_first_tao_is_emission_for_weights_of_neurons_without_stake() {
    // Everybody has the same stake, so the three who vote are a majority once the others count as inactive.
    let parameters = [H::ActivityCutoffFactorMilli(1_000)];
    let mut market = Market::found(setup(&parameters).allocation(vec![]));
    market.staff(NETUID);
    market.world.start(NETUID);
    market.world.pass_epochs(NETUID, 1);
    let result = market.settle(NETUID);
    assert_eq!(result.permits, [true; 7], "everybody may validate");
    let ledger = market.ledger(Rao::ZERO, &[NETUID]);
    assert_eq!((ledger.paid, ledger.pending.get()), (Rao::ZERO, TEMPO * TAO));

    let result = market.round(NETUID, &all_validators());
    let emitted = 3 * TEMPO * TAO;
    let (miners, validators) = (sum(&result.server_emission), sum(&result.validator_emission));
    assert!(emitted - miners - validators < 14);
    assert!(validators.abs_diff(miners) < 14);
    assert!(result.server_emission[3] > result.server_emission[4] && result.server_emission[4] > Rao::ZERO);
    let ledger = market.ledger(Rao::ZERO, &[NETUID]);
    assert_eq!(ledger.paid.get(), miners + validators);
    assert_eq!(market.world.read(market.world.staking().total_stake()), ledger.paid);
    assert_eq!(market.stake(MINERS[0]), result.server_emission[3].get());
}

#[test]
fn emission_goes_half_to_miners_and_half_to_validators_once_there_are_weights() {
    let mut market = Market::open();
    let fallback = market.result(NETUID);
    assert_eq!(sum(&fallback.server_emission), 0);
    assert!(TEMPO * TAO - sum(&fallback.validator_emission) < 7, "by stake while nobody has set weights");
    assert_eq!(fallback.validator_emission[0], fallback.validator_emission[2]);

    let before = market.stake(MINERS[1]);
    let result = market.round(NETUID, &all_validators());
    let (miners, validators) = (sum(&result.server_emission), sum(&result.validator_emission));
    assert!(miners.abs_diff(TEMPO * TAO / 2) < 7 && validators.abs_diff(TEMPO * TAO / 2) < 7);
    assert_eq!(market.stake(MINERS[1]) - before, result.server_emission[4].get());
    market.ledger(ALLOCATED, &[NETUID]);
}

#[test]
fn a_nominator_gets_more_back_than_it_staked_after_an_epoch() {
    let mut market = Market::open();
    let nominator = account("nominator");
    market.world.stake(nominator, VALIDATORS[0], STAKE);
    market.round(NETUID, &all_validators());
    let stake = market.world.read(market.world.staking().stake_of(VALIDATORS[0], nominator));
    assert!(stake > STAKE);
    market.world.pass_blocks(STAKE_HOLD);
    let stake = market.world.read(market.world.staking().stake_of(VALIDATORS[0], nominator));
    market.world.ok(nominator, market.world.staking().remove_stake(VALIDATORS[0], stake));
    assert_eq!(market.world.balance(nominator), stake);
}

#[test]
fn the_owner_gets_its_cut_before_the_others() {
    let mut market = Market::open_with(&[H::OwnerCut(11_796)]);
    let owner = account("subnet owner");
    let before = market.world.balance(owner);
    let pending = market.ledger(ALLOCATED, &[NETUID]).pending.get();
    market.world.pass_epochs(NETUID, 1);
    market.world.ok(owner, market.world.settlement().settle(NETUID, SETTLE_STEPS));
    let settled = market.world.events::<EpochSettled>().pop().expect("an epoch was settled");
    let cut = settled.owner_cut.get();
    // 18 % of the epoch, less what subtensor's rounding of the proportion to 32 binary digits loses.
    let exact = (TEMPO * TAO + pending) * 11_796 / 65_535;
    assert!((exact - 10..=exact).contains(&cut), "{cut} of {exact}");
    assert_eq!(market.world.balance(owner).get() - before.get(), cut);
    let rest = TEMPO * TAO + pending - cut;
    assert!(rest - sum(&settled.result.validator_emission) < 7);
    market.ledger(ALLOCATED, &[NETUID]);
}

#[test]
fn running_subnets_share_emission_from_the_block_of_their_start_on() {
    let other = Netuid::new(2);
    let genesis = vec![subnet(&[]), subnet(&[H::Tempo(7)])];
    let mut market = Market::found(Setup::default().genesis(genesis));
    market.staff(NETUID);
    market.staff(other);
    for validator in VALIDATORS {
        market.world.stake(coldkey(validator), validator, STAKE);
    }

    market.world.start(NETUID);
    market.world.pass_blocks(TEMPO);
    market.settle(NETUID);
    let ledger = market.ledger(ALLOCATED, &[NETUID, other]);
    assert_eq!(ledger.accrued.get(), TEMPO * TAO);

    market.world.pass_blocks(6);
    market.world.start(other);
    market.world.pass_blocks(7);
    market.settle(other);
    let ledger = market.ledger(ALLOCATED, &[NETUID, other]);
    assert_eq!(ledger.accrued.get(), (TEMPO + 6 + 7) * TAO);
    let paid = sum(&market.result(other).validator_emission);
    assert!(7 * TAO / 2 - paid < 7);

    market.world.pass_blocks(7);
    market.settle(NETUID);
    let ledger = market.ledger(ALLOCATED, &[NETUID, other]);
    assert!((6 * TAO + 7 * TAO).abs_diff(sum(&market.result(NETUID).validator_emission)) < 14);
    assert_eq!(ledger.accrued.get(), (TEMPO + 6 + 7 + 7) * TAO);
    let waiting = market.world.read(market.world.settlement().pending_emission(other));
    assert!(waiting.get().abs_diff(7 * TAO / 2) < 14);
}

#[test]
fn a_late_epoch_pays_everything_that_accrued() {
    let mut market = Market::open();
    market.world.pass_blocks(5 * TEMPO + 3);
    let result = market.settle(NETUID);
    assert!(((5 * TEMPO + 3) * TAO).abs_diff(sum(&result.validator_emission)) < 14);
    assert_eq!(result.epoch, 6);
    market.ledger(ALLOCATED, &[NETUID]);
}

#[test]
fn recycled_tao_is_emitted_again() {
    // One RAO below the first halving: the block that passes it still emits whole.
    let half = Rao::new(10_500_000 * TAO - 1);
    let mut market = Market::found(setup(&[]).allocation(vec![(TREASURY, half)]));
    market.staff(NETUID);
    market.world.stake(coldkey(VALIDATORS[0]), VALIDATORS[0], STAKE);
    market.world.start(NETUID);
    market.world.pass_epochs(NETUID, 1);
    market.settle(NETUID);
    let accrued = market.ledger(half, &[NETUID]).accrued.get();
    assert_eq!(accrued, TAO + (TEMPO - 1) * TAO / 2);

    let recycled = Rao::new(1_000 * TAO);
    market.world.ok(TREASURY, market.world.tao().recycle(TREASURY, recycled));
    market.world.pass_epochs(NETUID, 1);
    market.settle(NETUID);
    assert_eq!(market.ledger(half, &[NETUID]).accrued.get() - accrued, TEMPO * TAO);
}

#[test]
fn nothing_changes_and_nothing_is_lost_when_the_token_cannot_mint() {
    let mut market = Market::open();
    market.world.pass_epochs(NETUID, 1);
    let tao = market.world.tao;
    market.world.ok(DEPLOYER, market.world.guard(tao).pause());
    let message = market.world.settlement().settle(NETUID, SETTLE_STEPS);
    assert_eq!(market.world.refused(STRANGER, message), SettlementError::Mint);
    market.world.ok(DEPLOYER, market.world.guard(tao).unpause());
    market.world.pass_epochs(NETUID, 1);
    let result = market.settle(NETUID);
    assert!((2 * TEMPO * TAO).abs_diff(sum(&result.validator_emission)) < 14);
    market.ledger(ALLOCATED, &[NETUID]);
}

#[test]
fn a_settlement_that_replaces_another_emits_from_its_own_deployment_on() {
    let mut market = Market::open();
    market.world.pass_blocks(3 * TEMPO);
    let deployed = (market.world.tao, market.world.staking, market.world.registry, market.world.engine);
    let other = market.world.deploy::<SettlementError>("settlement", deployed).expect("it was deployed");
    market.world.ok(DEPLOYER, market.world.tao().set_minter(Some(other)));
    market.world.ok(DEPLOYER, market.world.staking().connect(market.world.registry, other));
    market.world.ok(DEPLOYER, market.world.stewardship().connect(other));
    market.world.settlement = other;
    market.world.pass_blocks(7);
    market.settle(NETUID);
    let ledger = market.world.read(market.world.settlement().emission());
    assert_eq!(ledger.accrued.get(), 7 * TAO);
}
