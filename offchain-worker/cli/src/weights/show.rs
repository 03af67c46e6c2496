//! `yarrow weights show`: the rows in force.

use std::io::Write;

use chain::ss58;
use primitives::{Netuid, Settlement as _, settlement::WeightsRow};
use serde_json::{Value, json};
use worker::{Metagraph, MetagraphNeuron};

use super::SubnetArgs;
use crate::{error::CliError, format, output::Output, table::Rows};

/// Weights of a row that a list of rows shows, the largest first.
const SHOWN: usize = 4;

/// Options of `yarrow weights show`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    subnet: SubnetArgs,
    /// Only this validator, with all of its weights
    #[arg(long, value_name = "UID")]
    uid: Option<u16>,
}

/// Reads the rows at one block and writes them.
pub(super) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let SubnetArgs { page, netuid } = &args.subnet;
    let market = page.connect()?;
    let (contracts, page) = (market.contracts, market.page(page.at())?);
    let metagraph = Metagraph::read(&page, &contracts, Netuid::new(*netuid))?;
    let mut rows: Vec<(&MetagraphNeuron, WeightsRow)> = Vec::new();
    for neuron in metagraph.neurons.iter().filter(|neuron| args.uid.is_none_or(|uid| uid == neuron.uid.get())) {
        let row = page.view(contracts.settlement().weights(metagraph.netuid, neuron.uid))?;
        rows.extend(row.map(|row| (neuron, row)));
    }
    if let Some(uid) = args.uid.filter(|uid| usize::from(*uid) >= metagraph.neurons.len()) {
        return Err(CliError::NoSuchUid { netuid: *netuid, uid });
    }
    output.report(&json!({
        "netuid": netuid,
        "block": page.block.number,
        "protocol_block": metagraph.block.get(),
        "rows": rows.iter().map(report).collect::<Vec<_>>(),
    }))?;
    let block = format::grouped(metagraph.block.get());
    writeln!(output, "Subnet {netuid} {}   block {block}   rows {}", metagraph.task(), rows.len())?;
    match (args.uid, rows.as_slice()) {
        (Some(_), [(neuron, row)]) => write_row(neuron, row, output),
        _ => write_list(&rows, output),
    }
}

fn report((neuron, row): &(&MetagraphNeuron, WeightsRow)) -> Value {
    let weights = row.weights.iter().map(|(uid, value)| json!({ "uid": uid.get(), "value": value }));
    json!({
        "uid": neuron.uid.get(),
        "hotkey": ss58(&neuron.hotkey),
        "committed_at": row.committed_at.get(),
        "updated_at": row.updated_at.get(),
        "evidence": format::hash(&row.evidence),
        "weights": weights.collect::<Vec<_>>(),
    })
}

fn write_list(rows: &[(&MetagraphNeuron, WeightsRow)], output: &mut impl Write) -> Result<(), CliError> {
    let mut table = Rows::new(&["UID", "HOTKEY", "COMMITTED", "UPDATED", "UID:WEIGHT"], &[1, 4]);
    for (neuron, row) in rows {
        let mut weights = row.weights.clone();
        weights.sort_by_key(|(uid, value)| (std::cmp::Reverse(*value), *uid));
        let mut shown: Vec<String> =
            weights.iter().take(SHOWN).map(|(uid, value)| format!("{}:{value}", uid.get())).collect();
        shown.extend(weights.len().checked_sub(SHOWN).filter(|more| *more > 0).map(|more| format!("… {more} more")));
        table.push([
            neuron.uid.get().to_string(),
            format::short(&neuron.hotkey),
            format::grouped(row.committed_at.get()),
            format::grouped(row.updated_at.get()),
            shown.join(" "),
        ]);
    }
    writeln!(output, "{}", table.finish())?;
    Ok(())
}

fn write_row(neuron: &MetagraphNeuron, row: &WeightsRow, output: &mut impl Write) -> Result<(), CliError> {
    writeln!(output, "uid {} {}", neuron.uid.get(), ss58(&neuron.hotkey))?;
    let [committed, updated] = [row.committed_at, row.updated_at].map(|block| format::grouped(block.get()));
    writeln!(output, "committed {committed}   updated {updated}")?;
    writeln!(output, "evidence {}", format::hash(&row.evidence))?;
    let mut table = Rows::new(&["UID", "WEIGHT", "OF LARGEST"], &[]);
    for (uid, value) in &row.weights {
        table.push([uid.get().to_string(), value.to_string(), format::fraction(*value)]);
    }
    writeln!(output, "{}", table.finish())?;
    Ok(())
}
