//! Reads a file, whatever it describes a subnet in: TOML if it is named so, else JSON.

use std::{fs::File, io::Read as _, path::Path};

use serde_json::Value;

use crate::{
    Case, SimulateError, conformance, design,
    limits::{MAX_JSON_BYTES, MAX_TOML_BYTES},
};

/// The cases of a file.
///
/// # Errors
/// If the file cannot be read, is too large, or is not what the formats say.
pub fn read(path: &Path) -> Result<Vec<Case>, SimulateError> {
    let owned = || path.to_owned();
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml")) {
        let bytes = bytes(path, MAX_TOML_BYTES)?;
        let text = String::from_utf8(bytes).map_err(|_| SimulateError::Encoding { path: owned() })?;
        let design =
            toml::from_str(&text).map_err(|source| SimulateError::Toml { path: owned(), source: Box::new(source) })?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let case = design::case(&design, &stem).map_err(|source| SimulateError::Value { path: owned(), source })?;
        return Ok(vec![case]);
    }
    let file: Value = serde_json::from_slice(&bytes(path, MAX_JSON_BYTES)?)
        .map_err(|source| SimulateError::Json { path: owned(), source })?;
    conformance::cases(&file).map_err(|source| SimulateError::Value { path: owned(), source })
}

fn bytes(path: &Path, limit: u64) -> Result<Vec<u8>, SimulateError> {
    let failed = |source| SimulateError::Read { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    File::open(path).map_err(failed)?.take(limit + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(SimulateError::FileTooLarge { path: path.to_owned(), limit });
    }
    Ok(bytes)
}

/// A name fit for a terminal: printable and short.
pub(crate) fn printable(name: &str) -> String {
    let hidden = |letter: char| letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}');
    let shown = |letter| if hidden(letter) { char::REPLACEMENT_CHARACTER } else { letter };
    name.chars().take(crate::limits::MAX_NAME_CHARS).map(shown).collect()
}
