//! Where on a chain the commitment of a bundle stands.

use std::fmt;

use chain::{Chain, ChainExt as _, Contracts};
use primitives::{
    Registry as _, Settlement as _,
    settlement::{WeightCommit, WeightsCommitted, WeightsRevealed},
};
use worker::evidence::Content;

use crate::error::CliError;

/// Where a commitment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// It was made and not revealed yet.
    Pending {
        /// The epoch in which it may be.
        reveal_epoch: u64,
    },
    /// Its weights are in force.
    InForce,
    /// It was revealed, and other weights are in force by now.
    Revealed,
    /// It was made and never revealed.
    Expired,
    /// The chain does not know it.
    Nowhere,
    /// The bundle is of other contracts than those of the chain.
    OtherContracts,
}

impl Anchor {
    /// Looks a commitment up.
    ///
    /// # Errors
    /// If the chain cannot be read.
    pub(crate) fn find(chain: &dyn Chain, contracts: &Contracts, content: &Content) -> Result<Self, CliError> {
        if contracts.settlement != content.settlement {
            return Ok(Self::OtherContracts);
        }
        let page = chain.snapshot()?;
        let (netuid, hotkey) = (content.netuid(), content.hotkey);
        let commits: Vec<WeightCommit> = page.view(contracts.settlement().weight_commits(netuid, hotkey))?;
        let revealed: Vec<(u32, WeightsRevealed)> = chain.history_of(contracts.settlement, page.block.number)?;
        if revealed.iter().any(|(_, event)| event.hash == content.commit && event.hotkey == hotkey) {
            let uid = page.view(contracts.registry().uid(netuid, hotkey))?;
            let row = uid.map(|uid| page.view(contracts.settlement().weights(netuid, uid))).transpose()?.flatten();
            let is_in_force = row.is_some_and(|row| row.evidence == content.evidence);
            return Ok(if is_in_force { Self::InForce } else { Self::Revealed });
        }
        let epoch = page.view(contracts.settlement().schedule(netuid, hotkey))?.epoch;
        if let Some(commit) = commits.iter().find(|commit| commit.hash == content.commit) {
            let reveal_epoch = commit.reveal_epoch;
            return Ok(if reveal_epoch < epoch { Self::Expired } else { Self::Pending { reveal_epoch } });
        }
        let committed: Vec<(u32, WeightsCommitted)> = chain.history_of(contracts.settlement, page.block.number)?;
        let is_known = committed.iter().any(|(_, event)| event.commit.hash == content.commit && event.hotkey == hotkey);
        Ok(if is_known { Self::Expired } else { Self::Nowhere })
    }

    /// Whether the chain has the commitment, or had it.
    pub(crate) fn is_there(self) -> bool {
        !matches!(self, Self::Nowhere | Self::OtherContracts)
    }

    /// Its name in JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Pending { .. } => "pending",
            Self::InForce => "in_force",
            Self::Revealed => "revealed",
            Self::Expired => "expired",
            Self::Nowhere => "nowhere",
            Self::OtherContracts => "other_contracts",
        }
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pending { reveal_epoch } => write!(f, "committed, to be revealed in epoch {reveal_epoch}"),
            Self::InForce => f.write_str("revealed, and its weights are in force"),
            Self::Revealed => f.write_str("revealed, and replaced by later weights"),
            Self::Expired => f.write_str("committed, and not revealed in time"),
            Self::Nowhere => f.write_str("the chain does not know this commitment"),
            Self::OtherContracts => f.write_str("the bundle is of other contracts than those of this chain"),
        }
    }
}
