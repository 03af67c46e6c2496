//! The built contracts and models, checked before use.
//!
//! The artifacts directory holds `contracts/<name>.contract` (cargo-contract's bundles), `models/<name>.wasm`, for each
//! profile but the standard one `profiles/<profile>/<name>.wasm`, and `SHA256SUMS` over all of them in sha256sum's format. A file that is not listed there, or differs, is not used.

use std::{
    collections::BTreeMap,
    env, fs, io,
    path::{Path, PathBuf},
};

use primitives::{Hash, model::content_hash};
use sha2::{Digest, Sha256};
use sp_core::{bytes::from_hex, hexdisplay::HexDisplay};

use crate::Profile;

/// The environment variable that names the artifacts directory.
const VARIABLE: &str = "YARROW_ARTIFACTS";
const SUMS: &str = "SHA256SUMS";
const DIRECTORY: &str = "artifacts";

/// Why an artifact cannot be used, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    /// There is no artifacts directory.
    #[error(
        "no artifacts with a {SUMS} file in {}; run scripts/build-contracts.sh in a clone, or name the directory with {VARIABLE}",
        list(.looked)
    )]
    NoDirectory {
        /// Where it was looked for.
        looked: Vec<PathBuf>,
    },
    /// A file cannot be read.
    #[error("cannot read {}: {source}; run scripts/build-contracts.sh to build what is missing", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A line of the list of check sums is not one.
    #[error("line {line} of {} is not a check sum and a path; run scripts/build-contracts.sh to write it anew", path.display())]
    MalformedSums {
        /// The list.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
    },
    /// A file is not on the list of check sums.
    #[error("{} is not listed in {SUMS}; run scripts/build-contracts.sh, or choose one of: {}", path.display(), known.join(", "))]
    Unlisted {
        /// Which.
        path: PathBuf,
        /// What is listed beside it.
        known: Vec<String>,
    },
    /// A file differs from the list of check sums.
    #[error("{} is damaged or was changed: its SHA-256 is not the one in {SUMS}; restore it, or run scripts/build-contracts.sh", path.display())]
    WrongChecksum {
        /// Which.
        path: PathBuf,
    },
    /// A bundle is not what cargo-contract writes.
    #[error("{} is not a contract bundle: {field} is missing or malformed; run scripts/build-contracts.sh", path.display())]
    MalformedBundle {
        /// Which.
        path: PathBuf,
        /// What of it.
        field: &'static str,
    },
    /// A contract's code is no Wasm.
    #[error("the code of {name} is no Wasm; restore the artifacts, or run scripts/build-contracts.sh")]
    NotWasm {
        /// Which contract.
        name: String,
    },
    /// The code in a bundle is not the one that its metadata describes.
    #[error(
        "the code in {} has the hash 0x{}, its metadata describes 0x{}; run scripts/build-contracts.sh",
        path.display(), HexDisplay::from(found), HexDisplay::from(described)
    )]
    WrongCodeHash {
        /// Which bundle.
        path: PathBuf,
        /// The hash of its code.
        found: Hash,
        /// The hash in its metadata.
        described: Hash,
    },
}

/// A contract's code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// The contract's name.
    pub name: String,
    /// Its Wasm.
    pub code: Vec<u8>,
    /// blake2b-256 of the Wasm: what the host chain knows the code by.
    pub code_hash: Hash,
}

/// An artifacts directory.
#[derive(Clone, Debug)]
pub struct Artifacts {
    root: PathBuf,
    /// SHA-256 by path below the root.
    sums: BTreeMap<String, Hash>,
}

impl Artifacts {
    /// Finds the artifacts: `explicit` if given, else the directory that `YARROW_ARTIFACTS` names, else `artifacts` in
    /// the current directory or the executable's, or in the nearest directory above.
    ///
    /// # Errors
    /// [`ArtifactError::NoDirectory`], and those of [`Artifacts::open`].
    pub fn find(explicit: Option<&Path>) -> Result<Self, ArtifactError> {
        if let Some(path) = explicit {
            return Self::open(path);
        }
        if let Some(path) = env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
            return Self::open(Path::new(&path));
        }
        let executable = env::current_exe().ok().and_then(|path| path.parent().map(Path::to_owned));
        let starts: Vec<PathBuf> = env::current_dir().into_iter().chain(executable).collect();
        Self::search(&starts)
    }

    /// Opens an artifacts directory.
    ///
    /// # Errors
    /// [`ArtifactError::NoDirectory`], [`ArtifactError::Unreadable`], [`ArtifactError::MalformedSums`].
    pub fn open(root: &Path) -> Result<Self, ArtifactError> {
        let path = root.join(SUMS);
        let text = fs::read_to_string(&path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => ArtifactError::NoDirectory { looked: vec![root.to_owned()] },
            _ => ArtifactError::Unreadable { path: path.clone(), source },
        })?;
        let entries = text.lines().enumerate().map(|(index, entry)| {
            parse_sum(entry).ok_or_else(|| ArtifactError::MalformedSums { path: path.clone(), line: index + 1 })
        });
        Ok(Self { root: root.to_owned(), sums: entries.collect::<Result<_, _>>()? })
    }

    /// The directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The contract of a name.
    ///
    /// # Errors
    /// All of [`ArtifactError`] but `NoDirectory` and `MalformedSums`.
    pub fn contract(&self, name: &str) -> Result<Bundle, ArtifactError> {
        let (path, bytes) = self.read(&format!("contracts/{name}.contract"))?;
        let malformed = |field| ArtifactError::MalformedBundle { path: path.clone(), field };
        let bundle: serde_json::Value = serde_json::from_slice(&bytes).map_err(|_| malformed("JSON"))?;
        let hex = |pointer| bundle.pointer(pointer).and_then(|value| from_hex(value.as_str()?).ok());
        let code = hex("/source/wasm").ok_or_else(|| malformed("source.wasm"))?;
        let described = hex("/source/hash").and_then(|hash| hash.try_into().ok());
        let described = described.ok_or_else(|| malformed("source.hash"))?;
        let code_hash = content_hash(&code);
        if code_hash != described {
            return Err(ArtifactError::WrongCodeHash { path, found: code_hash, described });
        }
        Ok(Bundle { name: name.to_owned(), code, code_hash })
    }

    /// The contract of a name, built for a profile of host chains.
    ///
    /// # Errors
    /// Those of [`Artifacts::contract`].
    pub fn contract_of(&self, profile: Profile, name: &str) -> Result<Bundle, ArtifactError> {
        if profile == Profile::Standard {
            return self.contract(name);
        }
        let (_, code) = self.read(&format!("profiles/{profile}/{name}.wasm"))?;
        Ok(Bundle { name: name.to_owned(), code_hash: content_hash(&code), code })
    }

    /// The model of a name, as Wasm.
    ///
    /// # Errors
    /// [`ArtifactError::Unlisted`], [`ArtifactError::Unreadable`], [`ArtifactError::WrongChecksum`].
    pub fn model(&self, name: &str) -> Result<Vec<u8>, ArtifactError> {
        self.read(&format!("models/{name}.wasm")).map(|(_, bytes)| bytes)
    }

    /// The names of the models there are.
    pub fn models(&self) -> Vec<String> {
        self.names("models/", ".wasm")
    }

    /// The names of the contracts there are.
    pub fn contracts(&self) -> Vec<String> {
        self.names("contracts/", ".contract")
    }

    fn names(&self, folder: &str, extension: &str) -> Vec<String> {
        let names = self.sums.keys().filter_map(|path| path.strip_prefix(folder)?.strip_suffix(extension));
        names.map(str::to_owned).collect()
    }

    fn read(&self, relative: &str) -> Result<(PathBuf, Vec<u8>), ArtifactError> {
        let path = self.root.join(relative);
        let Some(sum) = self.sums.get(relative) else {
            let known = self.sums.keys().filter(|known| Path::new(known).parent() == Path::new(relative).parent());
            return Err(ArtifactError::Unlisted { path, known: known.cloned().collect() });
        };
        match fs::read(&path) {
            Ok(bytes) if Hash::from(Sha256::digest(&bytes)) == *sum => Ok((path, bytes)),
            Ok(_) => Err(ArtifactError::WrongChecksum { path }),
            Err(source) => Err(ArtifactError::Unreadable { path, source }),
        }
    }

    /// Opens the nearest artifacts directory in or above each of `starts`, in that order.
    fn search(starts: &[PathBuf]) -> Result<Self, ArtifactError> {
        let mut candidates = starts.iter().flat_map(|start| start.ancestors()).map(|above| above.join(DIRECTORY));
        match candidates.find(|directory| directory.join(SUMS).is_file()) {
            Some(root) => Self::open(&root),
            None => {
                Err(ArtifactError::NoDirectory { looked: starts.iter().map(|start| start.join(DIRECTORY)).collect() })
            }
        }
    }
}

/// A line as sha256sum writes it: hash, space, space or `*`, path.
fn parse_sum(line: &str) -> Option<(String, Hash)> {
    let (sum, path) = line.split_once(' ')?;
    let path = path.strip_prefix([' ', '*'])?;
    let path = path.strip_prefix("./").unwrap_or(path);
    let sum = from_hex(sum).ok()?.try_into().ok()?;
    Some((path.to_owned(), sum))
}

fn list(paths: &[PathBuf]) -> String {
    let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    paths.join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_directory_above_is_found() {
        let home = tempfile::tempdir().expect("a temporary directory");
        let (far, near) = (home.path().join("artifacts"), home.path().join("a/artifacts"));
        let start = home.path().join("a/b/c");
        for directory in [&far, &near, &start] {
            fs::create_dir_all(directory).expect("a directory");
        }
        let looked = [start.clone()];
        assert!(matches!(Artifacts::search(&looked), Err(ArtifactError::NoDirectory { .. })));
        fs::write(far.join(SUMS), "").expect("a file");
        assert_eq!(Artifacts::search(&looked).expect("found").root, far);
        fs::write(near.join(SUMS), "").expect("a file");
        assert_eq!(Artifacts::search(&looked).expect("found").root, near);
    }

    #[test]
    fn a_line_of_sha256sum_is_read_in_both_of_its_modes() {
        let sum = "ab".repeat(32);
        for line in [format!("{sum}  contracts/tao.contract"), format!("{sum} *./contracts/tao.contract")] {
            assert_eq!(parse_sum(&line), Some(("contracts/tao.contract".to_owned(), [0xab; 32])), "{line}");
        }
        for line in ["", "ab", "ab  short", &format!("{sum}path"), &format!("{sum} path")] {
            assert_eq!(parse_sum(line), None, "{line}");
        }
    }
}
