//! A plan that is carried out: sent step by step, each read back at its block.

use chain::{At, ChainExt as _, Receipt, Reply, Signer, Submitted, tao};
use serde_json::Value as Json;

use super::{
    Done, Step, WriteError,
    change::{Mismatch, Predicted},
    plan::{Allowance, Plan, Transaction, report},
    view,
};
use crate::{error::CliError, market::Market, output::Output};

/// What sends a plan, and what it has sent.
pub(super) struct Sender<'a, R> {
    market: &'a Market,
    plan: &'a Plan<R>,
    signer: Signer,
    sent: Vec<Transaction>,
    changes: Vec<Predicted>,
    done: Vec<&'a str>,
}

impl<'a, R: Reply> Sender<'a, R> {
    pub(super) fn new(market: &'a Market, plan: &'a Plan<R>, signer: Signer) -> Self {
        Self { market, plan, signer, sent: Vec::new(), changes: Vec::new(), done: Vec::new() }
    }

    /// Sends everything; what was sent before an error stays in the report.
    ///
    /// # Errors
    /// A refusal, [`WriteError::NotAsPredicted`], and those of a connection.
    pub(super) fn send(&mut self, output: &mut Output) -> Result<Vec<Done<R::Value>>, CliError> {
        let mut planned = self.plan.transactions.iter();
        if let Some(Allowance { message, amount }) = &self.plan.allowance {
            let receipt = self.market.chain.submit(&self.signer, message.clone())?.receipt;
            let sent = planned.next().map(|transaction| transaction.sent(&receipt));
            if let Some(transaction) = &sent {
                let done = format!("Allowed {} to be taken", tao(*amount));
                view::write_done(&done, transaction, &[], &self.plan.currency, output)?;
            }
            self.sent.extend(sent);
        }
        let mut results = Vec::new();
        for (step, transaction) in self.plan.write.steps.iter().zip(planned) {
            results.push(self.send_step(step, transaction, output)?);
        }
        Ok(results)
    }

    fn send_step(
        &mut self,
        step: &'a Step<R>,
        transaction: &Transaction,
        output: &mut Output,
    ) -> Result<Done<R::Value>, CliError> {
        // The values may have changed while somebody thought about them.
        let page = self.market.page(At::Head)?;
        let predicted = step.changes.iter().map(|change| change.predict(&page, &[])).collect::<Result<Vec<_>, _>>()?;
        let Submitted { value, receipt } = self.market.chain.submit(&self.signer, step.message.clone())?;
        let transaction = transaction.sent(&receipt);
        self.sent.push(transaction.clone());
        let changes = self.read_back(step, predicted, &receipt)?;
        view::write_done(&step.done, &transaction, &changes, &self.plan.currency, output)?;
        self.changes.extend(changes);
        self.done.push(&step.done);
        Ok(Done { value, receipt })
    }

    fn read_back(
        &self,
        step: &Step<R>,
        predicted: Vec<Predicted>,
        receipt: &Receipt,
    ) -> Result<Vec<Predicted>, CliError> {
        let page = self.market.page(receipt.block.into())?;
        let read = |(change, predicted): (&super::Change, Predicted)| match change.read_back(&page, &predicted) {
            Ok(found) => Ok(predicted.became(found)),
            Err(Mismatch::Unread(error)) => Err(error),
            Err(Mismatch::Other(found)) => Err(WriteError::NotAsPredicted {
                block: receipt.block.number,
                what: predicted.what,
                predicted: predicted.after.map_or_else(|| "something".to_owned(), |after| after.to_string()),
                found: found.to_string(),
            }
            .into()),
        };
        step.changes.iter().zip(predicted).map(read).collect()
    }

    /// What was sent, as JSON.
    pub(super) fn report(&self) -> Json {
        report(false, &self.done.join("; "), &self.sent, self.changes.iter().collect())
    }
}
