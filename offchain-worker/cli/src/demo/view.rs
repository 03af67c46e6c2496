//! The report for people: a metagraph per subnet with btcli's columns, the supply, a nominator's balances, and
//! the invariants. Fits 80 columns; a header is never cut.

use std::io::Write;

use comfy_table::{CellAlignment, Table, presets};
use consensus::supply;
use primitives::Rao;

use super::report::{NeuronReport, NominatorReport, Report, Role, SubnetReport};
use crate::{
    error::CliError,
    format::{fraction, grouped, tao, tao_brief},
};

/// Protocol blocks in a year of 365 days.
const BLOCKS_PER_YEAR: u64 = 365 * 7_200;

/// Writes the report.
pub(crate) fn write(report: &Report, output: &mut impl Write) -> Result<(), CliError> {
    for subnet in &report.subnets {
        write_metagraph(subnet, output)?;
    }
    write_supply(report, output)?;
    write_nominator(&report.nominator, output)?;
    write_invariants(report, output)?;
    Ok(())
}

fn write_metagraph(subnet: &SubnetReport, output: &mut impl Write) -> Result<(), CliError> {
    let validators = subnet.neurons.iter().filter(|neuron| neuron.role == Role::Validator).count();
    writeln!(
        output,
        "Subnet {} {}   block {}   epoch {}   neurons {}/{}   validators {validators}",
        subnet.netuid,
        subnet.task,
        grouped(subnet.block),
        subnet.epoch,
        subnet.neurons.len(),
        subnet.max_uids,
    )?;
    let mut table = table(&["UID", "NEURON", "BITS", "STAKE τ", "CONS", "INCENT", "DIVID", "VTRUST", "EMIT τ", "UPD"]);
    let mut neurons: Vec<_> = subnet.neurons.iter().collect();
    neurons.sort_by_key(|neuron| (neuron.role == Role::Miner, std::cmp::Reverse(neuron.emission_rao), neuron.uid));
    for neuron in neurons {
        table.add_row(row(neuron));
    }
    align(&mut table, &[1]);
    writeln!(output, "{table}")?;
    writeln!(
        output,
        "miners τ {}, validators τ {}\n",
        tao(Rao::new(subnet.miners_rao)),
        tao(Rao::new(subnet.validators_rao))
    )?;
    Ok(())
}

fn row(neuron: &NeuronReport) -> [String; 10] {
    let dash = || "-".to_owned();
    let bits = match (neuron.bits_saved, neuron.outcome) {
        (Some(bits), Some("Ok")) => format!("{bits:.3}"),
        (_, Some(outcome)) => outcome.to_owned(),
        _ => dash(),
    };
    let some = |amount: u64| if amount == 0 { dash() } else { tao_brief(Rao::new(amount)) };
    [
        neuron.uid.to_string(),
        neuron.label.clone(),
        bits,
        some(neuron.stake_rao),
        fraction(neuron.consensus),
        fraction(neuron.incentive),
        fraction(neuron.dividends),
        fraction(neuron.validator_trust),
        some(neuron.emission_rao),
        neuron.updated.map_or_else(dash, |blocks| blocks.to_string()),
    ]
}

fn write_supply(report: &Report, output: &mut impl Write) -> Result<(), CliError> {
    let issuance = report.issuance_rao;
    let halvings = supply::halvings(issuance);
    let next = report.cap_rao - (report.cap_rao >> (halvings + 1));
    let blocks = (next - issuance).div_ceil(supply::block_emission(issuance).max(1));
    writeln!(
        output,
        "Supply τ {} of {}, τ {} a block",
        tao(Rao::new(issuance)),
        grouped(report.cap_rao / Rao::ONE_TAO.get()),
        tao(Rao::new(supply::block_emission(issuance))),
    )?;
    writeln!(
        output,
        "The next halving, at τ {}, is {} blocks away ({:.1} years)",
        grouped(next / Rao::ONE_TAO.get()),
        grouped(blocks),
        blocks as f64 / BLOCKS_PER_YEAR as f64,
    )?;
    writeln!(
        output,
        "Emitted {} rao = paid {} + pending {} + carried {}\n",
        grouped(report.accrued_rao),
        grouped(report.paid_rao),
        grouped(report.pending_rao),
        grouped(report.carried_rao),
    )?;
    Ok(())
}

fn write_nominator(nominator: &NominatorReport, output: &mut impl Write) -> Result<(), CliError> {
    let psp22 = |value: u128| tao(Rao::from_psp22(value).unwrap_or_default());
    let mut table = table(&["A NOMINATOR OF VALIDATOR-1", "STAKE τ", "PSP22 BALANCE τ"]);
    let staked = Rao::new(nominator.staked_rao);
    let row = |when: &str, stake: u64, balance: u128| [when.to_owned(), tao(Rao::new(stake)), psp22(balance)];
    table.add_row(["staked after the first payment".to_owned(), tao(staked), psp22(nominator.balance_before_rao)]);
    table.add_row(row("before it unstakes", nominator.stake_before_rao, nominator.balance_before_rao));
    table.add_row(row("after", nominator.stake_after_rao, nominator.balance_after_rao));
    align(&mut table, &[0]);
    writeln!(output, "{table}\n")?;
    Ok(())
}

fn write_invariants(report: &Report, output: &mut impl Write) -> Result<(), CliError> {
    for (name, holds) in &report.invariants {
        writeln!(output, "{} {}", if *holds { "✅" } else { "❌" }, name.replace('_', " "))?;
    }
    writeln!(output, "\nseed {}, {} epochs, {:.1} s", report.seed, report.epochs, report.wall_ms as f64 / 1_000.0)?;
    Ok(())
}

fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(header);
    table
}

/// Numbers stand to the right, the columns named to the left.
fn align(table: &mut Table, left: &[usize]) {
    let last = table.column_count().saturating_sub(1);
    for (place, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, u16::from(place < last)));
        let side = if left.contains(&place) { CellAlignment::Left } else { CellAlignment::Right };
        column.set_cell_alignment(side);
    }
}
