//! What was committed to by hand, kept in the wallet until it is revealed: without it nobody can reveal, and what was
//! committed is lost.
//!
//! A file per commitment, named after its hash and readable by its owner alone, is on the disk before the commitment is
//! sent. It goes when the chain has the revealed row.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

use chain::{parse_ss58, ss58};
use keys::{Existing, KeyError, write_private};
use primitives::{
    AccountId, Hash, Netuid, ProtocolBlock, Uid,
    weights::{WeightEntry, WeightsPayload, commit_hash},
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    format,
    wallet::{WalletArgs, WalletError},
};

/// The directory in a wallet.
const DIRECTORY: &str = "commits";

/// Why what was committed to cannot be found.
#[derive(Debug, Error)]
pub(crate) enum KeptError {
    /// The directory or a file in it cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file is not what was written.
    #[error("{} is not a kept commitment: {what}", path.display())]
    Malformed {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
}

/// Whose commitments: of one hotkey, on one subnet of one deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Whose {
    /// The contract that they are made to, which the hash covers.
    pub(super) settlement: AccountId,
    pub(super) netuid: Netuid,
    pub(super) hotkey: AccountId,
}

/// A kept commitment.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) whose: Whose,
    pub(super) payload: WeightsPayload,
}

/// The file.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Text {
    settlement: String,
    netuid: u16,
    hotkey: String,
    commit_epoch: u64,
    version_key: u64,
    entries: Vec<Entry>,
    evidence: String,
    salt: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    uid: u16,
    registered_at: u64,
    value: u16,
}

impl Kept {
    /// What `commit_weights` takes.
    pub(super) fn hash(&self) -> Hash {
        let Whose { settlement, netuid, hotkey } = &self.whose;
        commit_hash(settlement, *netuid, hotkey, &self.payload)
    }

    fn to_text(&self) -> Text {
        let Self { whose, payload } = self;
        let entries = payload.entries.iter().map(|entry| Entry {
            uid: entry.uid.get(),
            registered_at: entry.registered_at.get(),
            value: entry.value,
        });
        Text {
            settlement: ss58(&whose.settlement),
            netuid: whose.netuid.get(),
            hotkey: ss58(&whose.hotkey),
            commit_epoch: payload.commit_epoch,
            version_key: payload.version_key,
            entries: entries.collect(),
            evidence: hex::encode(payload.evidence),
            salt: hex::encode(&payload.salt),
        }
    }

    fn from_text(text: &Text) -> Result<Self, String> {
        let account = |text: &str| parse_ss58(text).map_err(|error| error.to_string());
        let bytes = |text: &str| hex::decode(text).map_err(|error| error.to_string());
        let entries = text.entries.iter().map(|entry| WeightEntry {
            uid: Uid::new(entry.uid),
            registered_at: ProtocolBlock::new(entry.registered_at),
            value: entry.value,
        });
        let evidence = bytes(&text.evidence)?.try_into().map_err(|_| "the evidence is no hash".to_owned())?;
        Ok(Self {
            whose: Whose {
                settlement: account(&text.settlement)?,
                netuid: Netuid::new(text.netuid),
                hotkey: account(&text.hotkey)?,
            },
            payload: WeightsPayload {
                commit_epoch: text.commit_epoch,
                version_key: text.version_key,
                entries: entries.collect(),
                evidence,
                salt: bytes(&text.salt)?,
            },
        })
    }
}

/// The kept commitments of a wallet.
#[derive(Clone, Debug)]
pub(super) struct Shelf(PathBuf);

impl Shelf {
    /// Those of a wallet.
    ///
    /// # Errors
    /// If there can be no wallet of that name.
    pub(super) fn of(wallet: &WalletArgs) -> Result<Self, WalletError> {
        Ok(Self(wallet.coldkey()?.wallet.directory().join(DIRECTORY)))
    }

    /// Brings a commitment to the disk.
    ///
    /// # Errors
    /// [`KeyError::Write`].
    pub(super) fn keep(&self, kept: &Kept) -> Result<(), KeyError> {
        let path = self.path(&kept.hash());
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&self.0);
        made.map_err(|source| KeyError::Write { path: self.0.clone(), source })?;
        let text = serde_json::to_vec_pretty(&kept.to_text()).map_err(io::Error::from);
        let text = text.map_err(|source| KeyError::Write { path: path.clone(), source })?;
        // The same commitment again is the same file.
        write_private(&path, &text, Existing::Replace)
    }

    /// The commitments of one hotkey on one subnet, in no order.
    ///
    /// # Errors
    /// [`KeptError`], also if a file is not what was written: it could be the one that is wanted.
    pub(super) fn of_hotkey(&self, whose: &Whose) -> Result<Vec<Kept>, KeptError> {
        let unreadable = |path: &Path, source| KeptError::Unreadable { path: path.to_owned(), source };
        let entries = match fs::read_dir(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(|source| unreadable(&self.0, source))?,
        };
        let mut found = Vec::new();
        for entry in entries {
            let path = entry.map_err(|source| unreadable(&self.0, source))?.path();
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let text = fs::read(&path).map_err(|source| unreadable(&path, source))?;
            let text: Result<Text, _> = serde_json::from_slice(&text).map_err(|error| error.to_string());
            let kept = text.and_then(|text| Kept::from_text(&text));
            let kept = kept.map_err(|what| KeptError::Malformed { path: path.clone(), what })?;
            found.extend(Some(kept).filter(|kept| kept.whose == *whose));
        }
        Ok(found)
    }

    /// Forgets a commitment that is of no use any more.
    ///
    /// # Errors
    /// [`KeyError::Write`].
    pub(super) fn forget(&self, hash: &Hash) -> Result<(), KeyError> {
        let path = self.path(hash);
        match fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(KeyError::Write { path, source }),
            _ => Ok(()),
        }
    }

    /// Where the commitment of a hash is kept.
    pub(super) fn path(&self, hash: &Hash) -> PathBuf {
        self.0.join(format!("{}.json", format::hash(hash)))
    }
}
