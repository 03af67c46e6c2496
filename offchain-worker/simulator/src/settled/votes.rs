//! What an epoch made of the weights towards one neuron: shares, the median, what was cut off, the rank, the incentive.

use consensus::{
    epoch::{Candidate, Outcome, weighted_median},
    fixed::I32F32,
};
use primitives::Uid;

use super::{KnownRow, SettledEpoch};

/// What a validator said of a neuron, and what became of it.
#[derive(Clone, Debug)]
pub struct Vote {
    /// The validator.
    pub validator: Uid,
    /// The weight as it is stored; 0 if the row has none.
    pub weight: u16,
    /// The weight as a share of all weights of the row that count.
    pub share: I32F32,
    /// The share, cut down to consensus.
    pub clipped: I32F32,
    /// The validator's part of the stake that votes.
    pub stake: I32F32,
}

/// How a neuron came to its incentive. A rank is the sum over the votes of `stake * clipped`, and the incentive is the
/// rank's part of all ranks.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The neuron.
    pub uid: Uid,
    /// The votes, in order of the validators' uids.
    pub votes: Vec<Vote>,
    /// The stake-weighted median of the shares.
    pub consensus: I32F32,
    /// The neuron's rank.
    pub rank: I32F32,
    /// The ranks of all neurons.
    pub ranks: I32F32,
    /// The neuron's part of what miners earn.
    pub incentive: I32F32,
}

impl Explanation {
    /// `None` if the arithmetic here does not lead to the epoch's outcome.
    pub(super) fn of(epoch: &SettledEpoch, outcome: &Outcome, uid: Uid) -> Option<Self> {
        let ranked = |index: usize| Some(ranked(epoch, outcome, Uid::from_index(index)?));
        let all = (0..outcome.consensus.len()).map(ranked).collect::<Option<Vec<_>>>()?;
        let ranks: I32F32 = all.iter().map(|(_, _, rank)| *rank).sum();
        let (votes, consensus, rank) = all.into_iter().nth(uid.index())?;
        let incentive = if ranks == I32F32::ZERO { rank } else { rank.saturating_div(ranks) };
        let fits = outcome.shares.incentive.get(uid.index()) == Some(&incentive)
            && outcome.consensus.get(uid.index()) == Some(&consensus.to_proportion());
        fits.then_some(Self { uid, votes, consensus, rank, ranks, incentive })
    }
}

/// The votes on a neuron, their median, and the rank.
fn ranked(epoch: &SettledEpoch, outcome: &Outcome, uid: Uid) -> (Vec<Vote>, I32F32, I32F32) {
    let stakes = &outcome.shares.active_stake;
    let vote = |row: &KnownRow| {
        let counted = row.entries.iter().filter(|(target, _)| counts(epoch, row, *target));
        let sum = counted.clone().map(|(_, value)| u64::from(*value)).sum();
        let weight = counted.clone().find(|(target, _)| *target == uid.get()).map_or(0, |(_, value)| *value);
        let stake = stakes.get(row.uid.index()).copied().unwrap_or(I32F32::ZERO);
        let share = I32F32::ratio(u64::from(weight), sum);
        Vote { validator: row.uid, weight, share, clipped: share, stake }
    };
    let mut votes: Vec<Vote> = epoch.rows.iter().map(vote).collect();
    let consensus = consensus(&votes, stakes, epoch.parameters.kappa);
    let mut rank = I32F32::ZERO;
    for vote in &mut votes {
        vote.clipped = vote.share.min(consensus);
        rank = rank.saturating_add(vote.stake.saturating_mul(vote.clipped));
    }
    (votes, consensus, rank)
}

/// Whether a weight counts: its neuron was there when the weights were made, and is not the validator itself unless that
/// is the owner's.
fn counts(epoch: &SettledEpoch, row: &KnownRow, target: u16) -> bool {
    let was_there = epoch.neurons.get(usize::from(target)).is_some_and(|neuron| {
        neuron.registered_at < row.committed_at && usize::from(target) < epoch.result.consensus.len()
    });
    was_there && (target != row.uid.get() || epoch.owner == Some(target))
}

/// The median over all votes. A validator without a weight says 0; where too many say that, consensus is 0.
fn consensus(votes: &[Vote], stakes: &[I32F32], kappa: u16) -> I32F32 {
    let active: I32F32 = stakes.iter().copied().sum();
    let part = |stake: I32F32| if active == I32F32::ZERO { stake } else { stake.saturating_div(active) };
    let total: I32F32 = stakes.iter().map(|stake| part(*stake)).sum();
    let minority = total.saturating_sub(I32F32::from_proportion(kappa));
    let positive = votes.iter().map(|vote| Candidate { score: vote.share, stake: part(vote.stake) });
    let mut candidates: Vec<Candidate> =
        positive.filter(|vote| vote.score > I32F32::ZERO && vote.stake > I32F32::ZERO).collect();
    let silent = candidates.iter().fold(total, |silent, vote| silent.saturating_sub(vote.stake));
    if silent > I32F32::ZERO && silent > minority {
        return I32F32::ZERO;
    }
    weighted_median(&mut candidates, silent, minority)
}
