//! What an operator decides.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use primitives::Netuid;
use serde::Deserialize;
use thiserror::Error;

use crate::Validator;

/// The daemon's settings, as `worker.toml` has them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The chain: an endpoint, or the path of a manifest.
    pub chain: String,
    /// The folder of journals, evidence and caches; one worker's alone.
    pub data: PathBuf,
    /// Where `/healthz`, `/readyz` and `/metrics` are served; port 0 takes a free one.
    pub listen: SocketAddr,
    /// How logs are written.
    #[serde(default)]
    pub log: LogFormat,
    /// The hotkey.
    pub key: KeySettings,
    /// Children that run models at the same time; one per core if not given.
    #[serde(default)]
    pub runners: Option<usize>,
    /// Whether miners may serve on this machine, and models be files of it: for development.
    #[serde(default)]
    pub local_endpoints: bool,
    /// Seconds without any progress after which a subnet's loop counts as wedged and the process ends itself.
    #[serde(default = "default_stall_seconds")]
    pub stall_seconds: u64,
    /// The subnets.
    #[serde(default, rename = "subnet")]
    pub subnets: Vec<SubnetSettings>,
}

/// How logs are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// A JSON object per line.
    #[default]
    Json,
    /// For people.
    Text,
}

/// Which hotkey, and what opens it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeySettings {
    /// The folder of wallets; `~/.yarrow/wallets` if not given.
    #[serde(default)]
    pub wallet_path: Option<PathBuf>,
    /// The wallet's name.
    #[serde(default = "default_name")]
    pub wallet: String,
    /// The hotkey's name.
    #[serde(default = "default_name")]
    pub hotkey: String,
    /// A file with its password, readable by its owner only; none for a hotkey without a password.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// A development key like `//Alice` in place of all that. Everybody has it.
    #[serde(default)]
    pub development: Option<String>,
}

/// A subnet to validate on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubnetSettings {
    netuid: u16,
    #[serde(default = "default_min_coverage_percent")]
    min_coverage_percent: u8,
    #[serde(default = "default_settle_spread_blocks")]
    settle_spread_blocks: u32,
}

/// Why settings cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SettingsError {
    /// There is nothing to do.
    #[error("there is no [[subnet]]")]
    NoSubnet,
    /// A subnet is there twice.
    #[error("subnet {0} is there twice")]
    SubnetTwice(u16),
    /// A value is out of its bounds.
    #[error("{name} is {value}; it must be {bounds}")]
    OutOfBounds {
        /// Of what.
        name: &'static str,
        /// The value.
        value: u64,
        /// What would do.
        bounds: &'static str,
    },
}

impl Settings {
    /// Passes if the values are possible and fit each other.
    ///
    /// # Errors
    /// [`SettingsError`].
    pub fn check(&self) -> Result<(), SettingsError> {
        if self.subnets.is_empty() {
            return Err(SettingsError::NoSubnet);
        }
        for (at, subnet) in self.subnets.iter().enumerate() {
            if self.subnets[..at].iter().any(|other| other.netuid == subnet.netuid) {
                return Err(SettingsError::SubnetTwice(subnet.netuid));
            }
            bounds("min_coverage_percent", subnet.min_coverage_percent.into(), 0, 100, "0 to 100")?;
            bounds("settle_spread_blocks", subnet.settle_spread_blocks.into(), 0, 1_000, "0 to 1,000")?;
        }
        if let Some(runners) = self.runners {
            bounds("runners", runners as u64, 1, 1_024, "1 to 1,024")?;
        }
        bounds("stall_seconds", self.stall_seconds, 60, 86_400, "60 to 86,400")
    }

    /// Time without progress after which a loop is wedged.
    pub fn stall(&self) -> Duration {
        Duration::from_secs(self.stall_seconds)
    }
}

impl SubnetSettings {
    /// A subnet with everything else as usual.
    pub fn new(netuid: Netuid) -> Self {
        Self {
            netuid: netuid.get(),
            min_coverage_percent: default_min_coverage_percent(),
            settle_spread_blocks: default_settle_spread_blocks(),
        }
    }

    /// Its number.
    pub fn netuid(&self) -> Netuid {
        Netuid::new(self.netuid)
    }

    /// Least part of the known miners that must be observed, in percent.
    pub fn min_coverage_percent(&self) -> u8 {
        self.min_coverage_percent
    }

    /// Protocol blocks over which the validators' settling is spread at random.
    pub fn settle_spread_blocks(&self) -> u32 {
        self.settle_spread_blocks
    }
}

fn bounds(name: &'static str, value: u64, least: u64, most: u64, bounds: &'static str) -> Result<(), SettingsError> {
    match (least..=most).contains(&value) {
        true => Ok(()),
        false => Err(SettingsError::OutOfBounds { name, value, bounds }),
    }
}

fn default_name() -> String {
    "default".into()
}

fn default_stall_seconds() -> u64 {
    1_800
}

fn default_min_coverage_percent() -> u8 {
    Validator::MIN_COVERAGE_PERCENT
}

fn default_settle_spread_blocks() -> u32 {
    5
}
