//! What the patron asks of Yarrow's contracts, by the interfaces in `primitives`.
//!
//! `messages` makes the messages of an interface, `ask` sends one and gives its answer as the interface types it. A callee
//! that gives none (it traps, it is no contract) undoes the whole call. Both work on every profile of the host chain
//! (`primitives::host`); where only one matters, ink!'s own `contract_ref!(Staking)` does the same.

use ink::prelude::vec::Vec;
use primitives::{
    host::{messages, Outgoing as _, RegistryMessages, SettlementMessages, StakingMessages, TokenMessages},
    registry::MAX_NEURONS_PER_PAGE,
    settlement::RESULT_PAGE,
    AccountId, Netuid, ProtocolBlock, Rao, Registry as _, Settlement as _, Staking as _, Uid,
};
use psp22::PSP22 as _;

use crate::PatronError;

/// The contracts of a deployment, as its `deployment.json` names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Market {
    /// The token.
    pub tao: AccountId,
    /// Subnets and neurons.
    pub registry: AccountId,
    /// Hotkeys and stakes.
    pub staking: AccountId,
    /// Epochs and their results.
    pub settlement: AccountId,
}

/// Neurons of a subnet and what its last settled epoch says of them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Metagraph {
    /// The epoch that the result opened.
    pub epoch: u64,
    /// The protocol block at which it began.
    pub block: ProtocolBlock,
    /// The neurons, in order of uid; at least one.
    pub neurons: Vec<MetagraphNeuron>,
}

/// A neuron and what its last settled epoch says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct MetagraphNeuron {
    /// Its uid.
    pub uid: Uid,
    /// Its hotkey.
    pub hotkey: AccountId,
    /// Its share in the miners' emission, as u16 fraction; 0 for one that took the uid after the epoch.
    pub incentive: u16,
}

impl Metagraph {
    /// The uid after the last of these.
    pub(crate) fn next(&self) -> Uid {
        self.neurons.last().map_or(Uid::new(0), |neuron| Uid::new(neuron.uid.get().saturating_add(1)))
    }
}

impl Market {
    /// Up to `limit` neurons from `first` on; `None` before the first epoch, and beyond the last neuron.
    ///
    /// A message runs in one block, so that neurons and result belong together. Both come in pages, and no page of neurons
    /// is asked for that reaches beyond one of the result.
    pub(crate) fn metagraph(&self, netuid: Netuid, first: Uid, limit: u16) -> Option<Metagraph> {
        let (page, place) = (first.index().checked_div(RESULT_PAGE)?, first.index().checked_rem(RESULT_PAGE)?);
        let left = u16::try_from(RESULT_PAGE.checked_sub(place)?).ok()?;
        let result = self.settlement().epoch_result(netuid, u8::try_from(page).ok()?).ask()?;
        let neurons = self.registry().neurons(netuid, first, limit.min(left).min(MAX_NEURONS_PER_PAGE)).ask();
        if neurons.is_empty() {
            return None;
        }
        let shares = result.incentive.into_iter().skip(place).chain(core::iter::repeat(0));
        let neurons = (first.get()..).zip(neurons).zip(shares).map(|((uid, neuron), share)| MetagraphNeuron {
            uid: Uid::new(uid),
            hotkey: neuron.hotkey,
            // Whoever took the uid since has nothing of what its last holder earned there.
            incentive: if neuron.registered_at < result.block { share } else { 0 },
        });
        Some(Metagraph { epoch: result.epoch, block: result.block, neurons: neurons.collect() })
    }

    /// What `coldkey` has on `hotkey`.
    pub(crate) fn position(&self, hotkey: AccountId, coldkey: AccountId) -> Rao {
        self.staking().stake_of(hotkey, coldkey).ask()
    }

    /// The coldkey that owns `hotkey`.
    pub(crate) fn owner_of(&self, hotkey: AccountId) -> Option<AccountId> {
        self.staking().delegate(hotkey).ask().map(|delegate| delegate.owner)
    }

    /// Stakes TAO of the calling contract: `staking` takes it by an allowance, which is used up.
    pub(crate) fn stake(&self, hotkey: AccountId, amount: Rao) -> Result<(), PatronError> {
        self.token().approve(self.staking, amount.to_psp22()).ask()?;
        self.staking().add_stake(hotkey, amount).ask()?;
        Ok(())
    }

    /// Takes stake of the calling contract back, and returns what came.
    pub(crate) fn unstake(&self, hotkey: AccountId, amount: Rao) -> Result<Rao, PatronError> {
        Ok(self.staking().remove_stake(hotkey, amount).ask()?)
    }

    /// Pays TAO of the calling contract.
    pub(crate) fn pay(&self, to: AccountId, amount: Rao) -> Result<(), PatronError> {
        Ok(self.token().transfer(to, amount.to_psp22(), Vec::new()).ask()?)
    }

    fn token(&self) -> TokenMessages {
        messages(self.tao)
    }

    fn registry(&self) -> RegistryMessages {
        messages(self.registry)
    }

    fn staking(&self) -> StakingMessages {
        messages(self.staking)
    }

    fn settlement(&self) -> SettlementMessages {
        messages(self.settlement)
    }
}
