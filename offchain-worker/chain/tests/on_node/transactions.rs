//! Transactions: each once, in any number, with the contract's own word where it refuses.

use std::{collections::BTreeSet, thread};

use chain::{At, Chain, ChainError, ChainExt, Refusal, Signer, node::Node};
use psp22::{PSP22, PSP22Error};

use crate::world::{ALLOCATED, World};

#[test]
fn a_refusal_is_the_contracts_own_and_nothing_is_sent() {
    let Some(world) = World::start() else { return };
    let before = world.node.block(At::Head).expect("a block");
    let native = world.node.balance(At::Head, world.bob.account()).expect("a balance");
    let refused = world.node.submit(&world.bob, world.contracts.token().transfer(world.alice.account(), 1, vec![]));
    assert!(
        matches!(refused, Err(ChainError::Refused { refusal: Refusal::Psp22(PSP22Error::InsufficientBalance), .. })),
        "{refused:?}"
    );
    assert_eq!(world.node.block(At::Head).expect("a block"), before);
    assert_eq!(world.node.balance(At::Head, world.bob.account()).expect("a balance"), native);
}

#[test]
fn two_hundred_transactions_at_once_of_one_key_are_each_done_once() {
    let Some(world) = World::start() else { return };
    let amounts = 1..=200_u128;
    let receipts = thread::scope(|scope| {
        let senders: Vec<_> = amounts
            .clone()
            .map(|amount| {
                let transfer =
                    chain::Message::from(world.contracts.token().transfer(world.bob.account(), amount, vec![]));
                let (node, alice) = (&world.node, &world.alice);
                scope.spawn(move || node.submit(alice, transfer))
            })
            .collect();
        senders
            .into_iter()
            .map(|sender| sender.join().expect("it ends").expect("it passes").receipt)
            .collect::<Vec<_>>()
    });
    assert_eq!(world.tao_of(&world.node, world.bob.account()), amounts.sum::<u128>());
    let events: BTreeSet<_> =
        receipts.iter().map(|receipt| receipt.event::<psp22::Transfer>().expect("an event").value).collect();
    assert_eq!(events.len(), 200, "each receipt is of its own transaction");
}

#[test]
fn two_processes_with_one_key_do_not_disturb_each_other() {
    let Some(world) = World::start() else { return };
    let other = Node::connect(&[world.url()]).expect("it listens");
    thread::scope(|scope| {
        for node in [&world.node, &other] {
            for _ in 0..20 {
                let transfer = chain::Message::from(world.contracts.token().transfer(world.bob.account(), 1, vec![]));
                let alice = &world.alice;
                scope.spawn(move || node.submit(alice, transfer).expect("it passes"));
            }
        }
    });
    assert_eq!(world.tao_of(&world.node, world.bob.account()), 40);
}

#[test]
fn of_two_that_cannot_both_be_paid_one_is_refused_by_the_contract() {
    let Some(world) = World::start() else { return };
    let all = u128::from(ALLOCATED);
    let results = thread::scope(|scope| {
        let senders: Vec<_> = ["//Bob", "//Charlie"]
            .map(|uri| {
                let to = Signer::from_uri(uri).expect("a key").account();
                let transfer = chain::Message::from(world.contracts.token().transfer(to, all, vec![]));
                let (node, alice) = (&world.node, &world.alice);
                scope.spawn(move || node.submit(alice, transfer))
            })
            .into();
        senders.into_iter().map(|sender| sender.join().expect("it ends")).collect::<Vec<_>>()
    });
    let (done, refused): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    assert_eq!((done.len(), refused.len()), (1, 1));
    for error in refused.into_iter().filter_map(Result::err) {
        assert!(
            matches!(error, ChainError::Refused { refusal: Refusal::Psp22(PSP22Error::InsufficientBalance), .. }),
            "{error}"
        );
    }
}
