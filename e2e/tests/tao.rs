//! The token through its public door: supply and cap, PSP22, burn and recycle.

use primitives::{
    GuardError,
    guard::PAUSE_MS,
    tao::{MAX_ALLOCATIONS, MinterSet, Recycled, Supply, TaoError, TokenError},
};
use psp22::{Approval, Transfer};
use yarrow_e2e::prelude::*;

/// 21,000,000 TAO.
const CAP: Rao = Rao::new(21_000_000_000_000_000);
const ALICE: AccountId = account("alice");
const BOB: AccountId = account("bob");
const CAROL: AccountId = account("carol");

/// A token of which Alice has 1,000 RAO and there is nothing else.
fn world() -> World {
    world_with(vec![(ALICE, Rao::new(1_000))])
}

fn world_with(allocation: Vec<(AccountId, Rao)>) -> World {
    Setup::default().allocation(allocation).deploy_stakes()
}

fn minter(world: &World) -> AccountId {
    world.settlement
}

fn mint(world: &mut World, to: AccountId, amount: u64) {
    world.ok(minter(world), world.tao().mint(vec![(to, Rao::new(amount))]));
}

fn transfer(
    world: &World,
    from: impl Into<Option<AccountId>>,
    to: impl Into<Option<AccountId>>,
    value: u128,
) -> Emitted {
    Emitted::new(world.tao, Transfer { from: from.into(), to: to.into(), value })
}

fn approval(world: &World, amount: u128) -> Emitted {
    Emitted::new(world.tao, Approval { owner: ALICE, spender: BOB, amount })
}

fn paused() -> PSP22Error {
    PSP22Error::Custom("Paused".into())
}

#[test]
fn metadata_is_that_of_tao() {
    let mut world = world();
    assert_eq!(world.read(world.psp22_metadata().token_name()).as_deref(), Some("TAO"));
    assert_eq!(world.read(world.psp22_metadata().token_symbol()).as_deref(), Some("TAO"));
    assert_eq!(world.read(world.psp22_metadata().token_decimals()), 9);
    assert_eq!(world.read(world.tao().cap()), CAP);
}

#[test]
fn an_empty_allocation_mints_nothing() {
    let mut world = world_with(vec![]);
    assert_eq!(world.read(world.tao().supply()), Supply::default());
    assert_eq!(world.read(world.psp22().total_supply()), 0);
}

#[test]
fn an_allocation_is_minted_with_events_and_counted_in_the_issuance() {
    let mut world = world();
    let allocation = vec![(BOB, Rao::new(5)), (CAROL, Rao::ZERO), (BOB, Rao::new(7))];
    world.tao = world.deploy::<TaoError>("tao", allocation).expect("within the cap");
    assert_eq!(world.emitted(), [transfer(&world, None, BOB, 5), transfer(&world, None, BOB, 7)]);
    assert_eq!(world.balance(BOB), Rao::new(12));
    assert_eq!(world.read(world.tao().issuance()), Rao::new(12));
}

#[test]
fn an_allocation_reaches_the_cap_and_does_not_pass_it() {
    let mut world = world_with(vec![(ALICE, CAP)]);
    assert_eq!(world.balance(ALICE), CAP);
    let error = world.deploy::<TaoError>("tao", vec![(ALICE, CAP), (BOB, Rao::new(1))]);
    assert_eq!(error, Err(TaoError::CapExceeded { left: CAP }));
}

#[test]
fn an_allocation_names_at_most_64_accounts() {
    let mut world = world();
    let entries = |count| vec![(BOB, Rao::new(1)); count];
    assert!(world.deploy::<TaoError>("tao", entries(MAX_ALLOCATIONS)).is_ok());
    assert_eq!(world.deploy("tao", entries(MAX_ALLOCATIONS + 1)), Err(TaoError::TooManyAllocations));
}

#[test]
fn only_the_minter_mints() {
    let mut world = world();
    let amounts = vec![(BOB, Rao::new(1))];
    for caller in [DEPLOYER, ALICE] {
        let error = world.refused(caller, world.tao().mint(amounts.clone()));
        assert_eq!(error, TaoError::CallerNotMinter(caller));
    }
    world.ok(minter(&world), world.tao().mint(amounts));
    assert_eq!(world.emitted(), [transfer(&world, None, BOB, 1)]);
    assert_eq!(world.balance(BOB), Rao::new(1));
}

#[test]
fn the_owner_appoints_and_removes_the_minter() {
    let mut world = world();
    let error = world.refused(ALICE, world.tao().set_minter(Some(ALICE)));
    assert_eq!(error, TaoError::Guard(GuardError::CallerNotOwner(ALICE)));

    world.ok(DEPLOYER, world.tao().set_minter(Some(BOB)));
    assert_eq!(world.emitted(), [Emitted::new(world.tao, MinterSet { minter: Some(BOB) })]);
    assert_eq!(world.read(world.tao().minter()), Some(BOB));
    world.ok(BOB, world.tao().mint(vec![(BOB, Rao::new(1))]));

    world.ok(DEPLOYER, world.tao().set_minter(None));
    let error = world.refused(BOB, world.tao().mint(vec![(BOB, Rao::new(1))]));
    assert_eq!(error, TaoError::CallerNotMinter(BOB));
}

#[test]
fn minting_reaches_the_cap_and_does_not_pass_it() {
    let mut world = world_with(vec![(ALICE, Rao::new(CAP.get() - 10))]);
    let minter = minter(&world);
    let error = world.refused(minter, world.tao().mint(vec![(BOB, Rao::new(10)), (CAROL, Rao::new(1))]));
    assert_eq!(error, TaoError::CapExceeded { left: Rao::new(10) });
    mint(&mut world, BOB, 10);
    assert_eq!(world.read(world.psp22().total_supply()), CAP.to_psp22());
    let error = world.refused(minter, world.tao().mint(vec![(BOB, Rao::new(1))]));
    assert_eq!(error, TaoError::CapExceeded { left: Rao::ZERO });
}

#[test]
fn amounts_whose_sum_passes_64_bits_are_above_the_cap() {
    let mut world = world();
    let amounts = vec![(BOB, Rao::new(u64::MAX)), (BOB, Rao::new(2))];
    let error = world.refused(minter(&world), world.tao().mint(amounts));
    assert_eq!(error, TaoError::CapExceeded { left: Rao::new(CAP.get() - 1_000) });
}

#[test]
fn recycled_tao_can_be_minted_again_and_burned_tao_cannot() {
    let mut world = world_with(vec![(ALICE, CAP)]);
    let minter = minter(&world);
    world.ok(ALICE, world.psp22_burnable().burn(30));
    let error = world.refused(minter, world.tao().mint(vec![(BOB, Rao::new(1))]));
    assert_eq!(error, TaoError::CapExceeded { left: Rao::ZERO });

    world.ok(ALICE, world.tao().recycle(ALICE, Rao::new(20)));
    let error = world.refused(minter, world.tao().mint(vec![(BOB, Rao::new(21))]));
    assert_eq!(error, TaoError::CapExceeded { left: Rao::new(20) });
    mint(&mut world, BOB, 20);

    let minted = Rao::new(CAP.get() + 20);
    assert_eq!(world.read(world.tao().supply()), Supply { minted, recycled: Rao::new(20), burned: Rao::new(30) });
    assert_eq!(world.read(world.tao().issuance()), CAP);
    assert_eq!(world.read(world.psp22().total_supply()), CAP.to_psp22() - 30);
}

#[test]
fn burning_leaves_the_issuance_and_lowers_the_supply() {
    let mut world = world();
    world.ok(ALICE, world.psp22_burnable().burn(400));
    assert_eq!(world.emitted(), [transfer(&world, ALICE, None, 400)]);
    assert_eq!(world.balance(ALICE), Rao::new(600));
    assert_eq!(world.read(world.psp22().total_supply()), 600);
    assert_eq!(world.read(world.tao().issuance()), Rao::new(1_000));

    world.ok(ALICE, world.psp22_burnable().burn(0));
    assert_eq!(world.emitted(), []);
    for value in [601, u128::MAX] {
        let error = world.refused(ALICE, world.psp22_burnable().burn(value));
        assert_eq!(error, PSP22Error::InsufficientBalance);
    }
}

#[test]
fn recycling_lowers_supply_and_issuance() {
    let mut world = world();
    world.ok(ALICE, world.tao().recycle(ALICE, Rao::new(400)));
    let recycled = Emitted::new(world.tao, Recycled { from: ALICE, amount: Rao::new(400) });
    assert_eq!(world.emitted(), [transfer(&world, ALICE, None, 400), recycled]);
    assert_eq!(world.balance(ALICE), Rao::new(600));
    assert_eq!(world.read(world.psp22().total_supply()), 600);
    assert_eq!(world.read(world.tao().issuance()), Rao::new(600));

    world.ok(BOB, world.tao().recycle(ALICE, Rao::ZERO));
    assert_eq!(world.emitted(), []);
}

#[test]
fn recycling_of_another_takes_an_allowance() {
    let mut world = world();
    let error = world.refused(BOB, world.tao().recycle(ALICE, Rao::new(2_000)));
    assert_eq!(error, TaoError::Token(TokenError::InsufficientAllowance), "it wins over the balance");
    world.ok(ALICE, world.psp22().approve(BOB, 2_500));
    let error = world.refused(BOB, world.tao().recycle(ALICE, Rao::new(2_000)));
    assert_eq!(error, TaoError::Token(TokenError::InsufficientBalance));

    world.ok(BOB, world.tao().recycle(ALICE, Rao::new(300)));
    let recycled = Emitted::new(world.tao, Recycled { from: ALICE, amount: Rao::new(300) });
    assert_eq!(world.emitted(), [approval(&world, 2_200), transfer(&world, ALICE, None, 300), recycled]);
    assert_eq!(world.read(world.psp22().allowance(ALICE, BOB)), 2_200);
}

#[test]
fn a_transfer_moves_the_value_and_says_so() {
    let mut world = world();
    world.ok(ALICE, world.psp22().transfer(BOB, 1_000, b"memo".to_vec()));
    assert_eq!(world.emitted(), [transfer(&world, ALICE, BOB, 1_000)]);
    assert_eq!((world.balance(ALICE), world.balance(BOB)), (Rao::ZERO, Rao::new(1_000)));
}

#[test]
fn a_transfer_of_more_than_the_balance_is_refused() {
    let mut world = world();
    for value in [1_001, u128::from(u64::MAX) + 2, u128::MAX] {
        let error = world.refused(ALICE, world.psp22().transfer(BOB, value, vec![]));
        assert_eq!(error, PSP22Error::InsufficientBalance);
    }
}

#[test]
fn a_transfer_of_nothing_or_to_oneself_does_nothing() {
    let mut world = world();
    world.ok(BOB, world.psp22().transfer(ALICE, 0, vec![]));
    assert_eq!(world.emitted(), []);
    world.ok(BOB, world.psp22().transfer(BOB, 5, vec![]));
    assert_eq!(world.emitted(), []);
    world.ok(BOB, world.psp22().transfer_from(ALICE, CAROL, 0, vec![]));
    assert_eq!(world.emitted(), []);
    world.ok(BOB, world.psp22().transfer_from(ALICE, ALICE, 5, vec![]));
    assert_eq!(world.emitted(), []);
    assert_eq!(world.balance(ALICE), Rao::new(1_000));
}

#[test]
fn a_transfer_by_allowance_shrinks_it_and_says_so_first() {
    let mut world = world();
    world.ok(ALICE, world.psp22().approve(BOB, 700));
    world.ok(BOB, world.psp22().transfer_from(ALICE, CAROL, 500, vec![]));
    assert_eq!(world.emitted(), [approval(&world, 200), transfer(&world, ALICE, CAROL, 500)]);
    assert_eq!(world.balance(CAROL), Rao::new(500));
    assert_eq!(world.read(world.psp22().allowance(ALICE, BOB)), 200);
}

#[test]
fn a_transfer_from_oneself_needs_no_allowance() {
    let mut world = world();
    world.ok(ALICE, world.psp22().transfer_from(ALICE, BOB, 5, vec![]));
    assert_eq!(world.emitted(), [transfer(&world, ALICE, BOB, 5)]);
}

#[test]
fn a_transfer_by_allowance_names_the_allowance_before_the_balance() {
    let mut world = world();
    world.ok(ALICE, world.psp22().approve(BOB, 1_500));
    let error = world.refused(BOB, world.psp22().transfer_from(ALICE, CAROL, 1_501, vec![]));
    assert_eq!(error, PSP22Error::InsufficientAllowance);
    let error = world.refused(BOB, world.psp22().transfer_from(ALICE, CAROL, 1_500, vec![]));
    assert_eq!(error, PSP22Error::InsufficientBalance);
}

#[test]
fn allowances_are_set_raised_and_lowered() {
    let mut world = world();
    world.ok(ALICE, world.psp22().approve(BOB, u128::MAX - 10));
    assert_eq!(world.emitted(), [approval(&world, u128::MAX - 10)]);
    world.ok(ALICE, world.psp22().increase_allowance(BOB, 10));
    assert_eq!(world.emitted(), [approval(&world, u128::MAX)]);
    let error = world.refused(ALICE, world.psp22().increase_allowance(BOB, 1));
    assert_eq!(error, PSP22Error::Custom("Overflow".into()));
    world.ok(ALICE, world.psp22().approve(BOB, 9));
    world.ok(ALICE, world.psp22().decrease_allowance(BOB, 4));
    assert_eq!(world.emitted(), [approval(&world, 5)]);
    let error = world.refused(ALICE, world.psp22().decrease_allowance(BOB, 6));
    assert_eq!(error, PSP22Error::InsufficientAllowance);
    world.ok(ALICE, world.psp22().decrease_allowance(BOB, 5));
    assert_eq!(world.emitted(), [approval(&world, 0)]);
    assert_eq!(world.read(world.psp22().allowance(ALICE, BOB)), 0);
}

#[test]
fn an_allowance_to_oneself_or_a_change_by_nothing_does_nothing() {
    let mut world = world();
    for message in [world.psp22().approve(ALICE, 5), world.psp22().approve(ALICE, 0)] {
        world.ok(ALICE, message);
        assert_eq!(world.emitted(), []);
    }
    for message in [world.psp22().increase_allowance(ALICE, 5), world.psp22().increase_allowance(BOB, 0)] {
        world.ok(ALICE, message);
        assert_eq!(world.emitted(), []);
    }
    for message in [world.psp22().decrease_allowance(ALICE, 5), world.psp22().decrease_allowance(BOB, 0)] {
        world.ok(ALICE, message);
        assert_eq!(world.emitted(), []);
    }
}

#[test]
fn a_pause_stops_every_write_and_lapses_by_itself() {
    let mut world = world();
    world.ok(ALICE, world.psp22().approve(BOB, 5));
    world.ok(DEPLOYER, world.guard(world.tao).pause());
    let until_ms = world.now_ms() + PAUSE_MS;
    let (minter, guard) = (minter(&world), TaoError::Guard(GuardError::Paused { until_ms }));

    assert_eq!(world.refused(ALICE, world.psp22().transfer(BOB, 1, vec![])), paused());
    assert_eq!(world.refused(ALICE, world.psp22().transfer(BOB, 0, vec![])), paused());
    assert_eq!(world.refused(BOB, world.psp22().transfer_from(ALICE, BOB, 1, vec![])), paused());
    assert_eq!(world.refused(ALICE, world.psp22().approve(BOB, 1)), paused());
    assert_eq!(world.refused(ALICE, world.psp22().increase_allowance(BOB, 1)), paused());
    assert_eq!(world.refused(ALICE, world.psp22().decrease_allowance(BOB, 1)), paused());
    assert_eq!(world.refused(ALICE, world.psp22_burnable().burn(1)), paused());
    assert_eq!(world.refused(minter, world.tao().mint(vec![(BOB, Rao::new(1))])), guard);
    assert_eq!(world.refused(ALICE, world.tao().recycle(ALICE, Rao::new(1))), guard);
    world.ok(DEPLOYER, world.tao().set_minter(Some(minter)));

    world.pass_ms(PAUSE_MS - 1);
    assert_eq!(world.refused(ALICE, world.psp22().transfer(BOB, 1, vec![])), paused());
    world.pass_ms(1);
    world.ok(ALICE, world.psp22().transfer(BOB, 1, vec![]));
}

#[test]
fn bytes_that_are_no_message_do_not_return() {
    let mut world = world();
    for input in [vec![], vec![0xFF; 3], vec![0xDB, 0x20, 0xF9, 0xF5], vec![0xFF; 100]] {
        let answer = world.call_raw(ALICE, world.tao, input);
        assert!(answer.is_err() || answer.is_ok_and(|data| data == [1, 1]), "an error of the language");
    }
    assert_eq!(world.balance(ALICE), Rao::new(1_000));
}
