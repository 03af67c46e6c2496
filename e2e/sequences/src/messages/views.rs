//! Messages that only read, asked with anything.

use primitives::{
    AccountId, Guarded as _, Registry as _, RootNetwork as _, Settlement as _, Staking as _, Steward as _, Tao as _,
    Uid, settlement::Engine as _, weights::WeightsPayload,
};
use psp22::{PSP22 as _, PSP22Metadata as _};

use super::guards::guarded;
use crate::{message::Sent, play::Play, setup::STRANGER};

/// The message with arguments that were chosen before it.
macro_rules! ask {
    ($play:ident, $contract:ident.$message:ident()) => {
        $play.$contract().$message()
    };
    ($play:ident, $contract:ident.$message:ident($a:expr)) => {{
        let a = $a($play);
        $play.$contract().$message(a)
    }};
    ($play:ident, $contract:ident.$message:ident($a:expr, $b:expr)) => {{
        let (a, b) = ($a($play), $b($play));
        $play.$contract().$message(a, b)
    }};
    ($play:ident, $contract:ident.$message:ident($a:expr, $b:expr, $c:expr)) => {{
        let (a, b, c) = ($a($play), $b($play), $c($play));
        $play.$contract().$message(a, b, c)
    }};
}

/// Defines the choice of each message: `name: contract.message(argument chosen by, ...)`.
macro_rules! views {
    ($($name:ident: $contract:ident.$message:ident($($chosen:expr),*);)*) => {
        $(
            pub(super) fn $name(play: &mut Play) -> Option<Sent> {
                let message = ask!(play, $contract.$message($($chosen),*));
                Some(Sent::view(STRANGER, message))
            }
        )*
    };
}

/// A uid that there is, or any.
fn any_uid(play: &mut Play) -> Uid {
    let limit = if play.dice.one_in(4) { u16::MAX } else { 12 };
    Uid::new(play.dice.small(limit))
}

/// How many, from none to all.
fn count(play: &mut Play) -> u16 {
    u16::try_from(play.dice.up_to(u16::MAX.into())).expect("16 bits")
}

fn some_hotkeys(play: &mut Play) -> Vec<AccountId> {
    (0..play.dice.below(5)).map(|_| play.hotkey()).collect()
}

fn page(play: &mut Play) -> u8 {
    u8::try_from(play.dice.up_to(255)).expect("8 bits")
}

views! {
    cap: tao.cap();
    supply: tao.supply();
    issuance: tao.issuance();
    minter: tao.minter();
    total_supply: token.total_supply();
    balance_of: token.balance_of(Play::anyone);
    allowance: token.allowance(Play::anyone, Play::anyone);
    token_name: metadata.token_name();
    token_symbol: metadata.token_symbol();
    token_decimals: metadata.token_decimals();
    check_engine: engine.check_storage();
    check_steward: steward.check_storage();
    total_stakes: staking.total_stakes(some_hotkeys);
    running_subnets: registry.running_subnets();
    root_validators: root.root_validators();
    root_weights: root.root_weights(Play::hotkey);
    shares: root.shares();
    preview_shares: root.preview_shares();
    next_root_epoch: root.next_root_epoch();
    clock: staking.clock();
    children: staking.children(Play::hotkey, Play::netuid);
    parents: staking.parents(Play::hotkey, Play::netuid);
    childkey_take: staking.childkey_take(Play::hotkey);
    announced_coldkey_swap: staking.announced_coldkey_swap(Play::anyone);
    swapped_to: staking.swapped_to(Play::anyone);
    hotkey_swapped_to: staking.hotkey_swapped_to(Play::hotkey);
    delegate: staking.delegate(Play::hotkey);
    stake_of: staking.stake_of(Play::hotkey, Play::anyone);
    total_stake: staking.total_stake();
    stakes: staking.stakes(Play::netuid, any_uid, count);
    netuids: registry.netuids();
    subnet: registry.subnet(Play::netuid);
    settings: registry.settings();
    subnet_to_prune: registry.subnet_to_prune();
    identity: registry.identity(Play::netuid);
    hyperparameters: registry.hyperparameters(Play::netuid);
    subnet_lock_cost: registry.subnet_lock_cost();
    burn_cost: registry.burn_cost(Play::netuid);
    work_target: registry.work_target(Play::netuid);
    uid: registry.uid(Play::netuid, Play::hotkey);
    neurons: registry.neurons(Play::netuid, any_uid, count);
    model: registry.model(Play::netuid, Play::hotkey);
    axon: registry.axon(Play::netuid, Play::hotkey);
    weights_context: registry.weights_context(Play::netuid, Play::hotkey, count);
    registration_blocks: registry.registration_blocks(Play::netuid, any_uid, count);
    epoch_context: registry.epoch_context(Play::netuid);
    schedule: settlement.schedule(Play::netuid, Play::hotkey);
    weight_commits: settlement.weight_commits(Play::netuid, Play::hotkey);
    weights: settlement.weights(Play::netuid, any_uid);
    bonds: settlement.bonds(Play::netuid, any_uid, page);
    epoch_result: settlement.epoch_result(Play::netuid, page);
    emission: settlement.emission();
    pending_emission: settlement.pending_emission(Play::netuid);
}

pub(super) fn guard(play: &mut Play) -> Option<Sent> {
    let contract = guarded(play);
    Some(Sent::view(STRANGER, play.guarded(contract).guard()))
}

pub(super) fn check_storage(play: &mut Play) -> Option<Sent> {
    let contract = guarded(play);
    Some(Sent::view(STRANGER, play.guarded(contract).check_storage()))
}

pub(super) fn preview_commit_hash(play: &mut Play) -> Option<Sent> {
    let (netuid, hotkey, salt) = (play.netuid(), play.hotkey(), play.dice.bytes(100));
    let payload = WeightsPayload { commit_epoch: 1, version_key: 0, entries: vec![], evidence: [0; 32], salt };
    Some(Sent::view(STRANGER, play.settlement().preview_commit_hash(netuid, hotkey, payload)))
}
