//! Who may ask: by default the hotkeys with a validator's permit on the subnet.

use std::{
    collections::BTreeSet,
    sync::{
        PoisonError, RwLock,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::Duration,
};

use chain::{Chain, ChainError, ChainExt, Contracts};
use primitives::{AccountId, Netuid, Registry as _, Settlement as _, Uid, registry::MAX_NEURONS_PER_PAGE};

/// Decides who may ask. Called for every request before its body is read, so it must not wait.
pub trait Callers: Send + Sync {
    /// Whether `hotkey` may ask.
    fn may_ask(&self, hotkey: &AccountId) -> bool;
}

/// The hotkeys that may set weights on a subnet, as they were when it was last looked.
#[derive(Debug, Default)]
pub struct PermitHolders(RwLock<BTreeSet<AccountId>>);

impl PermitHolders {
    /// Nobody, until the first [`PermitHolders::refresh`].
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads who has a permit of the last settled epoch, and the owner's hotkey, which always has one, all at one
    /// block; returns how many there are. After an error the list stays as it was.
    ///
    /// # Errors
    /// If the chain cannot be read.
    pub fn refresh(&self, chain: &dyn Chain, contracts: &Contracts, netuid: Netuid) -> Result<usize, ChainError> {
        let page = chain.snapshot()?;
        let mut holders = BTreeSet::new();
        if let Some(subnet) = page.view(contracts.registry().subnet(netuid))? {
            holders.insert(subnet.owner_hotkey);
            let mut permits = Vec::new();
            for number in 0..=u8::MAX {
                match page.view(contracts.settlement().epoch_result(netuid, number))? {
                    Some(result) if usize::from(result.first.get()) == permits.len() => permits.extend(result.permits),
                    _ => break,
                }
            }
            for start in (0..subnet.neurons).step_by(usize::from(MAX_NEURONS_PER_PAGE)) {
                let neurons = page.view(contracts.registry().neurons(netuid, Uid::new(start), MAX_NEURONS_PER_PAGE))?;
                let permitted = permits.iter().skip(usize::from(start));
                holders.extend(neurons.iter().zip(permitted).filter(|(_, has)| **has).map(|(neuron, _)| neuron.hotkey));
            }
        }
        let count = holders.len();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = holders;
        Ok(count)
    }
}

impl PermitHolders {
    /// Refreshes every so often until `stop` is closed or says so. An error is told to `failed` and leaves the list as it
    /// was: a chain that cannot be reached for a while locks out nobody.
    pub fn keep_fresh(
        &self,
        chain: &dyn Chain,
        contracts: &Contracts,
        netuid: Netuid,
        every: Duration,
        stop: &Receiver<()>,
        failed: impl Fn(&ChainError),
    ) {
        while stop.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
            if let Err(error) = self.refresh(chain, contracts, netuid) {
                failed(&error);
            }
        }
    }
}

impl Callers for PermitHolders {
    fn may_ask(&self, hotkey: &AccountId) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).contains(hotkey)
    }
}
