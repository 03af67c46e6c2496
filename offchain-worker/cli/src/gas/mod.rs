//! `yarrow gas`: what each message costs, measured on the embedded chain, written as a page, and held against it.

mod baseline;
mod bench;
mod node;
mod page;

use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
};

use chain::{Artifacts, GasUse};
use serde::Serialize;

pub(crate) use self::baseline::Mismatch;
use crate::{error::CliError, output::Output};

/// Neurons of the subnet that the messages are measured on; each of them gets a weight from each validator.
const SIZES: [u16; 4] = [1, 16, 64, 256];
/// The message that is measured on larger subnets, too.
const SETTLE: &str = "settlement.settle";
/// Neurons of the larger subnets.
const LARGE: [u16; 2] = [1_024, 4_096];

/// Options of `yarrow gas`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to write the page
    #[arg(long, value_name = "PAGE", default_value = "docs/gas.md")]
    output: PathBuf,
    /// Measure only on subnets of these sizes
    #[arg(long, value_name = "NEURONS", value_delimiter = ',', conflicts_with = "output", value_parser = parse_size)]
    sizes: Vec<u16>,
    /// Measure on a contracts node of its own instead, and write that part of the page
    #[arg(long, conflicts_with_all = ["sizes", "check"])]
    node: bool,
    /// Write nothing; fail if a message takes over 10 % more ref_time than this page says, or is not on it
    #[arg(long, value_name = "PAGE", conflicts_with = "output")]
    check: Option<PathBuf>,
}

fn parse_size(text: &str) -> Result<u16, String> {
    let known = || SIZES.into_iter().chain(LARGE);
    let size = text.parse().ok().filter(|size| known().any(|known| known == *size));
    size.ok_or_else(|| {
        format!("expected one of {}", known().map(|size| size.to_string()).collect::<Vec<_>>().join(", "))
    })
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
    /// The largest of a call.
    proof_size: u64,
    /// The largest of a call.
    storage_deposit: u128,
    /// How many calls it takes to do the whole once.
    calls: u64,
    /// All of them together.
    total_ref_time: u64,
}

impl MessageFigure {
    fn new(label: &str, size: u16, used: GasUse) -> Self {
        let (contract, message) = label.split_once('.').unwrap_or(("", label));
        Self {
            contract: contract.to_owned(),
            message: message.to_owned(),
            size,
            ref_time: used.max.ref_time,
            proof_size: used.max.proof_size,
            storage_deposit: used.deposit,
            calls: used.count,
            total_ref_time: used.total.ref_time,
        }
    }

    fn label(&self) -> String {
        format!("{}.{}", self.contract, self.message)
    }
}

/// Measures, then writes or checks.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    if args.node {
        return on_node(args, output);
    }
    let page = args.check.as_ref().map(fs::read_to_string).transpose()?;
    let figures = measure(&args.sizes)?;
    if let Some(page) = page {
        let mut mismatches = baseline::compare(&page, &figures);
        if args.sizes.is_empty() || args.sizes.iter().any(|size| SIZES.contains(size)) {
            mismatches.extend(baseline::unmeasured(&figures));
        }
        if !mismatches.is_empty() {
            return Err(CliError::GasMismatch(mismatches));
        }
        writeln!(output, "no message takes over 10 % more than the page says")?;
    } else if output.is_json() {
        output.report(&figures)?;
    } else {
        fs::write(&args.output, page::with_embedded(&known_page(args)?, &figures))?;
        writeln!(output, "wrote {}", args.output.display())?;
    }
    Ok(())
}

/// Measures on a node, and writes that part of the page.
fn on_node(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let figures = node::measure(&Artifacts::find(None)?)?;
    if output.is_json() {
        output.report(&Figures { pallet: "pallet-contracts 38", contracts: Vec::new(), messages: figures })?;
    } else {
        fs::write(&args.output, page::with_node(&known_page(args)?, &figures))?;
        writeln!(output, "wrote {}", args.output.display())?;
    }
    Ok(())
}

/// The page as it is; nothing if there is none yet.
fn known_page(args: &Args) -> Result<String, io::Error> {
    match fs::read_to_string(&args.output) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        page => page,
    }
}

/// Measures on subnets of the sizes, or of all if none are named.
fn measure(sizes: &[u16]) -> Result<Figures, CliError> {
    let artifacts = Artifacts::find(None)?;
    let mut figures = Figures { pallet: "pallet-contracts 31", contracts: Vec::new(), messages: Vec::new() };
    for contract in ["tao", "staking", "registry", "steward", "settlement", "engine", "root"] {
        let wasm_bytes = artifacts.contract(contract)?.code.len();
        figures.contracts.push(ContractFigure { contract: contract.to_owned(), wasm_bytes });
    }
    let is_wanted = |size: &u16| sizes.is_empty() || sizes.contains(size);
    for size in SIZES.into_iter().filter(is_wanted) {
        figures.messages.extend(bench::measure(&artifacts, size)?);
    }
    for size in LARGE.into_iter().filter(is_wanted) {
        figures.messages.push(bench::measure_settling(&artifacts, size)?);
    }
    Ok(figures)
}
