//! What a round is about to do: everything it needs to know of the chain, read at one block.

use chain::ChainExt;
use primitives::{AccountId, Netuid, ProtocolBlock, Settlement as _, Uid, model::CommittedModel, settlement::Schedule};

use crate::{Context, Metagraph, WorkerError};

/// A neuron with a model that takes part in a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miner {
    /// Its uid.
    pub uid: Uid,
    /// Its hotkey.
    pub hotkey: AccountId,
    /// When that hotkey took the uid.
    pub registered_at: ProtocolBlock,
    /// What it committed to.
    pub committed: CommittedModel,
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
    /// The miners whose models were committed before the items could be known.
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
                let committed = neuron.model.filter(|model| model.committed_at < cut_off)?;
                Some(Miner { uid: neuron.uid, hotkey: neuron.hotkey, registered_at: neuron.registered_at, committed })
            })
            .collect();
        Ok(Self { netuid, task, schedule, miners })
    }
}
