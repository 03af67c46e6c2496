//! Where neurons serve: who may announce it, how often, and which addresses.

use primitives::{
    GuardError,
    axon::{Axon, AxonError, Endpoints, ServedAxon},
    registry::{AxonServed, SettingsSet},
};

use super::*;

/// 192.0.2.1, port 8091.
const AXON: Axon =
    Axon { version: 1, ip: 0xc000_0201, port: 8_091, ip_type: 4, protocol: 4, certificate: Some([5; 32]) };
/// 127.0.0.1.
const LOOPBACK: Axon = Axon { ip: 0x7f00_0001, ..AXON };

fn world_with_a_neuron() -> World {
    let mut world = world();
    world.register(SUBNET, ALICE, HOTKEY);
    world
}

fn axon(world: &mut World, hotkey: AccountId) -> Option<ServedAxon> {
    world.read(world.registry().axon(SUBNET, hotkey))
}

#[test]
fn a_registered_hotkey_announces_where_it_serves() {
    let mut world = world_with_a_neuron();
    world.pass_blocks(3);
    assert_eq!(axon(&mut world, HOTKEY), None);
    world.ok(HOTKEY, world.registry().serve_axon(SUBNET, AXON));
    let served = AxonServed { netuid: SUBNET, hotkey: HOTKEY };
    assert_eq!(world.emitted(), [Emitted::new(world.registry, served)]);
    let served_at = ProtocolBlock::new(3);
    assert_eq!(axon(&mut world, HOTKEY), Some(ServedAxon { axon: AXON, served_at }));
}

#[test]
fn an_announcement_replaces_the_one_before_once_per_rate_limit() {
    let mut world = world_with_a_neuron();
    world.ok(HOTKEY, world.registry().serve_axon(SUBNET, AXON));
    let elsewhere = Axon { port: 8_092, ..AXON };
    world.pass_blocks(49);
    let refused = world.refused(HOTKEY, world.registry().serve_axon(SUBNET, elsewhere));
    assert_eq!(refused, RegistryError::ServingRateLimitExceeded { from: ProtocolBlock::new(50) });
    world.pass_blocks(1);
    world.ok(HOTKEY, world.registry().serve_axon(SUBNET, elsewhere));
    assert_eq!(axon(&mut world, HOTKEY).map(|served| served.axon), Some(elsewhere));
    world.ok(OWNER, world.stewardship().set_hyperparameter(SUBNET, Hyperparameter::ServingRateLimit(0)));
    world.ok(HOTKEY, world.registry().serve_axon(SUBNET, AXON));
}

#[test]
fn anybody_else_and_what_is_no_endpoint_are_refused_in_that_order() {
    let mut world = world_with_a_neuron();
    let nowhere = world.refused(HOTKEY, world.registry().serve_axon(NOWHERE, AXON));
    assert_eq!(nowhere, RegistryError::SubnetNotExists(NOWHERE));
    let portless = Axon { port: 0, ..AXON };
    let stranger = world.refused(ALICE, world.registry().serve_axon(SUBNET, portless));
    assert_eq!(stranger, RegistryError::HotKeyNotRegisteredInSubNet(ALICE));
    world.ok(HOTKEY, world.registry().serve_axon(SUBNET, AXON));
    let refused = world.refused(HOTKEY, world.registry().serve_axon(SUBNET, portless));
    assert_eq!(refused, RegistryError::Axon(AxonError::InvalidPort));
}

#[test]
fn governance_allows_local_endpoints() {
    let mut world = world_with_a_neuron();
    let local = Settings { endpoints: Endpoints::Local, ..Settings::default() };
    let refused = world.refused(OWNER, world.stewardship().set_settings(local));
    assert_eq!(refused, RegistryError::Guard(GuardError::CallerNotOwner(OWNER)));
    let refused = world.refused(HOTKEY, world.registry().serve_axon(SUBNET, LOOPBACK));
    assert_eq!(refused, RegistryError::Axon(AxonError::InvalidIpAddress));
    set(&mut world, local);
    assert_eq!(world.emitted(), [Emitted::new(world.registry, SettingsSet { settings: local })]);
    assert_eq!(world.read(world.registry().settings()), local);
    world.ok(HOTKEY, world.registry().serve_axon(SUBNET, LOOPBACK));
}

#[test]
fn an_endpoint_and_a_model_of_one_hotkey_do_not_touch_each_other() {
    use primitives::model::{ModelCommitment, ModelKind};
    let mut world = world_with_a_neuron();
    let model = ModelCommitment { kind: ModelKind::Wasm, size: 1, bound_hash: [3; 32], location: vec![] };
    world.ok(HOTKEY, world.registry().serve_axon(SUBNET, AXON));
    world.ok(HOTKEY, world.registry().commit_model(SUBNET, model.clone()));
    assert_eq!(axon(&mut world, HOTKEY).map(|served| served.axon), Some(AXON));
    let committed = world.read(world.registry().model(SUBNET, HOTKEY)).map(|committed| committed.model);
    assert_eq!(committed, Some(model));
}

#[test]
fn an_endpoint_goes_with_its_neuron() {
    let mut world = world_with(vec![Hyperparameter::MaxAllowedUids(64), Hyperparameter::ImmunityPeriod(0)]);
    register_all(&mut world, 0..64);
    world.ok(numbered(0), world.registry().serve_axon(SUBNET, AXON));
    world.pass_blocks(1);
    assert_eq!(world.register(SUBNET, ALICE, HOTKEY), Uid::new(0));
    assert_eq!(axon(&mut world, numbered(0)), None);
    assert_eq!(axon(&mut world, HOTKEY), None);
}
