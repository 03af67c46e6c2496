//! Messages of the token.

use primitives::{AccountId, Rao, Tao as _};
use psp22::{PSP22 as _, PSP22Burnable as _};

use crate::{message::Sent, play::Play};

/// Mostly an amount that the account has; sometimes one that nobody has.
fn value(play: &mut Play, of: AccountId) -> u128 {
    let balance = play.balance(of).get();
    match play.dice.below(12) {
        0 => 0,
        1 => balance.into(),
        2 => u128::from(balance) + 1,
        3 => u128::MAX - u128::from(play.dice.below(2)),
        _ => play.dice.up_to(balance).into(),
    }
}

pub(super) fn transfer(play: &mut Play) -> Option<Sent> {
    let (by, to) = (play.sender(), play.anyone());
    let (value, data) = (value(play, by), play.dice.bytes(40));
    Some(Sent::write(by, play.token().transfer(to, value, data)))
}

/// Contracts spend by allowance; what coldkeys allow each other is little.
pub(super) fn transfer_from(play: &mut Play) -> Option<Sent> {
    let (by, from, to) = (play.coldkey(), play.coldkey(), play.anyone());
    let allowance = play.ask(play.token().allowance(from, by));
    let balance = play.balance(from).get();
    let value = match u64::try_from(allowance) {
        Ok(allowance) if !play.dice.one_in(8) => play.dice.up_to(allowance.min(balance)).into(),
        _ => value(play, from),
    };
    Some(Sent::write(by, play.token().transfer_from(from, to, value, vec![])))
}

pub(super) fn approve(play: &mut Play) -> Option<Sent> {
    let by = play.coldkey();
    if play.dice.one_in(3) {
        let spender = play.dice.pick(&[play.contracts.staking, play.contracts.registry]);
        return Some(Sent::write(by, play.token().approve(spender, u128::MAX)));
    }
    let spender = play.sender();
    let value = value(play, by);
    Some(Sent::write(by, play.token().approve(spender, value)))
}

pub(super) fn increase_allowance(play: &mut Play) -> Option<Sent> {
    let (by, spender) = (play.coldkey(), play.sender());
    let value = value(play, by);
    Some(Sent::write(by, play.token().increase_allowance(spender, value)))
}

pub(super) fn decrease_allowance(play: &mut Play) -> Option<Sent> {
    let (by, spender) = (play.coldkey(), play.coldkey());
    let allowance = play.ask(play.token().allowance(by, spender));
    let value = match u64::try_from(allowance) {
        Ok(allowance) if !play.dice.one_in(6) => play.dice.up_to(allowance).into(),
        _ => value(play, by),
    };
    Some(Sent::write(by, play.token().decrease_allowance(spender, value)))
}

pub(super) fn burn(play: &mut Play) -> Option<Sent> {
    let by = play.coldkey();
    let value = if play.dice.one_in(4) { value(play, by) } else { play.dice.below(1 << 40).into() };
    Some(Sent::write(by, play.burnable().burn(value)))
}

pub(super) fn recycle(play: &mut Play) -> Option<Sent> {
    let by = play.sender();
    let from = if play.dice.one_in(4) { play.coldkey() } else { by };
    let amount = u64::try_from(value(play, from)).unwrap_or(u64::MAX);
    Some(Sent::write(by, play.tao().recycle(from, Rao::new(amount))))
}

/// Mostly gives the right to mint back to the settlement, where it has not got it.
pub(super) fn set_minter(play: &mut Play) -> Option<Sent> {
    let settlement = Some(play.contracts.settlement);
    let is_in_place = play.ask(play.tao().minter()) == settlement;
    let away = play.dice.pick(&[Some(play.contracts.deployer), None]);
    let minter = if is_in_place && play.dice.one_in(4) { away } else { settlement };
    let by = play.governance(play.contracts.tao);
    Some(Sent::write(by, play.tao().set_minter(minter)))
}

pub(super) fn mint(play: &mut Play) -> Option<Sent> {
    let settlement = play.contracts.settlement;
    let minter = play.ask(play.tao().minter()).filter(|&minter| minter != settlement);
    if minter.is_none() && !play.dice.one_in(4) {
        return None;
    }
    let by = minter.unwrap_or_else(|| play.sender());
    let most = if play.dice.one_in(6) { u64::MAX } else { 1 << 40 };
    let amounts: Vec<_> = (0..play.dice.below(4)).map(|_| (play.anyone(), Rao::new(play.dice.up_to(most)))).collect();
    let sum = amounts.iter().fold(0, |sum: u64, (_, amount)| sum.saturating_add(amount.get()));
    let sent = Sent::write(by, play.tao().mint(amounts));
    Some(sent.then(move |memory, _| memory.minted = Rao::new(memory.minted.get() + sum)))
}
