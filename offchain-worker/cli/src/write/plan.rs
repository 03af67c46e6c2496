//! A write that was tried: what it changes and what it costs.

use chain::{
    Amount, At, Block, Call, ChainError, ChainExt as _, Currency, Deposit, DryRun, Gas, Label, Message, Receipt, Reply,
    ss58,
};
use primitives::{AccountId, Rao};
use psp22::{PSP22 as _, PSP22Error};
use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};

use super::{Write, WriteError, change::Predicted};
use crate::{
    error::CliError,
    format,
    market::{Market, Page},
};

/// The name of a contract's error for an allowance that is not there yet.
const NO_ALLOWANCE: &str = "InsufficientAllowance";

/// A write that passed a dry run.
pub(super) struct Plan<R> {
    pub(super) write: Write<R>,
    /// The allowance that must be given first.
    pub(super) allowance: Option<Allowance>,
    /// All transactions, that of the allowance included.
    pub(super) transactions: Vec<Transaction>,
    /// What changes, for each step.
    pub(super) predicted: Vec<Vec<Predicted>>,
    pub(super) currency: Currency,
}

/// TAO that a contract may take, and the message that allows it.
pub(super) struct Allowance {
    pub(super) amount: Rao,
    pub(super) message: Message<Result<(), PSP22Error>>,
}

/// A transaction and what it costs.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Transaction {
    /// What it calls: `staking.add_stake`.
    pub(super) message: Label,
    /// The contract's address.
    pub(super) contract: String,
    /// The hash of the code that runs there.
    pub(super) code_hash: Option<String>,
    /// Nothing if it cannot be tried before the allowance is there.
    #[serde(flatten)]
    pub(super) cost: Option<Cost>,
    /// Where it is.
    #[serde(flatten)]
    pub(super) place: Option<Place>,
}

/// What a transaction costs; amounts in the host's smallest unit, as text because they may have 128 bits.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Cost {
    /// Computation.
    #[serde(serialize_with = "write_gas")]
    pub(super) gas: Gas,
    /// What is held for storage; negative if something is given back.
    #[serde(serialize_with = "write_amount")]
    pub(super) deposit: i128,
    /// What the host takes for good.
    #[serde(serialize_with = "write_amount")]
    pub(super) fee: i128,
}

/// The block that a transaction is in.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Place {
    /// Its number.
    pub(super) block: u32,
    /// Its hash.
    pub(super) block_hash: String,
}

fn write_gas<S: Serializer>(gas: &Gas, serializer: S) -> Result<S::Ok, S::Error> {
    json!({ "ref_time": gas.ref_time, "proof_size": gas.proof_size }).serialize(serializer)
}

fn write_amount<S: Serializer>(amount: &i128, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(amount)
}

impl<R: Reply> Plan<R> {
    /// Tries a write on the newest block.
    ///
    /// # Errors
    /// A contract's refusal, [`WriteError::NotEnoughBalance`], and those of a connection.
    pub(super) fn make(market: &Market, write: Write<R>) -> Result<Self, CliError> {
        let page = market.page(At::Head)?;
        let allowance = missing_allowance(market, &page, &write)?;
        let mut transactions = Vec::new();
        if let Some(Allowance { message, .. }) = &allowance {
            let tried = market.chain.dry_run(write.by, message.clone())?;
            transactions.push(Transaction::tried(market, &page, write.by, &message.call, Some(tried))?);
        }
        let mut predicted: Vec<Vec<Predicted>> = Vec::new();
        for step in &write.steps {
            let tried = match market.chain.dry_run(write.by, step.message.clone()) {
                Ok(tried) => Some(tried),
                // Whatever else it could be refused for, it would have been refused for first.
                Err(ChainError::Refused { refusal, .. }) if allowance.is_some() && refusal.name() == NO_ALLOWANCE => {
                    None
                }
                Err(error) => return Err(error.into()),
            };
            transactions.push(Transaction::tried(market, &page, write.by, &step.message.call, tried)?);
            let earlier: Vec<Predicted> = predicted.iter().flatten().cloned().collect();
            let changes = step.changes.iter().map(|change| change.predict(&page, &earlier));
            predicted.push(changes.collect::<Result<_, _>>()?);
        }
        expect_balance(market, &page, &write)?;
        let currency = market.chain.host()?.currency;
        Ok(Self { write, allowance, transactions, predicted, currency })
    }

    /// The plan as JSON.
    pub(super) fn report(&self) -> Json {
        let titles: Vec<&str> = self.write.steps.iter().map(|step| step.title.as_str()).collect();
        report(true, &titles.join("; "), &self.transactions, self.predicted.iter().flatten().collect())
    }
}

impl Transaction {
    fn tried<T>(
        market: &Market,
        page: &Page<'_>,
        by: AccountId,
        call: &Call,
        tried: Option<DryRun<T>>,
    ) -> Result<Self, CliError> {
        let cost = match tried {
            Some(DryRun { gas, deposit, .. }) => {
                Some(Cost { gas, deposit: signed(deposit), fee: amount(market.chain.fee(by, call, gas)?) })
            }
            None => None,
        };
        let code_hash = market.chain.code_hash(page.block.into(), call.contract)?;
        Ok(Self {
            message: call.label(),
            contract: ss58(&call.contract),
            code_hash: code_hash.as_ref().map(format::hash),
            cost,
            place: None,
        })
    }

    /// The same when it is in a block.
    pub(super) fn sent(&self, receipt: &Receipt) -> Self {
        let Receipt { block, gas, deposit, fee, .. } = receipt;
        let cost = Cost { gas: *gas, deposit: signed(*deposit), fee: amount(*fee) };
        Self { cost: Some(cost), place: Some(Place::from(block)), ..self.clone() }
    }
}

impl From<&Block> for Place {
    fn from(block: &Block) -> Self {
        Self { block: block.number, block_hash: format::hash(&block.hash) }
    }
}

impl Cost {
    /// All costs together; nothing if one is not known.
    pub(super) fn sum(transactions: &[Transaction]) -> Option<Self> {
        transactions.iter().try_fold(Self::default(), |sum, transaction| {
            let cost = transaction.cost?;
            let gas = Gas {
                ref_time: sum.gas.ref_time.saturating_add(cost.gas.ref_time),
                proof_size: sum.gas.proof_size.saturating_add(cost.gas.proof_size),
            };
            Some(Self { gas, deposit: sum.deposit.saturating_add(cost.deposit), fee: sum.fee.saturating_add(cost.fee) })
        })
    }
}

/// Transactions, what they change and what they cost together, as JSON.
pub(super) fn report(dry_run: bool, message: &str, transactions: &[Transaction], changes: Vec<&Predicted>) -> Json {
    let cost = Cost::sum(transactions);
    let last = transactions.last();
    let place = last.and_then(|transaction| transaction.place.as_ref());
    json!({
        "message": message,
        "dry_run": dry_run,
        "block": place.map(|place| place.block),
        "block_hash": place.map(|place| &place.block_hash),
        "contract": last.map(|transaction| &transaction.contract),
        "code_hash": last.map(|transaction| &transaction.code_hash),
        "gas": cost.map(|cost| json!({ "ref_time": cost.gas.ref_time, "proof_size": cost.gas.proof_size })),
        "deposit": cost.map(|cost| cost.deposit.to_string()),
        "fee": cost.map(|cost| cost.fee.to_string()),
        "changes": changes,
        "transactions": transactions,
    })
}

/// What `taker` may not take yet of what it is to take.
fn missing_allowance<R>(market: &Market, page: &Page<'_>, write: &Write<R>) -> Result<Option<Allowance>, CliError> {
    let Some(taker) = write.taker else { return Ok(None) };
    let token = || market.contracts.token();
    if page.view(token().allowance(write.by, taker))? >= write.spends.to_psp22() {
        return Ok(None);
    }
    let message = token().approve(taker, write.spends.to_psp22()).into();
    Ok(Some(Allowance { amount: write.spends, message }))
}

fn expect_balance<R>(market: &Market, page: &Page<'_>, write: &Write<R>) -> Result<(), CliError> {
    let free = page.view(market.contracts.token().balance_of(write.by))?;
    if free >= write.spends.to_psp22() {
        return Ok(());
    }
    let [needed, free] = [write.spends, Rao::from_psp22(free).unwrap_or(Rao::ZERO)].map(Amount);
    Err(WriteError::NotEnoughBalance { account: write.by, needed, free }.into())
}

/// What an account has less of.
fn signed(deposit: Deposit) -> i128 {
    match deposit {
        Deposit::Charged(charged) => amount(charged),
        Deposit::Refunded(refunded) => -amount(refunded),
    }
}

/// No host has as much of its currency as that this would cut.
fn amount(amount: u128) -> i128 {
    i128::try_from(amount).unwrap_or(i128::MAX)
}
