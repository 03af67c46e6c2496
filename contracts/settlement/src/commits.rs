//! The queue of a validator's unrevealed commits: when one may be made, and when it may be revealed.

use ink::prelude::vec::Vec;
use primitives::{
    settlement::{WeightCommit, MAX_UNREVEALED_COMMITS},
    Cycle, Hash, Hyperparameters, ProtocolBlock, SettlementError,
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

/// What decides when commits are possible and when their reveals are.
pub(crate) struct Pace {
    cycle: Cycle,
    reveal_period: u64,
    rate_limit: u64,
}

impl Pace {
    /// The pace of a subnet.
    pub(crate) fn new(cycle: Cycle, hyperparameters: &Hyperparameters) -> Self {
        Self {
            cycle,
            reveal_period: u64::from(hyperparameters.reveal_period_epochs),
            rate_limit: hyperparameters.weights_set_rate_limit,
        }
    }

    /// The epoch in which commits of `epoch` may be revealed.
    fn reveal_epoch(&self, epoch: u64) -> u64 {
        epoch.saturating_add(self.reveal_period)
    }
}

impl Commits {
    /// The unrevealed commits, oldest first.
    pub(crate) fn into_queue(self) -> Vec<WeightCommit> {
        self.queue
    }

    /// From when on the next commit is possible.
    pub(crate) fn next_commit(&self, pace: &Pace) -> ProtocolBlock {
        self.last.map_or(ProtocolBlock::new(0), |last| last.after(pace.rate_limit))
    }

    /// Makes a commit; expired ones make room.
    ///
    /// Source: subtensor `commit_weights`.
    /// # Errors
    /// `CommittingWeightsTooFast`, `TooManyUnrevealedCommits`.
    pub(crate) fn push(&mut self, commit: WeightCommit, pace: &Pace) -> Result<(), SettlementError> {
        let from = self.next_commit(pace);
        if commit.committed_at < from {
            return Err(SettlementError::CommittingWeightsTooFast { from });
        }
        let is_alive = |made: &WeightCommit| pace.reveal_epoch(made.epoch) >= commit.epoch;
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
        pace: &Pace,
    ) -> Result<WeightCommit, SettlementError> {
        if self.queue.is_empty() {
            return Err(SettlementError::NoWeightsCommitFound);
        }
        let found = self.queue.iter().position(|made| made.hash == hash && made.epoch == epoch);
        let position = found.ok_or(SettlementError::InvalidRevealCommitHashNotMatch { hash })?;
        let (reveal_epoch, current) = (pace.reveal_epoch(epoch), pace.cycle.epoch_at(now));
        let opens = pace.cycle.starts_at(reveal_epoch);
        let closes = pace.cycle.starts_at(reveal_epoch.saturating_add(1));
        if current < reveal_epoch {
            return Err(SettlementError::RevealTooEarly { now, opens, closes });
        }
        if current > reveal_epoch {
            return Err(SettlementError::ExpiredWeightCommit { now, opens, closes });
        }
        let taken = self.queue.drain(..=position).next_back();
        taken.ok_or(SettlementError::NoWeightsCommitFound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Epochs of 10 blocks from block 0, revealed in the next epoch, a commit every 2 blocks.
    fn pace() -> Pace {
        Pace {
            cycle: Cycle { first_epoch: 0, first_block: ProtocolBlock::new(0), tempo: 10 },
            reveal_period: 1,
            rate_limit: 2,
        }
    }

    fn commit(tag: u8, block: u64) -> WeightCommit {
        WeightCommit { hash: [tag; 32], epoch: block / 10, committed_at: ProtocolBlock::new(block) }
    }

    #[test]
    fn a_commit_is_refused_until_the_rate_limit_has_passed_since_the_last_even_if_that_was_revealed() {
        let mut commits = Commits::default();
        commits.push(commit(1, 9), &pace()).expect("the first one");
        commits.take([1; 32], 0, ProtocolBlock::new(10), &pace()).expect("in its window");
        let before = commits.clone();
        let from = ProtocolBlock::new(11);
        assert_eq!(commits.push(commit(2, 10), &pace()), Err(SettlementError::CommittingWeightsTooFast { from }));
        assert_eq!(commits, before);
        assert_eq!(commits.push(commit(2, 11), &pace()), Ok(()));
    }

    #[test]
    fn ten_unrevealed_commits_are_the_most_until_they_expire() {
        let pace = Pace { rate_limit: 1, ..pace() };
        let mut commits = Commits::default();
        for block in 0..10 {
            commits.push(commit(1, block), &pace).expect("ten fit");
        }
        let before = commits.clone();
        assert_eq!(commits.push(commit(2, 19), &pace), Err(SettlementError::TooManyUnrevealedCommits));
        assert_eq!(commits, before);
        commits.push(commit(2, 20), &pace).expect("the ten have expired");
        assert_eq!(commits.into_queue(), [commit(2, 20)]);
    }

    #[test]
    fn a_commit_can_be_revealed_in_its_window_only() {
        let mut commits = Commits::default();
        commits.push(commit(1, 5), &pace()).expect("the first one");
        let before = commits.clone();
        let (opens, closes) = (ProtocolBlock::new(10), ProtocolBlock::new(20));
        let at = |commits: &mut Commits, now| commits.take([1; 32], 0, ProtocolBlock::new(now), &pace());
        let now = ProtocolBlock::new(9);
        assert_eq!(at(&mut commits, 9), Err(SettlementError::RevealTooEarly { now, opens, closes }));
        let now = ProtocolBlock::new(20);
        assert_eq!(at(&mut commits, 20), Err(SettlementError::ExpiredWeightCommit { now, opens, closes }));
        assert_eq!(commits, before);
        assert_eq!(at(&mut commits, 19), Ok(commit(1, 5)));
        assert_eq!(at(&mut commits, 19), Err(SettlementError::NoWeightsCommitFound));
    }

    #[test]
    fn a_commit_is_not_found_by_another_hash_or_epoch() {
        let mut commits = Commits::default();
        commits.push(commit(1, 5), &pace()).expect("the first one");
        let now = ProtocolBlock::new(10);
        for (tag, epoch) in [(2, 0), (1, 1)] {
            let hash = [tag; 32];
            let refused = commits.take(hash, epoch, now, &pace());
            assert_eq!(refused, Err(SettlementError::InvalidRevealCommitHashNotMatch { hash }));
        }
    }

    #[test]
    fn a_reveal_drops_older_commits_and_keeps_newer_ones() {
        let mut commits = Commits::default();
        for (tag, block) in [(1, 1), (2, 3), (3, 5)] {
            commits.push(commit(tag, block), &pace()).expect("in time");
        }
        commits.take([2; 32], 0, ProtocolBlock::new(12), &pace()).expect("in its window");
        assert_eq!(commits.into_queue(), [commit(3, 5)]);
    }
}
