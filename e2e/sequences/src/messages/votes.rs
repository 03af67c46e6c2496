//! Messages of the root network, and who it is.

use primitives::{AccountId, RootNetwork as _, Settlement as _};

use crate::{message::Sent, play::Play};

pub(super) fn connect(play: &mut Play) -> Option<Sent> {
    let contracts = play.contracts;
    let by = play.governance(contracts.settlement);
    Some(Sent::write(by, play.settlement().connect(contracts.root)))
}

/// A hotkey with its coldkey, or rarely somebody else.
fn owned(play: &mut Play, hotkey: AccountId) -> (AccountId, AccountId) {
    let coldkey = play.owner_of(hotkey).unwrap_or_else(|| play.coldkey());
    (hotkey, play.mostly(coldkey))
}

pub(super) fn register(play: &mut Play) -> Option<Sent> {
    let hotkey = play.known_hotkey();
    let (hotkey, by) = owned(play, hotkey);
    Some(Sent::write(by, play.root().root_register(hotkey)))
}

/// Of a root validator, mostly.
pub(super) fn vote(play: &mut Play) -> Option<Sent> {
    let validators = play.ask(play.root().root_validators());
    let hotkey =
        if validators.is_empty() || play.dice.one_in(12) { play.hotkey() } else { play.dice.pick(&validators) };
    let (hotkey, by) = owned(play, hotkey);
    let weights = (0..play.dice.below(4)).map(|_| (play.netuid(), play.dice.small(u16::MAX))).collect();
    Some(Sent::write(by, play.root().set_root_weights(hotkey, weights)))
}

/// Mostly when it is due.
pub(super) fn epoch(play: &mut Play) -> Option<Sent> {
    if !play.dice.one_in(5) {
        let next = play.ask(play.root().next_root_epoch());
        play.wait_for(next, 400);
    }
    Some(Sent::write(play.sender(), play.root().root_epoch()))
}
