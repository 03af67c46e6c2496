//! `yarrow root weights`: how the votes divide the emission over the subnets, now and at the next root epoch.

use std::io::Write as _;

use chain::{Contracts, ss58};
use consensus::root::WHOLE;
use primitives::{
    AccountId, Netuid, ProtocolBlock, Rao, Registry as _, RootNetwork as _,
    root::{RootWeight, Share},
};
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::list::{Validator, validator, validators};
use crate::{
    error::CliError,
    format,
    listing::{Cell, Column, ListArgs, Listing},
    market::{Page, PageArgs},
    output::Output,
    subnets::{Emission, protocol_block, text},
    wallet::{WalletArgs, hotkey},
};

/// Options of `yarrow root weights`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    page: PageArgs,
    #[command(flatten)]
    list: ListArgs,
    #[command(flatten)]
    wallet: WalletArgs,
    /// Only how this root validator votes: its name in the wallet, or an address
    #[arg(short = 'H', long, value_name = "NAME|SS58")]
    hotkey: Option<String>,
}

/// A subnet's part of the emission and who wants it.
#[derive(Debug, Serialize)]
struct Line {
    netuid: u16,
    name: String,
    /// Whether it takes part.
    runs: bool,
    /// Its part of 10^9 until the next root epoch.
    share: u64,
    /// What a root epoch would give it now.
    next_share: u64,
    /// Root validators with a weight towards it.
    voters: usize,
    /// What is staked on those.
    stake_rao: u64,
}

/// Reads the votes at one block and writes what comes of them.
pub(super) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let named = args.hotkey.as_deref().map(|named| hotkey(named, &args.wallet)).transpose()?;
    let market = args.page.connect()?;
    let (contracts, page) = (market.contracts, market.page(args.page.at())?);
    let now = protocol_block(&page, &contracts)?;
    match named {
        Some(named) => one(&page, &contracts, named, now, output),
        None => all(&page, &contracts, now, &args.list, output),
    }
}

fn one(
    page: &Page,
    contracts: &Contracts,
    named: AccountId,
    now: ProtocolBlock,
    output: &mut Output,
) -> Result<(), CliError> {
    let found = validator(page, contracts, named)?;
    output.report(&json!({ "block": page.block.number, "validator": found.report(now) }))?;
    writeln!(output, "{}   stake τ {}", ss58(&found.hotkey), format::tao_brief(found.stake))?;
    let Some(vote) = found.vote.filter(|vote| !vote.weights.is_empty()) else {
        writeln!(output, "It votes for no subnet")?;
        return Ok(());
    };
    writeln!(output, "voted at block {}", format::grouped(vote.updated_at.get()))?;
    let sum: u64 = vote.weights.iter().map(|(_, weight)| u64::from(*weight)).sum();
    writeln!(output, "NETUID  WEIGHT  PART")?;
    for (netuid, weight) in vote.weights {
        let part = chain::parameters::Unit::Parts(sum).normalized(chain::parameters::Value::One(weight.into()));
        writeln!(output, "{:>6}  {weight:>6}  {part}", netuid.get())?;
    }
    Ok(())
}

fn all(
    page: &Page,
    contracts: &Contracts,
    now: ProtocolBlock,
    list: &ListArgs,
    output: &mut Output,
) -> Result<(), CliError> {
    let emission = Emission::read(page, contracts)?;
    let voters = validators(page, contracts)?;
    let preview = page.view(contracts.root().preview_shares())?;
    let next = Emission { shares: preview, running: emission.running.clone(), ..emission };
    let netuids = page.view(contracts.registry().netuids())?;
    let lines = netuids.into_iter().map(|netuid| line(page, contracts, netuid, &voters, (&emission, &next)));
    let lines = lines.collect::<Result<Vec<_>, CliError>>()?;
    let next_epoch = page.view(contracts.root().next_root_epoch())?;
    output.report(&json!({
        "block": page.block.number,
        "protocol_block": now.get(),
        "next_root_epoch": next_epoch.get(),
        "shares": lines,
        "validators": voters.iter().map(|validator| validator.report(now)).collect::<Vec<_>>(),
    }))?;
    let listing = listing(&lines);
    if list.is_csv() {
        return listing.write(list, output);
    }
    let when = if next_epoch <= now {
        "is due".to_owned()
    } else {
        format!("from block {}", format::grouped(next_epoch.get()))
    };
    writeln!(output, "Block {}   votes {}   the next root epoch {when}", format::grouped(now.get()), voters.len())?;
    listing.write(list, output)?;
    writeln!(output, "SHARE holds until the next root epoch; NEXT is what the votes of now would give")?;
    Ok(())
}

fn line(
    page: &Page,
    contracts: &Contracts,
    netuid: Netuid,
    voters: &[Validator],
    (emission, next): (&Emission, &Emission),
) -> Result<Line, CliError> {
    let votes = |voter: &&Validator| {
        let vote = voter.vote.as_ref();
        vote.is_some_and(|vote| vote.weights.iter().any(|(of, weight)| *of == netuid && *weight > 0))
    };
    let behind: Vec<Rao> = voters.iter().filter(votes).map(|voter| voter.stake).collect();
    let said = page.view(contracts.registry().identity(netuid))?.unwrap_or_default();
    Ok(Line {
        netuid: netuid.get(),
        name: text(&said.name),
        runs: emission.running.contains(&netuid),
        share: emission.share(netuid),
        next_share: next.share(netuid),
        voters: behind.len(),
        stake_rao: behind.iter().map(|stake| stake.get()).fold(0, u64::saturating_add),
    })
}

fn listing(lines: &[Line]) -> Listing<6> {
    let mut listing = Listing::new([
        Column::always("netuid", "NETUID"),
        Column::ranked("name", "NAME", 2),
        Column::always("share", "SHARE"),
        Column::always("next_share", "NEXT"),
        Column::ranked("voters", "VOTERS", 1),
        Column::ranked("stake", "STAKE τ", 1),
    ]);
    for line in lines {
        let share = |share: u64| Cell::number(share).shown_as(percent(share));
        listing.push([
            Cell::number(line.netuid),
            Cell::text(&line.name),
            if line.runs { share(line.share) } else { Cell::nothing() },
            if line.runs { share(line.next_share) } else { Cell::nothing() },
            Cell::number(line.voters as u64),
            Cell::tao_brief(Rao::new(line.stake_rao)),
        ]);
    }
    listing
}

/// A part of [`WHOLE`] in per cent, rounded down.
fn percent(share: u64) -> String {
    let hundredths = u128::from(share) * 10_000 / u128::from(WHOLE);
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// Shares on one line: `1:75.00% 2:25.00%`.
pub(super) fn shares_text(shares: &[Share]) -> String {
    if shares.is_empty() {
        return "the same for all".to_owned();
    }
    shares.iter().map(|(netuid, share)| format!("{netuid}:{}", percent(*share))).collect::<Vec<_>>().join(" ")
}

/// Weights towards subnets as JSON.
pub(super) fn weights_json(weights: &[RootWeight]) -> Vec<Json> {
    weights.iter().map(|(netuid, weight)| json!({ "netuid": netuid.get(), "weight": weight })).collect()
}
