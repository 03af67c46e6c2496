//! A subnet and its neurons as of one block.

use chain::{Chain, ChainError, Contracts, Snapshot, last_result};
use primitives::{
    AccountId, Hyperparameters, Netuid, ProtocolBlock, Rao, Registry as _, Staking as _, Uid,
    axon::ServedAxon,
    model::CommittedModel,
    registry::{MAX_NEURONS_PER_PAGE, Neuron, Subnet, SubnetIdentity},
    settlement::EpochResult,
};

use crate::WorkerError;

/// A subnet and its neurons as of one block.
#[derive(Clone, Debug)]
pub struct Metagraph {
    /// Its number.
    pub netuid: Netuid,
    /// The protocol block of the reading.
    pub block: ProtocolBlock,
    /// The subnet.
    pub subnet: Subnet,
    /// What it says of itself.
    pub identity: SubnetIdentity,
    /// Its hyperparameters.
    pub hyperparameters: Hyperparameters,
    /// The result of its last settled epoch.
    pub result: Option<EpochResult>,
    /// Its neurons in order of uid.
    pub neurons: Vec<MetagraphNeuron>,
}

/// A neuron as of one block.
#[derive(Clone, Debug)]
pub struct MetagraphNeuron {
    /// Its uid.
    pub uid: Uid,
    /// Its hotkey.
    pub hotkey: AccountId,
    /// When that hotkey took the uid.
    pub registered_at: ProtocolBlock,
    /// What is staked on the hotkey, as the epoch counts it.
    pub stake: Rao,
    /// The model it committed, if any.
    pub model: Option<CommittedModel>,
    /// Where it serves, if it does.
    pub axon: Option<ServedAxon>,
}

impl Metagraph {
    /// Reads a subnet.
    pub fn read<C: Chain + ?Sized>(
        page: &Snapshot<C>,
        contracts: &Contracts,
        netuid: Netuid,
    ) -> Result<Self, WorkerError> {
        let missing = WorkerError::NoSuchSubnet(netuid);
        let registry = || contracts.registry();
        let Some(subnet) = page.view(registry().subnet(netuid))? else {
            return Err(missing);
        };
        let (Some(identity), Some(hyperparameters)) =
            (page.view(registry().identity(netuid))?, page.view(registry().hyperparameters(netuid))?)
        else {
            return Err(missing);
        };
        let clock = page.view(contracts.staking().clock())?;
        let neurons = read_neurons(page, contracts, netuid, subnet.neurons)?;
        Ok(Self {
            netuid,
            block: clock.block(page.block.timestamp_ms),
            subnet,
            identity,
            hyperparameters,
            result: last_result(page, contracts, netuid)?,
            neurons,
        })
    }

    /// The name of the task that the subnet measures by.
    pub fn task(&self) -> String {
        String::from_utf8_lossy(&self.identity.task).into_owned()
    }
}

fn read_neurons<C: Chain + ?Sized>(
    page: &Snapshot<C>,
    contracts: &Contracts,
    netuid: Netuid,
    count: u16,
) -> Result<Vec<MetagraphNeuron>, ChainError> {
    let mut neurons = Vec::with_capacity(usize::from(count));
    for start in (0..count).step_by(usize::from(MAX_NEURONS_PER_PAGE)) {
        let found: Vec<Neuron> =
            page.view(contracts.registry().neurons(netuid, Uid::new(start), MAX_NEURONS_PER_PAGE))?;
        let stakes = page.view(contracts.staking().stakes(netuid, Uid::new(start), MAX_NEURONS_PER_PAGE))?;
        for ((uid, neuron), stake) in (start..).map(Uid::new).zip(found).zip(stakes.of) {
            let Neuron { hotkey, registered_at } = neuron;
            let model = page.view(contracts.registry().model(netuid, hotkey))?;
            let axon = page.view(contracts.registry().axon(netuid, hotkey))?;
            neurons.push(MetagraphNeuron { uid, hotkey, registered_at, stake, model, axon });
        }
    }
    Ok(neurons)
}
