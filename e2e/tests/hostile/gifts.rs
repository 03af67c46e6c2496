//! Value that comes without a message for it, messages about nothing, and names that are said twice.

use primitives::{
    StakingError,
    settlement::EmissionLedger,
    staking::{MIN_STAKE, Stakes},
    tao::Supply,
};

use super::*;

/// What every contract says about amounts.
#[derive(Debug, PartialEq, Eq)]
struct Accounts {
    supply: Supply,
    stakes: Stakes,
    stake: Rao,
    lock_cost: Rao,
    burn_cost: Option<Rao>,
    emission: EmissionLedger,
}

fn accounts(world: &mut World) -> Accounts {
    Accounts {
        supply: world.read(world.tao().supply()),
        stakes: world.read(world.staking().stakes(SUBNET, Uid::new(0), 10)).expect("few uids"),
        stake: world.read(world.staking().stake_of(VALIDATOR, BOB)),
        lock_cost: world.read(world.registry().subnet_lock_cost()),
        burn_cost: world.read(world.registry().burn_cost(SUBNET)),
        emission: world.read(world.settlement().emission()),
    }
}

#[test]
fn gifts_of_tao_and_of_native_value_to_any_contract_change_no_account() {
    let mut world = world();
    let before = accounts(&mut world);
    for (_, contract) in world.guarded() {
        world.ok(BOB, world.psp22().transfer(contract, 7_000_000_000, vec![]));
        world.give_native(contract, 9_000_000_000);
    }
    assert_eq!(accounts(&mut world), before);

    for attempt in attempts(&mut world) {
        assert!(attempt.succeeds(&mut world), "{}", attempt.name);
    }
    for (_, contract) in world.guarded() {
        assert!(world.balance(contract).get() >= 7_000_000_000, "a gift was spent");
    }
}

#[test]
fn a_message_that_brings_native_value_is_refused() {
    let mut world = world();
    for attempt in attempts(&mut world) {
        world.give_native(attempt.caller, 1_000_000_000_000);
        let before = world.state_root();
        let answer = world.call_paying(attempt.caller, attempt.contract, attempt.input.clone(), 1);
        assert!(!answer.is_ok_and(|answer| answer.starts_with(&[0, 0])), "{} takes a payment", attempt.name);
        assert_eq!(world.state_root(), before, "{}", attempt.name);
    }
}

#[test]
fn amounts_of_zero_are_refused_or_move_nothing() {
    let mut world = world();
    let (staking, hotkey) = (world.staking(), account("another hotkey"));
    world.ok(STRANGER, staking.clone().associate_hotkey(hotkey));
    let min = |min| StakingError::AmountTooLow { min };
    assert_eq!(world.refused(BOB, staking.clone().add_stake(VALIDATOR, Rao::ZERO)), min(MIN_STAKE));
    assert_eq!(world.refused(BOB, staking.clone().remove_stake(VALIDATOR, Rao::ZERO)), min(Rao::new(1)));
    assert_eq!(world.refused(BOB, staking.clone().move_stake(VALIDATOR, hotkey, Rao::ZERO)), min(MIN_STAKE));
    assert_eq!(world.refused(BOB, staking.clone().transfer_stake(VALIDATOR, STRANGER, Rao::ZERO)), min(MIN_STAKE));

    let before = accounts(&mut world);
    world.ok(BOB, world.psp22().transfer(STRANGER, 0, vec![]));
    world.ok(STRANGER, world.psp22().transfer_from(BOB, STRANGER, 0, vec![]));
    world.ok(BOB, world.tao().recycle(BOB, Rao::ZERO));
    world.ok(BOB, world.psp22_burnable().burn(0));
    assert_eq!(world.emitted(), []);
    assert_eq!(accounts(&mut world), before);
    assert_eq!(world.balance(BOB), WEALTH);
}

#[test]
fn an_account_named_twice_in_one_call_counts_twice_and_no_more() {
    let allocation = vec![(BOB, Rao::new(1)), (STRANGER, Rao::new(10)), (BOB, Rao::new(2))];
    let mut world = Setup::default().allocation(allocation).deploy_stakes();
    assert_eq!((world.balance(BOB), world.balance(STRANGER)), (Rao::new(3), Rao::new(10)));

    let minter = world.settlement;
    world.ok(minter, world.tao().mint(vec![(BOB, Rao::new(100)), (BOB, Rao::new(200))]));
    assert_eq!(world.balance(BOB), Rao::new(303));
    assert_eq!(world.read(world.tao().supply()).minted, Rao::new(313));
}
