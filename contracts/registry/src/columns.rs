//! The columns of a subnet: one packed cell each for hotkeys, registration blocks and emission, indexed by uid.
//!
//! Separate, because `settlement` needs the blocks (2 KiB) with every commitment and reveal, the hotkeys (8 KiB) only
//! at epochs, and pruning alone needs the emission.

use ink::prelude::vec::Vec;
use primitives::{registry::Neuron, AccountId, Netuid, ProtocolBlock, Rao, Uid};

use crate::storage::Cells;

impl Cells {
    /// The hotkey of each uid.
    pub(crate) fn hotkey_column(&self, netuid: Netuid) -> Vec<AccountId> {
        self.hotkeys.get(netuid).unwrap_or_default()
    }

    /// The registration block of each uid.
    pub(crate) fn registration_column(&self, netuid: Netuid) -> Vec<ProtocolBlock> {
        self.registered_at.get(netuid).unwrap_or_default()
    }

    /// What the last epoch paid to each uid; shorter where uids are newer than that.
    pub(crate) fn emission_column(&self, netuid: Netuid) -> Vec<Rao> {
        self.emission.get(netuid).unwrap_or_default()
    }

    /// Gives the next free uid to a neuron.
    pub(crate) fn append_neuron(&mut self, netuid: Netuid, neuron: Neuron) {
        let mut hotkeys = self.hotkey_column(netuid);
        hotkeys.push(neuron.hotkey);
        self.hotkeys.insert(netuid, &hotkeys);
        let mut blocks = self.registration_column(netuid);
        blocks.push(neuron.registered_at);
        self.registered_at.insert(netuid, &blocks);
    }

    /// Gives a uid to another neuron, without what the last epoch paid to it; returns the hotkey that had it.
    pub(crate) fn replace_neuron(
        &mut self,
        netuid: Netuid,
        uid: Uid,
        neuron: Neuron,
        mut blocks: Vec<ProtocolBlock>,
        mut emission: Vec<Rao>,
    ) -> Option<AccountId> {
        let mut hotkeys = self.hotkey_column(netuid);
        let replaced = core::mem::replace(hotkeys.get_mut(uid.index())?, neuron.hotkey);
        *blocks.get_mut(uid.index())? = neuron.registered_at;
        self.hotkeys.insert(netuid, &hotkeys);
        self.registered_at.insert(netuid, &blocks);
        if let Some(paid) = emission.get_mut(uid.index()) {
            *paid = Rao::ZERO;
            self.emission.insert(netuid, &emission);
        }
        Some(replaced)
    }
}
