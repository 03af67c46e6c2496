//! What a transaction does, and what came of it: a call or a new contract, tried before it is sent.

use primitives::{AccountId, Hash};
use subxt::dynamic::{Value, tx};
use tokio::time::Instant;

use super::{
    api::Ran,
    blocks::Body,
    host::HostChain,
    queue::{Fate, Queue},
    records::{self, Effects},
    runtime::{Life, PalletCall, Runtime},
};
use crate::{
    At, Call, ChainError, Deposit, DispatchFailure, Gas, Instantiated, Instantiation, Label, Output, Receipt, Signer,
    Simulation,
};

/// What a transaction does.
#[derive(Clone, Debug)]
pub(super) enum Action {
    Execute(Call),
    Instantiate(Instantiation),
}

/// What a trial of it gave.
pub(super) struct Trial {
    consumed: Gas,
    required: Gas,
    deposit: Deposit,
    output: Output,
    /// The address of what a constructor made.
    contract: AccountId,
}

impl From<Trial> for Simulation {
    fn from(trial: Trial) -> Self {
        let Trial { consumed, required, deposit, output, .. } = trial;
        Self { gas_consumed: consumed, gas_required: required, deposit, output }
    }
}

impl Action {
    pub(super) fn label(&self) -> Label {
        match self {
            Self::Execute(call) => call.label(),
            Self::Instantiate(new) => new.label.clone(),
        }
    }

    /// Tries it on the state after a block.
    pub(super) async fn try_at(
        &self,
        host: &HostChain,
        block: Hash,
        caller: AccountId,
        deadline: Instant,
    ) -> Result<Trial, ChainError> {
        let message = self.label();
        let runtime = host.contracts_runtime(block, &message, deadline).await?;
        let (function, arguments) = match self {
            Self::Execute(call) => ("ContractsApi_call", runtime.balances.call(caller, call)),
            Self::Instantiate(new) => ("ContractsApi_instantiate", runtime.balances.instantiate(caller, new)),
        };
        let answer = host.runtime_api(block, function, &arguments, deadline).await?;
        let (tried, contract) = match self {
            Self::Execute(call) => {
                let tried = runtime.balances.called(&answer).map_err(|_| host.not_understood())?;
                (tried.map(|output| (output, call.contract)), Some(call.contract))
            }
            Self::Instantiate(_) => (runtime.balances.instantiated(&answer).map_err(|_| host.not_understood())?, None),
        };
        match tried.result {
            Ok((output, contract)) => {
                let Ran { consumed, required, deposit, .. } = tried;
                Ok(Trial { consumed, required, deposit, output, contract })
            }
            Err(error) => {
                let failure = DispatchFailure::named(runtime.error_name(error).into(), caller, contract);
                Err(ChainError::Dispatch { message, failure })
            }
        }
    }

    /// The transaction's call of the pallet, with these limits.
    pub(super) fn pallet_call(&self, gas: Gas, deposit: u128) -> PalletCall {
        let gas = Value::named_composite([
            ("ref_time", Value::u128(gas.ref_time.into())),
            ("proof_size", Value::u128(gas.proof_size.into())),
        ]);
        let deposit = Value::unnamed_variant("Some", [Value::u128(deposit)]);
        let nothing = Value::u128(0);
        match self {
            Self::Execute(call) => {
                let contract = Value::unnamed_variant("Id", [Value::from_bytes(call.contract.0)]);
                let fields = [
                    ("dest", contract),
                    ("value", nothing),
                    ("gas_limit", gas),
                    ("storage_deposit_limit", deposit),
                    ("data", Value::from_bytes(&call.input)),
                ];
                tx("Contracts", "call", composite(fields))
            }
            Self::Instantiate(new) => {
                let fields = [
                    ("value", nothing),
                    ("gas_limit", gas),
                    ("storage_deposit_limit", deposit),
                    ("code", Value::from_bytes(&new.code)),
                    ("data", Value::from_bytes(&new.input)),
                    ("salt", Value::from_bytes(&new.salt)),
                ];
                tx("Contracts", "instantiate_with_code", composite(fields))
            }
        }
    }
}

fn composite<const N: usize>(fields: [(&str, Value); N]) -> subxt::ext::scale_value::Composite<()> {
    subxt::ext::scale_value::Composite::Named(fields.map(|(name, value)| (name.to_owned(), value)).into())
}

impl<'a, T> Ran<'a, T> {
    fn map<U>(self, change: impl FnOnce(T) -> U) -> Ran<'a, U> {
        let Self { consumed, required, deposit, result } = self;
        Ran { consumed, required, deposit, result: result.map(change) }
    }
}

/// Brings an action on the chain, once.
pub(super) async fn transact(
    host: &HostChain,
    queue: &Queue,
    signer: &Signer,
    action: &Action,
    deadline: Instant,
) -> Result<Instantiated, ChainError> {
    let (message, account) = (action.label(), signer.account());
    queue.settle(host, account, deadline).await?;
    loop {
        let best = host.best(deadline).await?;
        let trial = action.try_at(host, best, account, deadline).await?;
        if trial.output.reverted {
            return refused(host, best, trial, deadline).await;
        }
        let runtime = host.runtime(best, deadline).await?;
        let call = action.pallet_call(with_margin(trial.required, &runtime), deposit_limit(trial.deposit, &runtime));
        let ticket = queue.hand_in(host, &runtime, signer, &call, &message, deadline).await?;
        match queue.fate(host, ticket, &message, deadline).await? {
            Fate::Included(body, place) => {
                let included = Included { host, action, account, best, trial, body: &body, place };
                return included.outcome(deadline).await.map_err(|error| after_inclusion(error, &message));
            }
            // Its nonce is free again, or somebody else's: from the beginning.
            Fate::Lost => {}
        }
    }
}

/// What kept us from reading what a transaction in a block did must not read as if nothing had been done.
pub(super) fn after_inclusion(error: ChainError, message: &Label) -> ChainError {
    match error {
        ChainError::Connection { .. } | ChainError::UnknownBlock(_) => {
            ChainError::OutcomeUnknown { message: message.clone() }
        }
        error => error,
    }
}

/// What a trial refused was not sent.
async fn refused(host: &HostChain, best: Hash, trial: Trial, deadline: Instant) -> Result<Instantiated, ChainError> {
    let block = host.block(At::Block(best), deadline).await?;
    let Trial { consumed: gas, deposit, output, contract, .. } = trial;
    Ok(Instantiated { contract, receipt: Receipt { block, gas, deposit, fee: 0, output, events: vec![] } })
}

/// An action that is in a block.
struct Included<'a> {
    host: &'a HostChain,
    action: &'a Action,
    account: AccountId,
    /// The block on which it was tried, and what that gave.
    best: Hash,
    trial: Trial,
    body: &'a Body,
    place: u32,
}

impl Included<'_> {
    async fn outcome(self, deadline: Instant) -> Result<Instantiated, ChainError> {
        let header = self.body.header;
        let runtime = self.host.runtime(header.parent, deadline).await?;
        let events = self.host.events(header.hash, deadline).await?;
        let effects = records::effects(&runtime, header.number, events, self.place, self.account)
            .ok_or_else(|| self.host.not_understood())?;
        let message = self.action.label();
        let output = match &effects.outcome {
            Some(Ok(())) => self.reply(deadline).await,
            Some(Err(name)) if name == "ContractReverted" => self.refusal(deadline).await,
            Some(Err(name)) => {
                let contract = Some(self.trial.contract);
                let failure = DispatchFailure::named(name.clone().into(), self.account, contract);
                return Err(ChainError::Dispatch { message, failure });
            }
            None => return Err(self.host.not_understood()),
        };
        let failure = DispatchFailure::Other("ContractReverted".into());
        let output = output.ok_or(ChainError::Dispatch { message, failure })?;
        let block = self.host.block(At::Block(header.hash), deadline).await?;
        let (deposit, Effects { gas, fee, instantiated, events, .. }) = (effects.deposit(), effects);
        let contract = instantiated.unwrap_or(self.trial.contract);
        Ok(Instantiated { contract, receipt: Receipt { block, gas, deposit, fee, output, events } })
    }

    /// The contract's answer, which the chain does not keep: that of a trial on the block before.
    async fn reply(&self, deadline: Instant) -> Option<Output> {
        if self.best != self.body.header.parent
            && let Some(output) = self.tried_before(deadline).await.filter(|output| !output.reverted)
        {
            return Some(output);
        }
        Some(self.trial.output.clone())
    }

    /// Why the contract refused, which the chain does not keep either; nothing if it would not refuse in a trial.
    async fn refusal(&self, deadline: Instant) -> Option<Output> {
        self.tried_before(deadline).await.filter(|output| output.reverted)
    }

    async fn tried_before(&self, deadline: Instant) -> Option<Output> {
        let trial = self.action.try_at(self.host, self.body.header.parent, self.account, deadline).await;
        trial.ok().map(|trial| trial.output)
    }
}

/// A limit a fifth above what a trial needed, because the state goes on until the transaction is included.
fn with_margin(gas: Gas, runtime: &Runtime) -> Gas {
    let most = runtime.limits().map_or(Gas { ref_time: u64::MAX, proof_size: u64::MAX }, |limits| limits.gas);
    let margin = |part: u64, most: u64| part.saturating_add(part / 5).min(most.max(part));
    Gas { ref_time: margin(gas.ref_time, most.ref_time), proof_size: margin(gas.proof_size, most.proof_size) }
}

/// A limit a fifth, some cells and some bytes above what a trial took.
fn deposit_limit(deposit: Deposit, runtime: &Runtime) -> u128 {
    const CELLS: u128 = 2;
    const BYTES: u128 = 512;
    let spare = runtime.limits().map_or(0, |limits| {
        let cells = limits.deposit_per_item.saturating_mul(CELLS);
        cells.saturating_add(limits.deposit_per_byte.saturating_mul(BYTES))
    });
    let charged = deposit.charged();
    charged.saturating_add(charged / 5).saturating_add(spare)
}

/// The fee that an action's transaction would pay.
pub(super) async fn fee(
    host: &HostChain,
    signer: AccountId,
    action: &Action,
    gas: Gas,
    deadline: Instant,
) -> Result<u128, ChainError> {
    let head = host.head(deadline).await?;
    let runtime = host.contracts_runtime(head.hash, &action.label(), deadline).await?;
    let life = Life { birth: head.number, birth_hash: head.hash };
    let call = action.pallet_call(gas, 0);
    let mut arguments = runtime.unsigned(&call, signer, life).ok_or_else(|| host.not_understood())?;
    let length = u32::try_from(arguments.len()).map_err(|_| host.not_understood())?;
    arguments.extend(length.to_le_bytes());
    let info = host.runtime_api(head.hash, "TransactionPaymentApi_query_info", &arguments, deadline).await?;
    // Weight and class stand before the fee, which is as wide as a balance.
    let start = info.len().checked_sub(runtime.balances.bytes().into()).ok_or_else(|| host.not_understood())?;
    let mut fee = info.get(start..).unwrap_or_default();
    runtime.balances.decode(&mut fee).map_err(|_| host.not_understood())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ConnectionFailure;

    #[test]
    fn what_is_in_a_block_is_never_said_not_to_have_been_done() {
        let message = Label::from("tao.transfer");
        let lost = ChainError::Connection { endpoint: String::new(), failure: ConnectionFailure::NotUnderstood };
        for error in [lost, ChainError::UnknownBlock([1; 32])] {
            let told = after_inclusion(error, &message);
            assert!(matches!(&told, ChainError::OutcomeUnknown { message } if message == "tao.transfer"), "{told}");
        }
        let failed = ChainError::Dispatch { message: message.clone(), failure: DispatchFailure::OutOfGas };
        assert!(matches!(after_inclusion(failed, &message), ChainError::Dispatch { .. }), "the chain's word stays");
    }
}
