//! `yarrow utils`: what needs neither a chain nor a key.

mod convert;

use crate::{error::CliError, output::Output};

/// What can be done without a chain.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Convert between TAO and RAO, exactly
    Convert(convert::Args),
}

impl Command {
    /// Runs the subcommand.
    pub(crate) fn run(&self, output: &mut Output) -> Result<(), CliError> {
        match self {
            Self::Convert(args) => convert::run(args, output),
        }
    }
}
