//! `yarrow wallet list`: the wallets and the addresses of their keys.

use std::{io::Write, path::PathBuf};

use chain::ss58;
use keys::{KeyError, Wallet};
use primitives::AccountId;
use serde::Serialize;

use super::{WalletError, place::PathArgs};
use crate::output::Output;

/// Options of `yarrow wallet list`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    path: PathArgs,
}

#[derive(Serialize)]
struct Report {
    path: PathBuf,
    wallets: Vec<WalletReport>,
}

#[derive(Serialize)]
struct WalletReport {
    name: String,
    coldkey: AddressReport,
    /// Whether the coldkey itself is here, rather than its address only.
    coldkey_here: bool,
    hotkeys: Vec<HotkeyReport>,
}

#[derive(Serialize)]
struct HotkeyReport {
    name: String,
    #[serde(flatten)]
    address: AddressReport,
}

/// An address, or why there is none: one broken file does not hide the others.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum AddressReport {
    Address(String),
    Error(String),
}

impl From<Result<AccountId, KeyError>> for AddressReport {
    fn from(read: Result<AccountId, KeyError>) -> Self {
        match read {
            Ok(account) => Self::Address(ss58(&account)),
            Err(error) => Self::Error(error.to_string()),
        }
    }
}

/// Lists the wallets.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), WalletError> {
    let path = args.path.path()?;
    let wallets = keys::wallets(&path)?.iter().map(describe).collect::<Result<_, _>>()?;
    let report = Report { path, wallets };
    output.report(&report)?;
    write_tree(&report, output)
}

fn describe(wallet: &Wallet) -> Result<WalletReport, KeyError> {
    let hotkey =
        |name: String| HotkeyReport { address: wallet.hotkey(&name).map(|hotkey| hotkey.account()).into(), name };
    Ok(WalletReport {
        name: wallet.name().to_owned(),
        coldkey: wallet.coldkey_public().into(),
        coldkey_here: wallet.coldkey_path().exists(),
        hotkeys: wallet.hotkeys()?.into_iter().map(hotkey).collect(),
    })
}

fn write_tree(report: &Report, output: &mut impl Write) -> Result<(), WalletError> {
    if report.wallets.is_empty() {
        writeln!(output, "There are no wallets in {}; `yarrow wallet create` makes one.", report.path.display())?;
    }
    for wallet in &report.wallets {
        let watched = if wallet.coldkey_here { "" } else { " (address only)" };
        writeln!(output, "Coldkey {}  {}{watched}", wallet.name, shown(&wallet.coldkey))?;
        for (place, hotkey) in wallet.hotkeys.iter().enumerate() {
            let branch = if place + 1 == wallet.hotkeys.len() { "└" } else { "├" };
            writeln!(output, "{branch} Hotkey {}  {}", hotkey.name, shown(&hotkey.address))?;
        }
    }
    Ok(())
}

fn shown(address: &AddressReport) -> String {
    match address {
        AddressReport::Address(address) => address.clone(),
        AddressReport::Error(error) => format!("❌ {error}"),
    }
}
