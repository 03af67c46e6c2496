//! Staking through its public door, without registry and settlement, for which the tests speak.

mod attacks;
mod deposits;
mod epochs;
mod hold;
mod hotkeys;
mod moves;
mod pages;
mod pauses;
mod rewards;
mod swaps;
mod takes;

use primitives::staking::{Delegate, FIRST_VESTING, Reward, STAKE_HOLD};
use yarrow_e2e::prelude::*;

const OWNER: AccountId = account("owner");
const NOMINATOR: AccountId = account("nominator");
const STRANGER: AccountId = account("stranger");
const HOTKEY: AccountId = account("hotkey");
const NETUID: Netuid = Netuid::new(1);
const TAO: u64 = Rao::ONE_TAO.get();

/// Staking with one hotkey, of the owner's, at uid 0.
fn world() -> World {
    let mut world = World::stakes_only();
    world.seat(NETUID, 0, OWNER, HOTKEY);
    world
}

/// Stakes on the hotkey and lets the hold pass.
fn stake_and_wait(world: &mut World, coldkey: AccountId, amount: u64) {
    world.stake(coldkey, HOTKEY, Rao::new(amount));
    world.pass_blocks(STAKE_HOLD);
}

fn stake_of(world: &mut World, coldkey: AccountId) -> u64 {
    world.read(world.staking().stake_of(HOTKEY, coldkey)).get()
}

fn remove(world: &mut World, coldkey: AccountId, amount: u64) -> u64 {
    world.ok(coldkey, world.staking().remove_stake(HOTKEY, Rao::new(amount))).get()
}

fn reward(incentive: u64, dividends: u64) -> Reward {
    Reward { incentive: Rao::new(incentive), dividends: Rao::new(dividends) }
}

/// Pays the hotkey at uid 0.
fn pay(world: &mut World, incentive: u64, dividends: u64) {
    world.pay(NETUID, vec![reward(incentive, dividends)]);
}

/// Pays the hotkey at uid 0 for the first time and lets all of it become due.
fn pay_and_wait(world: &mut World, incentive: u64, dividends: u64) {
    pay(world, incentive, dividends);
    world.pass_blocks(FIRST_VESTING);
}

/// The stakes of the first uids of the subnet, as an epoch counts them.
fn stakes<const N: usize>(world: &mut World) -> [u64; N] {
    let stakes = world.read(world.staking().stakes(NETUID, Uid::new(0), N as u16)).expect("so many are answered");
    std::array::from_fn(|uid| stakes.of[uid].get())
}

fn delegate(world: &mut World) -> Delegate {
    world.read(world.staking().delegate(HOTKEY)).expect("the hotkey is associated")
}
