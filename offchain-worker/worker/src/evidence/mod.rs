//! The evidence of rounds: what a validator keeps so that anybody can do its round again, to the bit, or dispute one item.
//!
//! A round's evidence is committed with its weights: the hash of engine, items, and of each model its outcome, fuel and the
//! root of a Merkle tree over its losses. The [`Bundle`] holds what is behind that hash.

mod bundle;
mod challenge;
mod replay;
mod text;

pub use bundle::{Attested, Bundle, Content, ModelEvidence, SignedExchange, WeightEvidence};
pub use challenge::{Challenge, challenge};
pub use replay::{Mismatch, Replay, ReplayError, replay};

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use thiserror::Error;

pub(crate) use bundle::Facts;
use bundle::VERSION;

/// Largest bundle that is read, in bytes: about ten times what 256 models on 1,024 items make.
const MAX_BYTES: u64 = 64 << 20;
/// Bundles of a subnet that are kept.
const KEPT: usize = 256;
const PREFIX: &str = "epoch-";

/// Why a bundle cannot be read.
#[derive(Debug, Error)]
pub enum BundleError {
    /// The file is not to be had.
    #[error("cannot read {}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It is larger than any bundle.
    #[error("{} is larger than a bundle can be", .0.display())]
    TooLarge(PathBuf),
    /// It is something else.
    #[error("{} is not an evidence bundle: {source}", path.display())]
    NotABundle {
        /// Which.
        path: PathBuf,
        /// Where it is wrong.
        source: serde_json::Error,
    },
    /// It was written by another release.
    #[error("{} has version {version} of the format, which this release does not know", path.display())]
    Version {
        /// Which.
        path: PathBuf,
        /// Its version.
        version: u32,
    },
    /// It says the same in other bytes, or more: a round has one bundle, to the byte.
    #[error("{} is not as a validator writes it from byte {at} on", path.display())]
    Rewritten {
        /// Which.
        path: PathBuf,
        /// The first byte that differs.
        at: usize,
    },
}

impl Bundle {
    /// Reads a bundle.
    ///
    /// # Errors
    /// [`BundleError`].
    pub fn read(path: &Path) -> Result<Self, BundleError> {
        let failed = |source| BundleError::File { path: path.to_owned(), source };
        let file = File::open(path).map_err(failed)?;
        let mut text = Vec::new();
        file.take(MAX_BYTES + 1).read_to_end(&mut text).map_err(failed)?;
        if text.len() as u64 > MAX_BYTES {
            return Err(BundleError::TooLarge(path.to_owned()));
        }
        let not_a_bundle = |source| BundleError::NotABundle { path: path.to_owned(), source };
        let bundle: Self = serde_json::from_slice(&text).map_err(not_a_bundle)?;
        if bundle.content.version != VERSION {
            return Err(BundleError::Version { path: path.to_owned(), version: bundle.content.version });
        }
        let again = serde_json::to_vec(&bundle).map_err(not_a_bundle)?;
        if again != text {
            let at = again.iter().zip(&text).take_while(|(one, other)| one == other).count();
            return Err(BundleError::Rewritten { path: path.to_owned(), at });
        }
        Ok(bundle)
    }

    /// Writes the bundle into a folder, for its owner only, and removes the oldest of too many; returns the file.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<PathBuf> {
        fs::create_dir_all(folder)?;
        let path = folder.join(format!("{PREFIX}{:010}.json", self.content.epoch));
        let fresh = path.with_extension("new");
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_all()?;
        fs::rename(&fresh, &path)?;
        let kept = bundles(folder)?;
        for old in kept.iter().take(kept.len().saturating_sub(KEPT)) {
            fs::remove_file(old)?;
        }
        Ok(path)
    }
}

/// The bundles of a folder, oldest first.
///
/// # Errors
/// If the folder cannot be read.
pub fn bundles(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with(PREFIX) && name.ends_with(".json") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
