//! What settlement reads and records, and the pages of neurons.

use primitives::registry::MAX_NEURONS_PER_PAGE;

use super::*;

#[test]
fn the_weights_context_tells_uid_owner_and_registration_blocks() {
    let mut world = world();
    world.register(SUBNET, ALICE, HOTKEY);
    world.pass_blocks(6);
    world.register(SUBNET, OWNER, OWNER_HOTKEY);
    world.start(SUBNET);
    let context = world.read(world.registry().weights_context(SUBNET, HOTKEY)).expect("it was started");
    assert_eq!((context.uid, context.is_owner_hotkey), (Some(Uid::new(0)), false));
    assert_eq!(context.registered_at, [0, 6].map(ProtocolBlock::new));
    assert_eq!(context.cycle.first_block, ProtocolBlock::new(6));
    assert_eq!(Some(context.hyperparameters), world.read(world.registry().hyperparameters(SUBNET)));
    let context = world.read(world.registry().weights_context(SUBNET, OWNER_HOTKEY)).expect("it was started");
    assert_eq!((context.uid, context.is_owner_hotkey), (Some(Uid::new(1)), true));
    let context = world.read(world.registry().weights_context(SUBNET, BOB)).expect("it was started");
    assert_eq!((context.uid, context.is_owner_hotkey), (None, false));
}

#[test]
fn the_epoch_context_tells_hotkeys_and_owner() {
    let mut world = world();
    world.start(SUBNET);
    world.register(SUBNET, ALICE, HOTKEY);
    let context = world.read(world.registry().epoch_context(SUBNET)).expect("it was started");
    assert_eq!((context.owner, context.owner_uid), (OWNER, None));
    world.pass_blocks(6);
    world.register(SUBNET, OWNER, OWNER_HOTKEY);
    let context = world.read(world.registry().epoch_context(SUBNET)).expect("it was started");
    assert_eq!(context.owner_uid, Some(Uid::new(1)));
    assert_eq!(context.hotkeys, [HOTKEY, OWNER_HOTKEY]);
    assert_eq!(context.registered_at, [0, 6].map(ProtocolBlock::new));
}

#[test]
fn there_is_no_context_before_the_start_or_without_a_subnet() {
    let mut world = world();
    let weights = world.read(world.registry().weights_context(SUBNET, HOTKEY));
    assert_eq!(weights, Err(RegistryError::SubnetNotStarted));
    assert_eq!(world.read(world.registry().epoch_context(SUBNET)), Err(RegistryError::SubnetNotStarted));
    let nowhere = RegistryError::SubnetNotExists(NOWHERE);
    assert_eq!(world.read(world.registry().weights_context(NOWHERE, HOTKEY)), Err(nowhere.clone()));
    assert_eq!(world.read(world.registry().epoch_context(NOWHERE)), Err(nowhere));
}

#[test]
fn only_settlement_records_epochs() {
    let mut world = world();
    for caller in [DEPLOYER, OWNER, ALICE] {
        let refused = world.refused(caller, world.registry().record_epoch(SUBNET, 1, vec![], [0; 32]));
        assert_eq!(refused, RegistryError::CallerNotSettlement(caller));
    }
    let refused = world.refused(world.settlement, world.registry().record_epoch(NOWHERE, 1, vec![], [0; 32]));
    assert_eq!(refused, RegistryError::SubnetNotExists(NOWHERE));
}

#[test]
fn a_page_holds_at_most_128_neurons() {
    let mut world = world();
    register_all(&mut world, 0..130);
    let mut page = |start, limit| {
        let page = world.read(world.registry().neurons(SUBNET, Uid::new(start), limit));
        page.into_iter().map(|neuron| neuron.hotkey).collect::<Vec<_>>()
    };
    let hotkeys = |numbers: std::ops::Range<u16>| numbers.map(numbered).collect::<Vec<_>>();
    assert_eq!(page(0, u16::MAX), hotkeys(0..MAX_NEURONS_PER_PAGE));
    assert_eq!(page(128, u16::MAX), hotkeys(128..130));
    assert_eq!(page(3, 2), hotkeys(3..5));
    assert_eq!(page(130, 1), []);
    assert_eq!(world.read(world.registry().neurons(NOWHERE, Uid::new(0), 9)), []);
}

#[test]
fn a_subnet_of_256_neurons_fits_every_message() {
    let mut world = world();
    world.start(SUBNET);
    register_all(&mut world, 0..256);
    let context = world.read(world.registry().epoch_context(SUBNET)).expect("it was started");
    assert_eq!((context.hotkeys.len(), context.registered_at.len()), (256, 256));
    let emission = vec![Rao::new(u64::MAX); 256];
    world.ok(world.settlement, world.registry().record_epoch(SUBNET, 1, emission, [2; 32]));
    assert_eq!(world.register(SUBNET, ALICE, HOTKEY), Uid::new(0));
    let context = world.read(world.registry().weights_context(SUBNET, numbered(255))).expect("it was started");
    assert_eq!((context.uid, context.registered_at.len()), (Some(Uid::new(255)), 256));
}
