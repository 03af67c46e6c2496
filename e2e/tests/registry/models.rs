//! Model commitments.

use primitives::{
    model::{CommittedModel, ModelCommitment, ModelKind},
    registry::ModelCommitted,
};

use super::*;

fn model(content: u8, location: &[u8]) -> ModelCommitment {
    ModelCommitment { kind: ModelKind::Wasm, size: 1_000, bound_hash: [content; 32], location: location.to_vec() }
}

fn committed(world: &mut World) -> Option<CommittedModel> {
    world.read(world.registry().model(SUBNET, HOTKEY))
}

fn at(block: u64, model: ModelCommitment) -> Option<CommittedModel> {
    Some(CommittedModel { model, hotkey: HOTKEY, committed_at: ProtocolBlock::new(block) })
}

#[test]
fn a_registered_hotkey_commits_a_model_and_replaces_it() {
    let mut world = world();
    world.register(SUBNET, ALICE, HOTKEY);
    assert_eq!(committed(&mut world), None);
    world.pass_blocks(4);
    world.ok(HOTKEY, world.registry().commit_model(SUBNET, model(1, b"http://a")));
    let event = ModelCommitted { netuid: SUBNET, hotkey: HOTKEY, model: model(1, b"http://a") };
    assert_eq!(world.emitted(), [Emitted::new(world.registry, event)]);
    assert_eq!(committed(&mut world), at(4, model(1, b"http://a")));
    world.pass_blocks(4);
    world.ok(HOTKEY, world.registry().commit_model(SUBNET, model(2, b"")));
    assert_eq!(committed(&mut world), at(8, model(2, b"")));
}

#[test]
fn a_model_that_moves_keeps_its_block() {
    let mut world = world();
    world.register(SUBNET, ALICE, HOTKEY);
    world.ok(HOTKEY, world.registry().commit_model(SUBNET, model(1, b"http://a")));
    world.pass_blocks(9);
    world.ok(HOTKEY, world.registry().commit_model(SUBNET, model(1, b"http://b")));
    assert_eq!(committed(&mut world), at(0, model(1, b"http://b")));
}

#[test]
fn a_model_of_who_is_not_registered_is_refused() {
    let mut world = world();
    world.register(SUBNET, ALICE, HOTKEY);
    let refused = world.refused(ALICE, world.registry().commit_model(SUBNET, model(1, b"")));
    assert_eq!(refused, RegistryError::HotKeyNotRegisteredInSubNet(ALICE));
    let refused = world.refused(HOTKEY, world.registry().commit_model(NOWHERE, model(1, b"")));
    assert_eq!(refused, RegistryError::SubnetNotExists(NOWHERE));
}

#[test]
fn a_model_without_size_or_beyond_the_limits_is_refused() {
    let mut world = world();
    world.register(SUBNET, ALICE, HOTKEY);
    let sized = |size| ModelCommitment { size, ..model(1, b"") };
    for invalid in [sized(0), sized(33_554_433), model(1, &[b'x'; 129]), model(1, &[0xff])] {
        let refused = world.refused(HOTKEY, world.registry().commit_model(SUBNET, invalid));
        assert_eq!(refused, RegistryError::InvalidModel);
    }
}
