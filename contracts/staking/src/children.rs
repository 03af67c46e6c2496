//! Stake that a hotkey, the parent, gives to others, its children, for the epochs of a subnet.
//!
//! All parents of a subnet are in one cell, and their number is bounded, so that a subnet without any reads one small
//! cell more and a subnet with many still settles in a message. A parent roams, since its children earn for it.

use ink::prelude::vec::Vec;
use primitives::{
    staking::{Children, Kin, CHILDREN_COOLDOWN, MAX_CHILDREN, MAX_PARENTS, MIN_PARENT_STAKE, SET_CHILDREN_INTERVAL},
    AccountId, Netuid, ProtocolBlock, Rao, StakingError,
};

use crate::{epochs::Epoch, hotkey::Hotkey, part::part, storage::Cells};

/// A hotkey that has children on a subnet, or will.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Parent {
    hotkey: AccountId,
    set_at: ProtocolBlock,
    children: Vec<Kin>,
    /// Take the children's place in epochs that begin at this block or later.
    pending: Option<(ProtocolBlock, Vec<Kin>)>,
}

impl Parent {
    /// The children that count in an epoch, or before the first.
    fn in_force(&self, epoch: Option<Epoch>) -> &[Kin] {
        match (&self.pending, epoch) {
            (Some((from, pending)), Some(epoch)) if *from <= epoch.from => pending,
            _ => &self.children,
        }
    }

    /// Whether a hotkey is or will be a child.
    fn names(&self, hotkey: &AccountId) -> bool {
        let pending = self.pending.iter().flat_map(|(_, pending)| pending);
        self.children.iter().chain(pending).any(|(_, child)| child == hotkey)
    }

    /// Puts hotkey `new` in the place of `old`, as parent and as child.
    fn rename(&mut self, old: &AccountId, new: &AccountId) {
        let pending = self.pending.iter_mut().flat_map(|(_, pending)| pending);
        let children = self.children.iter_mut().chain(pending).map(|(_, child)| child);
        children.chain([&mut self.hotkey]).filter(|hotkey| **hotkey == *old).for_each(|hotkey| *hotkey = *new);
    }
}

/// What a parent gives to a child in an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gift {
    /// Who gives.
    pub parent: AccountId,
    /// Who is given.
    pub child: AccountId,
    /// How much.
    pub amount: Rao,
}

/// The stake of a hotkey that has `own`, with what it is given and without what it gives; `None` if it is beyond what
/// can be counted.
pub fn inherited(own: Rao, hotkey: &AccountId, gifts: &[Gift]) -> Option<Rao> {
    let (mut kept, mut received) = (own, Rao::ZERO);
    for gift in gifts {
        if gift.parent == *hotkey {
            kept = kept.checked_sub(gift.amount).unwrap_or(Rao::ZERO);
        }
        if gift.child == *hotkey {
            received = received.checked_add(gift.amount)?;
        }
    }
    kept.checked_add(received)
}

impl Cells {
    /// What parents give to children in an epoch of a subnet, or before the first.
    ///
    /// # Errors
    /// `HotKeyAccountNotExists`, `Overflow`.
    pub fn gifts(&self, netuid: Netuid, epoch: Option<Epoch>) -> Result<Vec<Gift>, StakingError> {
        let mut gifts = Vec::new();
        for parent in &self.parents.get(netuid).unwrap_or_default() {
            let children = parent.in_force(epoch);
            if children.is_empty() {
                continue;
            }
            let record = self.hotkey(&parent.hotkey)?;
            let kept = epoch.and_then(|epoch| record.kept(netuid, epoch.until));
            let own = kept.or_else(|| record.held()).ok_or(StakingError::Overflow)?;
            let gift = |&(proportion, child): &Kin| Gift {
                parent: parent.hotkey,
                child,
                amount: part(own, proportion, u64::MAX),
            };
            gifts.extend(children.iter().map(gift));
        }
        Ok(gifts)
    }

    /// Sets the children of a hotkey on a subnet and stores its record; returns from when they count.
    ///
    /// # Errors
    /// In this order: `TooManyChildren`, `InvalidChild`, `DuplicateChild`, `ProportionOverflow`,
    /// `HotKeyAccountNotExists`, `SubnetNotExists`, `InvalidChild`, `NotEnoughStakeToSetChildkeys`,
    /// `TxRateLimitExceeded`, `TooManyParents`.
    pub fn set_children(
        &mut self,
        (netuid, hotkey): (Netuid, &AccountId),
        mut record: Hotkey,
        children: Vec<Kin>,
        now: ProtocolBlock,
    ) -> Result<ProtocolBlock, StakingError> {
        ensure_possible(hotkey, &children)?;
        for (_, child) in &children {
            self.hotkey(child)?;
        }
        if !self.pages.contains((netuid, 0)) {
            return Err(StakingError::SubnetNotExists(netuid));
        }
        let mut parents = self.parents.get(netuid).unwrap_or_default();
        let is_child_of = |&(_, child): &Kin| parents.iter().any(|other| other.hotkey == child && other.names(hotkey));
        if children.iter().any(is_child_of) {
            return Err(StakingError::InvalidChild);
        }
        let stake = self.stake_on(hotkey)?;
        if !children.is_empty() && stake < MIN_PARENT_STAKE {
            return Err(StakingError::NotEnoughStakeToSetChildkeys { min: MIN_PARENT_STAKE });
        }
        let epoch = self.epochs.get(netuid).map(|epochs| epochs.current());
        let old = parents.iter().position(|parent| parent.hotkey == *hotkey).map(|old| parents.swap_remove(old));
        if let Some(from) = old.as_ref().map(|old| old.set_at.after(SET_CHILDREN_INTERVAL)).filter(|&from| now < from) {
            return Err(StakingError::TxRateLimitExceeded { from });
        }
        let in_force = old.map(|old| old.in_force(epoch).to_vec()).unwrap_or_default();
        let from = if epoch.is_some() { now.after(CHILDREN_COOLDOWN) } else { now };
        let (children, pending) = if epoch.is_some() { (in_force, Some((from, children))) } else { (children, None) };
        if parents.len() >= MAX_PARENTS {
            self.make_room(netuid, &mut parents, epoch, stake)?;
        }
        parents.push(Parent { hotkey: *hotkey, set_at: now, children, pending });
        self.parents.insert(netuid, &parents);
        self.let_roam(&mut record, now)?;
        record.give(netuid);
        self.put(hotkey, &record);
        Ok(from)
    }

    /// The children of a hotkey on a subnet.
    pub fn children(&self, hotkey: &AccountId, netuid: Netuid) -> Children {
        let epoch = self.epochs.get(netuid).map(|epochs| epochs.current());
        let parents = self.parents.get(netuid).unwrap_or_default();
        let Some(parent) = parents.into_iter().find(|parent| parent.hotkey == *hotkey) else {
            return Children::default();
        };
        let in_force = parent.in_force(epoch).to_vec();
        let counts = |from: ProtocolBlock| epoch.is_some_and(|epoch| from <= epoch.from);
        Children { in_force, pending: parent.pending.filter(|&(from, _)| !counts(from)) }
    }

    /// The parents whose gifts to a hotkey count on a subnet.
    pub fn parents_of(&self, hotkey: &AccountId, netuid: Netuid) -> Vec<Kin> {
        let epoch = self.epochs.get(netuid).map(|epochs| epochs.current());
        let mut of = Vec::new();
        for parent in self.parents.get(netuid).unwrap_or_default() {
            let given = parent.in_force(epoch).iter().filter(|(_, child)| child == hotkey);
            of.extend(given.map(|&(proportion, _)| (proportion, parent.hotkey)));
        }
        of
    }

    /// Puts hotkey `new` in the place of `old` among the parents and children of a subnet.
    pub fn rename_kin(&mut self, netuid: Netuid, old: &AccountId, new: &AccountId) {
        let Some(mut parents) = self.parents.get(netuid) else {
            return;
        };
        parents.iter_mut().for_each(|parent| parent.rename(old, new));
        self.parents.insert(netuid, &parents);
    }

    /// Removes the parent that gives nothing or has the least stake, which must be less than `stake`.
    fn make_room(
        &mut self,
        netuid: Netuid,
        parents: &mut Vec<Parent>,
        epoch: Option<Epoch>,
        stake: Rao,
    ) -> Result<(), StakingError> {
        let mut least = None;
        for (place, parent) in parents.iter().enumerate() {
            let gives = !parent.in_force(epoch).is_empty() || parent.pending.iter().any(|(_, all)| !all.is_empty());
            let own = if gives { self.stake_on(&parent.hotkey)? } else { Rao::ZERO };
            if own < stake && least.map_or(true, |(_, least)| own < least) {
                least = Some((place, own));
            }
        }
        let (place, _) = least.ok_or(StakingError::TooManyParents)?;
        let left = parents.swap_remove(place);
        let mut record = self.hotkey(&left.hotkey)?;
        record.give_no_more(netuid);
        self.put(&left.hotkey, &record);
        Ok(())
    }
}

/// Passes for children that a hotkey may have whoever they are.
fn ensure_possible(hotkey: &AccountId, children: &[Kin]) -> Result<(), StakingError> {
    if children.len() > MAX_CHILDREN {
        return Err(StakingError::TooManyChildren);
    }
    if children.iter().any(|(_, child)| child == hotkey) {
        return Err(StakingError::InvalidChild);
    }
    let is_repeated = |(place, (_, child)): (usize, &Kin)| children.iter().take(place).any(|(_, other)| other == child);
    if children.iter().enumerate().any(is_repeated) {
        return Err(StakingError::DuplicateChild);
    }
    let sum = children.iter().try_fold(0_u64, |sum, &(proportion, _)| sum.checked_add(proportion));
    sum.map(|_| ()).ok_or(StakingError::ProportionOverflow)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(id: u8) -> AccountId {
        AccountId::from([id; 32])
    }

    fn gift(parent: u8, child: u8, rao: u64) -> Gift {
        Gift { parent: account(parent), child: account(child), amount: Rao::new(rao) }
    }

    #[test]
    fn a_stake_is_what_is_kept_and_received() {
        let gifts = [gift(1, 2, 30), gift(1, 3, 50), gift(2, 3, 7)];
        let inherited = [1, 2, 3, 4].map(|hotkey| inherited(Rao::new(100), &account(hotkey), &gifts));
        assert_eq!(inherited, [20, 123, 157, 100].map(|rao| Some(Rao::new(rao))));
    }

    #[test]
    fn pending_children_count_from_the_first_epoch_on_that_begins_when_they_may() {
        let block = ProtocolBlock::new;
        let (old, new) = (vec![(1, account(1))], vec![(2, account(2))]);
        let pending = Some((block(10), new.clone()));
        let parent = Parent { hotkey: account(9), set_at: block(0), children: old.clone(), pending };
        let epoch = |from| Some(Epoch { from: block(from), until: block(from + 5) });
        assert_eq!([None, epoch(9)].map(|epoch| parent.in_force(epoch)), [&old[..]; 2]);
        assert_eq!([epoch(10), epoch(11)].map(|epoch| parent.in_force(epoch)), [&new[..]; 2]);
    }

    #[test]
    fn impossible_children_are_refused_by_their_first_fault() {
        let check = |children: &[(u64, u8)]| {
            let children: Vec<_> = children.iter().map(|&(part, child)| (part, account(child))).collect();
            ensure_possible(&account(9), &children)
        };
        assert_eq!(check(&[(1, 9); 6]), Err(StakingError::TooManyChildren));
        assert_eq!(check(&[(1, 1), (1, 1), (1, 9)]), Err(StakingError::InvalidChild));
        assert_eq!(check(&[(u64::MAX, 1), (1, 2), (1, 1)]), Err(StakingError::DuplicateChild));
        assert_eq!(check(&[(u64::MAX, 1), (1, 2)]), Err(StakingError::ProportionOverflow));
        assert_eq!(check(&[(u64::MAX - 4, 1), (1, 2), (1, 3), (1, 4), (1, 5)]), Ok(()));
    }

    #[test]
    fn a_cell_of_parents_stays_below_the_limit() {
        use ink::scale::Encode;
        let kin = vec![(u64::MAX, account(1)); MAX_CHILDREN];
        let pending = Some((ProtocolBlock::new(0), kin.clone()));
        let parent = Parent { hotkey: account(2), set_at: ProtocolBlock::new(0), children: kin, pending };
        assert!(vec![parent; MAX_PARENTS].encode().len() < 12 * 1_024);
    }
}
