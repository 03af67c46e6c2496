//! `yarrow replay`: a validator's round done again from its evidence.

use std::{io::Write, path::PathBuf};

use evaluator::{Bits, Score};
use serde_json::{Value, json};
use worker::evidence::{Bundle, Content, Mismatch, ModelEvidence, replay};

use crate::{error::CliError, format, models::ModelArgs, output::Output, sandboxed_evaluator, table};

/// Differences that are written for people; JSON has all.
const SHOWN: usize = 20;

/// Options of `yarrow replay`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The evidence of a round, as the validator wrote it (docs/evidence.md)
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    #[command(flatten)]
    models: ModelArgs,
}

/// Does the round again and writes where it differs.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let bundle = Bundle::read(&args.bundle)?;
    let found = replay(&bundle, &sandboxed_evaluator()?, &args.models.open()?)?;
    output.report(&json!({
        "round": round(&bundle.content),
        "models": found.models,
        "same": found.mismatches.is_empty(),
        "mismatches": mismatches(&found.mismatches),
    }))?;
    write_round(&bundle.content, output)?;
    write_mismatches(&found.mismatches, output)?;
    if found.mismatches.is_empty() { Ok(()) } else { Err(CliError::Differs(found.mismatches.len())) }
}

/// Which round a bundle is of.
pub(crate) fn round(content: &Content) -> Value {
    json!({
        "settlement": chain::ss58(&content.settlement),
        "netuid": content.netuid,
        "epoch": content.epoch,
        "hotkey": chain::ss58(&content.hotkey),
        "task": content.task,
        "items": content.items,
        "evidence": format::hash(&content.evidence),
        "commit": format::hash(&content.commit),
    })
}

/// Differences, each with its kind and a sentence.
pub(crate) fn mismatches(found: &[Mismatch]) -> Vec<Value> {
    let kind = |mismatch: &Mismatch| match *mismatch {
        Mismatch::Signature => ("signature", None, None),
        Mismatch::Commit => ("commit", None, None),
        Mismatch::Evidence => ("evidence", None, None),
        Mismatch::Module { uid } => ("module", Some(uid), None),
        Mismatch::Outcome { uid } => ("outcome", Some(uid), None),
        Mismatch::Fuel { uid } => ("fuel", Some(uid), None),
        Mismatch::Loss { uid, item } => ("loss", Some(uid), Some(item)),
        Mismatch::Score { uid } => ("score", Some(uid), None),
        Mismatch::Weight { uid } => ("weight", Some(uid), None),
        Mismatch::Weights => ("weights", None, None),
    };
    let value = |mismatch: &Mismatch| {
        let (kind, uid, item) = kind(mismatch);
        json!({ "kind": kind, "uid": uid, "item": item, "message": mismatch.to_string() })
    };
    found.iter().map(value).collect()
}

/// Writes differences for people, the first of many.
pub(crate) fn write_mismatches(found: &[Mismatch], output: &mut impl Write) -> Result<(), CliError> {
    if found.is_empty() {
        writeln!(output, "✅ the same here")?;
    }
    for mismatch in found.iter().take(SHOWN) {
        writeln!(output, "❌ {mismatch}")?;
    }
    if let Some(more) = found.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        writeln!(output, "… and {more} more; --json has all")?;
    }
    Ok(())
}

fn write_round(content: &Content, output: &mut impl Write) -> Result<(), CliError> {
    writeln!(
        output,
        "Epoch {} of subnet {}, task {}, {} items",
        content.epoch, content.netuid, content.task, content.items
    )?;
    writeln!(output, "by {}", chain::ss58(&content.hotkey))?;
    let mut rows = table::Rows::new(&["UID", "OUTCOME", "MEAN LOSS", "BITS SAVED", "SCORE", "AVERAGE", "WEIGHT"], &[1]);
    for model in &content.models {
        let weight = content.weights.iter().find(|weight| weight.uid == model.uid);
        let dash = || "-".to_owned();
        rows.push([
            model.uid.to_string(),
            model.outcome.name().to_owned(),
            mean_loss(model).map_or_else(dash, |bits| bits.to_string()),
            model.bits_saved.map_or_else(dash, |bits| Bits::from_q32(bits).to_string()),
            Score::from_q32(model.score).to_string(),
            weight.map_or_else(dash, |weight| Score::from_q32(weight.average).to_string()),
            weight.map_or_else(dash, |weight| weight.value.to_string()),
        ]);
    }
    writeln!(output, "{}", rows.finish())?;
    Ok(())
}

/// The mean of a model's losses in bits per prediction; `None` if it has none.
pub(crate) fn mean_loss(model: &ModelEvidence) -> Option<Bits> {
    let sum: i128 = model.losses.iter().copied().map(i128::from).sum();
    let mean = sum.checked_div(i128::try_from(model.losses.len()).ok()?)?;
    i64::try_from(mean).ok().map(Bits::from_q32)
}
