//! A value that changes at any time, of which the settling of an epoch counts what was there when the epoch
//! began.
//!
//! An epoch may be settled late. What arrives in between belongs to the next epoch. Emission is not staged: whoever
//! chooses the moment of settling chooses how much of it is paid then and how much at the next epoch.

/// The value that the due epoch counts, and the one that came after that epoch began.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Staged<T> {
    current: T,
    /// With the epoch in which it came: the epochs after that one count it.
    next: Option<(u64, T)>,
}

impl<T> Staged<T> {
    /// What the settling of `epoch` counts.
    pub fn as_of(&self, epoch: u64) -> &T {
        match &self.next {
            Some((came_in, next)) if *came_in < epoch => next,
            _ => &self.current,
        }
    }

    /// The newest value.
    pub fn latest(&self) -> &T {
        self.next.as_ref().map_or(&self.current, |(_, next)| next)
    }

    /// Takes a value that comes in `epoch`, when all epochs before `settled_until` are settled.
    pub fn put(&mut self, value: T, epoch: u64, settled_until: u64) {
        let is_due = settled_until < epoch;
        if let Some((_, next)) = self.next.take_if(|(came_in, _)| *came_in < epoch) {
            self.current = next;
        }
        if is_due {
            self.next = Some((epoch, value));
        } else {
            self.next = None;
            self.current = value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A value that came in epoch 4, all epochs before which are settled.
    fn settled_at_4() -> Staged<char> {
        let mut staged = Staged::default();
        staged.put('a', 4, 4);
        staged
    }

    #[test]
    fn a_value_counts_for_every_later_epoch_when_nothing_is_due() {
        let mut staged = settled_at_4();
        assert_eq!(*staged.as_of(5), 'a');
        staged.put('b', 4, 4);
        assert_eq!((*staged.as_of(5), *staged.as_of(9)), ('b', 'b'));
    }

    #[test]
    fn a_value_that_comes_before_a_due_epoch_is_settled_waits_for_the_next_epoch() {
        let mut staged = settled_at_4();
        staged.put('b', 5, 4);
        staged.put('c', 5, 4);
        assert_eq!((*staged.as_of(5), *staged.as_of(6), *staged.latest()), ('a', 'c', 'c'));
    }

    #[test]
    fn a_value_of_a_skipped_epoch_counts_for_the_one_that_is_settled() {
        let mut staged = settled_at_4();
        staged.put('b', 5, 4);
        staged.put('c', 6, 4);
        assert_eq!((*staged.as_of(6), *staged.as_of(7)), ('b', 'c'));
    }

    #[test]
    fn a_value_replaces_a_waiting_one_when_the_due_epoch_was_settled() {
        let mut staged = settled_at_4();
        staged.put('b', 5, 4);
        staged.put('c', 5, 5);
        assert_eq!((*staged.as_of(6), *staged.latest()), ('c', 'c'));
    }
}
