//! Neurons move in. Every step looks first whether it was made, so that what was interrupted goes on.

use chain::{Artifacts, At, Chain, ChainExt as _, Contracts};
use primitives::{AccountId, Netuid, Rao, Registry as _, Staking as _, Stewardship as _, Uid, registry::GenesisSubnet};
use psp22::PSP22 as _;

use super::{
    PopulationError,
    config::{Key, Neuron, Subnet},
    manifest::{Populated, Settled},
};
use crate::error::CliError;

/// Native currency that an account gets for fees and storage deposits, in the host's smallest unit.
pub(crate) const NATIVE_BALANCE: u128 = 1_000_000_000_000_000;

/// A subnet for development that exists from deployment on.
pub(crate) fn genesis_subnet(subnet: &Subnet, founder: &Key) -> Result<GenesisSubnet, PopulationError> {
    Ok(GenesisSubnet {
        owner: subnet.owner(founder)?.signer.account(),
        owner_hotkey: subnet.owner_hotkey()?.signer.account(),
        identity: subnet.identity(),
        hyperparameters: subnet.open_hyperparameters(),
    })
}

/// All TAO that `accounts` with `each` and the neurons' stakes need.
pub(crate) fn supply(accounts: usize, each: Rao, subnets: &[Subnet]) -> Rao {
    let stakes = subnets.iter().flat_map(|subnet| &subnet.neurons).map(|neuron| neuron.stake().get());
    let accounts = std::iter::repeat_n(each.get(), accounts);
    Rao::new(stakes.chain(accounts).fold(0, u64::saturating_add))
}

/// A chain with its contracts, on which neurons move in.
pub(crate) struct Site<'a> {
    pub(crate) chain: &'a dyn Chain,
    pub(crate) contracts: Contracts,
    pub(crate) artifacts: &'a Artifacts,
    /// Owns the subnets and the TAO.
    pub(crate) founder: &'a Key,
    /// Gives an account [`NATIVE_BALANCE`].
    pub(crate) fund: &'a dyn Fn(AccountId) -> Result<(), CliError>,
}

impl Site<'_> {
    /// Sees to it that an account can pay fees and deposits for long.
    pub(crate) fn fund(&self, account: AccountId) -> Result<(), CliError> {
        if self.chain.balance(At::Head, account)? >= NATIVE_BALANCE / 2 { Ok(()) } else { (self.fund)(account) }
    }

    /// Sees to it that an account has so much TAO.
    pub(crate) fn pay(&self, to: AccountId, amount: Rao) -> Result<(), CliError> {
        let token = || self.contracts.token();
        let missing = amount.to_psp22().saturating_sub(self.chain.view(token().balance_of(to))?);
        if missing > 0 && to != self.founder.signer.account() {
            self.chain.submit(&self.founder.signer, token().transfer(to, missing, Vec::new()))?;
        }
        Ok(())
    }

    /// Registers the neurons of a subnet, commits their models and stakes on them.
    pub(crate) fn settle_in(&self, netuid: u16, subnet: &Subnet) -> Result<Populated, CliError> {
        let (owner, owner_hotkey) = (subnet.owner(self.founder)?, subnet.owner_hotkey()?);
        for key in [&owner, &owner_hotkey] {
            self.fund(key.signer.account())?;
        }
        let mut neurons = Vec::with_capacity(subnet.neurons.len());
        for neuron in &subnet.neurons {
            neurons.push(self.settle_neuron(netuid, neuron, &owner, &owner_hotkey)?);
        }
        let parameters = self.chain.view(self.contracts.registry().hyperparameters(Netuid::new(netuid)))?;
        Ok(Populated {
            netuid,
            task: subnet.task.clone(),
            tempo: parameters.unwrap_or_default().tempo,
            owner_hotkey: (&owner_hotkey).into(),
            neurons,
        })
    }

    fn settle_neuron(
        &self,
        netuid: u16,
        neuron: &Neuron,
        owner: &Key,
        owner_hotkey: &Key,
    ) -> Result<Settled, CliError> {
        let hotkey = neuron.hotkey(netuid)?;
        let is_owners = hotkey.signer.account() == owner_hotkey.signer.account();
        let coldkey = if is_owners { owner.clone() } else { neuron.coldkey(&hotkey)? };
        for key in [&hotkey, &coldkey] {
            self.fund(key.signer.account())?;
        }
        let number = Netuid::new(netuid);
        let uid = self.register(number, &hotkey, &coldkey)?;
        if let Some(name) = &neuron.model {
            self.publish(number, &hotkey, name, neuron.location.as_ref().unwrap_or(name))?;
        }
        self.stake(&hotkey, &coldkey, neuron.stake())?;
        Ok(Settled {
            name: neuron.name.clone(),
            uid: uid.get(),
            hotkey: (&hotkey).into(),
            coldkey: (&coldkey).into(),
            stake_rao: neuron.stake().get(),
            model: neuron.model.clone(),
        })
    }

    fn register(&self, netuid: Netuid, hotkey: &Key, coldkey: &Key) -> Result<Uid, CliError> {
        let account = hotkey.signer.account();
        if let Some(uid) = self.chain.view(self.contracts.registry().uid(netuid, account))? {
            return Ok(uid);
        }
        Ok(miner::register_by_work(self.chain, &self.contracts, &coldkey.signer, account, netuid)?)
    }

    fn publish(&self, netuid: Netuid, hotkey: &Key, model: &str, location: &str) -> Result<(), CliError> {
        if self.chain.view(self.contracts.registry().model(netuid, hotkey.signer.account()))?.is_some() {
            return Ok(());
        }
        let model = self.artifacts.model(model)?;
        Ok(miner::publish(self.chain, &self.contracts, &hotkey.signer, netuid, &model, location)?)
    }

    fn stake(&self, hotkey: &Key, coldkey: &Key, wanted: Rao) -> Result<(), CliError> {
        let (account, staker) = (hotkey.signer.account(), coldkey.signer.account());
        let has = self.chain.view(self.contracts.staking().stake_of(account, staker))?;
        let missing = Rao::new(wanted.get().saturating_sub(has.get()));
        if missing == Rao::ZERO || has > Rao::ZERO {
            return Ok(());
        }
        self.pay(staker, missing)?;
        let approve = self.contracts.token().approve(self.contracts.staking, missing.to_psp22());
        self.chain.submit(&coldkey.signer, approve)?;
        self.chain.submit(&coldkey.signer, self.contracts.staking().add_stake(account, missing))?;
        Ok(())
    }

    /// Starts the subnets that are not started: at least a block after their models were committed, so that nobody knew
    /// the seed of the first round before.
    pub(crate) fn start(&self, subnets: &[Subnet]) -> Result<(), CliError> {
        for (netuid, subnet) in (1..).map(Netuid::new).zip(subnets) {
            let known = self.chain.view(self.contracts.registry().subnet(netuid))?;
            if known.is_some_and(|known| known.cycle.is_none()) {
                let start = self.contracts.stewardship().start_subnet(netuid);
                self.chain.submit(&subnet.owner(self.founder)?.signer, start)?;
            }
        }
        Ok(())
    }
}
