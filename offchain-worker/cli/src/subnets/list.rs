//! `yarrow subnets list`: all subnets at one block, once or until told to stop.

use std::{io::Write as _, time::Duration};

use chain::{At, Contracts, ss58};
use consensus::{root::WHOLE, supply::CAP};
use primitives::{Netuid, ProtocolBlock, Rao, Registry as _, Tao as _, registry::Subnet};
use serde::Serialize;

use super::{
    emission::Emission,
    page::{identity, protocol_block, rules, stake, subnet, text},
};
use crate::{
    error::CliError,
    format,
    listing::{Cell, Column, ListArgs, Listing},
    market::{Page, PageArgs},
    output::Output,
    signals::Signals,
};

/// Options of `yarrow subnets list`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    page: PageArgs,
    #[command(flatten)]
    list: ListArgs,
    /// Show the list again every few seconds, with what has changed, until told to stop
    #[arg(long, conflicts_with = "at_block")]
    live: bool,
    /// Seconds between two lists
    #[arg(long, value_name = "SECONDS", default_value = "10", requires = "live", value_parser = clap::value_parser!(u64).range(1..=3600))]
    interval: u64,
}

/// All subnets.
#[derive(Debug, Serialize)]
struct Report {
    block: u32,
    block_hash: String,
    protocol_block: u64,
    subnets: Vec<Line>,
    totals: Totals,
}

/// A subnet.
#[derive(Debug, Serialize)]
struct Line {
    netuid: u16,
    name: String,
    task: String,
    owner: String,
    /// Its part of each block's emission, in parts of 10^9.
    share: u64,
    /// What it gets of each block.
    emission_rao: u64,
    stake_rao: u64,
    neurons: u16,
    max_neurons: u16,
    /// Where it is in its epoch; none before it was started.
    tempo: Option<Tempo>,
    /// What registering by burn costs; none where it is closed.
    burn_rao: Option<u64>,
    /// What registering by work takes; none where it is closed.
    difficulty: Option<u64>,
    locked_rao: u64,
    registered_at: u64,
}

/// Where a subnet is in its epoch, in btcli's words.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Tempo {
    pub(super) epoch: u64,
    pub(super) blocks_since_last_step: u64,
    pub(super) sn_tempo: u16,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Totals {
    emission_rao: u64,
    stake_rao: u64,
    neurons: u64,
    issuance_rao: u64,
    cap_rao: u64,
}

impl Tempo {
    /// Where a subnet is at a block.
    pub(super) fn at(subnet: &Subnet, now: ProtocolBlock) -> Option<Self> {
        let cycle = subnet.cycle?;
        let epoch = cycle.epoch_at(now);
        Some(Self { epoch, blocks_since_last_step: now.since(cycle.starts_at(epoch)), sn_tempo: cycle.tempo })
    }
}

/// Reads the list at one block and writes it; again and again where that is wanted.
pub(super) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let market = args.page.connect()?;
    if !args.live {
        let report = Report::read(&market.page(args.page.at())?, &market.contracts)?;
        output.report(&report)?;
        return write(&report, None, &args.list, output);
    }
    let stop = Signals::listen()?;
    let mut before = None;
    loop {
        let report = Report::read(&market.page(At::Head)?, &market.contracts)?;
        output.report(&report)?;
        write(&report, before.as_ref(), &args.list, output)?;
        output.publish()?;
        if stop.wait(Some(Duration::from_secs(args.interval)))? {
            return Ok(());
        }
        before = Some(report);
    }
}

impl Report {
    fn read(page: &Page, contracts: &Contracts) -> Result<Self, CliError> {
        let now = protocol_block(page, contracts)?;
        let emission = Emission::read(page, contracts)?;
        let netuids = page.view(contracts.registry().netuids())?;
        let lines = netuids.into_iter().map(|netuid| Line::read(page, contracts, netuid, now, &emission));
        let subnets = lines.collect::<Result<Vec<_>, _>>()?;
        let sum = |of: fn(&Line) -> u64| subnets.iter().map(of).fold(0, u64::saturating_add);
        let totals = Totals {
            emission_rao: sum(|line| line.emission_rao),
            stake_rao: sum(|line| line.stake_rao),
            neurons: sum(|line| line.neurons.into()),
            issuance_rao: page.view(contracts.tao().issuance())?.get(),
            cap_rao: CAP,
        };
        let (block, block_hash) = (page.block.number, format::hash(&page.block.hash));
        Ok(Self { block, block_hash, protocol_block: now.get(), subnets, totals })
    }
}

impl Line {
    fn read(
        page: &Page,
        contracts: &Contracts,
        netuid: Netuid,
        now: ProtocolBlock,
        emission: &Emission,
    ) -> Result<Self, CliError> {
        let found = subnet(page, contracts, netuid)?;
        let said = identity(page, contracts, netuid)?;
        let rules = rules(page, contracts, netuid)?;
        let open = &rules.hyperparameters;
        let burn = page.view(contracts.registry().burn_cost(netuid))?;
        Ok(Self {
            netuid: netuid.get(),
            name: text(&said.name),
            task: text(&said.task),
            owner: ss58(&found.owner),
            share: emission.share(netuid),
            emission_rao: emission.of(netuid).get(),
            stake_rao: stake(page, contracts, netuid, found.neurons)?.get(),
            neurons: found.neurons,
            max_neurons: open.max_allowed_uids,
            tempo: Tempo::at(&found, now),
            burn_rao: burn.filter(|_| open.registration_allowed).map(Rao::get),
            difficulty: Some(rules.difficulty).filter(|_| open.pow_registration_allowed),
            locked_rao: found.locked.get(),
            registered_at: found.registered_at.get(),
        })
    }
}

/// Writes the list, with what changed since another one.
fn write(report: &Report, before: Option<&Report>, args: &ListArgs, output: &mut Output) -> Result<(), CliError> {
    let mut listing = Listing::new([
        Column::always("netuid", "NETUID"),
        Column::ranked("name", "NAME", 2),
        Column::ranked("emission", "EMIT τ/BLK", 1),
        Column::ranked("share", "SHARE", 4),
        Column::ranked("stake", "STAKE τ", 1),
        Column::ranked("neurons", "NEURONS", 3),
        Column::ranked("tempo", "TEMPO", 5),
        Column::ranked("burn", "BURN τ", 6),
        Column::ranked("difficulty", "WORK", 7),
        Column::ranked("task", "TASK", 8),
        Column::ranked("owner", "OWNER", 9),
    ]);
    for line in &report.subnets {
        listing
            .push(line.row(before.and_then(|before| before.subnets.iter().find(|other| other.netuid == line.netuid))));
    }
    let Totals { emission_rao, stake_rao, neurons, issuance_rao, cap_rao } = report.totals;
    let sums = [
        Cell::text(""),
        Cell::text(""),
        Cell::tao(Rao::new(emission_rao)),
        Cell::text(""),
        Cell::tao_brief(Rao::new(stake_rao)),
        Cell::number(neurons),
        Cell::text(""),
        Cell::text(""),
        Cell::text(""),
        Cell::text(""),
        Cell::text(""),
    ];
    listing.foot(sums);
    if !args.is_csv() {
        let block = format::grouped(report.protocol_block);
        writeln!(output, "Subnets {}   block {block}", report.subnets.len())?;
    }
    listing.write(args, output)?;
    if !args.is_csv() {
        let [issued, cap] = [issuance_rao, cap_rao].map(|rao| format::tao_brief(Rao::new(rao)));
        writeln!(output, "issued τ {issued} of {cap}")?;
    }
    Ok(())
}

impl Line {
    fn row(&self, before: Option<&Self>) -> [Cell; 11] {
        let grown = |of: fn(&Self) -> u64, cell: Cell, decimals: fn(Rao) -> String| {
            let (now, then) = (of(self), before.map_or(of(self), of));
            let shown = decimals(Rao::new(now));
            match now.cmp(&then) {
                std::cmp::Ordering::Equal => cell,
                std::cmp::Ordering::Greater => cell.shown_as(format!("{shown} (+{})", decimals(Rao::new(now - then)))),
                std::cmp::Ordering::Less => cell.shown_as(format!("{shown} (-{})", decimals(Rao::new(then - now)))),
            }
        };
        let [emission, stake] = [self.emission_rao, self.stake_rao].map(Rao::new);
        let share = format!("{:.2}%", self.share as f64 * 100.0 / WHOLE as f64);
        let tempo = self.tempo.map_or_else(Cell::nothing, |tempo| {
            let Tempo { blocks_since_last_step, sn_tempo, .. } = tempo;
            Cell::number(blocks_since_last_step).shown_as(format!("{blocks_since_last_step}/{sn_tempo}"))
        });
        let closed = || Cell::text("closed");
        [
            Cell::number(self.netuid),
            Cell::text(&self.name),
            grown(|line| line.emission_rao, Cell::tao(emission), format::tao),
            Cell::number(self.share).shown_as(share),
            grown(|line| line.stake_rao, Cell::tao_brief(stake), format::tao_brief),
            Cell::number(self.neurons).shown_as(format!("{}/{}", self.neurons, self.max_neurons)),
            tempo,
            self.burn_rao.map_or_else(closed, |burn| Cell::tao(Rao::new(burn))),
            self.difficulty.map_or_else(closed, Cell::number),
            Cell::text(&self.task),
            Cell::text(&self.owner).shown_as(self.owner.chars().take(10).chain(['…']).collect::<String>()),
        ]
    }
}
