//! Time, blocks, pinned reads and determinism of the embedded chain.

use chain::{
    At, Block, Chain, ChainError, ChainExt, DeploymentConfig, DispatchFailure, Embedded, Instantiation, deploy,
};
use primitives::Staking;
use psp22::PSP22;

use crate::world::{START_MS, World, artifacts, funded_chain, signer};

#[test]
fn time_stands_still_until_it_is_moved_and_never_goes_back() {
    let chain = Embedded::new(START_MS);
    let first = chain.block(At::Head).expect("the first block");
    assert_eq!((first.number, first.timestamp_ms), (1, START_MS));
    chain.fund(signer("Alice").account(), 5);
    assert_eq!(chain.block(At::Head).expect("a block").timestamp_ms, START_MS);
    assert_eq!(chain.advance_ms(12_000).timestamp_ms, START_MS + 12_000);
    assert_eq!(chain.set_time_ms(START_MS + 1).timestamp_ms, START_MS + 12_000);
    assert_eq!(chain.set_time_ms(START_MS + 13_000).timestamp_ms, START_MS + 13_000);
    assert_eq!(chain.advance_ms(u64::MAX).timestamp_ms, u64::MAX);
}

#[test]
fn contracts_see_the_time_that_was_set() {
    let world = World::new();
    let clock = world.chain.view(world.deployment.contracts.staking().clock()).expect("a view");
    assert_eq!((clock.genesis_ms, clock.block_ms), (START_MS, 12_000));
    let now = world.chain.advance_ms(25_000).timestamp_ms;
    let other = World::with(|config| DeploymentConfig { block_ms: 250, ..config });
    other.chain.set_time_ms(now);
    let config = DeploymentConfig { block_ms: 250, salt: vec![1], ..Default::default() };
    let later = deploy(&other.chain, &other.alice, &artifacts(), &config).expect("deployed");
    let clock = other.chain.view(later.contracts.staking().clock()).expect("a view");
    assert_eq!((clock.genesis_ms, clock.block_ms), (now, 250));
}

#[test]
fn every_call_has_a_block_of_its_own() {
    let world = World::new();
    let before = world.chain.block(At::Head).expect("a block");
    let blocks = [world.transfer(1), world.transfer(2)].map(|done| done.receipt.block);
    assert_eq!(blocks.map(|block| block.number), [before.number + 1, before.number + 2]);
    assert_eq!(blocks[1], world.chain.block(At::Head).expect("a block"));
    assert_ne!(blocks[0].hash, blocks[1].hash);
    assert_eq!(blocks[1].timestamp_ms, START_MS);
}

#[test]
fn a_snapshot_keeps_its_block_while_the_chain_goes_on() {
    let world = World::new();
    let bob = world.bob.account();
    let balance = || world.deployment.contracts.token().balance_of(bob);
    let empty = world.chain.snapshot().expect("a block");
    world.transfer(7);
    let seven = world.chain.snapshot().expect("a block");
    world.transfer(5);
    world.chain.fund(bob, 1);
    assert_eq!(empty.view(balance()).expect("kept"), 0);
    assert_eq!(seven.view(balance()).expect("kept"), 7);
    assert_eq!(world.chain.view(balance()).expect("a view"), 12);
    assert_eq!(seven.balance(bob).expect("kept") + 1, world.chain.balance(At::Head, bob).expect("a balance"));
    let pinned = world.chain.snapshot_at(seven.block.into()).expect("kept");
    assert_eq!(pinned.block, seven.block);
    assert_eq!(pinned.view(balance()).expect("kept"), 7);
    let numbered = world.chain.snapshot_at(At::Number(empty.block.number)).expect("kept");
    assert_eq!((numbered.block, numbered.view(balance()).expect("kept")), (empty.block, 0));
}

#[test]
fn a_block_that_is_not_kept_is_named_and_worth_another_try() {
    let world = World::new();
    let old = world.chain.snapshot().expect("a block");
    for _ in 0..40 {
        world.chain.advance_ms(1);
    }
    let balance = world.deployment.contracts.token().balance_of(world.bob.account());
    let error = old.view(balance).expect_err("40 blocks later");
    assert!(matches!(error, ChainError::UnknownBlock(hash) if hash == old.block.hash), "{error:?}");
    assert!(error.is_retryable());
    let error = world.chain.block(At::Block([7; 32])).expect_err("there was never such a block");
    assert!(matches!(error, ChainError::UnknownBlock(hash) if hash == [7; 32]), "{error:?}");
    let error = world.chain.block(At::Number(1_000_000)).expect_err("there is no such block yet");
    assert!(matches!(error, ChainError::UnknownNumber(1_000_000)), "{error:?}");
}

#[test]
fn two_chains_with_the_same_calls_are_the_same() {
    let run = || {
        let world = World::new();
        let done = world.transfer(42);
        let head: Block = world.chain.advance_ms(12_000);
        (world.deployment, done, head, world.chain.gas_log(), world.chain.events(0..=u32::MAX).expect("events"))
    };
    assert_eq!(run(), run());
}

#[test]
fn chains_that_differ_in_one_call_differ_in_their_hash() {
    let [first, second] = [1, 2].map(|amount| {
        let (chain, alice, _) = funded_chain();
        chain.fund(alice.account(), amount);
        chain.block(At::Head).expect("a block")
    });
    assert_eq!(first.number, second.number);
    assert_ne!(first.hash, second.hash);
}

#[test]
fn code_that_is_no_contract_is_rejected_by_name_and_leaves_nothing() {
    let (chain, alice, _) = funded_chain();
    let before = chain.balance(At::Head, alice.account()).expect("a balance");
    let nonsense = Instantiation { label: "nonsense.new".into(), code: vec![1, 2, 3], input: vec![], salt: vec![] };
    let error = chain.instantiate(&alice, &nonsense).expect_err("no Wasm");
    let ChainError::Dispatch { failure, message } = error else { panic!("{error:?}") };
    assert_eq!((failure, message.as_ref()), (DispatchFailure::CodeRejected("CodeRejected".into()), "nonsense.new"));
    assert_eq!(chain.balance(At::Head, alice.account()).expect("a balance"), before);
}

#[test]
fn a_refused_constructor_takes_its_upload_back() {
    let (chain, alice, _) = funded_chain();
    let before = chain.balance(At::Head, alice.account()).expect("a balance");
    let unreadable = Instantiation {
        label: "tao.new".into(),
        code: artifacts().contract("tao").expect("a bundle").code,
        input: vec![9, 9, 9, 9],
        salt: vec![],
    };
    let created = chain.instantiate(&alice, &unreadable).expect("the host took it");
    assert!(created.receipt.output.reverted);
    assert_eq!(chain.balance(At::Head, alice.account()).expect("a balance"), before);
}
