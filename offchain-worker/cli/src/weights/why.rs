//! `yarrow weights why`: how a neuron came to its incentive, from samples to consensus.

use std::path::PathBuf;

use primitives::{Netuid, Uid};
use serde_json::json;
use simulator::settled::{RowSource, SettledEpoch, ShownRow};
use worker::evidence::{Bundle, Content};

use super::{counted, own};
use crate::{
    error::CliError,
    market::{ChainArgs, Market},
    output::Output,
};

/// Options of `yarrow weights why`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The neuron
    #[arg(value_name = "UID")]
    uid: u16,
    #[command(flatten)]
    chain: ChainArgs,
    /// The subnet
    #[arg(long, value_name = "N")]
    netuid: u16,
    /// Evidence of a round (docs/evidence.md), for samples and for weights that are no longer on the chain; may be repeated
    #[arg(long, value_name = "FILE")]
    bundle: Vec<PathBuf>,
    /// A worker's data folder, or any folder with bundles: all of the subnet's
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Explains what can be explained; numbers that do not lead to what the contract has stored are not shown.
pub(super) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let Args { netuid, uid, .. } = *args;
    let bundles = own::read(&args.bundle, args.data.as_deref(), netuid)?;
    let Market { chain, contracts } = args.chain.connect()?;
    let shown =
        |Bundle { content, .. }: &Bundle| ShownRow { commit: content.commit, entries: content.payload().entries };
    // Only what the commitment covers is believed of a bundle's weights.
    let shown: Vec<ShownRow> = bundles.iter().filter(|bundle| bundle.is_committed()).map(shown).collect();
    let epoch = SettledEpoch::read(chain.as_ref(), &contracts, Netuid::new(netuid), &shown);
    let own: Vec<&Content> = said(&bundles, epoch.as_ref().ok());
    // What validators say is known, even where the epoch cannot be explained.
    own.iter().try_for_each(|content| own::write(content, uid, output))?;
    let rounds: Vec<_> = own.iter().map(|content| own::report(content, uid)).collect();
    output.report(&json!({ "netuid": netuid, "uid": uid, "rounds": rounds }))?;
    let epoch = epoch?;
    let found = epoch.explain(Uid::new(uid))?;
    output.report(&json!({ "settled": counted::report(&epoch, &found) }))?;
    counted::write(&epoch, &found, output)
}

/// The bundles that speak of the settled epoch's weights; the newest where none does.
fn said<'a>(bundles: &'a [Bundle], epoch: Option<&SettledEpoch>) -> Vec<&'a Content> {
    let counts = |content: &&Content| {
        epoch.into_iter().flat_map(|epoch| &epoch.rows).any(|row| match row.source {
            RowSource::Chain { evidence } => evidence == content.evidence,
            RowSource::Shown { commit } => commit == content.commit,
        })
    };
    let contents = || bundles.iter().map(|bundle| &bundle.content);
    let counted: Vec<&Content> = contents().filter(counts).collect();
    if counted.is_empty() { contents().next_back().into_iter().collect() } else { counted }
}
