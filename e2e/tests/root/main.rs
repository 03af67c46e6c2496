//! The root network through its public door: who votes, and how votes divide the emission.

mod shares;
mod validators;

use primitives::{RootError, root::RootWeight};
use yarrow_e2e::prelude::*;

const FIRST: Netuid = Netuid::new(1);
const SECOND: Netuid = Netuid::new(2);
const STRANGER: AccountId = account("stranger");
/// Root validators; each is its own coldkey.
const ALICE: AccountId = account("alice");
const BOB: AccountId = account("bob");
const TAO: u64 = Rao::ONE_TAO.get();

/// A deployment with two subnets that run.
fn world() -> World {
    let subnets = [("first owner", "first hotkey"), ("second owner", "second hotkey")];
    let mut world =
        Setup::default().genesis(subnets.map(|(owner, hotkey)| Setup::subnet(owner, hotkey)).into()).deploy();
    world.start(FIRST);
    world.start(SECOND);
    world
}

/// Stakes whole TAO on a hotkey that is its own coldkey.
fn stake(world: &mut World, hotkey: AccountId, amount: u64) {
    world.ok(hotkey, world.staking().associate_hotkey(hotkey));
    world.stake(hotkey, hotkey, Rao::new(amount * TAO));
}

/// Makes a hotkey with so many TAO a root validator.
fn join(world: &mut World, hotkey: AccountId, amount: u64) {
    stake(world, hotkey, amount);
    world.ok(hotkey, world.root().root_register(hotkey));
}

fn vote(world: &mut World, hotkey: AccountId, weights: &[(u16, u16)]) {
    world.ok(hotkey, world.root().set_root_weights(hotkey, row(weights)));
}

fn row(weights: &[(u16, u16)]) -> Vec<RootWeight> {
    weights.iter().map(|&(netuid, weight)| (Netuid::new(netuid), weight)).collect()
}

/// The hotkey of a number.
fn numbered(number: u16) -> AccountId {
    let mut id = account("validator").0;
    id[30..].copy_from_slice(&number.to_be_bytes());
    id.into()
}
