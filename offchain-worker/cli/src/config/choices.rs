//! `yarrow config set`, `get` and `clear`.
//!
//! A file is read, changed and written whole; what would make it unusable is refused before it is written.

use std::{
    fs::DirBuilder,
    io::Write,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

use clap::ValueEnum as _;
use keys::{Existing, write_private};
use serde::Serialize;
use toml::{Table, Value};

use super::{ConfigError, Key};
use crate::{error::CliError, output::Output, preferences::Preferences, table::Rows};

/// Options of `yarrow config set`.
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct SetArgs {
    /// What to choose
    #[arg(requires = "value")]
    key: Option<Key>,
    /// The value
    value: Option<String>,
    /// The chain
    #[arg(long, visible_alias = "chain", value_name = "ENDPOINT")]
    network: Option<String>,
    /// The wallet
    #[arg(long, visible_alias = "name", value_name = "NAME")]
    wallet_name: Option<String>,
    /// The directory with the wallets
    #[arg(short = 'p', long, value_name = "PATH")]
    wallet_path: Option<String>,
    /// The hotkey
    #[arg(short = 'H', long, value_name = "NAME")]
    hotkey: Option<String>,
    /// The most TAO that one command may spend
    #[arg(long, value_name = "AMOUNT")]
    spend_limit: Option<String>,
}

/// Options of `yarrow config get`.
#[derive(Debug, clap::Args)]
pub(crate) struct GetArgs {
    /// Show this value alone, or nothing if it is not chosen
    key: Option<Key>,
}

/// Options of `yarrow config clear`.
#[derive(Debug, clap::Args)]
pub(crate) struct ClearArgs {
    /// Which choices
    #[arg(required_unless_present = "all")]
    keys: Vec<Key>,
    /// All of them
    #[arg(long)]
    all: bool,
}

#[derive(Serialize)]
struct Report {
    path: PathBuf,
    choices: Preferences,
}

impl SetArgs {
    fn choices(&self) -> impl Iterator<Item = (Key, &String)> {
        let options = [
            (Key::Network, &self.network),
            (Key::WalletName, &self.wallet_name),
            (Key::WalletPath, &self.wallet_path),
            (Key::Hotkey, &self.hotkey),
            (Key::SpendLimit, &self.spend_limit),
        ];
        let named = options.into_iter().filter_map(|(key, value)| Some((key, value.as_ref()?)));
        self.key.zip(self.value.as_ref()).into_iter().chain(named)
    }
}

/// Writes what is chosen into the file.
pub(super) fn set(args: &SetArgs, output: &mut Output) -> Result<(), CliError> {
    let (path, mut choices) = read()?;
    for (key, value) in args.choices() {
        choices = changed(&choices, key, Some(value))?;
    }
    write(&path, &choices)?;
    show(path, choices, output)
}

/// Shows what is chosen.
pub(super) fn get(args: &GetArgs, output: &mut Output) -> Result<(), CliError> {
    let (path, choices) = read()?;
    match args.key {
        Some(key) => {
            let table = table(&choices)?;
            let value = table.get(key.name());
            if let Some(text) = value.and_then(Value::as_str) {
                writeln!(output, "{text}")?;
            }
            output.report(&serde_json::json!({ "path": path, "key": key.name(), "value": value }))?;
            Ok(())
        }
        None => show(path, choices, output),
    }
}

/// Takes choices back.
pub(super) fn clear(args: &ClearArgs, output: &mut Output) -> Result<(), CliError> {
    let (path, mut choices) = read()?;
    let keys = if args.all { Key::value_variants() } else { &args.keys };
    for key in keys {
        choices = changed(&choices, *key, None)?;
    }
    write(&path, &choices)?;
    show(path, choices, output)
}

fn read() -> Result<(PathBuf, Preferences), ConfigError> {
    Ok((Preferences::path().ok_or(ConfigError::NoHome)?, Preferences::read()?))
}

fn table(choices: &Preferences) -> Result<Table, ConfigError> {
    Table::try_from(choices).map_err(|error| ConfigError::Write { path: PathBuf::new(), reason: error.to_string() })
}

/// The choices with another value, or none, of a key.
fn changed(choices: &Preferences, key: Key, value: Option<&String>) -> Result<Preferences, ConfigError> {
    let mut table = table(choices)?;
    match value {
        Some(value) => table.insert(key.name().to_owned(), Value::String(value.clone())),
        None => table.remove(key.name()),
    };
    table.try_into().map_err(|error: toml::de::Error| ConfigError::Value {
        key,
        value: value.cloned().unwrap_or_default(),
        reason: error.message().to_owned(),
    })
}

/// Writes the file whole, so that whoever reads it meanwhile finds the old choices or the new ones.
fn write(path: &Path, choices: &Preferences) -> Result<(), ConfigError> {
    let failed = |reason: String| ConfigError::Write { path: path.to_owned(), reason };
    let text = toml::to_string(choices).map_err(|error| failed(error.to_string()))?;
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| failed(error.to_string()))?;
    }
    write_private(path, text.as_bytes(), Existing::Replace).map_err(|error| failed(error.to_string()))
}

fn show(path: PathBuf, choices: Preferences, output: &mut Output) -> Result<(), CliError> {
    let values = table(&choices)?;
    let mut rows = Rows::new(&["KEY", "VALUE"], &[0, 1]);
    for key in Key::value_variants() {
        let value = values.get(key.name()).and_then(Value::as_str).unwrap_or("-");
        rows.push([key.name().to_owned(), value.to_owned()]);
    }
    writeln!(output, "{}\n\n{}", path.display(), rows.finish())?;
    Ok(output.report(&Report { path, choices })?)
}
