//! What settlement reads and records, and the pages of neurons.

use primitives::registry::MAX_NEURONS_PER_PAGE;

use super::*;

#[test]
fn the_weights_context_tells_seat_owner_and_as_many_registration_blocks_as_asked_for() {
    let mut world = world();
    world.register(SUBNET, ALICE, HOTKEY);
    world.pass_blocks(6);
    world.register(SUBNET, OWNER, OWNER_HOTKEY);
    world.start(SUBNET);
    let mut context =
        |hotkey, blocks| world.read(world.registry().weights_context(SUBNET, hotkey, blocks)).expect("it was started");
    let alices = context(HOTKEY, 1);
    assert_eq!((alices.seat, alices.is_owner_hotkey), (Some((Uid::new(0), ProtocolBlock::new(0))), false));
    assert_eq!((alices.neurons, alices.registered_at), (2, vec![ProtocolBlock::new(0)]));
    assert_eq!(alices.cycle.first_block, ProtocolBlock::new(6));
    let owners = context(OWNER_HOTKEY, 1_024);
    assert_eq!((owners.seat, owners.is_owner_hotkey), (Some((Uid::new(1), ProtocolBlock::new(6))), true));
    assert_eq!(owners.registered_at, [0, 6].map(ProtocolBlock::new));
    let nobodys = context(BOB, 0);
    assert_eq!((nobodys.seat, nobodys.is_owner_hotkey, nobodys.registered_at), (None, false, vec![]));
    assert_eq!(Some(nobodys.hyperparameters), world.read(world.registry().hyperparameters(SUBNET)));
}

#[test]
fn the_epoch_context_tells_neurons_and_owner() {
    let mut world = world();
    world.start(SUBNET);
    world.register(SUBNET, ALICE, HOTKEY);
    let context = world.read(world.registry().epoch_context(SUBNET)).expect("it was started");
    assert_eq!((context.owner, context.owner_uid), (OWNER, None));
    world.pass_blocks(6);
    world.register(SUBNET, OWNER, OWNER_HOTKEY);
    let context = world.read(world.registry().epoch_context(SUBNET)).expect("it was started");
    assert_eq!((context.owner_uid, context.neurons), (Some(Uid::new(1)), 2));
    assert_eq!(context.registered_at, [0, 6].map(ProtocolBlock::new));
}

#[test]
fn there_is_no_context_before_the_start_or_without_a_subnet() {
    let mut world = world();
    let weights = world.read(world.registry().weights_context(SUBNET, HOTKEY, 0));
    assert_eq!(weights, Err(RegistryError::SubnetNotStarted));
    assert_eq!(world.read(world.registry().epoch_context(SUBNET)), Err(RegistryError::SubnetNotStarted));
    let nowhere = RegistryError::SubnetNotExists(NOWHERE);
    assert_eq!(world.read(world.registry().weights_context(NOWHERE, HOTKEY, 0)), Err(nowhere.clone()));
    assert_eq!(world.read(world.registry().epoch_context(NOWHERE)), Err(nowhere));
}

#[test]
fn only_settlement_records_epochs() {
    let mut world = world();
    for caller in [DEPLOYER, OWNER, ALICE] {
        let refused = world.refused(caller, world.registry().record_epoch(SUBNET, FIRST, vec![], end(1, 0)));
        assert_eq!(refused, RegistryError::CallerNotSettlement(caller));
    }
    let refused = world.refused(world.settlement, world.registry().record_epoch(NOWHERE, FIRST, vec![], end(1, 0)));
    assert_eq!(refused, RegistryError::SubnetNotExists(NOWHERE));
}

#[test]
fn emission_comes_in_whole_pages() {
    let mut world = world();
    let record = |world: &World, first, count| {
        let emission = vec![Rao::new(1); count];
        world.registry().record_epoch(SUBNET, Uid::new(first), emission, None)
    };
    for (first, count) in [(1, 1), (1_023, 1), (0, 1_025), (1_025, 0)] {
        let message = record(&world, first, count);
        assert_eq!(world.refused(world.settlement, message), RegistryError::InvalidPage, "{count} from {first}");
    }
    for (first, count) in [(0, 1_024), (3_072, 1_024)] {
        let message = record(&world, first, count);
        world.ok(world.settlement, message);
    }
}

#[test]
fn an_epoch_is_settled_when_its_last_page_is_recorded() {
    let mut world = world();
    world.start(SUBNET);
    world.pass_blocks(360);
    world.ok(world.settlement, world.registry().record_epoch(SUBNET, FIRST, vec![], None));
    let change = Hyperparameter::ImmunityPeriod(7);
    let refused = world.refused(OWNER, world.stewardship().set_hyperparameter(SUBNET, change));
    assert_eq!(refused, RegistryError::EpochNotSettled { epoch: 1 });
    world.ok(world.settlement, world.registry().record_epoch(SUBNET, Uid::new(1_024), vec![], end(1, 9)));
    world.ok(OWNER, world.stewardship().set_hyperparameter(SUBNET, change));
    assert_eq!(work_target(&mut world).challenge, [9; 32]);
}

#[test]
fn only_settlement_records_shares() {
    let mut world = world();
    let refused = world.refused(DEPLOYER, world.registry().record_shares(vec![(SUBNET, 1)]));
    assert_eq!(refused, RegistryError::CallerNotSettlement(DEPLOYER));
    world.ok(world.settlement, world.registry().record_shares(vec![(SUBNET, 1)]));
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
fn registration_blocks_are_read_across_pages_of_hotkeys() {
    let mut world = world_with(vec![Hyperparameter::MaxAllowedUids(300)]);
    register_all(&mut world, 0..255);
    world.pass_blocks(4);
    register_all(&mut world, 255..258);
    let blocks = world.read(world.registry().registration_blocks(SUBNET, Uid::new(254), 9));
    assert_eq!(blocks, [0, 4, 4, 4].map(ProtocolBlock::new));
    let neurons = world.read(world.registry().neurons(SUBNET, Uid::new(254), 3));
    let hotkeys: Vec<_> = neurons.iter().map(|neuron| neuron.hotkey).collect();
    assert_eq!(hotkeys, (254..257).map(numbered).collect::<Vec<_>>());
}

/// Reads and writes every page there can be; what the messages of a large subnet may use is far from the limits.
#[test]
fn a_subnet_of_4096_neurons_fits_every_message() {
    let mut world = world_with(vec![
        Hyperparameter::MaxAllowedUids(4_096),
        Hyperparameter::TargetRegistrationsPerInterval(u16::MAX),
        Hyperparameter::ImmunityPeriod(0),
    ]);
    world.start(SUBNET);
    register_all(&mut world, 0..4_096);
    let appended = world.gas().ref_time();
    let context = world.read(world.registry().epoch_context(SUBNET)).expect("it was started");
    assert_eq!((context.neurons, context.registered_at.len()), (4_096, 1_024));
    for first in [0, 1_024, 2_048, 3_072] {
        let blocks = world.read(world.registry().registration_blocks(SUBNET, Uid::new(first), u16::MAX));
        assert_eq!(blocks, vec![ProtocolBlock::new(0); 1_024]);
        let mut emission = vec![Rao::new(u64::MAX); 1_024];
        if first == 3_072 {
            emission[1_000] = Rao::new(5);
        }
        let end = (first == 3_072).then_some(EpochEnd { epoch: 1, challenge: [2; 32] });
        world.ok(world.settlement, world.registry().record_epoch(SUBNET, Uid::new(first), emission, end));
    }
    let recorded = world.gas().ref_time();
    world.pass_blocks(1);
    assert_eq!(world.register(SUBNET, ALICE, HOTKEY), Uid::new(4_072));
    let replaced = world.gas().ref_time();
    let neurons = world.read(world.registry().neurons(SUBNET, Uid::new(4_072), 128));
    assert_eq!((neurons.len(), neurons[0].hotkey, neurons[23].hotkey), (24, HOTKEY, numbered(4_095)));
    let context = world.read(world.registry().weights_context(SUBNET, HOTKEY, u16::MAX)).expect("it was started");
    assert_eq!(context.seat, Some((Uid::new(4_072), ProtocolBlock::new(1))));
    assert_eq!((context.neurons, context.registered_at.len()), (4_096, 1_024));
    for gas in [appended, recorded, replaced] {
        assert!(gas < 40_000_000_000, "{appended} {recorded} {replaced}");
    }
}
