//! The queue of a validator's unrevealed commits: when one may be made, and when it may be revealed.

use ink::prelude::vec::Vec;
use primitives::{
    settlement::{WeightCommit, MAX_UNREVEALED_COMMITS},
    Cycle, Hash, ProtocolBlock, SettlementError,
};

/// Unrevealed commits, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub(crate) struct Commits {
    /// When the last one was made, revealed or not.
    last: Option<ProtocolBlock>,
    queue: Vec<WeightCommit>,
}

/// A commit that is revealed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    /// The commit.
    pub(crate) commit: WeightCommit,
    /// Whether no other commit that could be revealed in the same epoch came before it.
    pub(crate) is_first: bool,
}

impl Commits {
    /// The unrevealed commits, oldest first.
    pub(crate) fn into_queue(self) -> Vec<WeightCommit> {
        self.queue
    }

    /// From when on the next commit is possible, `rate_limit` blocks after the last.
    pub(crate) fn next_commit(&self, rate_limit: u64) -> ProtocolBlock {
        self.last.map_or(ProtocolBlock::new(0), |last| last.after(rate_limit))
    }

    /// Drops all commits; the pace stays.
    pub(crate) fn drop_all(&mut self) {
        self.queue.clear();
    }

    /// Makes a commit; expired ones make room.
    ///
    /// Source: subtensor `commit_weights`.
    /// # Errors
    /// `CommittingWeightsTooFast`, `TooManyUnrevealedCommits`.
    pub(crate) fn push(&mut self, commit: WeightCommit, rate_limit: u64) -> Result<(), SettlementError> {
        let from = self.next_commit(rate_limit);
        if commit.committed_at < from {
            return Err(SettlementError::CommittingWeightsTooFast { from });
        }
        let is_alive = |made: &WeightCommit| made.reveal_epoch >= commit.epoch;
        if self.queue.iter().filter(|made| is_alive(made)).count() >= MAX_UNREVEALED_COMMITS {
            return Err(SettlementError::TooManyUnrevealedCommits);
        }
        self.queue.retain(is_alive);
        self.last = Some(commit.committed_at);
        self.queue.push(commit);
        Ok(())
    }

    /// Takes the commit of `epoch` with this hash out of the queue, and all older ones with it.
    ///
    /// Source: subtensor `do_reveal_weights`.
    /// # Errors
    /// `NoWeightsCommitFound`, `InvalidRevealCommitHashNotMatch`, `RevealTooEarly`, `ExpiredWeightCommit`.
    pub(crate) fn take(
        &mut self,
        hash: Hash,
        epoch: u64,
        now: ProtocolBlock,
        cycle: &Cycle,
    ) -> Result<Taken, SettlementError> {
        if self.queue.is_empty() {
            return Err(SettlementError::NoWeightsCommitFound);
        }
        let mut queue = self.queue.iter().enumerate();
        let found = queue.find(|(_, made)| made.hash == hash && made.epoch == epoch);
        let (position, &commit) = found.ok_or(SettlementError::InvalidRevealCommitHashNotMatch { hash })?;
        let (reveal_epoch, current) = (commit.reveal_epoch, cycle.epoch_at(now));
        let opens = cycle.starts_at(reveal_epoch);
        let closes = cycle.starts_at(reveal_epoch.saturating_add(1));
        if current < reveal_epoch {
            return Err(SettlementError::RevealTooEarly { now, opens, closes });
        }
        if current > reveal_epoch {
            return Err(SettlementError::ExpiredWeightCommit { now, opens, closes });
        }
        let is_first = self.queue.iter().take(position).all(|made| made.reveal_epoch != reveal_epoch);
        self.queue.drain(..=position);
        Ok(Taken { commit, is_first })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Epochs of 10 blocks from block 0.
    const CYCLE: Cycle = Cycle { first_epoch: 0, first_block: ProtocolBlock::new(0), tempo: 10 };

    /// A commit that is revealed in the next epoch.
    fn commit(tag: u8, block: u64) -> WeightCommit {
        let epoch = block / 10;
        let committed_at = ProtocolBlock::new(block);
        WeightCommit { hash: [tag; 32], epoch, reveal_epoch: epoch + 1, version_key: 0, committed_at }
    }

    #[test]
    fn a_commit_is_refused_until_the_rate_limit_has_passed_since_the_last_even_if_that_was_revealed() {
        let mut commits = Commits::default();
        commits.push(commit(1, 9), 2).expect("the first one");
        commits.take([1; 32], 0, ProtocolBlock::new(10), &CYCLE).expect("in its window");
        let before = commits.clone();
        let from = ProtocolBlock::new(11);
        assert_eq!(commits.push(commit(2, 10), 2), Err(SettlementError::CommittingWeightsTooFast { from }));
        assert_eq!(commits, before);
        assert_eq!(commits.push(commit(2, 11), 2), Ok(()));
    }

    #[test]
    fn ten_unrevealed_commits_are_the_most_until_they_expire() {
        let mut commits = Commits::default();
        for block in 0..10 {
            commits.push(commit(1, block), 1).expect("ten fit");
        }
        let before = commits.clone();
        assert_eq!(commits.push(commit(2, 19), 1), Err(SettlementError::TooManyUnrevealedCommits));
        assert_eq!(commits, before);
        commits.push(commit(2, 20), 1).expect("the ten have expired");
        assert_eq!(commits.into_queue(), [commit(2, 20)]);
    }

    #[test]
    fn a_commit_can_be_revealed_in_its_window_only() {
        let mut commits = Commits::default();
        commits.push(commit(1, 5), 2).expect("the first one");
        let before = commits.clone();
        let (opens, closes) = (ProtocolBlock::new(10), ProtocolBlock::new(20));
        let at = |commits: &mut Commits, now| commits.take([1; 32], 0, ProtocolBlock::new(now), &CYCLE);
        let now = ProtocolBlock::new(9);
        assert_eq!(at(&mut commits, 9), Err(SettlementError::RevealTooEarly { now, opens, closes }));
        let now = ProtocolBlock::new(20);
        assert_eq!(at(&mut commits, 20), Err(SettlementError::ExpiredWeightCommit { now, opens, closes }));
        assert_eq!(commits, before);
        assert_eq!(at(&mut commits, 19), Ok(Taken { commit: commit(1, 5), is_first: true }));
        assert_eq!(at(&mut commits, 19), Err(SettlementError::NoWeightsCommitFound));
    }

    #[test]
    fn a_commit_is_not_found_by_another_hash_or_epoch() {
        let mut commits = Commits::default();
        commits.push(commit(1, 5), 2).expect("the first one");
        let now = ProtocolBlock::new(10);
        for (tag, epoch) in [(2, 0), (1, 1)] {
            let hash = [tag; 32];
            let refused = commits.take(hash, epoch, now, &CYCLE);
            assert_eq!(refused, Err(SettlementError::InvalidRevealCommitHashNotMatch { hash }));
        }
    }

    #[test]
    fn a_reveal_drops_older_commits_and_keeps_newer_ones() {
        let mut commits = Commits::default();
        for (tag, block) in [(1, 1), (2, 3), (3, 5)] {
            commits.push(commit(tag, block), 2).expect("in time");
        }
        commits.take([2; 32], 0, ProtocolBlock::new(12), &CYCLE).expect("in its window");
        assert_eq!(commits.into_queue(), [commit(3, 5)]);
    }

    #[test]
    fn a_commit_is_first_only_if_none_before_it_could_be_revealed_in_the_same_epoch() {
        let is_first = |tag| {
            let mut commits = Commits::default();
            for (tag, block) in [(1, 1), (2, 11), (3, 13)] {
                commits.push(commit(tag, block), 2).expect("in time");
            }
            commits.take([tag; 32], 1, ProtocolBlock::new(25), &CYCLE).map(|taken| taken.is_first)
        };
        assert_eq!([2, 3].map(is_first), [Ok(true), Ok(false)]);
    }

    #[test]
    fn a_commit_keeps_the_window_that_it_was_made_with() {
        let mut commits = Commits::default();
        let later = WeightCommit { reveal_epoch: 3, ..commit(1, 5) };
        commits.push(later, 2).expect("the first one");
        let now = ProtocolBlock::new(19);
        let (opens, closes) = (ProtocolBlock::new(30), ProtocolBlock::new(40));
        let early = commits.take([1; 32], 0, now, &CYCLE);
        assert_eq!(early, Err(SettlementError::RevealTooEarly { now, opens, closes }));
        commits.push(commit(2, 25), 2).expect("both are alive");
        assert_eq!(commits.clone().into_queue(), [later, commit(2, 25)]);
        assert!(commits.take([1; 32], 0, ProtocolBlock::new(30), &CYCLE).is_ok());
    }
}
