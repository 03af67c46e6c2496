//! Messages that every contract has: ownership, pauses, replacement of code.

use primitives::{AccountId, Guarded as _};

use crate::{message::Sent, play::Play};

/// One of the contracts that have a guard.
pub(super) fn guarded(play: &mut Play) -> AccountId {
    let contracts = play.contracts;
    play.dice.pick(&[contracts.tao, contracts.staking, contracts.registry, contracts.settlement, contracts.root])
}

pub(super) fn offer_ownership(play: &mut Play) -> Option<Sent> {
    let contract = guarded(play);
    let (by, to) = (play.governance(contract), play.sender());
    let to = if play.dice.one_in(4) { None } else { Some(to) };
    Some(Sent::write(by, play.guarded(contract).offer_ownership(to)))
}

pub(super) fn accept_ownership(play: &mut Play) -> Option<Sent> {
    let contract = guarded(play);
    let offered = play.ask(play.guarded(contract).guard()).pending_owner;
    let by = offered.unwrap_or_else(|| play.sender());
    Some(Sent::write(play.mostly(by), play.guarded(contract).accept_ownership()))
}

pub(super) fn set_guardian(play: &mut Play) -> Option<Sent> {
    let contract = guarded(play);
    let (by, guardian) = (play.governance(contract), play.sender());
    Some(Sent::write(by, play.guarded(contract).set_guardian(Some(guardian))))
}

/// The guardian's, or the owner's.
fn guardian(play: &mut Play, contract: AccountId) -> AccountId {
    let guard = play.ask(play.guarded(contract).guard());
    let guardian = guard.guardian.filter(|_| play.dice.one_in(2));
    play.mostly(guardian.unwrap_or(guard.owner))
}

pub(super) fn pause(play: &mut Play) -> Option<Sent> {
    let contract = guarded(play);
    let by = guardian(play, contract);
    Some(Sent::write(by, play.guarded(contract).pause()))
}

pub(super) fn unpause(play: &mut Play) -> Option<Sent> {
    let contract = guarded(play);
    let by = guardian(play, contract);
    Some(Sent::write(by, play.guarded(contract).unpause()))
}

/// The same code again, or none that works with the storage.
pub(super) fn set_code_hash(play: &mut Play) -> Option<Sent> {
    let contract = guarded(play);
    let code_hash = match play.dice.below(6) {
        0 => play.dice.hash(),
        1 => {
            let other = guarded(play);
            play.code_hash(other)
        }
        _ => play.code_hash(contract),
    };
    let by = play.governance(contract);
    Some(Sent::write(by, play.guarded(contract).set_code_hash(code_hash)))
}
