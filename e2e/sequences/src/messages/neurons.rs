//! Messages of the registry about neurons.

use consensus::work::meets_difficulty;
use primitives::{
    AccountId, Rao, Registry as _, Stewardship as _,
    axon::Axon,
    model::{ModelCommitment, ModelKind},
    work::{self, WorkTarget},
};

use crate::{message::Sent, play::Play};

/// Nonces that are tried; a subnet that makes it harder gets work that is not good enough.
const TRIES: u64 = 200;

/// A hotkey with whoever owns it or could, or rarely somebody else.
fn newcomer(play: &mut Play) -> (AccountId, AccountId) {
    let hotkey = play.hotkey();
    let coldkey = play.owner_of(hotkey).unwrap_or_else(|| play.coldkey());
    (hotkey, play.mostly(coldkey))
}

pub(super) fn register_by_burn(play: &mut Play) -> Option<Sent> {
    let ((hotkey, by), netuid) = (newcomer(play), play.netuid());
    let cost = play.ask(play.registry().burn_cost(netuid)).unwrap_or_default();
    let limit = if play.dice.one_in(8) { Rao::new(play.dice.up_to(cost.get())) } else { cost };
    let sent = Sent::write(by, play.registry().register_by_burn(netuid, hotkey, limit));
    Some(sent.then(move |memory, _| memory.staked(hotkey, by)))
}

pub(super) fn register_by_work(play: &mut Play) -> Option<Sent> {
    let ((hotkey, by), netuid) = (newcomer(play), play.netuid());
    let target = play.ask(play.registry().work_target(netuid));
    let target = target.unwrap_or(WorkTarget { challenge: [0; 32], difficulty: 1 });
    let prefix = work::prefix(&target.challenge, &hotkey, &by);
    let first = play.dice.any();
    let nonces = (0..TRIES).map(|number| first.wrapping_add(number));
    let found = nonces.into_iter().find(|&nonce| meets_difficulty(&work::seal(&prefix, nonce), target.difficulty));
    let challenge = if play.dice.one_in(20) { play.dice.hash() } else { target.challenge };
    let sent = Sent::write(by, play.registry().register_by_work(netuid, hotkey, challenge, found.unwrap_or(first)));
    Some(sent.then(move |memory, _| memory.staked(hotkey, by)))
}

/// Mostly to a hotkey that nobody has used.
pub(super) fn swap_hotkey(play: &mut Play) -> Option<Sent> {
    let (old, by) = newcomer(play);
    let new = if play.dice.one_in(4) { play.hotkey() } else { play.memory.new_hotkey() };
    let netuid = if play.dice.one_in(3) { Some(play.netuid()) } else { None };
    let sent = Sent::write(by, play.stewardship().swap_hotkey(old, new, netuid));
    Some(sent.then(move |memory, _| match netuid {
        Some(_) => memory.joined(new, by),
        None => memory.swapped_hotkey(old, new),
    }))
}

pub(super) fn commit_model(play: &mut Play) -> Option<Sent> {
    let netuid = play.netuid();
    let by = play.registered(netuid);
    let (size, letters) = (play.dice.below(40 << 20) as u32, play.dice.index(140));
    let location = if play.dice.one_in(6) { play.dice.bytes(140) } else { vec![b'm'; letters] };
    let model = ModelCommitment { kind: ModelKind::Wasm, size, bound_hash: play.dice.hash(), location };
    Some(Sent::write(by, play.registry().commit_model(netuid, model)))
}

pub(super) fn serve_axon(play: &mut Play) -> Option<Sent> {
    let netuid = play.netuid();
    let by = play.registered(netuid);
    let dice = &mut play.dice;
    let ip_type = dice.pick(&[4, 4, 4, 6, 6, 5]);
    let ip = if ip_type == 6 { u128::from(dice.any()) << 64 } else { dice.up_to(1 << 32).into() };
    let certificate = Some(dice.hash()).filter(|_| dice.one_in(2));
    let axon = Axon { version: 1, ip, port: dice.small(u16::MAX), ip_type, protocol: 4, certificate };
    Some(Sent::write(by, play.registry().serve_axon(netuid, axon)))
}
