//! Who may set a hyperparameter, when, and what follows from it.

use primitives::{Cycle, hyperparameters::HyperparameterError, registry::HyperparameterSet};

use super::*;

const OWNERS: Hyperparameter = Hyperparameter::ImmunityPeriod(7);

fn set_as_owner(world: &mut World, change: Hyperparameter) {
    world.ok(OWNER, world.stewardship().set_hyperparameter(SUBNET, change));
}

fn refused(world: &mut World, caller: AccountId, change: Hyperparameter) -> RegistryError {
    world.refused(caller, world.stewardship().set_hyperparameter(SUBNET, change))
}

fn record_epoch(world: &mut World, epoch: u64) {
    world.ok(world.settlement, world.registry().record_epoch(SUBNET, FIRST, vec![], end(epoch, 0)));
}

fn cycle(world: &mut World) -> Option<Cycle> {
    world.read(world.registry().subnet(SUBNET)).expect("the subnet exists").cycle
}

#[test]
fn the_owner_and_governance_set_a_hyperparameter_of_the_owners() {
    let mut world = world();
    set_as_owner(&mut world, OWNERS);
    let event = HyperparameterSet { netuid: SUBNET, change: OWNERS };
    assert_eq!(world.emitted(), [Emitted::new(world.registry, event)]);
    let rules = world.read(world.registry().hyperparameters(SUBNET)).expect("the subnet exists");
    assert_eq!(rules.immunity_period, 7);
    govern(&mut world, Hyperparameter::ImmunityPeriod(8));
    let rules = world.read(world.registry().hyperparameters(SUBNET)).expect("the subnet exists");
    assert_eq!(rules.immunity_period, 8);
}

#[test]
fn anybody_else_and_a_subnet_that_is_not_there_are_refused() {
    let mut world = world();
    assert_eq!(refused(&mut world, ALICE, OWNERS), RegistryError::NotSubnetOwner(ALICE));
    let nowhere = world.refused(DEPLOYER, world.stewardship().set_hyperparameter(NOWHERE, OWNERS));
    assert_eq!(nowhere, RegistryError::SubnetNotExists(NOWHERE));
}

#[test]
fn the_owner_is_held_to_its_own_parameters_and_bounds() {
    let mut world = world();
    let error = refused(&mut world, OWNER, Hyperparameter::Kappa(1));
    assert_eq!(error, RegistryError::Hyperparameter(HyperparameterError::GovernanceOnly));
    let error = refused(&mut world, OWNER, Hyperparameter::Tempo(359));
    assert_eq!(error, RegistryError::Hyperparameter(HyperparameterError::ValueOutOfBounds));
    govern(&mut world, Hyperparameter::Kappa(1));
    govern(&mut world, Hyperparameter::Tempo(359));
    let error = refused(&mut world, DEPLOYER, Hyperparameter::Tempo(0));
    assert_eq!(error, RegistryError::Hyperparameter(HyperparameterError::ValueOutOfBounds));
}

#[test]
fn the_owner_may_not_change_anything_in_the_last_ten_blocks_of_an_epoch() {
    let mut world = world();
    world.start(SUBNET);
    world.pass_blocks(349);
    set_as_owner(&mut world, Hyperparameter::MinAllowedWeights(3));
    world.pass_blocks(1);
    let frozen = RegistryError::AdminActionProhibitedDuringWeightsWindow { from: ProtocolBlock::new(360) };
    assert_eq!(refused(&mut world, OWNER, OWNERS), frozen);
    govern(&mut world, OWNERS);
    world.pass_blocks(9);
    assert_eq!(refused(&mut world, OWNER, OWNERS), frozen);
    world.pass_blocks(1);
    record_epoch(&mut world, 1);
    set_as_owner(&mut world, OWNERS);
}

#[test]
fn the_owner_may_not_change_the_rules_of_an_epoch_that_has_ended_until_it_is_settled() {
    let mut world = world();
    world.start(SUBNET);
    world.pass_blocks(2 * 360);
    assert_eq!(refused(&mut world, OWNER, OWNERS), RegistryError::EpochNotSettled { epoch: 2 });
    govern(&mut world, OWNERS);
    record_epoch(&mut world, 1);
    assert_eq!(refused(&mut world, OWNER, OWNERS), RegistryError::EpochNotSettled { epoch: 2 });
    record_epoch(&mut world, 2);
    set_as_owner(&mut world, OWNERS);
}

#[test]
fn the_owner_changes_each_parameter_at_most_once_in_two_tempos() {
    let mut world = world();
    world.pass_blocks(4);
    set_as_owner(&mut world, OWNERS);
    set_as_owner(&mut world, Hyperparameter::MinAllowedWeights(3));
    world.pass_blocks(719);
    let too_soon = RegistryError::TxRateLimitExceeded { from: ProtocolBlock::new(724) };
    assert_eq!(refused(&mut world, OWNER, Hyperparameter::ImmunityPeriod(9)), too_soon);
    govern(&mut world, Hyperparameter::ImmunityPeriod(9));
    govern(&mut world, Hyperparameter::ImmunityPeriod(10));
    world.pass_blocks(1);
    set_as_owner(&mut world, Hyperparameter::ImmunityPeriod(11));
}

#[test]
fn a_tempo_set_before_the_start_holds_from_the_start() {
    let mut world = world();
    set_as_owner(&mut world, Hyperparameter::Tempo(500));
    assert_eq!(cycle(&mut world), None);
    world.start(SUBNET);
    let started = Cycle { first_epoch: 0, first_block: ProtocolBlock::new(0), tempo: 500 };
    assert_eq!(cycle(&mut world), Some(started));
}

#[test]
fn the_epoch_goes_on_from_the_block_of_the_change_when_a_tempo_is_set_later() {
    let mut world = world();
    world.start(SUBNET);
    world.pass_blocks(720 + 100);
    govern(&mut world, Hyperparameter::Tempo(50));
    let restarted = Cycle { first_epoch: 2, first_block: ProtocolBlock::new(820), tempo: 50 };
    assert_eq!(cycle(&mut world), Some(restarted));
    let started_at = world.read(world.registry().subnet(SUBNET)).expect("the subnet exists").started_at;
    assert_eq!(started_at, Some(ProtocolBlock::new(0)));
}

#[test]
fn room_is_not_made_smaller_than_the_neurons_there_are() {
    let mut world = world();
    register_all(&mut world, 0..65);
    let error = refused(&mut world, OWNER, Hyperparameter::MaxAllowedUids(64));
    assert_eq!(error, RegistryError::MaxAllowedUidsTooLow { neurons: 65 });
    set_as_owner(&mut world, Hyperparameter::MaxAllowedUids(65));
}

#[test]
fn governance_sets_the_difficulty_in_force_within_its_limits() {
    let mut world = world();
    govern(&mut world, Hyperparameter::Difficulty(1_000));
    assert_eq!(work_target(&mut world).difficulty, 1_000);
    govern(&mut world, Hyperparameter::MinDifficulty(2_000));
    assert_eq!(work_target(&mut world).difficulty, 2_000);
    let error = refused(&mut world, DEPLOYER, Hyperparameter::Difficulty(1_999));
    assert_eq!(error, RegistryError::Hyperparameter(HyperparameterError::ValueOutOfBounds));
}

#[test]
fn new_limits_of_the_burn_hold_at_once() {
    let mut world = world();
    set_as_owner(&mut world, Hyperparameter::MaxBurn(Rao::new(400_000_000)));
    assert_eq!(burn_cost(&mut world), Rao::new(400_000_000));
    govern(&mut world, Hyperparameter::MinBurn(Rao::new(300_000_000)));
    world.pass_blocks(3_600);
    assert_eq!(burn_cost(&mut world), Rao::new(300_000_000));
}
