//! `yarrow challenge`: one loss of a round measured again, with its way to what was committed.

use std::{io::Write, path::PathBuf};

use serde_json::{Value, json};
use worker::evidence::{Bundle, Challenge, Content, challenge};

use crate::{
    anchor::Anchor,
    error::CliError,
    format,
    market::{ChainArgs, Market},
    models::ModelArgs,
    output::Output,
    replay::{mismatches, round, write_mismatches},
    sandboxed_evaluator,
};

/// Options of `yarrow challenge`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The evidence of a round, as the validator wrote it (docs/evidence.md)
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    /// Whose model
    #[arg(long, value_name = "UID")]
    uid: u16,
    /// Which item, from 0
    #[arg(long, value_name = "N")]
    item: u32,
    #[command(flatten)]
    models: ModelArgs,
    // Without it, the commitment is not looked up.
    #[command(flatten)]
    chain: ChainArgs,
}

/// Measures the item again and writes what was found.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let bundle = Bundle::read(&args.bundle)?;
    let content = &bundle.content;
    let found = challenge(&bundle, args.uid, args.item, &sandboxed_evaluator()?, &args.models.open()?)?;
    let anchor = if args.chain.is_named() {
        let Market { chain, contracts } = args.chain.connect()?;
        Some(Anchor::find(chain.as_ref(), &contracts, content)?)
    } else {
        None
    };
    output.report(&report(content, &found, anchor))?;
    write(content, &found, anchor, output)?;
    let is_missing = anchor.is_some_and(|anchor| !anchor.is_there());
    match found.mismatches.len() + usize::from(is_missing) {
        0 => Ok(()),
        differences => Err(CliError::Differs(differences)),
    }
}

fn report(content: &Content, found: &Challenge, anchor: Option<Anchor>) -> Value {
    let step = |(is_left, hash): &(bool, evaluator::Hash256)| {
        let side = if *is_left { "left" } else { "right" };
        json!({ "side": side, "hash": hash.to_string() })
    };
    json!({
        "round": round(content),
        "uid": found.uid,
        "item": found.proof.item,
        "loss_q32": found.proof.loss.q32(),
        "loss_here_q32": found.again.map(|loss| loss.q32()),
        "leaf": found.proof.leaf().to_string(),
        "path": found.proof.path.iter().map(step).collect::<Vec<_>>(),
        "root": found.root.to_string(),
        "chain": anchor.map(Anchor::name),
        "same": found.mismatches.is_empty() && anchor.is_none_or(Anchor::is_there),
        "mismatches": mismatches(&found.mismatches),
    })
}

fn write(
    content: &Content,
    found: &Challenge,
    anchor: Option<Anchor>,
    output: &mut impl Write,
) -> Result<(), CliError> {
    let Challenge { uid, proof, root, again, .. } = found;
    writeln!(output, "Item {} of uid {uid}, epoch {} of subnet {}", proof.item, content.epoch, content.netuid)?;
    let again = again.map_or_else(|| "none: the model does not get so far".to_owned(), |loss| format!("{loss} bits"));
    writeln!(output, "loss     {} bits", proof.loss)?;
    writeln!(output, "here     {again}")?;
    writeln!(output, "leaf     {}", proof.leaf())?;
    for (is_left, neighbour) in &proof.path {
        writeln!(output, "{}    {neighbour}", if *is_left { "left " } else { "right" })?;
    }
    writeln!(output, "root     {root}")?;
    writeln!(output, "evidence {}", format::hash(&content.evidence))?;
    writeln!(output, "commit   {}", format::hash(&content.commit))?;
    if let Some(anchor) = anchor {
        writeln!(output, "{} {anchor}", if anchor.is_there() { "✅" } else { "❌" })?;
    }
    write_mismatches(&found.mismatches, output)
}
