//! `yarrow gas`: what each message costs, measured on the embedded chain and written as a page.

mod bench;
mod page;

use std::{fs, io::Write, path::PathBuf};

use chain::Artifacts;
use serde::Serialize;

use crate::error::CliError;

/// Neurons of the subnet that the messages are measured on; each of them gets a weight from each validator.
const SIZES: [u16; 4] = [1, 16, 64, 256];

/// Options of `yarrow gas`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to write the page
    #[arg(long, default_value = "docs/gas.md")]
    output: PathBuf,
    /// Print one JSON object to standard output instead of writing the page
    #[arg(long)]
    json: bool,
}

/// All figures.
#[derive(Debug, Serialize)]
pub(crate) struct Figures {
    /// The pallet whose prices these are.
    pallet: &'static str,
    contracts: Vec<ContractFigure>,
    messages: Vec<MessageFigure>,
}

/// A contract's size.
#[derive(Debug, Serialize)]
pub(crate) struct ContractFigure {
    contract: String,
    wasm_bytes: usize,
}

/// The cost of a message at one size.
#[derive(Debug, Serialize)]
pub(crate) struct MessageFigure {
    contract: String,
    message: String,
    size: u16,
    /// The dearest call.
    ref_time: u64,
    proof_size: u64,
    calls: u64,
    total_ref_time: u64,
}

/// Measures and writes.
pub(crate) fn run(args: &Args, output: &mut impl Write) -> Result<(), CliError> {
    let artifacts = Artifacts::find(None)?;
    let mut figures = Figures { pallet: "pallet-contracts 31", contracts: Vec::new(), messages: Vec::new() };
    for contract in ["tao", "staking", "registry", "settlement", "engine"] {
        let wasm_bytes = artifacts.contract(contract)?.code.len();
        figures.contracts.push(ContractFigure { contract: contract.to_owned(), wasm_bytes });
    }
    for size in SIZES {
        figures.messages.extend(bench::measure(&artifacts, size)?);
    }
    if args.json {
        serde_json::to_writer_pretty(&mut *output, &figures).map_err(std::io::Error::from)?;
        writeln!(output)?;
    } else {
        fs::write(&args.output, page::draw(&figures))?;
        writeln!(output, "wrote {}", args.output.display())?;
    }
    Ok(())
}
