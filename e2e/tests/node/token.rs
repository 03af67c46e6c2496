//! The token through `ink_e2e`, as any PSP22 token is tested.

use ink_e2e::{Error, alice, bob};
use primitives::{
    Rao, Tao as _,
    host::{TaoMessages, TokenMessages, messages},
};
use psp22::{PSP22 as _, PSP22Error, Transfer};

use crate::{
    ink::{Client, account, event},
    process::Node,
};

#[test]
fn ink_e2e_deploys_the_token_and_moves_tao() {
    let Some(node) = Node::start() else { return };
    let mut client = Client::connect(&node);
    let (alice, bob) = (alice(), bob());
    let tao = client.deploy(&alice, "tao", vec![(account(&alice), Rao::ONE_TAO)]);
    let token = || messages::<TokenMessages>(tao);

    let sent = client.ok(&alice, &token().transfer(account(&bob), 400_000_000, vec![]));
    let (contract, transfer) = event::<Transfer, _>(&sent);
    let parties = (Some(account(&alice)), Some(account(&bob)));
    assert_eq!((contract, (transfer.from, transfer.to), transfer.value), (tao, parties, 400_000_000));
    let balances = [&alice, &bob].map(|owner| client.dry_run(owner, &token().balance_of(account(owner))));
    assert_eq!(balances, [600_000_000, 400_000_000]);
    let supply = client.dry_run(&bob, &messages::<TaoMessages>(tao).supply());
    assert_eq!(supply.circulating(), Rao::ONE_TAO);

    let (refusal, error) = client.refused(&bob, &token().transfer(account(&alice), 400_000_001, vec![]));
    assert_eq!(refusal, PSP22Error::InsufficientBalance);
    assert!(matches!(error, Error::CallExtrinsic(_)), "{error:?}");
    assert_eq!(client.dry_run(&bob, &token().balance_of(account(&bob))), 400_000_000);
}
