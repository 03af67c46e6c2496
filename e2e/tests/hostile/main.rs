//! The product among neighbours that fail, lie and attack, and gifts that nobody asked for.
//!
//! A contract becomes hostile in the middle of its work: the chain's root puts a [`yarrow_e2e::Puppet`] in its place. That
//! is worse than a hostile token at deployment, because there is something to lose.

mod callees;
mod gifts;
mod reentry;

use primitives::{registry::SubnetIdentity, staking::STAKE_HOLD};
use scale::Encode;
use yarrow_e2e::{Message, prelude::*};

const SUBNET: Netuid = Netuid::new(1);
/// The hotkey of the genesis subnet's owner.
const VALIDATOR: AccountId = account("subnet owner's hotkey");
const BOB: AccountId = account("bob");
const STRANGER: AccountId = account("stranger");
const STAKE: Rao = Rao::new(2_000_000_000);
const WEALTH: Rao = Rao::new(500_000_000_000_000);

/// A world in which Bob has stake and TAO that every contract may take, and an epoch is due.
fn world() -> World {
    let mut world = World::new();
    world.stake(BOB, VALIDATOR, STAKE);
    world.fund(BOB, WEALTH);
    for spender in [world.staking, world.registry] {
        world.ok(BOB, world.psp22().increase_allowance(spender, WEALTH.to_psp22()));
    }
    world.register(SUBNET, account("subnet owner"), VALIDATOR);
    world.start(SUBNET);
    world.pass_blocks(STAKE_HOLD);
    world.pass_epochs(SUBNET, 1);
    world
}

/// A message that must succeed while everybody behaves.
struct Attempt {
    name: &'static str,
    caller: AccountId,
    contract: AccountId,
    input: Vec<u8>,
    /// The contracts that are called on the way.
    callees: Vec<AccountId>,
}

impl Attempt {
    fn new<Args: Encode, R>(
        name: &'static str,
        caller: AccountId,
        message: Message<Args, R>,
        callees: &[AccountId],
    ) -> Self {
        let params = message.params();
        let (contract, input) = (*params.callee(), params.exec_input().encode());
        Self { name, caller, contract, input, callees: callees.to_vec() }
    }

    /// Whether the message returned and did not say that it failed.
    fn succeeds(&self, world: &mut World) -> bool {
        let answer = world.call_raw(self.caller, self.contract, self.input.clone());
        answer.is_ok_and(|answer| answer.starts_with(&[0, 0]))
    }

    /// Asserts that the message fails and leaves no trace.
    #[track_caller]
    fn assert_fails(&self, world: &mut World, why: &str) {
        world.give_native(self.caller, 1_000_000_000_000);
        let before = world.state_root();
        assert!(!self.succeeds(world), "{} succeeds although {why}", self.name);
        assert_eq!(world.state_root(), before, "{} leaves a trace although {why}", self.name);
        assert_eq!(world.emitted(), [], "{} emits events although {why}", self.name);
    }
}

/// Every kind of message that calls other contracts, with those that it calls.
fn attempts(world: &mut World) -> Vec<Attempt> {
    let World { tao, staking, registry, .. } = *world;
    let (stakes, subnets, settlement) = (world.staking(), world.registry(), world.settlement());
    let root_epoch = world.root().root_epoch();
    let identity = SubnetIdentity { name: b"new".to_vec(), ..Default::default() };
    vec![
        Attempt::new("add_stake", BOB, stakes.clone().add_stake(VALIDATOR, STAKE), &[tao]),
        Attempt::new("remove_stake", BOB, stakes.clone().remove_stake(VALIDATOR, STAKE), &[tao]),
        Attempt::new("register_by_burn", BOB, subnets.clone().register_by_burn(SUBNET, BOB, WEALTH), &[staking, tao]),
        Attempt::new(
            "register_subnet",
            BOB,
            world.stewardship().register_subnet(account("new hotkey"), identity, WEALTH),
            &[staking, tao],
        ),
        Attempt::new("settle", STRANGER, settlement.clone().settle(SUBNET, 1), &[registry, staking, tao]),
        Attempt::new("root_epoch", STRANGER, root_epoch, &[registry, staking, tao, world.settlement]),
        Attempt::new("commit_weights", VALIDATOR, settlement.clone().commit_weights(SUBNET, [1; 32]), &[registry]),
    ]
}

#[test]
fn every_attempt_succeeds_while_everybody_behaves() {
    let mut world = world();
    for attempt in attempts(&mut world) {
        assert!(attempt.succeeds(&mut world), "{}", attempt.name);
    }
}
