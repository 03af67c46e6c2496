//! Messages of staking that accounts send.

use primitives::{
    AccountId, Rao, Staking as _,
    staking::{MAX_TAKE, MIN_PARENT_STAKE, MIN_STAKE, coldkey_hash},
};

use crate::{memory::Stake, message::Sent, play::Play};

/// Blocks that an account waits so that its message can be done.
const PATIENCE: u64 = 40_000;

pub(super) fn connect(play: &mut Play) -> Option<Sent> {
    let contracts = play.contracts;
    let by = play.governance(contracts.staking);
    Some(Sent::write(by, play.staking().connect(contracts.registry, contracts.settlement)))
}

pub(super) fn associate_hotkey(play: &mut Play) -> Option<Sent> {
    let (by, hotkey) = (play.coldkey(), play.hotkey());
    let sent = Sent::write(by, play.staking().associate_hotkey(hotkey));
    Some(sent.then(move |memory, _| memory.staked(hotkey, by)))
}

pub(super) fn claim_hotkey(play: &mut Play) -> Option<Sent> {
    let (hotkey, coldkey) = (play.hotkey(), play.coldkey());
    let sent = Sent::write(hotkey, play.staking().claim_hotkey(coldkey));
    Some(sent.then(move |memory, _| memory.staked(hotkey, coldkey)))
}

pub(super) fn add_stake(play: &mut Play) -> Option<Sent> {
    let (by, hotkey) = (play.coldkey(), play.known_hotkey());
    let balance = play.balance(by).get();
    let amount = match play.dice.below(12) {
        0 => play.dice.up_to(MIN_STAKE.get()),
        1 => play.dice.up_to(u64::MAX),
        2 => MIN_PARENT_STAKE.get(),
        3 => balance / 3,
        _ => MIN_STAKE.get() + play.dice.up_to(balance / 4),
    };
    let sent = Sent::write(by, play.staking().add_stake(hotkey, Rao::new(amount)));
    Some(sent.then(move |memory, _| memory.staked(hotkey, by)))
}

/// A stake that somebody may have, with what it is.
fn stake(play: &mut Play) -> (Stake, u64) {
    for _ in 0..6 {
        let place = play.dice.index(play.memory.stakes.len());
        let stake = *play.memory.stakes.iter().nth(place).expect("within the set");
        let amount = play.ask(play.staking().stake_of(stake.0, stake.1)).get();
        if amount > 0 {
            return (stake, amount);
        }
    }
    ((play.known_hotkey(), play.coldkey()), 0)
}

/// All, a part, or more than there is.
fn part(play: &mut Play, stake: u64) -> Rao {
    let amount = match play.dice.below(8) {
        0..2 => stake,
        2 => stake.saturating_add(1),
        3 => play.dice.up_to(u64::MAX),
        4 => stake.saturating_sub(play.dice.up_to(MIN_STAKE.get())),
        _ => play.dice.up_to(stake),
    };
    Rao::new(amount)
}

pub(super) fn remove_stake(play: &mut Play) -> Option<Sent> {
    let ((hotkey, by), stake) = stake(play);
    let amount = part(play, stake);
    Some(Sent::write(by, play.staking().remove_stake(hotkey, amount)))
}

pub(super) fn move_stake(play: &mut Play) -> Option<Sent> {
    let ((from, by), stake) = stake(play);
    let (to, amount) = (play.known_hotkey(), part(play, stake));
    let sent = Sent::write(by, play.staking().move_stake(from, to, amount));
    Some(sent.then(move |memory, _| memory.staked(to, by)))
}

pub(super) fn transfer_stake(play: &mut Play) -> Option<Sent> {
    let ((hotkey, by), stake) = stake(play);
    let (to, amount) = (play.anyone(), part(play, stake));
    let sent = Sent::write(by, play.staking().transfer_stake(hotkey, to, amount));
    Some(sent.then(move |memory, _| memory.staked(hotkey, to)))
}

/// A hotkey with its owner, or rarely somebody else.
fn owned(play: &mut Play) -> Stake {
    let hotkey = play.known_hotkey();
    let owner = play.owner_of(hotkey).unwrap_or_else(|| play.coldkey());
    (hotkey, play.mostly(owner))
}

/// A take that is low enough, unless it is meant to be refused.
fn take(play: &mut Play) -> u16 {
    let limit = if play.dice.one_in(8) { u16::MAX } else { MAX_TAKE };
    play.dice.small(limit)
}

pub(super) fn increase_take(play: &mut Play) -> Option<Sent> {
    let (hotkey, by) = owned(play);
    let now = play.ask(play.staking().delegate(hotkey)).map_or(0, |delegate| delegate.take);
    let take = if play.dice.one_in(4) { take(play) } else { (now + 1 + take(play) / 8).min(MAX_TAKE) };
    Some(Sent::write(by, play.staking().increase_take(hotkey, take)))
}

pub(super) fn decrease_take(play: &mut Play) -> Option<Sent> {
    let ((hotkey, by), take) = (owned(play), take(play));
    Some(Sent::write(by, play.staking().decrease_take(hotkey, take)))
}

pub(super) fn set_childkey_take(play: &mut Play) -> Option<Sent> {
    let ((hotkey, by), take) = (owned(play), take(play));
    Some(Sent::write(by, play.staking().set_childkey_take(hotkey, take)))
}

pub(super) fn set_children(play: &mut Play) -> Option<Sent> {
    let ((hotkey, by), netuid) = (owned(play), play.netuid());
    let limit = if play.dice.one_in(10) { 8 } else { 4 };
    let count = play.dice.below(limit);
    let all = if play.dice.one_in(8) { u64::MAX } else { u64::MAX / count.max(1) };
    let children = (0..count).map(|_| (play.dice.up_to(all), play.known_hotkey())).collect();
    Some(Sent::write(by, play.staking().set_children(hotkey, netuid, children)))
}

/// An account that can take a coldkey's place: any, used or not.
fn successor(play: &mut Play) -> AccountId {
    if play.dice.one_in(2) { play.coldkey() } else { play.dice.hash().into() }
}

pub(super) fn announce_coldkey_swap(play: &mut Play) -> Option<Sent> {
    let (by, new) = (play.coldkey(), successor(play));
    let sent = Sent::write(by, play.staking().announce_coldkey_swap(coldkey_hash(&new)));
    Some(sent.then(move |memory, _| {
        memory.announced.retain(|&(coldkey, _)| coldkey != by);
        memory.announced.push((by, new));
    }))
}

pub(super) fn clear_coldkey_swap(play: &mut Play) -> Option<Sent> {
    let announced: Vec<_> = play.memory.announced.iter().map(|&(by, _)| by).collect();
    let by = if announced.is_empty() { play.coldkey() } else { play.dice.pick(&announced) };
    Some(Sent::write(by, play.staking().clear_coldkey_swap()))
}

/// Mostly waits until the announcement is old enough, and hands over what it owns or has staked on.
pub(super) fn swap_coldkey(play: &mut Play) -> Option<Sent> {
    if play.memory.announced.is_empty() {
        return None;
    }
    let (by, new) = play.dice.pick(&play.memory.announced.clone());
    if let Some(announcement) = play.ask(play.staking().announced_coldkey_swap(by)) {
        let from = announcement.announced_at.after(primitives::staking::COLDKEY_SWAP_DELAY);
        let patience = if play.dice.one_in(3) { 0 } else { PATIENCE };
        play.wait_for(from, patience);
    }
    let mut hotkeys: Vec<_> =
        play.memory.stakes.iter().filter(|&&(_, coldkey)| coldkey == by).map(|&(hotkey, _)| hotkey).collect();
    hotkeys.retain(|hotkey| !play.memory.gone.contains(hotkey));
    let hotkeys: Vec<_> = hotkeys.into_iter().take(play.dice.index(18)).collect();
    let new = play.mostly(new);
    let sent = Sent::write(by, play.staking().swap_coldkey(new, hotkeys.clone()));
    Some(sent.then(move |memory, _| memory.swapped_coldkey(new, &hotkeys)))
}
