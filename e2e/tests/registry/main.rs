//! The registry through its public door. `settlement` is a plain account here, in whose name the tests record epochs.

mod access;
mod burn;
mod deployment;
mod dissolution;
mod epochs;
mod hyperparameters;
mod models;
mod pruning;
mod serving;
mod subnets;
mod swaps;
mod trimming;
mod work;

use primitives::{
    RegistryError,
    registry::{EpochEnd, GenesisSubnet, Settings},
};
use yarrow_e2e::prelude::*;

/// The genesis subnet of [`world`].
const SUBNET: Netuid = Netuid::new(1);
/// A subnet that does not exist.
const NOWHERE: Netuid = Netuid::new(77);
/// Where the pages of a subnet begin.
const FIRST: Uid = Uid::new(0);
/// Owns [`SUBNET`].
const OWNER: AccountId = account("subnet owner");
/// The hotkey that [`SUBNET`] names as its owner's.
const OWNER_HOTKEY: AccountId = account("subnet owner's hotkey");
const ALICE: AccountId = account("alice");
const BOB: AccountId = account("bob");
/// A hotkey of nobody's.
const HOTKEY: AccountId = account("hotkey");

/// A registry with one subnet, on which any nonce is work enough.
fn world() -> World {
    world_with(vec![])
}

/// Like [`world`], with more hyperparameters.
fn world_with(hyperparameters: Vec<Hyperparameter>) -> World {
    let mut subnet = Setup::subnet("subnet owner", "subnet owner's hotkey");
    subnet.hyperparameters.extend(hyperparameters);
    deploy(Setup::default(), vec![subnet]).expect("the registry was deployed")
}

/// A registry with these subnets, or its constructor's error.
fn deploy(setup: Setup, genesis: Vec<GenesisSubnet>) -> Result<World, RegistryError> {
    let mut world = setup.deploy_stakes();
    world.deploy_registry(genesis)?;
    world.ok(DEPLOYER, world.staking().connect(world.registry, world.settlement));
    world.ok(DEPLOYER, world.stewardship().connect(world.settlement));
    Ok(world)
}

/// The hotkey of a number; each of them is its own coldkey.
fn numbered(number: u16) -> AccountId {
    let mut id = account("neuron").0;
    id[30..].copy_from_slice(&number.to_be_bytes());
    id.into()
}

/// Registers the hotkeys of some numbers, in order.
fn register_all(world: &mut World, numbers: std::ops::Range<u16>) {
    for number in numbers {
        world.register(SUBNET, numbered(number), numbered(number));
    }
}

/// The end of an epoch, with a challenge of that byte.
fn end(epoch: u64, challenge: u8) -> Option<EpochEnd> {
    Some(EpochEnd { epoch, challenge: [challenge; 32] })
}

/// Gives `payer` that much TAO and allows it to the registry.
fn allow(world: &mut World, payer: AccountId, amount: Rao) {
    world.fund(payer, amount);
    world.ok(payer, world.psp22().increase_allowance(world.registry, amount.to_psp22()));
}

/// Sets a hyperparameter of [`SUBNET`] in the name of the registry's owner.
fn govern(world: &mut World, change: Hyperparameter) {
    world.ok(DEPLOYER, world.stewardship().set_hyperparameter(SUBNET, change));
}

/// Sets what holds for all subnets.
fn set(world: &mut World, settings: Settings) {
    world.ok(DEPLOYER, world.stewardship().set_settings(settings));
}

/// What registering by burn costs on [`SUBNET`].
fn burn_cost(world: &mut World) -> Rao {
    world.read(world.registry().burn_cost(SUBNET)).expect("the subnet exists")
}

/// What registering by work takes on [`SUBNET`].
fn work_target(world: &mut World) -> primitives::work::WorkTarget {
    world.read(world.registry().work_target(SUBNET)).expect("the subnet exists")
}

/// TAO in RAO.
fn tao(amount: u64) -> Rao {
    Rao::new(amount * Rao::ONE_TAO.get())
}
