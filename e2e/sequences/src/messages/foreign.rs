//! Messages that are not for accounts: contracts send them to each other, or nobody does.

use primitives::{
    Netuid, ProtocolBlock, Rao, Registry as _, Settlement as _, Staking as _, Steward as _, Uid, registry::EpochEnd,
    settlement::Engine as _, staking::Reward,
};

use crate::{message::Sent, play::Play, setup::STRANGER};

fn seat(play: &mut Play) -> (Netuid, Uid) {
    (play.netuid(), Uid::new(play.dice.small(12)))
}

pub(super) fn associate_hotkey_for(play: &mut Play) -> Option<Sent> {
    let (coldkey, hotkey) = (play.coldkey(), play.hotkey());
    Some(Sent::write(play.sender(), play.staking().associate_hotkey_for(coldkey, hotkey)))
}

pub(super) fn take_seat(play: &mut Play) -> Option<Sent> {
    let ((netuid, uid), coldkey, hotkey) = (seat(play), play.coldkey(), play.hotkey());
    Some(Sent::write(play.sender(), play.staking().take_seat(netuid, uid, coldkey, hotkey)))
}

pub(super) fn take_seats(play: &mut Play) -> Option<Sent> {
    let ((netuid, uid), hotkey) = (seat(play), play.hotkey());
    Some(Sent::write(play.sender(), play.staking().take_seats(netuid, vec![(uid, hotkey)])))
}

pub(super) fn leave_seats(play: &mut Play) -> Option<Sent> {
    let ((netuid, first), count) = (seat(play), play.dice.small(20));
    Some(Sent::write(play.sender(), play.staking().leave_seats(netuid, first, count)))
}

pub(super) fn swap_hotkey(play: &mut Play) -> Option<Sent> {
    let (coldkey, old, new) = (play.coldkey(), play.hotkey(), play.hotkey());
    Some(Sent::write(play.sender(), play.staking().swap_hotkey(coldkey, old, new)))
}

pub(super) fn pay(play: &mut Play) -> Option<Sent> {
    let (netuid, first) = seat(play);
    let reward = Reward { incentive: Rao::new(play.dice.any()), dividends: Rao::new(play.dice.any()) };
    let next_epoch = ProtocolBlock::new(play.dice.any());
    Some(Sent::write(play.sender(), play.staking().pay(netuid, first, vec![reward], next_epoch)))
}

pub(super) fn record_epoch(play: &mut Play) -> Option<Sent> {
    let (netuid, first) = seat(play);
    let end = EpochEnd { epoch: play.dice.any(), challenge: play.dice.hash() };
    Some(Sent::write(play.sender(), play.registry().record_epoch(netuid, first, vec![Rao::new(1)], Some(end))))
}

pub(super) fn record_shares(play: &mut Play) -> Option<Sent> {
    let shares = vec![(play.netuid(), play.dice.any())];
    Some(Sent::write(play.sender(), play.registry().record_shares(shares)))
}

/// The engine's own storage names no contract that it could ask.
pub(super) fn settle_without_settlement(play: &mut Play) -> Option<Sent> {
    let netuid = play.netuid();
    Some(Sent::write(play.sender(), play.engine().settle(netuid, 1)))
}

pub(super) fn set_shares(play: &mut Play) -> Option<Sent> {
    let shares = vec![(play.netuid(), play.dice.any())];
    Some(Sent::write(play.sender(), play.settlement().set_shares(shares)))
}

/// Only the steward's own storage would have the subnets.
pub(super) fn open_genesis(play: &mut Play) -> Option<Sent> {
    let contracts = play.contracts;
    let message = play.steward().open_genesis(contracts.tao, contracts.staking, contracts.steward, vec![]);
    Some(Sent::write(STRANGER, message))
}
