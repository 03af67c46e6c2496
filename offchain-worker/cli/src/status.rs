//! `yarrow status`: which chain is behind an endpoint, and what is on it.

use std::io::Write;

use chain::ss58;
use primitives::{Registry as _, Staking as _};
use serde_json::{Value, json};

use crate::{error::CliError, format, market::PageArgs, output::Output};

/// Options of `yarrow status`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    page: PageArgs,
}

/// Reads the chain at one block and writes what is there.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let market = args.page.connect()?;
    let (contracts, page) = (market.contracts, market.page(args.page.at())?);
    let clock = page.view(contracts.staking().clock())?;
    let netuids = page.view(contracts.registry().netuids())?;
    let netuids: Vec<u16> = netuids.into_iter().map(|netuid| netuid.get()).collect();
    let protocol_block = clock.block(page.block.timestamp_ms).get();
    let addresses = contracts.all().map(|(name, account)| (name.to_owned(), Value::from(ss58(&account))));
    output.report(&json!({
        "block": page.block.number,
        "block_hash": format::hash(&page.block.hash),
        "timestamp_ms": page.block.timestamp_ms,
        "protocol_block": protocol_block,
        "block_ms": clock.block_ms,
        "netuids": netuids,
        "contracts": Value::Object(addresses.into_iter().collect()),
    }))?;
    writeln!(
        output,
        "block {}, protocol block {}",
        format::grouped(page.block.number.into()),
        format::grouped(protocol_block)
    )?;
    writeln!(output, "subnets {}", netuids.iter().map(u16::to_string).collect::<Vec<_>>().join(", "))?;
    for (name, account) in contracts.all() {
        writeln!(output, "{name:<10} {}", ss58(&account))?;
    }
    Ok(())
}
