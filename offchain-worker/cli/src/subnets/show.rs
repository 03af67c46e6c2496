//! `yarrow subnets show`: a subnet and all of its neurons, at one block.

use std::io::Write as _;

use chain::{Amount, ss58};
use primitives::{AccountId, Rao};
use serde::Serialize;
use worker::Metagraph;

use super::{
    NetuidArgs,
    emission::Emission,
    graph::{Neuron, Sums, neurons},
    list::Tempo,
    page::{subnet, text},
};
use crate::{
    error::CliError,
    format,
    listing::{Cell, Column, ListArgs, Listing},
    market::PageArgs,
    output::Output,
};

/// Options of `yarrow subnets show`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    page: PageArgs,
    #[command(flatten)]
    netuid: NetuidArgs,
    #[command(flatten)]
    list: ListArgs,
}

/// A subnet at one block.
#[derive(Debug, Serialize)]
struct Report {
    netuid: u16,
    name: String,
    task: String,
    description: String,
    url: String,
    owner: String,
    owner_hotkey: String,
    /// The runtime of the host chain.
    host: String,
    block: u32,
    block_hash: String,
    protocol_block: u64,
    /// The epoch that the last settling opened; the neurons' fractions are of it. None before the first.
    epoch: Option<u64>,
    tempo: Option<Tempo>,
    max_neurons: u16,
    validators: usize,
    max_validators: u16,
    emission_per_block_rao: u64,
    locked_rao: u64,
    registered_at: u64,
    started_at: Option<u64>,
    neurons: Vec<Neuron>,
    sums: Sums,
}

/// Reads a subnet at one block and writes it.
pub(super) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let market = args.page.connect()?;
    let (contracts, page) = (market.contracts, market.page(args.page.at())?);
    let netuid = args.netuid.netuid;
    subnet(&page, &contracts, netuid)?;
    let metagraph = Metagraph::read(&page, &contracts, netuid)?;
    let emission = Emission::read(&page, &contracts)?.of(netuid);
    let neurons = neurons(&page, &contracts, &metagraph)?;
    let Metagraph { subnet, identity, hyperparameters, result, block, .. } = &metagraph;
    let report = Report {
        netuid: netuid.get(),
        name: text(&identity.name),
        task: text(&identity.task),
        description: text(&identity.description),
        url: text(&identity.url),
        owner: ss58(&subnet.owner),
        owner_hotkey: ss58(&subnet.owner_hotkey),
        host: market.chain.host()?.name,
        block: page.block.number,
        block_hash: format::hash(&page.block.hash),
        protocol_block: block.get(),
        epoch: result.as_ref().map(|result| result.epoch),
        tempo: Tempo::at(subnet, *block),
        max_neurons: hyperparameters.max_allowed_uids,
        validators: neurons.iter().filter(|neuron| neuron.validator_permit).count(),
        max_validators: hyperparameters.max_allowed_validators,
        emission_per_block_rao: emission.get(),
        locked_rao: subnet.locked.get(),
        registered_at: subnet.registered_at.get(),
        started_at: subnet.started_at.map(|block| block.get()),
        sums: Sums::of(&neurons, result.as_ref()),
        neurons,
    };
    output.report(&report)?;
    if args.list.is_csv() {
        return listing(&report).write(&args.list, output);
    }
    write_title(&report, output)?;
    listing(&report).write(&args.list, output)?;
    write_sums(&report, output)
}

fn write_title(report: &Report, output: &mut Output) -> Result<(), CliError> {
    let block = format::grouped(report.protocol_block);
    let tempo = match report.tempo {
        Some(Tempo { epoch, blocks_since_last_step, sn_tempo }) => {
            format!("epoch {epoch} ({blocks_since_last_step}/{sn_tempo})")
        }
        None => "not started".to_owned(),
    };
    let [stake, emission] =
        [report.sums.stake_rao, report.emission_per_block_rao].map(|rao| format::tao_brief(Rao::new(rao)));
    writeln!(output, "Subnet {} {}   {}   block {block}   {tempo}", report.netuid, report.name, report.host)?;
    writeln!(
        output,
        "neurons {}/{}   validators {}/{}   stake τ {stake}   emission τ {emission} a block",
        report.neurons.len(),
        report.max_neurons,
        report.validators,
        report.max_validators
    )?;
    for (what, text) in [("about", &report.description), ("page", &report.url)] {
        if !text.is_empty() {
            writeln!(output, "{what:<6} {text}")?;
        }
    }
    writeln!(output, "owner  {}", report.owner)?;
    if report.locked_rao > 0 {
        writeln!(output, "lock   {}", Amount(Rao::new(report.locked_rao)))?;
    }
    writeln!(output)?;
    Ok(())
}

/// All columns, those first to go that matter least to most.
fn listing(report: &Report) -> Listing<15> {
    let mut listing = Listing::new([
        Column::always("uid", "UID"),
        Column::ranked("type", "TYPE", 1),
        Column::ranked("stake", "STAKE τ", 1),
        Column::ranked("consensus", "CONS", 8),
        Column::ranked("incentive", "INCENT", 1),
        Column::ranked("dividends", "DIVID", 1),
        Column::ranked("vtrust", "VTRUST", 3),
        Column::ranked("emission", "EMIT τ", 1),
        Column::ranked("active", "ACTIVE", 10),
        Column::ranked("updated", "UPDATED", 4),
        Column::ranked("immune", "IMMUNE", 7),
        Column::ranked("prune", "PRUNE", 5),
        Column::ranked("axon", "AXON", 9),
        Column::ranked("hotkey", "HOTKEY", 2),
        Column::ranked("coldkey", "COLDKEY", 11),
    ]);
    for neuron in &report.neurons {
        listing.push(row(neuron));
    }
    let sums = &report.sums;
    let whole = |sum: u64| Cell::text(&format!("{:.4}", sum as f64 / f64::from(u16::MAX)));
    let empty = || Cell::text("");
    listing.foot([
        empty(),
        empty(),
        Cell::tao_brief(Rao::new(sums.stake_rao)),
        empty(),
        whole(sums.incentive),
        whole(sums.dividends),
        empty(),
        Cell::tao_brief(Rao::new(sums.emission_rao)),
        empty(),
        empty(),
        empty(),
        empty(),
        empty(),
        empty(),
        empty(),
    ]);
    listing
}

fn row(neuron: &Neuron) -> [Cell; 15] {
    let blocks = |blocks: Option<u64>| blocks.map_or_else(Cell::nothing, Cell::number);
    let account = |address: Option<AccountId>| address.as_ref().map_or_else(Cell::nothing, Cell::account);
    [
        Cell::number(neuron.uid),
        Cell::text(kind(neuron)),
        Cell::tao_brief(Rao::new(neuron.stake_rao)),
        Cell::fraction(neuron.consensus),
        Cell::fraction(neuron.incentive),
        Cell::fraction(neuron.dividends),
        Cell::fraction(neuron.validator_trust),
        Cell::tao_brief(Rao::new(neuron.emission_rao)),
        Cell::text(if neuron.active { "yes" } else { "no" }),
        blocks(neuron.updated),
        blocks(Some(neuron.immune).filter(|blocks| *blocks > 0)),
        blocks(neuron.prune.and_then(|place| u64::try_from(place).ok())),
        Cell::text(neuron.axon.as_deref().unwrap_or("none")),
        account(Some(neuron.hotkey)),
        account(neuron.coldkey),
    ]
}

/// Validator or miner, with a star for a permit, as btcli marks it.
fn kind(neuron: &Neuron) -> &'static str {
    match (neuron.is_validator, neuron.validator_permit) {
        (true, true) => "V*",
        (true, false) => "V",
        (false, true) => "M*",
        (false, false) => "M",
    }
}

fn write_sums(report: &Report, output: &mut Output) -> Result<(), CliError> {
    let Some(epoch) = report.epoch else {
        writeln!(output, "No epoch was settled yet: nobody has earned anything")?;
        return Ok(());
    };
    if report.sums.complete {
        writeln!(output, "✅ incentives and dividends of epoch {epoch} add up")?;
    } else {
        writeln!(output, "❌ incentives and dividends of epoch {epoch} do not add up to one")?;
    }
    writeln!(output, "V validates, M mines, * has a permit; PRUNE 1 makes room first once it is full")?;
    Ok(())
}
