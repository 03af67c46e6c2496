//! `yarrow utils convert`: TAO as RAO and RAO as TAO, to the last RAO.

use std::io::Write;

use chain::Amount;
use primitives::Rao;
use serde::Serialize;

use crate::{error::CliError, format, output::Output};

/// Options of `yarrow utils convert`.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Args {
    /// An amount in RAO
    #[arg(long, value_name = "N")]
    rao: Option<u64>,
    /// An amount in TAO, with up to nine decimals
    #[arg(long, value_name = "X")]
    tao: Option<Amount>,
}

#[derive(Serialize)]
struct Report {
    rao: u64,
    /// As text, because numbers of JSON are not exact everywhere.
    tao: String,
}

/// Writes the amount in both units.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let Amount(amount) = args.tao.unwrap_or(Amount(Rao::new(args.rao.unwrap_or_default())));
    writeln!(output, "{} = {}ρ", Amount(amount), format::grouped(amount.get()))?;
    let tao = Amount(amount).to_string().replace(['τ', ','], "");
    Ok(output.report(&Report { rao: amount.get(), tao })?)
}
