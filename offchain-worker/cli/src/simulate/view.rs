//! A simulation for people: a table an epoch, the bonds below it, and how far a case is from what was expected.
//! Fits 80 columns.

use std::io::Write;

use comfy_table::{CellAlignment, Table, presets};
use primitives::Rao;
use simulator::{CaseReport, EpochReport, Place, Report};

use crate::{
    error::CliError,
    format::{fraction, grouped, tao},
};

/// Columns of a terminal.
const WIDTH: usize = 80;

/// Writes all cases.
pub(super) fn write(report: &Report, output: &mut impl Write) -> Result<(), CliError> {
    for case in report.cases.iter().filter(|case| case.native_only.is_none()) {
        writeln!(output, "{}\nτ {} an epoch, {} epochs\n", case.name, tao(Rao::new(case.rao)), case.epochs.len())?;
        for (index, epoch) in case.epochs.iter().enumerate() {
            write_epoch(index + 1, epoch, output)?;
        }
        if !case.differences.is_empty() {
            write_differences(case, output)?;
        }
    }
    let expecting = report.cases.iter().filter(|case| !case.differences.is_empty());
    let (same, other): (Vec<_>, Vec<_>) = expecting.partition(|case| case.ok);
    if !same.is_empty() || !other.is_empty() {
        writeln!(output, "{} cases as expected, {} not", same.len(), other.len())?;
    }
    Ok(())
}

/// Writes which cases the contracts replayed, and why not the others.
pub(super) fn write_engines(report: &Report, output: &mut impl Write) -> Result<(), CliError> {
    writeln!(output)?;
    let mut table = table(&["CASE", "ENGINE"]);
    let (by_contract, natively): (Vec<_>, Vec<_>) = report.cases.iter().partition(|case| case.native_only.is_none());
    for case in &by_contract {
        table
            .add_row([case.name.as_str(), if case.unlike_native.is_empty() { "contract" } else { "contract, UNLIKE" }]);
    }
    for case in &natively {
        table.add_row([case.name.as_str(), "native only"]);
    }
    align(&mut table, &[0, 1]);
    writeln!(output, "{table}\n")?;
    for case in &natively {
        writeln!(output, "{}", case.name)?;
        write_wrapped("  ", " ", case.native_only.iter().flat_map(|reason| reason.split(' ')), output)?;
    }
    let alike = by_contract.iter().filter(|case| case.unlike_native.is_empty()).count();
    let (all, natively) = (by_contract.len(), natively.len());
    writeln!(output, "{all} cases by the contracts, {alike} of them to the bit as natively, {natively} native only")?;
    Ok(())
}

fn write_epoch(number: usize, epoch: &EpochReport, output: &mut impl Write) -> Result<(), CliError> {
    writeln!(output, "epoch {number}   block {}", grouped(epoch.block))?;
    let mut table =
        table(&["UID", "CONS", "INCENT", "DIVID", "VTRUST", "PERMIT", "ACTIVE", "MINER τ", "VALID τ", "EMIT τ"]);
    for (uid, _) in epoch.consensus.iter().enumerate() {
        table.add_row(neuron(uid, epoch));
    }
    align(&mut table, &[]);
    writeln!(output, "{table}")?;
    for (uid, row) in &epoch.bonds_sparse {
        let bonds = row.iter().map(|(target, bond)| format!("{target}: {}", fraction(*bond)));
        write_wrapped(&format!("bonds of {uid}"), "   ", bonds, output)?;
    }
    writeln!(output)?;
    Ok(())
}

fn neuron(uid: usize, epoch: &EpochReport) -> [String; 10] {
    let share = |values: &[u16]| fraction(values.get(uid).copied().unwrap_or(0));
    let flag = |values: &[bool]| if values.get(uid) == Some(&true) { "yes" } else { "-" }.to_owned();
    let amount = |values: &[u64]| match values.get(uid).copied().unwrap_or(0) {
        0 => "-".to_owned(),
        rao => tao(Rao::new(rao)),
    };
    [
        uid.to_string(),
        share(&epoch.consensus),
        share(&epoch.incentive),
        share(&epoch.dividends),
        share(&epoch.validator_trust),
        flag(&epoch.validator_permit),
        flag(&epoch.active),
        amount(&epoch.server_emission),
        amount(&epoch.validator_emission),
        amount(&epoch.emission),
    ]
}

/// Items after a head, each with a gap before it, broken before the line would be too long.
fn write_wrapped(
    head: &str,
    gap: &str,
    items: impl Iterator<Item: AsRef<str>>,
    output: &mut impl Write,
) -> Result<(), CliError> {
    let mut line = head.to_owned();
    for item in items {
        let item = item.as_ref();
        if line.chars().count() + gap.len() + item.chars().count() > WIDTH {
            writeln!(output, "{line}")?;
            line = " ".repeat(head.chars().count());
        }
        line.push_str(gap);
        line.push_str(item);
    }
    writeln!(output, "{line}")?;
    Ok(())
}

fn write_differences(case: &CaseReport, output: &mut impl Write) -> Result<(), CliError> {
    writeln!(output, "{}\nagainst what was expected", case.name)?;
    let mut table = table(&["FIELD", "LARGEST DIFFERENCE", "EPOCH", "UID", "WITHIN TOLERANCE"]);
    for difference in case.differences.values() {
        let at = |shown: &dyn Fn(&Place) -> String| difference.place.as_ref().map_or("-".to_owned(), shown);
        table.add_row([
            difference.field.to_owned(),
            grouped(difference.largest),
            at(&|place| place.epoch.to_string()),
            at(&|place| place.uid.to_string()),
            if difference.tolerable { "yes" } else { "NO" }.to_owned(),
        ]);
    }
    align(&mut table, &[0]);
    writeln!(output, "{table}\n")?;
    Ok(())
}

fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(header);
    table
}

/// Numbers stand to the right, the columns named to the left.
fn align(table: &mut Table, left: &[usize]) {
    for (place, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 1));
        let side = if left.contains(&place) { CellAlignment::Left } else { CellAlignment::Right };
        column.set_cell_alignment(side);
    }
}
