//! What a node says of its chain and contracts.

use chain::{At, Chain, ChainError, ChainExt, Deposit, DispatchFailure, Signer};
use primitives::AccountId;
use psp22::{PSP22, Transfer};

use crate::world::{ALLOCATED, World};

#[test]
fn a_node_says_what_it_is_and_what_it_allows() {
    let Some(world) = World::start() else { return };
    let host = world.node.host().expect("a host");
    assert_eq!(host.name, "substrate-contracts-node");
    assert_eq!((host.currency.symbol.as_str(), host.currency.decimals), ("UNIT", 12));
    assert_eq!((host.currency.balance_bytes, host.currency.existential_deposit), (16, 1_000_000_000));
    assert_eq!(host.genesis, world.node.genesis());
    let limits = host.limits.expect("it has pallet-contracts");
    assert_eq!((limits.code_bytes, limits.payload_bytes), (256 * 1024, 16 * 1024));
    assert_eq!((limits.memory_pages, limits.event_topics), (16, 4));
    assert!(limits.deposit_per_item > limits.deposit_per_byte && limits.deposit_per_byte > 0);
    assert!(limits.gas.ref_time > 1_000_000_000_000, "{:?}", limits.gas);
}

#[test]
fn reads_of_one_block_stay_while_the_chain_goes_on() {
    let Some(world) = World::start() else { return };
    let bob = world.bob.account();
    let before = world.node.snapshot().expect("a block");
    let native = world.node.balance(At::Head, world.alice.account()).expect("a balance");
    let done =
        world.node.submit(&world.alice, world.contracts.token().transfer(bob, 7, vec![])).expect("she has enough");
    assert!(done.receipt.block.number > before.block.number);
    assert!(done.receipt.block.timestamp_ms >= before.block.timestamp_ms);
    assert_eq!(before.view(world.contracts.token().balance_of(bob)).expect("kept"), 0);
    let numbered = world.node.snapshot_at(At::Number(before.block.number)).expect("kept");
    assert_eq!(numbered.block, before.block);
    assert_eq!(world.tao_of(&world.node, bob), 7);

    let receipt = &done.receipt;
    let Deposit::Charged(deposit) = receipt.deposit else { panic!("a new balance takes storage") };
    let left = world.node.balance(At::Block(receipt.block.hash), world.alice.account()).expect("a balance");
    assert_eq!(native - left, receipt.fee + deposit, "fee and deposit are all that it cost");
    assert!(receipt.fee > 0 && deposit > 0);

    let event = receipt.event::<Transfer>().expect("an event");
    assert_eq!((event.from, event.to, event.value), (Some(world.alice.account()), Some(bob), 7));
    let number = receipt.block.number;
    let told = world.node.events_of::<Transfer>(world.contracts.tao, 0..=number).expect("events");
    assert_eq!(told.iter().filter(|(block, _)| *block == number).count(), 1);
    assert_eq!(told.first().map(|(_, minted)| minted.value), Some(ALLOCATED.into()));
}

#[test]
fn the_cost_of_a_call_is_known_before_it_is_sent() {
    let Some(world) = World::start() else { return };
    let transfer = || world.contracts.token().transfer(world.bob.account(), 5, vec![]);
    let alice = world.alice.account();
    let dry = world.node.dry_run(alice, transfer()).expect("it would pass");
    let call = chain::Message::from(transfer()).call;
    let fee = world.node.fee(alice, &call, dry.gas).expect("a fee");
    let receipt = world.node.submit(&world.alice, transfer()).expect("it passes").receipt;
    assert_eq!(receipt.deposit, dry.deposit);
    assert!(receipt.fee.abs_diff(fee) <= receipt.fee / 100, "{fee} foreseen, {} paid", receipt.fee);
}

#[test]
fn code_is_known_by_its_hash_and_checked_before_it_is_sent() {
    let Some(world) = World::start() else { return };
    let artifacts = chain::Artifacts::find(None).expect("built contracts");
    let tao = artifacts.contract("tao").expect("it is built");
    assert_eq!(world.node.code_hash(At::Head, world.contracts.tao).expect("a hash"), Some(tao.code_hash));
    assert_eq!(world.node.code_hash(At::Head, world.bob.account()).expect("no hash"), None);

    let staking = artifacts.contract("staking").expect("it is built");
    assert!(world.node.check_code(world.alice.account(), &staking.code).expect("it would be taken") > 0);
    let broken = world.node.check_code(world.alice.account(), &staking.code[..1000]);
    assert!(
        matches!(&broken, Err(ChainError::Dispatch { failure: DispatchFailure::CodeRejected(_), .. })),
        "{broken:?}"
    );
}

#[test]
fn what_is_not_there_is_said_by_name() {
    let Some(world) = World::start() else { return };
    let unknown = world.node.block(At::Block([7; 32]));
    assert!(matches!(unknown, Err(ChainError::UnknownBlock(hash)) if hash == [7; 32]), "{unknown:?}");
    let nobody = AccountId::from([9; 32]);
    let call = chain::Message::from(chain::Contracts { tao: nobody, ..world.contracts }.token().total_supply()).call;
    let missing = world.node.simulate(At::Head, nobody, &call);
    assert!(
        matches!(&missing, Err(ChainError::Dispatch { failure: DispatchFailure::ContractNotFound(contract), .. }) if *contract == nobody),
        "{missing:?}"
    );
    let poor = Signer::from_uri("//Nobody").expect("a key");
    let refused = world.node.submit(&poor, world.contracts.token().approve(nobody, 1));
    let Err(ChainError::Dispatch { failure, .. }) = refused else { panic!("{refused:?}") };
    let (fee, deposit) =
        (DispatchFailure::FeeNotCovered(poor.account()), DispatchFailure::DepositNotCovered(poor.account()));
    assert!(failure == fee || failure == deposit, "{failure}");
}
