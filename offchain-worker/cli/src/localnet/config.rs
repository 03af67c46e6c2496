//! What a local network is made of: a TOML file and defaults under it.

use std::{collections::BTreeSet, path::Path};

use serde::Deserialize;

use super::LocalnetError;
use crate::{
    population::{self, DEVELOPMENT_ACCOUNTS, Subnet},
    toml_file,
};

/// What there is if no file is given.
const EXAMPLE: &str = include_str!("../../../../deploy/localnet.toml");
/// The names of the processes beside miners and validators.
pub(super) const NODE: &str = "node";
pub(super) const HEARTBEAT: &str = "heartbeat";

/// A local network.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Config {
    /// Length of a protocol block, in ms.
    ///
    /// Default: 1,000
    pub(super) block_ms: u64,
    /// Development keys that have native currency and TAO; the first deploys and owns everything.
    ///
    /// Default: //Alice, //Bob, //Charlie, //Dave, //Eve and //Ferdie
    pub(super) accounts: Vec<String>,
    /// Whole TAO that each of them has.
    ///
    /// Default: 1,000
    pub(super) account_tao: u64,
    /// The node.
    pub(super) chain: Chain,
    /// The subnets, numbered from 1 in their order.
    #[serde(rename = "subnet")]
    pub(super) subnets: Vec<Subnet>,
}

/// The node.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Chain {
    /// The port of its RPC on 127.0.0.1; 0 lets the system choose.
    pub(super) port: u16,
    /// Seconds that the processes have to become ready.
    ///
    /// Default: 120
    pub(super) timeout: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            block_ms: 1_000,
            accounts: DEVELOPMENT_ACCOUNTS.map(str::to_owned).into(),
            account_tao: 1_000,
            chain: Chain::default(),
            subnets: Vec::new(),
        }
    }
}

impl Default for Chain {
    fn default() -> Self {
        Self { port: 0, timeout: 120 }
    }
}

impl Config {
    /// Reads a file, or takes the example if none is named.
    pub(super) fn read(path: Option<&Path>) -> Result<Self, LocalnetError> {
        let config: Self = match path {
            Some(path) => toml_file::read(path)?,
            None => toml::from_str(EXAMPLE).map_err(|source| toml_file::FileError::Toml {
                path: "the built-in localnet.toml".into(),
                source: source.into(),
            })?,
        };
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), LocalnetError> {
        if self.block_ms == 0 {
            return Err(LocalnetError::NoTime);
        }
        if self.accounts.is_empty() {
            return Err(LocalnetError::NoAccount);
        }
        population::check(&self.subnets)?;
        let mut names = BTreeSet::from([NODE, HEARTBEAT]);
        for neuron in self.subnets.iter().flat_map(|subnet| &subnet.neurons) {
            if !names.insert(&neuron.name) {
                return Err(LocalnetError::NameTwice(neuron.name.clone()));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_a_subnet_with_two_validators_and_four_miners() {
        let config = Config::read(None).expect("the example of deploy/");
        let [subnet] = config.subnets.as_slice() else { panic!("one subnet") };
        let (miners, validators): (Vec<_>, Vec<_>) = subnet.neurons.iter().partition(|neuron| neuron.model.is_some());
        assert_eq!((validators.len(), miners.len()), (2, 4));
    }

    #[test]
    fn names_are_those_of_processes_and_stand_once() {
        for name in ["node", "twin"] {
            let neuron = format!("[[subnet.neuron]]\nname = '{name}'\n");
            let text = format!("[[subnet]]\ntask = 'tabular'\n{neuron}{neuron}");
            let config: Config = toml::from_str(&text).expect("TOML");
            assert!(matches!(config.check(), Err(LocalnetError::NameTwice(twice)) if twice == name));
        }
    }
}
