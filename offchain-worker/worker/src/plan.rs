//! What a round is about to do: everything it needs to know of the chain, read at one block.

use chain::ChainExt;
use primitives::{
    AccountId, Netuid, ProtocolBlock, Settlement as _, Uid,
    axon::{Axon, ServedAxon},
    model::CommittedModel,
    settlement::Schedule,
};

use crate::{Context, Metagraph, MetagraphNeuron, WorkerError};

/// A neuron that takes part in a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miner {
    /// Its uid.
    pub uid: Uid,
    /// Its hotkey.
    pub hotkey: AccountId,
    /// When that hotkey took the uid.
    pub registered_at: ProtocolBlock,
    /// What it offers.
    pub offer: Offer,
}

/// What a miner offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// A model, which everybody can run.
    Model {
        /// The commitment.
        committed: CommittedModel,
        /// Where the miner serves, if it does.
        axon: Option<Axon>,
    },
    /// Answers.
    Live(ServedAxon),
}

impl Miner {
    /// When it began to offer that; the earlier of two equal offers owns it.
    pub fn offered_at(&self) -> ProtocolBlock {
        match &self.offer {
            Offer::Model { committed, .. } => committed.committed_at,
            Offer::Live(served) => served.served_at,
        }
    }
}

/// A round of one validator on one subnet.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The subnet.
    pub netuid: Netuid,
    /// The name of its task.
    pub task: String,
    /// When the validator may do what.
    pub schedule: Schedule,
    /// The miners whose offers were there before the items could be known.
    pub miners: Vec<Miner>,
}

impl Plan {
    /// Reads the plan of the current epoch for `hotkey`.
    ///
    /// # Errors
    /// [`WorkerError::NotSettled`] until the epoch before is settled, [`WorkerError::NoSuchSubnet`], or if the chain
    /// cannot be read.
    pub fn read(context: &Context, netuid: Netuid, hotkey: AccountId) -> Result<Self, WorkerError> {
        let page = context.chain.snapshot()?;
        let schedule = page.view(context.contracts.settlement().schedule(netuid, hotkey))?;
        if schedule.settle_due {
            return Err(WorkerError::NotSettled { netuid, epoch: schedule.epoch });
        }
        let metagraph = Metagraph::read(&page, context.contracts, netuid)?;
        // The subnet's seed was fixed by the settling of this epoch's start; a model that came later may know it.
        let cut_off = schedule.epoch_start;
        let task = metagraph.task();
        let miners = metagraph
            .neurons
            .into_iter()
            .filter_map(|neuron| {
                let offer = match (neuron.model, neuron.axon) {
                    (Some(committed), axon) => Offer::Model { committed, axon: axon.map(|served| served.axon) },
                    (None, Some(served)) if neuron.hotkey != hotkey => Offer::Live(served),
                    (None, _) => return None,
                };
                let MetagraphNeuron { uid, hotkey, registered_at, .. } = neuron;
                Some(Miner { uid, hotkey, registered_at, offer }).filter(|miner| miner.offered_at() < cut_off)
            })
            .collect();
        Ok(Self { netuid, task, schedule, miners })
    }
}
