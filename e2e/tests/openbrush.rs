//! A contract that was built on OpenBrush's PSP22 interface (ink! 4, `e2e/openbrush`) holds TAO of the deployed token.

use ink::{
    env::{
        DefaultEnvironment,
        call::{ExecutionInput, Selector, build_call},
    },
    selector_bytes,
};
use psp22::{Approval, Transfer};
use scale::{Decode, Encode};
use yarrow_e2e::{Message, prelude::*};

const ALICE: AccountId = account("alice");
const BOB: AccountId = account("bob");

/// A world in which Alice has 1,000 RAO, and the contract.
fn world() -> (World, AccountId) {
    let mut world = Setup::default().allocation(vec![(ALICE, Rao::new(1_000))]).deploy_stakes();
    let path = format!("{}/../artifacts/test/openbrush.wasm", env!("CARGO_MANIFEST_DIR"));
    let code = std::fs::read(path).expect("scripts/build-contracts.sh builds it");
    let holder = world.place(code, (selector_bytes!("new"), world.tao).encode());
    (world, holder)
}

/// A message to the contract, whose arguments are encoded in order.
fn message<R: Decode>(holder: AccountId, selector: [u8; 4], arguments: impl Encode) -> Message<impl Encode, R> {
    let input = ExecutionInput::new(Selector::new(selector)).push_arg(arguments);
    build_call::<DefaultEnvironment>().call(holder).exec_input(input).returns::<R>()
}

type Outcome = Result<(), PSP22Error>;

#[test]
fn an_openbrush_caller_receives_and_transfers_tao() {
    let (mut world, holder) = world();
    world.ok(ALICE, world.psp22().transfer(holder, 600, vec![]));
    assert_eq!(world.read(message::<u128>(holder, selector_bytes!("balance"), ())), 600);

    world.ok(BOB, message::<Outcome>(holder, selector_bytes!("transfer"), (BOB, 250_u128)));
    let transfer = Transfer { from: Some(holder), to: Some(BOB), value: 250 };
    assert_eq!(world.emitted(), [Emitted::new(world.tao, transfer)]);
    assert_eq!((world.balance(holder), world.balance(BOB)), (Rao::new(350), Rao::new(250)));
}

#[test]
fn an_openbrush_caller_approves_tao_and_spends_what_was_approved_to_it() {
    let (mut world, holder) = world();
    world.ok(ALICE, world.psp22().approve(holder, 700));
    world.ok(ALICE, message::<Outcome>(holder, selector_bytes!("collect"), 700_u128));
    assert_eq!(world.balance(holder), Rao::new(700));

    world.ok(ALICE, message::<Outcome>(holder, selector_bytes!("approve"), (BOB, 300_u128)));
    let approval = Approval { owner: holder, spender: BOB, amount: 300 };
    assert_eq!(world.emitted(), [Emitted::new(world.tao, approval)]);
    world.ok(BOB, world.psp22().transfer_from(holder, BOB, 300, vec![]));
    assert_eq!((world.balance(holder), world.balance(BOB)), (Rao::new(400), Rao::new(300)));
}

#[test]
fn an_openbrush_caller_reads_the_tokens_errors_as_its_own() {
    let (mut world, holder) = world();
    let error = world.refused(ALICE, message::<Outcome>(holder, selector_bytes!("transfer"), (BOB, 1_u128)));
    assert_eq!(error, PSP22Error::InsufficientBalance);
    let error = world.refused(ALICE, message::<Outcome>(holder, selector_bytes!("collect"), 1_u128));
    assert_eq!(error, PSP22Error::InsufficientAllowance);
}
