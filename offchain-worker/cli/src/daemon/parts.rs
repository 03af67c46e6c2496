//! From settings to what a worker works with.

use std::{path::PathBuf, sync::Arc};

use evaluator::{Evaluator, RefereeRule};
use keys::{SecretText, Signer, Wallet, readable_coldkeys};
use primitives::axon::Endpoints;
use tracing::warn;
use transport::{
    fetch::{FetchRules, Fetcher},
    live::{LiveClient, LiveRules},
};
use worker::{
    WorkerError,
    daemon::{KeySettings, Parts, Settings},
};

use super::DaemonError;
use crate::{
    error::CliError,
    format,
    market::{Market, OtherCode},
    sandbox_config,
};

/// Opens the hotkey; refuses to where a coldkey could be read as well.
pub(super) fn hotkey(settings: &KeySettings) -> Result<Signer, DaemonError> {
    if let Some(uri) = &settings.development {
        if !uri.starts_with("//") {
            return Err(DaemonError::Secret);
        }
        return Ok(Signer::from_uri(uri)?);
    }
    let wallets = wallet_path(settings)?;
    let coldkeys = readable_coldkeys(&wallets)?;
    if !coldkeys.is_empty() {
        return Err(DaemonError::Coldkey(coldkeys));
    }
    let wallet = Wallet::open(&wallets, &settings.wallet)?;
    let password = settings.password_file.as_deref().map(SecretText::from_file).transpose()?;
    let path = wallet.hotkey_path(&settings.hotkey)?;
    let unlocked = wallet.hotkey(&settings.hotkey)?.unlock(password.as_ref());
    Ok(unlocked.map_err(|source| keys::KeyError::Keystore { path, source })?)
}

fn wallet_path(settings: &KeySettings) -> Result<PathBuf, DaemonError> {
    settings.wallet_path.clone().or_else(keys::default_wallet_path).ok_or(DaemonError::NoHome)
}

/// Opens everything else.
pub(super) fn parts(settings: &Settings, hotkey: Signer) -> Result<Parts, CliError> {
    let (Market { chain, contracts }, other) = Market::open(&settings.chain, None)?;
    for OtherCode { contract, there, here } in other {
        let (there, here) = (format::hash(&there), format::hash(&here));
        warn!(contract, %there, %here, "a contract runs other code than this release has");
    }
    let endpoints = if settings.local_endpoints { Endpoints::Local } else { Endpoints::Public };
    let rules = FetchRules { endpoints, ..FetchRules::new(settings.data.join("models")) };
    let models = Fetcher::new(rules, hotkey.clone()).map_err(DaemonError::from)?;
    let live = LiveClient::new(LiveRules { endpoints, ..LiveRules::default() }, hotkey.clone());
    let evaluator = evaluator(settings)?;
    Ok(Parts { chain: Arc::from(chain), contracts, evaluator, models: Box::new(models), live, hotkey })
}

/// The sandbox, with results that outlive a restart and a second engine that checks a part of them.
fn evaluator(settings: &Settings) -> Result<Evaluator, CliError> {
    let mut config = sandbox_config()?;
    config.workers = settings.runners.unwrap_or(config.workers);
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(std::io::Error::other)?;
    let evaluator = Evaluator::new(config).map_err(WorkerError::from)?;
    let evaluator = evaluator.with_cache(settings.data.join("evaluations.redb"))?;
    Ok(evaluator.with_referee(RefereeRule::new(secret)).map_err(WorkerError::from)?)
}
