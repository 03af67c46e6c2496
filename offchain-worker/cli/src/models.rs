//! Where `replay` and `challenge` have models from: a folder, in which they may have any name, then where their miners said.

use std::{fs, path::PathBuf};

use chain::Signer;
use evaluator::Limits;
use primitives::{
    Hash,
    axon::Endpoints,
    model::{CommittedModel, bound_hash, content_hash},
};
use transport::fetch::{FetchError, FetchRules, Fetcher};
use worker::{ModelSource, Unavailable};

use crate::error::CliError;

/// Where models are to be had.
#[derive(Debug, clap::Args)]
pub(crate) struct ModelArgs {
    /// A folder with models under any names; what is not there is fetched from where its miner said
    #[arg(long, value_name = "DIR")]
    models: Option<PathBuf>,
    /// Fetch from this machine and its network too, as on a devnet: file:// and local addresses
    #[arg(long)]
    local: bool,
}

impl ModelArgs {
    /// Reads the folder.
    ///
    /// # Errors
    /// If it cannot be read, or there is no place to keep what is fetched.
    pub(crate) fn open(&self) -> Result<Models, CliError> {
        let kept =
            keys::default_wallet_path().map_or_else(|| PathBuf::from(".yarrow"), |path| path.with_file_name("models"));
        let endpoints = if self.local { Endpoints::Local } else { Endpoints::Public };
        let rules = FetchRules { endpoints, ..FetchRules::new(kept) };
        // Only endpoints ask who asks, and a replay asks none.
        let fetcher = Fetcher::new(rules, Signer::from_uri("//replay")?)?;
        let mut files = Vec::new();
        for entry in self.models.iter().map(fs::read_dir).collect::<Result<Vec<_>, _>>()?.into_iter().flatten() {
            let path = entry?.path();
            let is_candidate =
                fs::metadata(&path).is_ok_and(|file| file.is_file() && file.len() <= Limits::default().module_bytes);
            if is_candidate {
                files.push((content_hash(&fs::read(&path)?), path));
            }
        }
        Ok(Models { files, fetcher })
    }
}

/// Models by their content.
pub(crate) struct Models {
    files: Vec<(Hash, PathBuf)>,
    fetcher: Fetcher,
}

impl ModelSource for Models {
    fn fetch(&self, location: &str, size: u32) -> Option<Vec<u8>> {
        self.fetcher.fetch(location, size)
    }

    fn fetch_committed(&self, committed: &CommittedModel) -> Result<Vec<u8>, Unavailable> {
        let is_it = |content: &Hash| bound_hash(content, &committed.hotkey) == committed.model.bound_hash;
        let named = self.files.iter().filter(|(content, _)| is_it(content));
        // A file may have changed since its hash was taken.
        let read = named.filter_map(|(_, path)| fs::read(path).ok()).find(|bytes| is_it(&content_hash(bytes)));
        if let Some(bytes) = read {
            return Ok(bytes);
        }
        let location = String::from_utf8_lossy(&committed.model.location).into_owned();
        self.fetcher.fetch_committed(committed, None).map_err(|error| match error {
            FetchError::WrongContent | FetchError::TooLong { .. } => Unavailable::WrongContent { location },
            _ => Unavailable::NotFound { location },
        })
    }
}
