//! The chain as the daemon sees it: every transaction is logged and counted, every error counted.

use std::{ops::RangeInclusive, sync::Arc, time::Instant};

use chain::{
    At, Block, Call, Chain, ChainError, Event, Gas, Host, Instantiated, Instantiation, Receipt, Signer, Simulation,
};
use primitives::{AccountId, Hash, Netuid};
use tracing::{info, warn};

use crate::metrics::Metrics;

/// The messages that bring weights on the chain.
const WEIGHTS: [&str; 3] = ["settlement.commit_weights", "settlement.reveal_weights", "settlement.set_weights"];

/// A chain whose use is observed, for one subnet.
pub(super) struct Observed {
    pub(super) chain: Arc<dyn Chain>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) netuid: Netuid,
}

impl Observed {
    fn noted<T>(&self, result: Result<T, ChainError>) -> Result<T, ChainError> {
        if let Err(error) = &result {
            self.metrics.chain_error(kind(error));
        }
        result
    }
}

fn kind(error: &ChainError) -> &'static str {
    match error {
        ChainError::Dispatch { .. } => "dispatch",
        ChainError::Misunderstood { .. } | ChainError::Undecodable { .. } => "contract",
        ChainError::Refused { .. } => "refused",
        ChainError::UnknownBlock(_) | ChainError::UnknownNumber(_) => "unknown_block",
        ChainError::Connection { .. } => "connection",
        ChainError::OutcomeUnknown { .. } => "outcome_unknown",
    }
}

impl Chain for Observed {
    fn block(&self, at: At) -> Result<Block, ChainError> {
        self.noted(self.chain.block(at))
    }

    fn simulate(&self, at: At, caller: AccountId, call: &Call) -> Result<Simulation, ChainError> {
        self.noted(self.chain.simulate(at, caller, call))
    }

    fn execute(&self, signer: &Signer, call: &Call) -> Result<Receipt, ChainError> {
        let (message, began) = (call.label(), Instant::now());
        let result = self.noted(self.chain.execute(signer, call));
        let status = match &result {
            Ok(receipt) if receipt.output.reverted => "reverted",
            Ok(_) => "included",
            Err(error) => kind(error),
        };
        if WEIGHTS.contains(&message.as_ref()) {
            self.metrics.attempted(self.netuid, status, began.elapsed());
        }
        match &result {
            Ok(receipt) => {
                let Block { number, hash, .. } = receipt.block;
                let block_hash = hex::encode(hash);
                info!(%message, status, block = number, block_hash, ref_time = receipt.gas.ref_time, "transaction");
            }
            Err(error) => warn!(%message, status, %error, "transaction"),
        }
        result
    }

    fn await_pending(&self, account: AccountId) -> Result<(), ChainError> {
        self.noted(self.chain.await_pending(account))
    }

    fn instantiate(&self, signer: &Signer, instantiation: &Instantiation) -> Result<Instantiated, ChainError> {
        self.noted(self.chain.instantiate(signer, instantiation))
    }

    fn events(&self, blocks: RangeInclusive<u32>) -> Result<Vec<Event>, ChainError> {
        self.noted(self.chain.events(blocks))
    }

    fn balance(&self, at: At, account: AccountId) -> Result<u128, ChainError> {
        self.noted(self.chain.balance(at, account))
    }

    fn host(&self) -> Result<Host, ChainError> {
        self.noted(self.chain.host())
    }

    fn code_hash(&self, at: At, contract: AccountId) -> Result<Option<Hash>, ChainError> {
        self.noted(self.chain.code_hash(at, contract))
    }

    fn check_code(&self, uploader: AccountId, code: &[u8]) -> Result<u128, ChainError> {
        self.noted(self.chain.check_code(uploader, code))
    }

    fn fee(&self, signer: AccountId, call: &Call, gas: Gas) -> Result<u128, ChainError> {
        self.noted(self.chain.fee(signer, call, gas))
    }
}
