//! `yarrow status`: which chain is behind an endpoint, and what is on it.

use std::io::{self, Write};

use chain::{ChainExt as _, ss58};
use primitives::{Registry as _, Staking as _};
use serde_json::{Value, json};

use crate::{connect::connect, error::CliError, format};

/// Options of `yarrow status`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The chain: tcp://127.0.0.1:PORT, unix:///PATH, or the manifest of a devnet
    #[arg(long, value_name = "ENDPOINT", default_value = "devnet.json")]
    chain: String,
    /// Print one JSON object instead of lines
    #[arg(long)]
    json: bool,
}

/// Reads the chain at one block and writes what is there.
pub(crate) fn run(args: &Args, output: &mut impl Write) -> Result<(), CliError> {
    let (chain, contracts) = connect(&args.chain)?;
    let page = chain.snapshot()?;
    let clock = page.view(contracts.staking().clock())?;
    let netuids = page.view(contracts.registry().netuids())?;
    let netuids: Vec<u16> = netuids.into_iter().map(|netuid| netuid.get()).collect();
    let protocol_block = clock.block(page.block.timestamp_ms).get();
    if args.json {
        let addresses = contracts.all().map(|(name, account)| (name.to_owned(), Value::from(ss58(&account))));
        let status = json!({
            "block": page.block.number,
            "block_hash": format::hash(&page.block.hash),
            "timestamp_ms": page.block.timestamp_ms,
            "protocol_block": protocol_block,
            "block_ms": clock.block_ms,
            "netuids": netuids,
            "contracts": Value::Object(addresses.into_iter().collect()),
        });
        serde_json::to_writer_pretty(&mut *output, &status).map_err(io::Error::from)?;
        writeln!(output)?;
        return Ok(());
    }
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
