//! Contracts of another interface are told from those that the program understands, before anything is sent.

use chain::{ChainExt, Contracts, InterfaceError, Part, check_interfaces};

use crate::world::World;

fn refused(world: &World, contracts: Contracts) -> InterfaceError {
    let page = world.chain.snapshot().expect("a block");
    check_interfaces(&page, &contracts).expect_err("one is not what it must be")
}

#[test]
fn the_built_contracts_are_understood() {
    let world = World::new();
    let page = world.chain.snapshot().expect("a block");
    check_interfaces(&page, &world.deployment.contracts).expect("they are of this release");
}

#[test]
fn a_contract_in_the_place_of_another_is_named_with_what_it_is() {
    let world = World::new();
    let contracts = world.deployment.contracts;
    let error = refused(&world, Contracts { registry: contracts.root, ..contracts });
    let text = error.to_string();
    assert!(text.starts_with("registry at ") && text.contains("version ROOT1") && text.contains("REGI1"), "{text}");
    assert!(error.hint().contains("addresses"), "{}", error.hint());
}

#[test]
fn a_contract_that_does_not_say_what_it_is_is_not_understood() {
    let world = World::new();
    let contracts = world.deployment.contracts;
    let error = refused(&world, Contracts { settlement: *world.deployment.addresses.of(Part::Engine), ..contracts });
    assert!(matches!(error, InterfaceError::Unknown { name: "settlement", .. }), "{error:?}");
    assert!(error.hint().contains("upgrade this program"), "{}", error.hint());
}
