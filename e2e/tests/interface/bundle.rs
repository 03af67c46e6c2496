//! The built bundles, as JSON.

use std::{fs, path::PathBuf};

use serde_json::Value;

/// A built contract.
pub struct Bundle {
    /// Its name.
    pub name: String,
    /// Its metadata.
    pub json: Value,
}

/// The folder of this crate.
pub fn folder() -> PathBuf {
    env!("CARGO_MANIFEST_DIR").into()
}

impl Bundle {
    /// The bundles of the product.
    pub fn all() -> Vec<Self> {
        let found = fs::read_dir(folder().join("../artifacts/contracts")).expect("scripts/build-contracts.sh makes it");
        let mut paths: Vec<PathBuf> = found.map(|entry| entry.expect("a folder's entry").path()).collect();
        paths.sort();
        assert!(!paths.is_empty(), "scripts/build-contracts.sh builds the contracts");
        paths.iter().map(Self::read).collect()
    }

    fn read(path: &PathBuf) -> Self {
        let name = path.file_stem().expect("a file's name").to_string_lossy().into_owned();
        let text = fs::read_to_string(path).expect("a bundle is text");
        Self { name, json: serde_json::from_str(&text).expect("a bundle is JSON") }
    }

    /// The contract's code.
    pub fn wasm(&self) -> Vec<u8> {
        let hex = text(&self.json["source"]["wasm"]).trim_start_matches("0x").as_bytes();
        let byte = |pair: &[u8]| {
            let pair = std::str::from_utf8(pair).expect("ASCII");
            u8::from_str_radix(pair, 16).expect("hexadecimal digits")
        };
        hex.chunks(2).map(byte).collect()
    }
}

/// The text of a JSON string.
#[track_caller]
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

/// The items of a JSON list; none if it is missing.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
