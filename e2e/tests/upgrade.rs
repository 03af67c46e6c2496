//! Replacing a contract's code while its storage stays, as `primitives::upgrade` describes it.

use ink::{
    MessageResult,
    env::{
        DefaultEnvironment,
        call::{ExecutionInput, Selector, build_call},
    },
};
use primitives::{
    GuardError, Hash, RegistryError, SettlementError, StorageVersion,
    registry::{StewardSet, SubnetIdentity},
    root::RootWeights,
    settlement::{EngineSet, EpochResult, SETTLE_STEPS},
    staking::Stakes,
    tao::Supply,
};
use yarrow_e2e::{Emitted, Puppet, StewardshipMessages, messages, prelude::*, wasm};

const SUBNET: Netuid = Netuid::new(1);
const ALICE: AccountId = account("alice");
const BOB: AccountId = account("bob");
const GUARDIAN: AccountId = account("guardian");
const STRANGER: AccountId = account("stranger");
/// Owns the genesis subnet.
const SUBNET_OWNER: AccountId = account("subnet owner");
/// The hotkey of the genesis subnet's owner.
const VALIDATOR: AccountId = account("subnet owner's hotkey");

fn contracts(world: &World) -> [AccountId; 5] {
    world.guarded().map(|(_, contract)| contract)
}

/// A world in which every contract has stored something of each kind.
fn busy_world() -> World {
    let mut world = World::new();
    world.register(SUBNET, ALICE, ALICE);
    world.stake(BOB, VALIDATOR, Rao::ONE_TAO);
    world.start(SUBNET);
    world.pass_epochs(SUBNET, 1);
    world.ok(STRANGER, world.settlement().settle(SUBNET, SETTLE_STEPS));
    world.ok(SUBNET_OWNER, world.root().root_register(VALIDATOR));
    world.ok(SUBNET_OWNER, world.root().set_root_weights(VALIDATOR, vec![(SUBNET, 9)]));
    world.ok(STRANGER, world.root().root_epoch());
    world
}

/// The same code under another hash: a custom section says nothing to the machine.
fn rebuilt(name: &str) -> Vec<u8> {
    let mut code = wasm(&format!("contracts/{name}"));
    code.extend(b"\0\x05\x04next");
    code
}

/// What the contracts answer about what they store.
#[derive(Debug, PartialEq, Eq)]
struct Answers {
    supply: Supply,
    balance: Rao,
    stakes: Stakes,
    stake: Rao,
    neurons: Vec<primitives::registry::Neuron>,
    result: Option<EpochResult>,
    votes: Option<RootWeights>,
    roots: [Vec<u8>; 5],
}

fn answers(world: &mut World) -> Answers {
    Answers {
        supply: world.read(world.tao().supply()),
        balance: world.balance(TREASURY),
        stakes: world.read(world.staking().stakes(SUBNET, Uid::new(0), 10)).expect("few uids"),
        stake: world.read(world.staking().stake_of(VALIDATOR, BOB)),
        neurons: world.read(world.registry().neurons(SUBNET, Uid::new(0), 10)),
        result: world.read(world.settlement().epoch_result(SUBNET, 0)),
        votes: world.read(world.root().root_weights(VALIDATOR)),
        roots: contracts(world).map(|contract| world.root_cell(contract)),
    }
}

#[test]
fn every_contract_keeps_its_data_through_an_upgrade_and_back() {
    let mut world = busy_world();
    let first = contracts(&world).map(|contract| world.code_hash(contract));
    let before = answers(&mut world);
    for (name, contract) in world.guarded() {
        let next = world.upload(rebuilt(name));
        world.upgrade(contract, next);
        assert_eq!(world.code_hash(contract), next);
    }
    assert_eq!(answers(&mut world), before);

    world.register(SUBNET, BOB, BOB);
    world.stake(ALICE, VALIDATOR, Rao::ONE_TAO);
    world.pass_epochs(SUBNET, 1);
    world.ok(STRANGER, world.settlement().settle(SUBNET, SETTLE_STEPS));
    let worked = answers(&mut world);
    let minted = worked.supply.minted.get() - before.supply.minted.get();
    assert_eq!(worked.stakes.total.get(), before.stakes.total.get() + Rao::ONE_TAO.get() + minted);
    assert_ne!((&worked.neurons, &worked.result), (&before.neurons, &before.result));

    for (contract, code_hash) in contracts(&world).into_iter().zip(first) {
        world.upgrade(contract, code_hash);
    }
    assert_eq!(answers(&mut world), worked);
    assert_eq!(contracts(&world).map(|contract| world.code_hash(contract)), first);
    world.ok(ALICE, world.staking().remove_stake(VALIDATOR, Rao::ONE_TAO));
}

#[test]
fn nobody_but_the_owner_replaces_code() {
    let mut world = World::new();
    for (name, contract) in world.guarded() {
        let next = world.upload(rebuilt(name));
        world.ok(DEPLOYER, world.guard(contract).set_guardian(Some(GUARDIAN)));
        world.ok(DEPLOYER, world.guard(contract).offer_ownership(Some(BOB)));
        for caller in [STRANGER, GUARDIAN, BOB] {
            let error = world.refused(caller, world.guard(contract).set_code_hash(next));
            assert_eq!(error, GuardError::CallerNotOwner(caller));
        }
    }
}

#[test]
fn the_owner_replaces_code_while_the_contract_is_paused() {
    let mut world = World::new();
    for (name, contract) in world.guarded() {
        world.ok(DEPLOYER, world.guard(contract).pause());
        let paused = world.read(world.guard(contract).guard());
        let next = world.upload(rebuilt(name));
        world.upgrade(contract, next);
        assert_eq!(world.read(world.guard(contract).guard()), paused);
    }
}

#[test]
fn code_that_the_chain_does_not_have_is_refused() {
    let mut world = World::new();
    for contract in contracts(&world) {
        let error = world.refused(DEPLOYER, world.guard(contract).set_code_hash([7; 32]));
        assert_eq!(error, GuardError::CodeRefused);
    }
}

#[test]
fn no_contract_takes_the_code_of_another() {
    let mut world = World::new();
    let hashes = contracts(&world).map(|contract| world.code_hash(contract));
    for (contract, own) in contracts(&world).into_iter().zip(hashes) {
        for other in hashes.into_iter().filter(|&hash| hash != own) {
            world.refused(DEPLOYER, world.guard(contract).set_code_hash(other));
        }
    }
}

#[test]
fn code_that_does_not_answer_for_the_storage_is_refused() {
    let mut world = World::new();
    for neighbour in [Puppet::Trap, Puppet::Answer { reverts: false, data: vec![] }] {
        let code_hash = world.upload(neighbour.wasm());
        for contract in contracts(&world) {
            let error = world.refused(DEPLOYER, world.guard(contract).set_code_hash(code_hash));
            assert_eq!(error, GuardError::CodeRefused);
        }
    }
}

#[test]
fn code_with_another_layout_of_the_same_size_is_refused() {
    let mut world = World::new();
    let successor = world.upload(wasm("test/successor"));
    let error = world.refused(DEPLOYER, world.guard(world.tao).set_code_hash(successor));
    let version = |number| StorageVersion::new(*b"TAO_", number);
    assert_eq!(error, GuardError::StorageMismatch { stored: version(1), code: version(2) });
}

/// The successor's own message.
fn issued_and_balance(world: &mut World, of: AccountId) -> (Rao, Rao) {
    let input = ExecutionInput::new(Selector::new(ink::selector_bytes!("issued_and_balance"))).push_arg(of);
    let call = build_call::<DefaultEnvironment>().call(world.tao);
    world.read(call.exec_input(input).returns::<(Rao, Rao)>())
}

#[test]
fn converting_code_brings_the_storage_to_another_layout_and_keeps_the_data() {
    let mut world = World::new();
    world.fund(ALICE, Rao::new(1_000));
    world.ok(ALICE, world.tao().recycle(ALICE, Rao::new(300)));
    let issuance = world.read(world.tao().issuance());
    let hashes: [Hash; 2] = ["converter", "successor"].map(|name| world.upload(wasm(&format!("test/{name}"))));

    world.upgrade(world.tao, hashes[0]);
    let error = world.refused(STRANGER, world.guard(world.tao).set_code_hash(hashes[1]));
    assert_eq!(error, GuardError::CallerNotOwner(STRANGER));
    world.ok(DEPLOYER, world.guard(world.tao).set_code_hash(hashes[1]));
    assert_eq!(world.code_hash(world.tao), hashes[1]);
    assert_eq!(issued_and_balance(&mut world, ALICE), (issuance, Rao::new(700)));
}

#[test]
fn converting_code_answers_nobody_but_the_owner_until_the_storage_is_converted() {
    let mut world = World::new();
    world.fund(ALICE, Rao::new(1_000));
    let converter = world.upload(wasm("test/converter"));
    world.upgrade(world.tao, converter);
    let params = world.psp22().transfer(BOB, 1, vec![]).params();
    let answer = world.call_raw(ALICE, world.tao, scale::Encode::encode(params.exec_input()));
    let answer = answer.expect("a revert is an answer");
    let answer = <MessageResult<Result<(), PSP22Error>> as scale::Decode>::decode(&mut &answer[..]);
    assert_eq!(answer.expect("an answer of ink!'s"), Err(ink::LangError::CouldNotReadInput));
    let error = world.refused(DEPLOYER, world.guard(world.tao).set_code_hash([7; 32]));
    assert_eq!(error, GuardError::CodeRefused);
}

/// Settles what is due, a step at a time; calls `once` after the first message.
fn settle_in_steps(world: &mut World, once: impl FnOnce(&mut World)) {
    assert!(!world.ok(STRANGER, world.settlement().settle(SUBNET, 1)), "one step is not all");
    once(world);
    while !world.ok(STRANGER, world.settlement().settle(SUBNET, 1)) {}
}

#[test]
fn an_epoch_that_is_half_settled_survives_new_code_and_a_new_engine() {
    let due = || {
        let mut world = busy_world();
        world.pass_epochs(SUBNET, 1);
        world
    };
    let mut undisturbed = due();
    settle_in_steps(&mut undisturbed, |_| ());
    let mut upgraded = due();
    settle_in_steps(&mut upgraded, |world| {
        let next = world.upload(rebuilt("settlement"));
        world.upgrade(world.settlement, next);
        let engine = world.place(rebuilt("engine"), ink::selector_bytes!("new").to_vec());
        world.ok(DEPLOYER, world.settlement().set_engine(engine));
        let code_hash = world.code_hash(engine);
        assert_eq!(world.emitted(), [Emitted::new(world.settlement, EngineSet { engine, code_hash })]);
    });
    let result = |world: &mut World| world.read(world.settlement().epoch_result(SUBNET, 0));
    assert_eq!(result(&mut upgraded), result(&mut undisturbed));
    assert_eq!(upgraded.read(upgraded.tao().supply()), undisturbed.read(undisturbed.tao().supply()));
}

#[test]
fn an_engine_is_set_by_the_owner_and_only_one_that_works_with_the_storage() {
    let mut world = World::new();
    let message = world.settlement().set_engine(world.engine);
    let error = world.refused(STRANGER, message);
    assert_eq!(error, SettlementError::Guard(GuardError::CallerNotOwner(STRANGER)));
    let message = world.settlement().set_engine(ALICE);
    assert_eq!(world.refused(DEPLOYER, message), SettlementError::EngineMissing);
    for contract in contracts(&world) {
        let message = world.settlement().set_engine(contract);
        assert_eq!(world.refused(DEPLOYER, message), SettlementError::Guard(GuardError::CodeRefused));
    }
    let engine = world.code_hash(world.engine);
    let message = world.guard(world.settlement).set_code_hash(engine);
    assert_eq!(world.refused(DEPLOYER, message), GuardError::CodeRefused);
}

#[test]
fn a_registry_keeps_its_data_under_a_new_steward_which_does_the_same() {
    let mut world = busy_world();
    let before = answers(&mut world);
    let steward = world.place(rebuilt("steward"), ink::selector_bytes!("new").to_vec());
    world.ok(DEPLOYER, world.registry().set_steward(steward));
    let code_hash = world.code_hash(steward);
    assert_eq!(world.emitted(), [Emitted::new(world.registry, StewardSet { steward, code_hash })]);
    let after = answers(&mut world);
    assert_eq!((after.neurons, after.stakes, after.result), (before.neurons, before.stakes, before.result));

    world.ok(DEPLOYER, world.stewardship().set_hyperparameter(SUBNET, Hyperparameter::Kappa(9)));
    let rules = world.read(world.registry().hyperparameters(SUBNET)).expect("the subnet exists");
    assert_eq!(rules.kappa, 9);
    let next = world.upload(rebuilt("registry"));
    world.upgrade(world.registry, next);
    world.ok(DEPLOYER, world.stewardship().dissolve_subnet(SUBNET));
    assert_eq!(world.read(world.registry().netuids()), []);
}

#[test]
fn a_steward_is_set_by_the_owner_and_only_one_that_works_with_the_storage() {
    let mut world = World::new();
    let message = world.registry().set_steward(world.steward);
    let error = world.refused(STRANGER, message);
    assert_eq!(error, RegistryError::Guard(GuardError::CallerNotOwner(STRANGER)));
    let message = world.registry().set_steward(ALICE);
    assert_eq!(world.refused(DEPLOYER, message), RegistryError::StewardMissing);
    for contract in contracts(&world).into_iter().chain([world.engine]) {
        let message = world.registry().set_steward(contract);
        assert_eq!(world.refused(DEPLOYER, message), RegistryError::Guard(GuardError::CodeRefused));
    }
    let steward = world.code_hash(world.steward);
    let message = world.guard(world.registry).set_code_hash(steward);
    assert_eq!(world.refused(DEPLOYER, message), GuardError::CodeRefused);
}

#[test]
fn a_registry_is_deployed_only_with_a_stewards_code() {
    let mut world = World::new();
    let others = contracts(&world).into_iter().chain([world.engine]);
    let mut deploy = |steward| {
        let genesis = vec![Setup::subnet("alice", "alice's hotkey")];
        world.deploy::<RegistryError>("registry", (world.tao, world.staking, steward, genesis))
    };
    assert_eq!(deploy(ALICE), Err(RegistryError::StewardMissing));
    for contract in others {
        assert_eq!(deploy(contract), Err(RegistryError::Guard(GuardError::CodeRefused)));
    }
}

/// The steward's own message, sent to a contract.
fn open_genesis(
    world: &World,
    contract: AccountId,
) -> yarrow_e2e::Message<impl scale::Encode + use<>, Result<(), RegistryError>> {
    let genesis = vec![Setup::subnet("bob", "bob's hotkey")];
    let input = ExecutionInput::new(Selector::new(ink::selector_bytes!("Steward::open_genesis")));
    let input = input.push_arg((world.tao, world.staking, world.steward, genesis));
    build_call::<DefaultEnvironment>().call(contract).exec_input(input).returns::<Result<(), RegistryError>>()
}

#[test]
fn what_is_sent_to_the_steward_itself_changes_nothing_of_the_registry() {
    let mut world = busy_world();
    let before = answers(&mut world);
    let steward = || messages::<StewardshipMessages>(world.steward);
    let nowhere = RegistryError::SubnetNotExists(SUBNET);
    let owner = account("subnet owner");
    let [start, dissolve] = [steward().start_subnet(SUBNET), steward().dissolve_subnet(SUBNET)];
    let set = steward().set_hyperparameter(SUBNET, Hyperparameter::Kappa(9));
    let [swap, register] = [
        scale::Encode::encode(steward().swap_hotkey(ALICE, BOB, None).params().exec_input()),
        scale::Encode::encode(
            steward().register_subnet(ALICE, SubnetIdentity::default(), Rao::new(u64::MAX)).params().exec_input(),
        ),
    ];
    let connect = steward().connect(ALICE);
    assert_eq!(world.refused(owner, start), nowhere);
    assert_eq!(world.refused(owner, dissolve), nowhere);
    assert_eq!(world.refused(DEPLOYER, set), nowhere);
    for input in [swap, register] {
        world.call_raw(ALICE, world.steward, input).expect_err("it knows no other contract");
    }
    let stranger = open_genesis(&world, world.steward);
    assert_eq!(world.refused(STRANGER, stranger), RegistryError::Guard(GuardError::CallerNotOwner(STRANGER)));
    // Its deployer owns what is in the steward's own storage, and nothing else.
    let own = open_genesis(&world, world.steward);
    world.ok(DEPLOYER, connect);
    world.ok(DEPLOYER, own);
    assert_eq!(answers(&mut world), before);
    assert_eq!(world.read(world.registry().netuids()), [SUBNET]);
}

#[test]
fn nobody_opens_genesis_subnets_on_a_registry_that_is_deployed() {
    let mut world = World::new();
    let input = scale::Encode::encode(open_genesis(&world, world.registry).params().exec_input());
    let answer = world.call_raw(DEPLOYER, world.registry, input).expect("a revert is an answer");
    let answer = <MessageResult<()> as scale::Decode>::decode(&mut &answer[..]);
    assert_eq!(answer.expect("an answer of ink!'s"), Err(ink::LangError::CouldNotReadInput));
    assert_eq!(world.read(world.registry().netuids()), [SUBNET]);
}
