//! What those who send messages remember.

use std::collections::BTreeSet;

use primitives::{AccountId, Netuid, Rao, weights::WeightsPayload};

/// Coldkeys: their accounts hold TAO, stake, and own hotkeys and subnets.
const COLDKEYS: u64 = 12;
/// Hotkeys at a time.
const HOTKEYS: u64 = 32;
/// Commitments that are remembered.
const PAYLOADS: usize = 24;

/// A stake: on which hotkey, of which coldkey.
pub(crate) type Stake = (AccountId, AccountId);

/// Accounts, and what they have done that they can come back to.
#[derive(Debug)]
pub(crate) struct Memory {
    pub(crate) coldkeys: Vec<AccountId>,
    pub(crate) hotkeys: Vec<AccountId>,
    /// Hotkeys that gave way to others.
    pub(crate) gone: Vec<AccountId>,
    /// Whoever may ever have staked what where.
    pub(crate) stakes: BTreeSet<Stake>,
    /// Commitments that may be revealed, the oldest first.
    pub(crate) payloads: Vec<(Netuid, AccountId, WeightsPayload)>,
    /// Coldkeys that announced who takes their place.
    pub(crate) announced: Vec<(AccountId, AccountId)>,
    /// Subnets that there are or were.
    pub(crate) netuids: BTreeSet<Netuid>,
    /// Subnets that there were.
    pub(crate) dissolved: BTreeSet<Netuid>,
    /// Minted, but not by settling.
    pub(crate) minted: Rao,
    /// The subnet whose epoch the last message has settled.
    pub(crate) settled: Option<Netuid>,
    named: u64,
}

impl Memory {
    pub(crate) fn new(minted: Rao) -> Self {
        let coldkeys = (0..COLDKEYS).map(coldkey).collect();
        let mut memory = Self {
            coldkeys,
            hotkeys: Vec::new(),
            gone: Vec::new(),
            stakes: BTreeSet::new(),
            payloads: Vec::new(),
            announced: Vec::new(),
            netuids: BTreeSet::new(),
            dissolved: BTreeSet::new(),
            minted,
            settled: None,
            named: 0,
        };
        memory.hotkeys = (0..HOTKEYS).map(|_| memory.new_hotkey()).collect();
        memory
    }

    /// A hotkey that nobody has used.
    pub(crate) fn new_hotkey(&mut self) -> AccountId {
        self.named += 1;
        hotkey(self.named)
    }

    /// Somebody may have stake on a hotkey.
    pub(crate) fn staked(&mut self, hotkey: AccountId, coldkey: AccountId) {
        self.stakes.insert((hotkey, coldkey));
    }

    /// A hotkey has come into use.
    pub(crate) fn joined(&mut self, hotkey: AccountId, coldkey: AccountId) {
        if !self.hotkeys.contains(&hotkey) {
            self.hotkeys.push(hotkey);
        }
        self.staked(hotkey, coldkey);
    }

    /// There is no such subnet any more.
    pub(crate) fn dissolved(&mut self, netuid: Netuid) {
        self.dissolved.insert(netuid);
    }

    /// Remembers a commitment, and forgets the oldest of too many.
    pub(crate) fn committed(&mut self, netuid: Netuid, hotkey: AccountId, payload: WeightsPayload) {
        if self.payloads.len() == PAYLOADS {
            self.payloads.remove(0);
        }
        self.payloads.push((netuid, hotkey, payload));
    }

    /// A hotkey has taken another's place.
    pub(crate) fn swapped_hotkey(&mut self, old: AccountId, new: AccountId) {
        self.hotkeys.retain(|&hotkey| hotkey != old && hotkey != new);
        self.hotkeys.push(new);
        self.gone.push(old);
        let moved: Vec<_> = self.stakes.iter().filter(|(hotkey, _)| *hotkey == old).map(|&(_, by)| (new, by)).collect();
        self.stakes.extend(moved);
    }

    /// A coldkey has taken another's place on these hotkeys.
    pub(crate) fn swapped_coldkey(&mut self, new: AccountId, hotkeys: &[AccountId]) {
        self.stakes.extend(hotkeys.iter().map(|&hotkey| (hotkey, new)));
        if !self.coldkeys.contains(&new) {
            self.coldkeys.push(new);
        }
    }
}

/// The coldkey of a number.
pub(crate) fn coldkey(number: u64) -> AccountId {
    numbered(*b"coldkey ", number)
}

/// The hotkey of a number; the first is number 1.
pub(crate) fn hotkey(number: u64) -> AccountId {
    numbered(*b"hotkey  ", number)
}

fn numbered(name: [u8; 8], number: u64) -> AccountId {
    let mut account = [0; 32];
    account[..8].copy_from_slice(&name);
    account[8..16].copy_from_slice(&number.to_be_bytes());
    account.into()
}
