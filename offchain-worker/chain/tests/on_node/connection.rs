//! Connections that break, hang or lie, nodes that stop: calls end, and transactions are done once.

use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use chain::{At, Chain, ChainError, ChainExt, ConnectionFailure, node::Node};
use psp22::PSP22;

use crate::{
    proxy::{Mood, Proxy},
    world::World,
};

/// How long a test waits for what must come: more than a busy machine needs.
const PATIENCE: Duration = Duration::from_secs(90);

#[test]
fn nobody_behind_an_endpoint_is_said_in_time() {
    let began = Instant::now();
    let refused = Node::connect(&["ws://127.0.0.1:1".to_owned()]);
    assert!(
        matches!(&refused, Err(ChainError::Connection { endpoint, failure: ConnectionFailure::Broken(_) }) if endpoint == "ws://127.0.0.1:1"),
        "{refused:?}"
    );
    assert!(began.elapsed() < PATIENCE);
    let nonsense = Node::connect(&["not an endpoint".to_owned()]);
    assert!(matches!(nonsense, Err(ChainError::Connection { .. })), "{nonsense:?}");
}

#[test]
fn the_next_endpoint_is_used_where_one_is_dead() {
    let Some(world) = World::start() else { return };
    let node = Node::connect(&["ws://127.0.0.1:1".to_owned(), world.url()]).expect("the second one listens");
    assert_eq!(world.tao_of(&node, world.bob.account()), 0);
}

#[test]
fn a_read_from_a_black_hole_ends_and_the_next_one_comes_through() {
    let Some(world) = World::start() else { return };
    let proxy = Proxy::before(world.port());
    let node =
        Node::connect(std::slice::from_ref(&proxy.url)).expect("it listens").with_deadline(Duration::from_secs(2));
    for mood in [Mood::BlackHole, Mood::Deaf, Mood::Closed] {
        proxy.be(mood);
        let began = Instant::now();
        let lost = node.block(At::Head);
        assert!(matches!(lost, Err(ChainError::Connection { .. })), "{mood:?}: {lost:?}");
        assert!(began.elapsed() < Duration::from_secs(20), "{mood:?} took {:?}", began.elapsed());
        proxy.be(Mood::Open);
        node.block(At::Head).expect("it answers again");
    }
}

#[test]
fn a_transaction_is_done_once_whatever_becomes_of_its_answers() {
    let Some(world) = World::start() else { return };
    let proxy = Proxy::before(world.port());
    let node = Node::connect(std::slice::from_ref(&proxy.url)).expect("it listens");
    let moods = [Mood::Deaf, Mood::Closed, Mood::BlackHole, Mood::Slow(Duration::from_millis(50))];
    for (paid, mood) in (1..).zip(moods) {
        let (sender, receiver) = mpsc::channel();
        thread::scope(|scope| {
            let transfer = chain::Message::from(world.contracts.token().transfer(world.bob.account(), 1, vec![]));
            let (node, alice) = (&node, &world.alice);
            scope.spawn(move || sender.send(node.submit(alice, transfer)).expect("the test waits"));
            // The mood comes over the connection at some moment of the transaction, and goes again.
            let _ = receiver.recv_timeout(Duration::from_millis(3 * paid as u64));
            proxy.be(mood);
            let early = receiver.recv_timeout(Duration::from_secs(3)).ok();
            proxy.be(Mood::Open);
            let result = early.unwrap_or_else(|| receiver.recv_timeout(PATIENCE).expect("it ends"));
            result.unwrap_or_else(|error| panic!("{mood:?}: {error}"));
        });
        assert_eq!(world.tao_of(&world.node, world.bob.account()), paid, "{mood:?}");
    }
}

#[test]
fn a_node_that_stops_and_starts_again_is_the_same_chain() {
    let Some(mut world) = World::start() else { return };
    let port = world.port();
    let transfer = |world: &World| {
        let transfer = world.contracts.token().transfer(world.bob.account(), 1, vec![]);
        world.node.submit(&world.alice, transfer).expect("it passes").receipt.block.number
    };
    let before = transfer(&world);
    world.stop_node();
    let hasty = Node::connect(&[format!("ws://127.0.0.1:{port}")]);
    assert!(matches!(hasty, Err(ChainError::Connection { .. })), "{hasty:?}");
    world.start_node_at(port);
    assert!(transfer(&world) > before);
    assert_eq!(world.tao_of(&world.node, world.bob.account()), 2);
}

#[test]
fn another_version_of_the_runtime_has_its_metadata_read_again() {
    let Some(world) = World::start() else { return };
    let version = world.node.host().expect("a host").version;
    let proxy = Proxy::before(world.port());
    let node = Node::connect(std::slice::from_ref(&proxy.url)).expect("it listens");
    // The metadata begin with these bytes: `meta`, version 14.
    let metadata = "0x6d6574610e";
    assert_eq!(world.tao_of(&node, world.bob.account()), 0);
    assert_eq!(world.tao_of(&node, world.bob.account()), 0);
    assert_eq!(proxy.told(metadata), 1, "once is enough while nothing changes");
    let next = version + 1;
    assert_eq!(version.to_string().len(), next.to_string().len());
    proxy.lie(&format!("\"specVersion\":{version}"), &format!("\"specVersion\":{next}"));
    assert_eq!(node.host().expect("a host").version, next);
    assert_eq!(proxy.told(metadata), 2, "a new runtime describes itself anew");
    assert_eq!(world.tao_of(&node, world.bob.account()), 0);
}
