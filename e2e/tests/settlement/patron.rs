//! A contract of a dApp, `examples/dapp`, on the market: it reads the metagraph, stakes, and pays miners by incentive.

use ink::{
    env::{
        DefaultEnvironment,
        call::{ExecutionInput, Selector, build_call},
    },
    selector_bytes,
};
use patron::{BonusPaid, MAX_PAYEES, Market as Contracts, Metagraph, PatronError, Round};
use primitives::{StakingError, staking::STAKE_HOLD, tao::TokenError};
use psp22::Transfer;
use scale::{Decode, Encode};
use yarrow_e2e::{Message, prelude::*, wasm};

use crate::{
    market::{MINERS, Market, NETUID, STRANGER, VALIDATORS, coldkey, setup},
    replaced::{FULL, crowded, replace},
};

/// Who deployed the patron.
const OWNER: AccountId = DEPLOYER;
const TAO: u64 = Rao::ONE_TAO.get();
const BONUS: Rao = Rao::new(100 * TAO);

/// A market in which nobody has incentive yet, and a patron of its subnet that has this much TAO.
fn market(funds: u64) -> (Market, AccountId) {
    let mut market = Market::open();
    let patron = found(&mut market, Rao::new(funds));
    (market, patron)
}

/// A patron with this much TAO and a bonus.
fn found(market: &mut Market, funds: Rao) -> AccountId {
    let patron = deploy(market);
    market.world.fund(patron, funds);
    market.world.ok(OWNER, message::<Result<(), PatronError>>(patron, selector_bytes!("set_bonus"), BONUS));
    patron
}

fn deploy(market: &mut Market) -> AccountId {
    let World { tao, registry, staking, settlement, .. } = market.world;
    let contracts = Contracts { tao, registry, staking, settlement };
    let input = (selector_bytes!("new"), contracts, NETUID).encode();
    market.world.place(wasm("test/patron"), input)
}

/// A message to the patron, whose arguments are encoded in order.
fn message<R: Decode>(patron: AccountId, selector: [u8; 4], arguments: impl Encode) -> Message<impl Encode, R> {
    let input = ExecutionInput::new(Selector::new(selector)).push_arg(arguments);
    build_call::<DefaultEnvironment>().call(patron).exec_input(input).returns::<R>()
}

fn stake(patron: AccountId, hotkey: AccountId, amount: u64) -> Message<impl Encode, Result<(), PatronError>> {
    message(patron, selector_bytes!("stake"), (hotkey, Rao::new(amount)))
}

fn unstake(patron: AccountId, hotkey: AccountId, amount: u64) -> Message<impl Encode, Result<Rao, PatronError>> {
    message(patron, selector_bytes!("unstake"), (hotkey, Rao::new(amount)))
}

fn pay_miners(patron: AccountId, limit: u16) -> Message<impl Encode, Result<Rao, PatronError>> {
    message(patron, selector_bytes!("pay_miners"), limit)
}

fn metagraph(market: &mut Market, patron: AccountId, first: u16, limit: u16) -> Option<Metagraph> {
    market.world.read(message(patron, selector_bytes!("metagraph"), (Uid::new(first), limit)))
}

/// Lets all validators give the first two miners weights of 3 to 1.
fn round(market: &mut Market) {
    let rows = VALIDATORS.map(|validator| (validator, &[(3, 3), (4, 1)][..]));
    market.round(NETUID, &rows);
}

#[test]
fn a_patron_reads_neurons_with_what_the_last_epoch_says_of_them() {
    let (mut market, patron) = market(0);
    round(&mut market);
    let result = market.result(NETUID);
    let page = metagraph(&mut market, patron, 0, 5).expect("an epoch was settled");
    assert_eq!((page.epoch, page.block), (result.epoch, result.block));
    let hotkeys: Vec<AccountId> = page.neurons.iter().map(|neuron| neuron.hotkey).collect();
    assert_eq!(hotkeys, [&VALIDATORS[..], &MINERS[..2]].concat());
    let incentives: Vec<u16> = page.neurons.iter().map(|neuron| neuron.incentive).collect();
    assert_eq!(incentives, result.incentive[..5]);
    assert!(incentives[3] > incentives[4] && incentives[4] > 0, "{incentives:?}");

    let rest = metagraph(&mut market, patron, 5, 100).expect("there are seven");
    assert_eq!(rest.neurons.iter().map(|neuron| neuron.uid.get()).collect::<Vec<_>>(), [5, 6]);
    assert_eq!(metagraph(&mut market, patron, 7, 100), None);
}

#[test]
fn a_hotkey_that_took_a_uid_after_the_epoch_has_none_of_its_incentive() {
    let mut market = crowded();
    let patron = deploy(&mut market);
    // Everybody mines, uid 3 least: it gives way.
    let row: Vec<(u16, u16)> = (3..FULL).map(|uid| (uid, if uid == 3 { 1 } else { 9 })).collect();
    market.round(NETUID, &VALIDATORS.map(|validator| (validator, &row[..])));
    let before = metagraph(&mut market, patron, 3, 1).expect("uid 3").neurons[0];
    market.world.pass_blocks(1);
    replace(&mut market, 3);
    let after = metagraph(&mut market, patron, 3, 1).expect("uid 3").neurons[0];
    assert_ne!(after.hotkey, before.hotkey);
    assert!(before.incentive > 0 && after.incentive == 0, "{before:?} {after:?}");
}

#[test]
fn miners_are_paid_by_incentive_once_for_an_epoch_whoever_asks() {
    let (mut market, patron) = market(200 * TAO);
    round(&mut market);
    let result = market.result(NETUID);
    let share = |uid: usize| u64::from(result.incentive[uid]) * BONUS.get() / 65_535;
    let paid = market.world.ok(STRANGER, pay_miners(patron, 9));
    let event = BonusPaid { epoch: result.epoch, first: Uid::new(0), payees: 2, amount: paid };
    assert_eq!(market.world.emitted().last(), Some(&Emitted::new(patron, event)));
    let transfers = market.world.events::<Transfer>().into_iter().map(|transfer| transfer.value);
    assert_eq!(transfers.collect::<Vec<_>>(), [u128::from(share(3)), u128::from(share(4))]);
    for (uid, hotkey) in [(3, MINERS[0]), (4, MINERS[1])] {
        assert_eq!(market.world.balance(coldkey(hotkey)).get(), share(uid));
    }
    // Both roundings lose at most a RAO for each of two miners, and 1/65,535 of the bonus for each.
    assert_eq!(paid.get(), share(3) + share(4));
    assert!(paid <= BONUS && BONUS.get() - paid.get() <= 2 + 2 * BONUS.get() / 65_535, "{paid}");

    let refusal = PatronError::NothingDue { epoch: result.epoch };
    assert_eq!(market.world.refused(STRANGER, pay_miners(patron, 9)), refusal);
    market.world.pass_epochs(NETUID, 1);
    market.settle(NETUID);
    let balance = market.world.balance(patron);
    let again = market.world.ok(STRANGER, pay_miners(patron, 9));
    assert_eq!(market.world.balance(patron).get(), balance.get() - again.get());
}

#[test]
fn a_round_in_several_calls_pays_what_one_call_does() {
    let (mut market, patron) = market(200 * TAO);
    round(&mut market);
    let whole = market.world.ok(STRANGER, pay_miners(patron, MAX_PAYEES));

    // The same weights give the same incentives.
    round(&mut market);
    let mut parts = vec![];
    for next in [2, 4, 6, 7] {
        parts.push(market.world.ok(STRANGER, pay_miners(patron, 2)).get());
        let round = market.world.read(message::<Round>(patron, selector_bytes!("round"), ()));
        assert_eq!((round.next, round.bonus), (Uid::new(next), BONUS));
    }
    assert_eq!((parts[0], parts[3], parts.iter().sum::<u64>()), (0, 0, whole.get()));
    let refused = market.world.refused(STRANGER, pay_miners(patron, 2));
    assert!(matches!(refused, PatronError::NothingDue { .. }), "{refused:?}");
}

#[test]
fn nobody_is_paid_before_the_first_epoch() {
    let mut market = Market::found(setup(&[]));
    let patron = deploy(&mut market);
    market.staff(NETUID);
    assert_eq!(metagraph(&mut market, patron, 0, 9), None);
    assert_eq!(market.world.refused(STRANGER, pay_miners(patron, 9)), PatronError::NoEpochYet);
}

#[test]
fn a_patron_with_too_little_tao_pays_nobody() {
    let (mut market, patron) = market(99 * TAO);
    round(&mut market);
    let refusal = PatronError::Token(TokenError::InsufficientBalance);
    assert_eq!(market.world.refused(STRANGER, pay_miners(patron, 9)), refusal);
    market.world.fund(patron, Rao::ONE_TAO);
    market.world.ok(STRANGER, pay_miners(patron, 9));
}

#[test]
fn a_patrons_stake_earns_and_comes_back_to_its_owner() {
    let (mut market, patron) = market(1_000 * TAO);
    let hotkey = VALIDATORS[0];
    market.world.ok(OWNER, stake(patron, hotkey, 1_000 * TAO));
    assert_eq!(market.world.balance(patron), Rao::ZERO);
    let position = |market: &mut Market| market.world.read(message::<Rao>(patron, selector_bytes!("position"), hotkey));
    assert_eq!(position(&mut market).get(), 1_000 * TAO);

    let from = market.world.block().after(STAKE_HOLD);
    let refusal = PatronError::Staking(StakingError::StakingOperationRateLimitExceeded { from });
    assert_eq!(market.world.refused(OWNER, unstake(patron, hotkey, TAO)), refusal);

    round(&mut market);
    market.world.pass_blocks(STAKE_HOLD);
    let grown = position(&mut market);
    assert!(grown.get() > 1_000 * TAO, "{grown}");
    assert_eq!(market.world.ok(OWNER, unstake(patron, hotkey, grown.get())), grown);
    assert_eq!(market.world.balance(patron), grown);
    market.world.ok(OWNER, message::<Result<(), PatronError>>(patron, selector_bytes!("withdraw"), grown));
    assert_eq!((market.world.balance(patron), market.world.balance(OWNER)), (Rao::ZERO, grown));
}

#[test]
fn a_patron_obeys_its_owner_and_passes_on_what_staking_says() {
    let (mut market, patron) = market(TAO);
    let refusal = PatronError::CallerNotOwner(STRANGER);
    assert_eq!(market.world.refused(STRANGER, stake(patron, VALIDATORS[0], TAO)), refusal);
    let nobody = account("nobody's hotkey");
    let refusal = PatronError::Staking(StakingError::HotKeyAccountNotExists(nobody));
    assert_eq!(market.world.refused(OWNER, stake(patron, nobody, TAO)), refusal);
    let refusal = PatronError::Staking(StakingError::Token(TokenError::InsufficientBalance));
    assert_eq!(market.world.refused(OWNER, stake(patron, VALIDATORS[0], TAO + 1)), refusal);
}

#[test]
fn paying_as_many_miners_as_a_call_may_stays_below_the_gas_of_a_message() {
    let mut market = crowded();
    let patron = found(&mut market, BONUS);
    let row: Vec<(u16, u16)> = (3..FULL).map(|uid| (uid, 1)).collect();
    market.round(NETUID, &VALIDATORS.map(|validator| (validator, &row[..])));
    market.world.ok(STRANGER, pay_miners(patron, MAX_PAYEES));
    let payees = market.world.events::<BonusPaid>()[0].payees;
    assert!(payees >= MAX_PAYEES - 3, "{payees} were paid");
    let gas = market.world.gas();
    println!("{payees} miners: {:.1}e9 of ref_time, {} of proof", gas.ref_time() as f64 / 1e9, gas.proof_size());
    assert!(gas.ref_time() < 300_000_000_000, "{gas:?}");
}
