//! A write as people see it: what it changes and costs before, what it became afterwards.

use std::io::{self, Write as _};

use chain::{Amount, Currency};

use super::{
    change::Predicted,
    plan::{Cost, Place, Plan, Transaction},
};
use crate::{error::CliError, format, output::Output, table::Rows};

impl<R> Plan<R> {
    /// Shows what would be done.
    pub(super) fn show(&self, output: &mut Output) -> Result<(), CliError> {
        for step in &self.write.steps {
            writeln!(output, "{}", step.title)?;
        }
        let mut rows = Rows::new(&["", "BEFORE", "", "AFTER"], &[0, 2]);
        for Predicted { what, before, after, .. } in self.latest() {
            let after = after.as_ref().map_or_else(|| "?".to_owned(), ToString::to_string);
            rows.push([what.clone(), before.to_string(), "➡".to_owned(), after]);
        }
        writeln!(output, "\n{}\n", rows.finish())?;
        for transaction in &self.transactions {
            let code = transaction.code_hash.as_deref().unwrap_or("none");
            writeln!(
                output,
                "calls     {}\n  at      {}\n  code    {code}",
                transaction.message, transaction.contract
            )?;
        }
        if let Some(allowance) = &self.allowance {
            writeln!(output, "allows    {} to the contract that takes it, first", Amount(allowance.amount))?;
        }
        self.show_cost(output)?;
        for note in &self.write.notes {
            writeln!(output, "note      {note}")?;
        }
        Ok(())
    }

    fn show_cost(&self, output: &mut Output) -> io::Result<()> {
        let Some(Cost { gas, deposit, fee }) = Cost::sum(&self.transactions) else {
            return writeln!(output, "costs     what it costs can be told when the allowance is there");
        };
        let (time, proof) = (format::grouped(gas.ref_time), format::grouped(gas.proof_size));
        writeln!(output, "gas       {time} ref_time, {proof} proof_size")?;
        writeln!(output, "deposit   {}", native(deposit, &self.currency))?;
        writeln!(output, "fee       {}", native(fee, &self.currency))
    }

    /// Each value once, from before the first step to after the last.
    fn latest(&self) -> Vec<Predicted> {
        let mut latest: Vec<Predicted> = Vec::new();
        for change in self.predicted.iter().flatten() {
            match latest.iter_mut().find(|known| known.what == change.what) {
                Some(known) => known.after.clone_from(&change.after),
                None => latest.push(change.clone()),
            }
        }
        latest
    }
}

/// Says what was done, where it is, what it cost, and what it changed.
pub(super) fn write_done(
    done: &str,
    transaction: &Transaction,
    changes: &[Predicted],
    currency: &Currency,
    output: &mut Output,
) -> io::Result<()> {
    writeln!(output, "✅ {done}")?;
    if let Some(Place { block, block_hash }) = &transaction.place {
        writeln!(output, "   block {}\n   hash  {block_hash}", format::grouped((*block).into()))?;
    }
    if let Some(Cost { fee, deposit, .. }) = transaction.cost {
        writeln!(output, "   fee   {}, deposit {}", native(fee, currency), native(deposit, currency))?;
    }
    let width = changes.iter().map(|change| change.what.chars().count()).max().unwrap_or_default();
    for Predicted { what, before, after, .. } in changes {
        let after = after.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
        writeln!(output, "   {what:<width$}  {before} ➡ {after}")?;
    }
    Ok(())
}

/// An amount of the host's currency, exact: `0.0123 UNIT`.
fn native(amount: i128, currency: &Currency) -> String {
    let sign = if amount < 0 { "-" } else { "" };
    let text = format::native(amount.unsigned_abs(), currency.decimals);
    format!("{sign}{text} {}", currency.symbol)
}
