//! What a devnet is made of: a TOML file, flags over it, and defaults under both.

use std::path::PathBuf;

use chain::remote::Endpoint;
use primitives::clock::DEFAULT_BLOCK_MS;
use serde::Deserialize;

use super::{Args, DevnetError};
use crate::{
    population::{self, DEVELOPMENT_ACCOUNTS, Subnet},
    toml_file,
};

/// A devnet.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Config {
    /// Where it listens: `tcp://127.0.0.1:PORT` or `unix:///PATH`; port 0 lets the system choose.
    ///
    /// Default: `tcp://127.0.0.1:0`
    pub(super) listen: String,
    /// Where the manifest is written when the devnet is ready.
    ///
    /// Default: `devnet.json`
    pub(super) manifest: PathBuf,
    /// Length of a protocol block, in ms of the chain's time.
    ///
    /// Default: 12,000
    pub(super) block_ms: u64,
    /// How many times faster than the wall clock the chain's time runs.
    ///
    /// Default: 1
    pub(super) speed: u32,
    /// Development keys that have native currency and TAO.
    ///
    /// Default: //Alice, //Bob, //Charlie, //Dave, //Eve and //Ferdie
    pub(super) accounts: Vec<String>,
    /// Whole TAO that each of them has.
    ///
    /// Default: 1,000
    pub(super) account_tao: u64,
    /// The subnets, numbered from 1 in their order.
    #[serde(rename = "subnet")]
    pub(super) subnets: Vec<Subnet>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: "tcp://127.0.0.1:0".to_owned(),
            manifest: "devnet.json".into(),
            block_ms: DEFAULT_BLOCK_MS,
            speed: 1,
            accounts: DEVELOPMENT_ACCOUNTS.map(str::to_owned).into(),
            account_tao: 1_000,
            subnets: Vec::new(),
        }
    }
}

impl Config {
    /// Reads the file that the flags name, if they do, and puts the flags over it.
    pub(super) fn read(args: &Args) -> Result<Self, DevnetError> {
        let mut config = match &args.config {
            Some(path) => toml_file::read(path)?,
            None => Self::default(),
        };
        config.listen = args.listen.clone().unwrap_or(config.listen);
        config.manifest = args.manifest.clone().unwrap_or(config.manifest);
        config.block_ms = args.block_ms.unwrap_or(config.block_ms);
        config.speed = args.speed.unwrap_or(config.speed);
        config.subnets.extend(args.subnet.iter().map(|task| Subnet::of_task(task)));
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), DevnetError> {
        if self.speed == 0 || self.block_ms == 0 {
            return Err(DevnetError::NoTime);
        }
        Ok(population::check(&self.subnets)?)
    }

    /// Where it listens.
    pub(super) fn endpoint(&self) -> Result<Endpoint, DevnetError> {
        self.listen.parse().map_err(DevnetError::from)
    }
}

#[cfg(test)]
mod tests {
    use primitives::{Hyperparameter, Rao};

    use super::*;
    use crate::population::Key;

    fn parse(text: &str) -> Result<Config, toml::de::Error> {
        toml::from_str(text)
    }

    #[test]
    fn a_file_names_only_what_differs_from_the_defaults() {
        let config =
            parse("speed = 4\n[[subnet]]\ntask = 'bytes'\ntempo = 20\n[[subnet.neuron]]\nname = 'm1'\nstake = 5");
        let config = config.expect("a configuration");
        assert_eq!((config.speed, config.block_ms, config.account_tao), (4, 12_000, 1_000));
        let [subnet] = config.subnets.as_slice() else { panic!("one subnet") };
        assert!(subnet.hyperparameters().contains(&Hyperparameter::Tempo(20)));
        let [neuron] = subnet.neurons.as_slice() else { panic!("one neuron") };
        let hotkey = neuron.hotkey(1).expect("a key");
        let coldkey = neuron.coldkey(&hotkey).expect("a key");
        assert_eq!([hotkey.uri, coldkey.uri], ["//m1_sn1", "//m1_sn1//cold"]);
        assert_eq!(neuron.stake(), Rao::new(5_000_000_000));
    }

    #[test]
    fn a_mistyped_field_is_refused_by_name() {
        let error = parse("[[subnet]]\ntask = 'bytes'\ntemp = 20").expect_err("no such field");
        assert!(error.message().contains("`temp`") && error.message().contains("`tempo`"), "{error}");
    }

    #[test]
    fn a_secret_is_refused_and_not_repeated() {
        let error = Key::new("bottom drive obey lake curtain smoke".to_owned()).expect_err("not //");
        assert!(!error.to_string().contains("obey"), "{error}");
    }
}
