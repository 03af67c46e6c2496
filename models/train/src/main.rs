//! Makes the tables of the reference models, and measures the models. From the root of the repository:
//!
//! * `cargo run --release -p yarrow-train` rewrites `models/*/table.bin`;
//! * `cargo run --release -p yarrow-train measure` prints what the models in `artifacts/models` save.
//!
//! Training reads only the training split. Seeds, the order of all sums and the rounding to integers are fixed, so a second run
//! writes the same bytes; the committed tables are what counts, as `ln` and `exp` may differ in the last place elsewhere.

mod bayes;
mod boosted;
mod centroid;
mod labelled;
mod measure;
mod mixer;
mod network;
mod ngram;
mod rows;
mod scripts;
mod softmax;
mod stump;
mod texts;
mod votes;

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use network::Network;
use rows::Rows;
use softmax::Layer;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    match std::env::args().nth(1).as_deref() {
        None => train()?,
        Some("measure") => measure::run(Path::new("artifacts/models"))?,
        Some(measure::RUNNER) => return Ok(evaluator::serve_stdio()),
        Some(_) => {
            eprintln!("usage: yarrow-train [measure]");
            return Ok(ExitCode::from(2));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn train() -> Result<(), Box<dyn Error>> {
    let models = Path::new("models");
    let rows = Rows::draw();
    write(models, "tabular-stump", &stump::table(&rows))?;
    write(models, "tabular-bayes", &bayes::table(&rows))?;
    let layer = Layer::train(&rows);
    write(models, "tabular-softmax", &layer.table())?;
    write(models, "tabular-boosted", &boosted::table(&rows, &layer))?;
    let texts = texts::draw(0..texts::ITEMS);
    write(models, "bytes-order1", &ngram::table(&texts, &[4_000]))?;
    write(models, "bytes-order2", &ngram::table(&texts, &[4_000, 14_000]))?;
    write(models, "bytes-order3", &ngram::table(&texts, &[4_000, 14_000, 20_000]))?;
    write(models, "bytes-mixer", &mixer::table(&texts))?;
    let fragments = labelled::fragments()?;
    write(models, "langid-script", &scripts::table(&fragments))?;
    write(models, "langid-letters", &votes::bayes(&fragments, 1..=1, 1_024, 0.8))?;
    write(models, "langid-bigrams", &votes::bayes(&fragments, 1..=2, 4_096, 0.6))?;
    write(models, "langid-linear", &votes::regression(&fragments, 5_800))?;
    let images = labelled::images()?;
    write(models, "digits-centroid", &centroid::table(&images))?;
    write(models, "digits-softmax", &Network::train(&images, &[]).table())?;
    write(models, "digits-network", &Network::train(&images, &[64]).table())
}

fn write(models: &Path, name: &str, table: &[u8]) -> Result<(), Box<dyn Error>> {
    let path = models.join(name).join("table.bin");
    println!("{}: {} bytes", path.display(), table.len());
    Ok(fs::write(path, table)?)
}
