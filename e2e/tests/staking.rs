//! Staking through its public door: hotkeys, takes, deposits and withdrawals, rewards.

use primitives::{
    Clock, GuardError, StakingError,
    guard::PAUSE_MS,
    staking::{
        Delegate, HotkeyAssociated, MAX_HOTKEYS_PER_CALL, MAX_TAKE, MIN_STAKE, Reward, StakeAdded, StakeRemoved,
        Stakes, TAKE_RAISE_INTERVAL, TakeSet,
    },
    tao::TokenError,
};
use psp22::{Approval, Transfer};
use yarrow_e2e::{GENESIS_MS, prelude::*};

const OWNER: AccountId = account("owner");
const NOMINATOR: AccountId = account("nominator");
const STRANGER: AccountId = account("stranger");
const HOTKEY: AccountId = account("hotkey");
const TAO: u64 = Rao::ONE_TAO.get();

/// Staking with one hotkey, of the owner's.
fn world() -> World {
    let mut world = World::stakes_only();
    world.ok(OWNER, world.staking().associate_hotkey(HOTKEY));
    world
}

fn stake_of(world: &mut World, coldkey: AccountId) -> u64 {
    world.read(world.staking().stake_of(HOTKEY, coldkey)).get()
}

fn remove(world: &mut World, coldkey: AccountId, amount: u64) -> u64 {
    world.ok(coldkey, world.staking().remove_stake(HOTKEY, Rao::new(amount))).get()
}

fn reward(incentive: u64, dividends: u64) -> Reward {
    Reward { hotkey: HOTKEY, incentive: Rao::new(incentive), dividends: Rao::new(dividends) }
}

fn pay(world: &mut World, incentive: u64, dividends: u64) {
    world.pay(vec![reward(incentive, dividends)]);
}

fn delegate(world: &mut World) -> Delegate {
    world.read(world.staking().delegate(HOTKEY)).expect("the hotkey is associated")
}

#[test]
fn blocks_of_no_length_are_refused_at_deployment() {
    let mut world = world();
    let staking = world.deploy("staking", (world.tao, 0_u64));
    assert_eq!(staking, Err(StakingError::InvalidBlockTime));
}

#[test]
fn the_clock_begins_at_deployment() {
    let mut world = Setup::default().block_ms(2_000).deploy_stakes();
    world.pass_blocks(3);
    assert_eq!(world.clock(), Clock { genesis_ms: GENESIS_MS, block_ms: 2_000 });
    assert_eq!(world.block(), ProtocolBlock::new(3));
}

#[test]
fn only_the_owner_connects() {
    let mut world = world();
    let error = world.refused(STRANGER, world.staking().connect(STRANGER, STRANGER));
    assert_eq!(error, StakingError::Guard(GuardError::CallerNotOwner(STRANGER)));
    world.ok(DEPLOYER, world.staking().connect(STRANGER, STRANGER));
    world.ok(STRANGER, world.staking().pay(vec![]));
}

#[test]
fn a_hotkey_belongs_to_the_first_coldkey_that_asks() {
    let mut world = World::stakes_only();
    assert_eq!(world.read(world.staking().delegate(HOTKEY)), None);
    world.ok(OWNER, world.staking().associate_hotkey(HOTKEY));
    let associated = HotkeyAssociated { hotkey: HOTKEY, coldkey: OWNER };
    assert_eq!(world.emitted(), [Emitted::new(world.staking, associated)]);
    let expected = Delegate { owner: OWNER, take: MAX_TAKE, take_raised_at: None, total_stake: Rao::ZERO };
    assert_eq!(delegate(&mut world), expected);

    world.ok(OWNER, world.staking().associate_hotkey(HOTKEY));
    assert_eq!(world.emitted(), []);
    let error = world.refused(STRANGER, world.staking().associate_hotkey(HOTKEY));
    assert_eq!(error, StakingError::NonAssociatedColdKey { owner: OWNER });
}

#[test]
fn only_the_registry_associates_for_others() {
    let mut world = World::stakes_only();
    let registry = world.registry;
    let error = world.refused(OWNER, world.staking().associate_hotkey_for(OWNER, HOTKEY));
    assert_eq!(error, StakingError::CallerNotRegistry(OWNER));
    world.ok(registry, world.staking().associate_hotkey_for(OWNER, HOTKEY));
    assert_eq!(delegate(&mut world).owner, OWNER);
    let error = world.refused(registry, world.staking().associate_hotkey_for(STRANGER, HOTKEY));
    assert_eq!(error, StakingError::NonAssociatedColdKey { owner: OWNER });
}

#[test]
fn staking_moves_tao_into_the_pool() {
    let mut world = world();
    world.fund(NOMINATOR, Rao::new(5 * TAO));
    world.ok(NOMINATOR, world.psp22().approve(world.staking, 5 * u128::from(TAO)));
    world.ok(NOMINATOR, world.staking().add_stake(HOTKEY, Rao::new(3 * TAO)));

    let added = StakeAdded { hotkey: HOTKEY, coldkey: NOMINATOR, amount: Rao::new(3 * TAO) };
    let approval = Approval { owner: NOMINATOR, spender: world.staking, amount: 2 * u128::from(TAO) };
    let transfer = Transfer { from: Some(NOMINATOR), to: Some(world.staking), value: 3 * u128::from(TAO) };
    let expected =
        [Emitted::new(world.staking, added), Emitted::new(world.tao, approval), Emitted::new(world.tao, transfer)];
    assert_eq!(world.emitted(), expected);
    assert_eq!(stake_of(&mut world, NOMINATOR), 3 * TAO);
    assert_eq!(delegate(&mut world).total_stake, Rao::new(3 * TAO));
    assert_eq!(world.read(world.staking().total_stake()), Rao::new(3 * TAO));
    assert_eq!((world.balance(NOMINATOR), world.balance(world.staking)), (Rao::new(2 * TAO), Rao::new(3 * TAO)));
}

#[test]
fn staking_is_refused_on_an_unknown_hotkey_or_of_less_than_the_minimum() {
    let mut world = world();
    let error = world.refused(NOMINATOR, world.staking().add_stake(STRANGER, Rao::new(TAO)));
    assert_eq!(error, StakingError::HotKeyAccountNotExists(STRANGER));
    for coldkey in [NOMINATOR, OWNER] {
        let amount = Rao::new(MIN_STAKE.get() - 1);
        let error = world.refused(coldkey, world.staking().add_stake(HOTKEY, amount));
        assert_eq!(error, StakingError::AmountTooLow { min: MIN_STAKE });
    }
    world.stake(NOMINATOR, HOTKEY, MIN_STAKE);
    assert_eq!(stake_of(&mut world, NOMINATOR), MIN_STAKE.get());
}

#[test]
fn staking_is_refused_when_the_token_refuses() {
    let mut world = world();
    world.fund(NOMINATOR, Rao::new(TAO));
    let error = world.refused(NOMINATOR, world.staking().add_stake(HOTKEY, Rao::new(TAO)));
    assert_eq!(error, StakingError::Token(TokenError::InsufficientAllowance));
    world.ok(NOMINATOR, world.psp22().approve(world.staking, u128::MAX));
    let error = world.refused(NOMINATOR, world.staking().add_stake(HOTKEY, Rao::new(TAO + 1)));
    assert_eq!(error, StakingError::Token(TokenError::InsufficientBalance));
    let error = world.refused(NOMINATOR, world.staking().add_stake(HOTKEY, Rao::new(u64::MAX)));
    assert_eq!(error, StakingError::Overflow);

    world.ok(DEPLOYER, world.guard(world.tao).pause());
    let error = world.refused(NOMINATOR, world.staking().add_stake(HOTKEY, Rao::new(TAO)));
    assert_eq!(error, StakingError::Token(TokenError::Refused));
}

#[test]
fn withdrawing_pays_out_tao() {
    let mut world = world();
    world.stake(NOMINATOR, HOTKEY, Rao::new(3 * TAO));
    assert_eq!(remove(&mut world, NOMINATOR, TAO), TAO);

    let removed = StakeRemoved { hotkey: HOTKEY, coldkey: NOMINATOR, amount: Rao::new(TAO) };
    let transfer = Transfer { from: Some(world.staking), to: Some(NOMINATOR), value: u128::from(TAO) };
    assert_eq!(world.emitted(), [Emitted::new(world.staking, removed), Emitted::new(world.tao, transfer)]);
    assert_eq!(stake_of(&mut world, NOMINATOR), 2 * TAO);
    assert_eq!(world.read(world.staking().total_stake()), Rao::new(2 * TAO));
    assert_eq!((world.balance(NOMINATOR), world.balance(world.staking)), (Rao::new(TAO), Rao::new(2 * TAO)));
}

#[test]
fn withdrawing_is_refused_of_nothing_of_too_much_and_from_an_unknown_hotkey() {
    let mut world = world();
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    let error = world.refused(NOMINATOR, world.staking().remove_stake(STRANGER, Rao::new(1)));
    assert_eq!(error, StakingError::HotKeyAccountNotExists(STRANGER));
    let error = world.refused(NOMINATOR, world.staking().remove_stake(HOTKEY, Rao::ZERO));
    assert_eq!(error, StakingError::AmountTooLow { min: Rao::new(1) });
    for amount in [TAO + 1, u64::MAX] {
        let error = world.refused(NOMINATOR, world.staking().remove_stake(HOTKEY, Rao::new(amount)));
        assert_eq!(error, StakingError::NotEnoughStakeToWithdraw { available: Rao::new(TAO) });
    }
    let error = world.refused(STRANGER, world.staking().remove_stake(HOTKEY, Rao::new(1)));
    assert_eq!(error, StakingError::NotEnoughStakeToWithdraw { available: Rao::ZERO });
}

#[test]
fn withdrawing_is_refused_while_the_token_is_paused() {
    let mut world = world();
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    world.ok(DEPLOYER, world.guard(world.tao).pause());
    let error = world.refused(NOMINATOR, world.staking().remove_stake(HOTKEY, Rao::new(TAO)));
    assert_eq!(error, StakingError::Token(TokenError::Refused));
    world.pass_ms(PAUSE_MS);
    assert_eq!(remove(&mut world, NOMINATOR, TAO), TAO);
}

#[test]
fn a_rest_below_the_minimum_goes_with_a_withdrawal_of_a_nominator_and_stays_for_the_owner() {
    let mut world = world();
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    world.stake(OWNER, HOTKEY, Rao::new(TAO));
    let rest = MIN_STAKE.get();
    assert_eq!(remove(&mut world, NOMINATOR, TAO - rest), TAO - rest);
    assert_eq!(remove(&mut world, NOMINATOR, 1), rest);
    assert_eq!(stake_of(&mut world, NOMINATOR), 0);
    assert_eq!(remove(&mut world, OWNER, TAO - 1), TAO - 1);
    assert_eq!(stake_of(&mut world, OWNER), 1);
    assert_eq!(remove(&mut world, OWNER, 1), 1);
    assert_eq!(world.read(world.staking().total_stake()), Rao::ZERO);
}

#[test]
fn the_owner_lowers_the_take_at_once_and_raises_it_once_in_216_000_blocks() {
    let mut world = world();
    world.ok(OWNER, world.staking().decrease_take(HOTKEY, 100));
    let set = |world: &World, take| [Emitted::new(world.staking, TakeSet { hotkey: HOTKEY, take })];
    assert_eq!(world.emitted(), set(&world, 100));
    world.ok(OWNER, world.staking().decrease_take(HOTKEY, 0));
    world.pass_blocks(5);
    world.ok(OWNER, world.staking().increase_take(HOTKEY, 200));
    assert_eq!(world.emitted(), set(&world, 200));
    let raised = delegate(&mut world);
    assert_eq!((raised.take, raised.take_raised_at), (200, Some(ProtocolBlock::new(5))));

    world.pass_blocks(TAKE_RAISE_INTERVAL - 1);
    let error = world.refused(OWNER, world.staking().increase_take(HOTKEY, 300));
    assert_eq!(error, StakingError::DelegateTxRateLimitExceeded { from: ProtocolBlock::new(216_005) });
    world.ok(OWNER, world.staking().decrease_take(HOTKEY, 150));
    world.pass_blocks(1);
    world.ok(OWNER, world.staking().increase_take(HOTKEY, MAX_TAKE));
}

#[test]
fn a_take_is_refused_out_of_its_range_and_to_others() {
    let mut world = world();
    world.ok(OWNER, world.staking().decrease_take(HOTKEY, 100));
    let error = world.refused(OWNER, world.staking().decrease_take(HOTKEY, 100));
    assert_eq!(error, StakingError::DelegateTakeTooHigh { max: 99 });
    let error = world.refused(OWNER, world.staking().increase_take(HOTKEY, 100));
    assert_eq!(error, StakingError::DelegateTakeTooLow { take: 100 });
    let error = world.refused(OWNER, world.staking().increase_take(HOTKEY, MAX_TAKE + 1));
    assert_eq!(error, StakingError::DelegateTakeTooHigh { max: MAX_TAKE });

    let not_yours = StakingError::NonAssociatedColdKey { owner: OWNER };
    assert_eq!(world.refused(NOMINATOR, world.staking().increase_take(HOTKEY, 101)), not_yours);
    assert_eq!(world.refused(NOMINATOR, world.staking().decrease_take(HOTKEY, 99)), not_yours);
    let unknown = StakingError::HotKeyAccountNotExists(STRANGER);
    assert_eq!(world.refused(OWNER, world.staking().increase_take(STRANGER, 101)), unknown);
    assert_eq!(world.refused(OWNER, world.staking().decrease_take(STRANGER, 99)), unknown);
}

#[test]
fn a_reward_goes_to_the_owner_by_take_and_incentive_and_to_all_by_stake() {
    let mut world = world();
    world.stake(OWNER, HOTKEY, Rao::new(TAO));
    world.stake(NOMINATOR, HOTKEY, Rao::new(3 * TAO));
    pay(&mut world, 1_000, 65_535);
    // The take of 65,535 is 11,796; of the other 53,739 the nominator has three quarters, 40,304.25.
    assert_eq!(stake_of(&mut world, NOMINATOR), 3 * TAO + 40_304);
    assert_eq!(stake_of(&mut world, OWNER), TAO + 13_434 + 11_796 + 1_000);
    assert_eq!(delegate(&mut world).total_stake, Rao::new(4 * TAO + 66_535));
    assert_eq!(world.read(world.staking().total_stake()), Rao::new(4 * TAO + 66_535));
    assert_eq!(world.balance(world.staking), Rao::new(4 * TAO + 66_535));
}

#[test]
fn a_reward_goes_to_the_owner_when_nobody_has_staked() {
    let mut world = world();
    pay(&mut world, 10, 20);
    assert_eq!(stake_of(&mut world, OWNER), 30);
    assert_eq!(remove(&mut world, OWNER, 30), 30);
    assert_eq!(world.balance(OWNER), Rao::new(30));
}

#[test]
fn without_a_take_the_owner_earns_like_a_nominator() {
    let mut world = world();
    world.ok(OWNER, world.staking().decrease_take(HOTKEY, 0));
    world.stake(OWNER, HOTKEY, Rao::new(TAO));
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    pay(&mut world, 0, 1_000);
    assert_eq!((stake_of(&mut world, OWNER), stake_of(&mut world, NOMINATOR)), (TAO + 500, TAO + 500));
}

#[test]
fn only_settlement_pays_and_only_to_known_hotkeys_and_within_the_cap() {
    let mut world = world();
    let settlement = world.settlement;
    let error = world.refused(DEPLOYER, world.staking().pay(vec![reward(1, 1)]));
    assert_eq!(error, StakingError::CallerNotSettlement(DEPLOYER));
    let unknown = Reward { hotkey: STRANGER, ..reward(1, 1) };
    let error = world.refused(settlement, world.staking().pay(vec![reward(1, 1), unknown]));
    assert_eq!(error, StakingError::HotKeyAccountNotExists(STRANGER));
    let error = world.refused(settlement, world.staking().pay(vec![reward(0, 0); MAX_HOTKEYS_PER_CALL + 1]));
    assert_eq!(error, StakingError::TooManyHotkeys);

    let cap = world.read(world.tao().cap()).get();
    for rewards in [vec![reward(1, cap)], vec![reward(u64::MAX, u64::MAX)], vec![reward(u64::MAX, 1)]] {
        let error = world.refused(settlement, world.staking().pay(rewards));
        assert_eq!(error, StakingError::Overflow);
    }
    let other = account("another hotkey");
    world.ok(OWNER, world.staking().associate_hotkey(other));
    let half = Reward { hotkey: other, ..reward(0, cap / 2 + 1) };
    let error = world.refused(settlement, world.staking().pay(vec![reward(0, cap / 2), half]));
    assert_eq!(error, StakingError::Overflow);
}

#[test]
fn the_same_hotkey_may_be_paid_twice_in_one_call() {
    let mut world = world();
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    world.pay(vec![reward(0, 65_535), reward(7, 65_535)]);
    assert_eq!(delegate(&mut world).total_stake, Rao::new(TAO + 131_077));
}

#[test]
fn a_full_epoch_is_paid_and_read_in_one_call() {
    let mut world = World::stakes_only();
    let registry = world.registry;
    let hotkeys: Vec<_> = (0..MAX_HOTKEYS_PER_CALL).map(|n| account(&format!("hotkey {n}"))).collect();
    for &hotkey in &hotkeys {
        world.ok(registry, world.staking().associate_hotkey_for(OWNER, hotkey));
    }
    let reward = |&hotkey| Reward { hotkey, incentive: Rao::new(2), dividends: Rao::new(3) };
    world.pay(hotkeys.iter().map(reward).collect());
    let expected = Stakes { of: vec![Rao::new(5); 256], total: Rao::new(1_280) };
    assert_eq!(world.read(world.staking().stakes(hotkeys.clone())), Ok(expected));

    let unknown = world.read(world.staking().stakes(vec![STRANGER]));
    assert_eq!(unknown, Ok(Stakes { of: vec![Rao::ZERO], total: Rao::new(1_280) }));
    let too_many = world.read(world.staking().stakes(vec![HOTKEY; MAX_HOTKEYS_PER_CALL + 1]));
    assert_eq!(too_many, Err(StakingError::TooManyHotkeys));
}

#[test]
fn a_speck_made_dear_by_a_reward_takes_nothing_of_a_later_deposit() {
    let mut world = world();
    world.stake(OWNER, HOTKEY, MIN_STAKE);
    remove(&mut world, OWNER, MIN_STAKE.get() - 1);
    pay(&mut world, 0, 180 * TAO);
    let owner = stake_of(&mut world, OWNER);
    world.stake(NOMINATOR, HOTKEY, MIN_STAKE);
    assert!(stake_of(&mut world, NOMINATOR) >= MIN_STAKE.get() - 1);
    assert!(stake_of(&mut world, OWNER) <= owner + 1);
}

#[test]
fn tao_sent_to_the_contract_moves_no_stake() {
    let mut world = world();
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    let staking = world.staking;
    world.fund(staking, Rao::new(1_000 * TAO));
    assert_eq!(stake_of(&mut world, NOMINATOR), TAO);
    assert_eq!(world.read(world.staking().total_stake()), Rao::new(TAO));
    world.stake(STRANGER, HOTKEY, Rao::new(TAO));
    assert_eq!(stake_of(&mut world, STRANGER), TAO);
}

#[test]
fn coming_just_before_a_reward_and_leaving_after_it_pays_no_more_than_the_part_of_the_stake() {
    let mut world = world();
    world.ok(OWNER, world.staking().decrease_take(HOTKEY, 0));
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    world.stake(STRANGER, HOTKEY, Rao::new(3 * TAO));
    pay(&mut world, 0, 1_000_000);
    let gone = stake_of(&mut world, STRANGER);
    assert_eq!(remove(&mut world, STRANGER, gone), 3 * TAO + 750_000);
    assert_eq!(stake_of(&mut world, NOMINATOR), TAO + 250_000);
    // Leaving before and coming back after earns nothing at all.
    pay(&mut world, 0, 1_000_000);
    world.stake(STRANGER, HOTKEY, Rao::new(3 * TAO));
    assert!(stake_of(&mut world, STRANGER) <= 3 * TAO);
    assert!(stake_of(&mut world, NOMINATOR) >= TAO + 1_250_000);
}

#[test]
fn coming_and_going_gains_nobody_a_rao() {
    let mut world = world();
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    pay(&mut world, 0, 333_333_333);
    let before = stake_of(&mut world, NOMINATOR);
    for amount in [MIN_STAKE.get(), 2_000_001, 2_999_999] {
        world.stake(STRANGER, HOTKEY, Rao::new(amount));
        let shown = stake_of(&mut world, STRANGER);
        assert!(shown <= amount && amount - shown <= 1);
        assert_eq!(remove(&mut world, STRANGER, shown), shown);
        assert!(stake_of(&mut world, NOMINATOR) >= before);
    }
}

#[test]
fn a_reward_costs_the_same_gas_for_one_nominator_and_for_thirty() {
    let mut world = world();
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    pay(&mut world, 1, 1_000);
    let gas = world.gas().ref_time();
    let nominators: Vec<_> = (0..30).map(|n| account(&format!("nominator {n}"))).collect();
    for &nominator in &nominators {
        world.stake(nominator, HOTKEY, Rao::new(TAO));
    }
    let earned_first = stake_of(&mut world, NOMINATOR);
    pay(&mut world, 1, 310_000_000);
    assert!(world.gas().ref_time().abs_diff(gas) < gas / 100);
    // 82 % of 310,000,000 over 31 nominators with nearly the same stake.
    let first = stake_of(&mut world, nominators[0]) - TAO;
    assert!(first.abs_diff(8_200_000) < 10_000);
    for &nominator in &nominators {
        let stake = stake_of(&mut world, nominator);
        assert!(stake.abs_diff(TAO + first) <= 1);
        assert_eq!(remove(&mut world, nominator, stake), stake);
    }
    assert!(stake_of(&mut world, NOMINATOR) > earned_first);
}

#[test]
fn a_pause_stops_every_write_but_rewards_and_lapses_by_itself() {
    let mut world = world();
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    world.ok(DEPLOYER, world.guard(world.staking).pause());
    let (registry, amount) = (world.registry, Rao::new(TAO));
    let paused = StakingError::Guard(GuardError::Paused { until_ms: world.now_ms() + PAUSE_MS });

    assert_eq!(world.refused(OWNER, world.staking().associate_hotkey(STRANGER)), paused);
    assert_eq!(world.refused(registry, world.staking().associate_hotkey_for(OWNER, STRANGER)), paused);
    assert_eq!(world.refused(NOMINATOR, world.staking().add_stake(HOTKEY, amount)), paused);
    assert_eq!(world.refused(NOMINATOR, world.staking().remove_stake(HOTKEY, amount)), paused);
    assert_eq!(world.refused(OWNER, world.staking().increase_take(HOTKEY, MAX_TAKE)), paused);
    assert_eq!(world.refused(OWNER, world.staking().decrease_take(HOTKEY, 0)), paused);
    pay(&mut world, 0, 1_000);

    world.pass_ms(PAUSE_MS - 1);
    assert_eq!(world.refused(NOMINATOR, world.staking().remove_stake(HOTKEY, amount)), paused);
    world.pass_ms(1);
    assert_eq!(remove(&mut world, NOMINATOR, TAO), TAO);
}
