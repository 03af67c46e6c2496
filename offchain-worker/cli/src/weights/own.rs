//! What one validator says of a neuron, from its evidence: samples, score, average, weight.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use evaluator::{Bits, Score};
use serde_json::{Value, json};
use worker::evidence::{Bundle, Content, ModelEvidence, bundles};

use crate::{
    error::CliError,
    format,
    replay::{mean_loss, round},
};

/// The bundles of a subnet in files and below a worker's data folder, oldest first.
///
/// # Errors
/// If a named file is no bundle, or the folder cannot be read.
pub(super) fn read(files: &[PathBuf], data: Option<&Path>, netuid: u16) -> Result<Vec<Bundle>, CliError> {
    let mut found = files.iter().map(|path| Bundle::read(path)).collect::<Result<Vec<_>, _>>()?;
    if let Some(data) = data {
        let of_worker = data.join(format!("subnet-{netuid}")).join("evidence");
        let folder = if of_worker.is_dir() { of_worker } else { data.to_owned() };
        for path in bundles(&folder)? {
            found.push(Bundle::read(&path)?);
        }
    }
    found.retain(|bundle| bundle.content.netuid == netuid);
    found.sort_by_key(|bundle| bundle.content.epoch);
    Ok(found)
}

/// What a bundle says of a neuron.
pub(super) fn report(content: &Content, uid: u16) -> Value {
    let model = content.models.iter().find(|model| model.uid == uid);
    let weight = content.weights.iter().find(|weight| weight.uid == uid);
    json!({
        "round": round(content),
        "outcome": model.map(|model| model.outcome.to_string()),
        "fuel": model.map(|model| model.fuel),
        "mean_loss_q32": model.and_then(mean_loss).map(|bits| bits.q32()),
        "bits_saved_q32": model.and_then(|model| model.bits_saved),
        "score_q32": model.map(|model| model.score),
        "zero": model.and_then(|model| model.zero.clone()),
        "average_q32": weight.map(|weight| weight.average),
        "weight": weight.map(|weight| weight.value),
    })
}

/// Writes what a bundle says of a neuron.
pub(super) fn write(content: &Content, uid: u16, output: &mut impl Write) -> Result<(), CliError> {
    writeln!(output, "Evidence of epoch {}, by {}", content.epoch, chain::ss58(&content.hotkey))?;
    match content.models.iter().find(|model| model.uid == uid) {
        Some(model) => write_model(content, model, output)?,
        None => writeln!(output, "  not observed in that round")?,
    }
    match content.weights.iter().find(|weight| weight.uid == uid) {
        Some(weight) => {
            writeln!(output, "  average     {} of one, over the rounds", Score::from_q32(weight.average))?;
            writeln!(output, "  weight      {}, {} of the largest", weight.value, format::fraction(weight.value))?;
        }
        None => writeln!(output, "  weight      none")?,
    }
    writeln!(output, "  `yarrow replay` does that round again.\n")?;
    Ok(())
}

fn write_model(content: &Content, model: &ModelEvidence, output: &mut impl Write) -> Result<(), CliError> {
    let bits = |bits: Option<Bits>| bits.map_or_else(|| "-".to_owned(), |bits| bits.to_string());
    writeln!(output, "  items       {} of task {}", content.items, content.task)?;
    writeln!(output, "  outcome     {}, {} fuel", model.outcome, format::grouped(model.fuel))?;
    writeln!(output, "  mean loss   {} bits per prediction", bits(mean_loss(model)))?;
    writeln!(output, "  bits saved  {} over the baseline", bits(model.bits_saved.map(Bits::from_q32)))?;
    writeln!(output, "  score       {} of one", Score::from_q32(model.score))?;
    if let Some(zero) = &model.zero {
        writeln!(output, "  why 0       {zero}")?;
    }
    Ok(())
}
