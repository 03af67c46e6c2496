//! What a devnet is made of: a TOML file, flags over it, and defaults under both.

use std::path::PathBuf;

use chain::{Signer, SignerError, remote::Endpoint};
use primitives::{Hyperparameter, Rao, clock::DEFAULT_BLOCK_MS};
use serde::Deserialize;

use super::{Args, DevnetError};
use crate::toml_file;

/// The accounts that every Substrate development chain has.
const ACCOUNTS: [&str; 6] = ["//Alice", "//Bob", "//Charlie", "//Dave", "//Eve", "//Ferdie"];

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
            accounts: ACCOUNTS.map(str::to_owned).into(),
            account_tao: 1_000,
            subnets: Vec::new(),
        }
    }
}

/// A subnet that exists from the start. Hyperparameters have the names and units of the chain.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Subnet {
    /// Its number, if the file wants to say it: that of its place, from 1.
    pub(super) netuid: Option<u16>,
    /// The task that its miners are measured by.
    pub(super) task: String,
    /// The development key of the hotkey that always has a permit; `//Alice//hot` if it is not named. It is the first
    /// account's.
    pub(super) owner_hotkey: Option<String>,
    tempo: Option<u16>,
    immunity_period: Option<u16>,
    max_allowed_uids: Option<u16>,
    max_allowed_validators: Option<u16>,
    min_allowed_weights: Option<u16>,
    weights_set_rate_limit: Option<u64>,
    commit_reveal_enabled: Option<bool>,
    reveal_period_epochs: Option<u16>,
    activity_cutoff_factor_milli: Option<u32>,
    yuma3_enabled: Option<bool>,
    serving_rate_limit: Option<u64>,
    /// Nonces that a registration by work takes on average.
    ///
    /// Default: 1,000
    difficulty: Option<u64>,
    /// Neurons that are registered from the start.
    #[serde(default, rename = "neuron")]
    pub(super) neurons: Vec<Neuron>,
}

/// A neuron that is registered from the start.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Neuron {
    /// What it is called in the manifest.
    pub(super) name: String,
    /// The development key of its hotkey; `//NAME_snNETUID` if it is not named.
    pub(super) uri: Option<String>,
    /// The development key of its coldkey; that of the hotkey and `//cold` if it is not named. The owner's hotkey has
    /// the first account for a coldkey.
    pub(super) coldkey: Option<String>,
    /// Whole TAO that its coldkey stakes on it.
    #[serde(default)]
    pub(super) stake: u64,
    /// The model of the artifacts that it commits to.
    pub(super) model: Option<String>,
    /// Where validators fetch the model; its artifact's name if it is not named.
    pub(super) location: Option<String>,
}

/// Nonces of a registration by work: enough to be work, little enough to wait for.
const DIFFICULTY: u64 = 1_000;
/// Registrations per block and interval that a devnet has nothing against.
const REGISTRATIONS: u16 = 256;

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
        config.subnets.extend(args.subnet.iter().map(|task| Subnet { task: task.clone(), ..Subnet::default() }));
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), DevnetError> {
        if self.speed == 0 || self.block_ms == 0 {
            return Err(DevnetError::NoTime);
        }
        for (netuid, subnet) in (1..).zip(&self.subnets) {
            if let Some(said) = subnet.netuid.filter(|said| *said != netuid) {
                return Err(DevnetError::Netuid { said, netuid });
            }
            if evaluator::tasks::TASKS.iter().all(|task| task.spec().id != subnet.task) {
                return Err(DevnetError::UnknownTask { task: subnet.task.clone() });
            }
        }
        Ok(())
    }

    /// Where it listens.
    pub(super) fn endpoint(&self) -> Result<Endpoint, DevnetError> {
        self.listen.parse().map_err(DevnetError::from)
    }
}

impl Subnet {
    /// The hyperparameters that are not the chain's defaults.
    pub(super) fn hyperparameters(&self) -> Vec<Hyperparameter> {
        use Hyperparameter as H;
        let difficulty = self.difficulty.unwrap_or(DIFFICULTY);
        let open = [
            H::MinDifficulty(difficulty),
            H::Difficulty(difficulty),
            H::TargetRegistrationsPerInterval(REGISTRATIONS),
            H::MaxRegistrationsPerBlock(REGISTRATIONS),
        ];
        let chosen = [
            self.tempo.map(H::Tempo),
            self.immunity_period.map(H::ImmunityPeriod),
            self.max_allowed_uids.map(H::MaxAllowedUids),
            self.max_allowed_validators.map(H::MaxAllowedValidators),
            self.min_allowed_weights.map(H::MinAllowedWeights),
            self.weights_set_rate_limit.map(H::WeightsSetRateLimit),
            self.commit_reveal_enabled.map(H::CommitRevealEnabled),
            self.reveal_period_epochs.map(H::RevealPeriodEpochs),
            self.activity_cutoff_factor_milli.map(H::ActivityCutoffFactorMilli),
            self.yuma3_enabled.map(H::Yuma3Enabled),
            self.serving_rate_limit.map(H::ServingRateLimit),
        ];
        open.into_iter().chain(chosen.into_iter().flatten()).collect()
    }
}

impl Neuron {
    /// The hotkey with its URI.
    pub(super) fn hotkey(&self, netuid: u16) -> Result<Key, DevnetError> {
        Key::new(self.uri.clone().unwrap_or_else(|| format!("//{}_sn{netuid}", self.name)))
    }

    /// The coldkey of `hotkey` with its URI.
    pub(super) fn coldkey(&self, hotkey: &Key) -> Result<Key, DevnetError> {
        Key::new(self.coldkey.clone().unwrap_or_else(|| format!("{}//cold", hotkey.uri)))
    }

    /// What its coldkey stakes on it.
    pub(super) fn stake(&self) -> Rao {
        whole_tao(self.stake)
    }
}

/// An amount of whole TAO.
pub(super) fn whole_tao(tao: u64) -> Rao {
    Rao::new(tao.saturating_mul(Rao::ONE_TAO.get()))
}

/// A development key: everybody has it, so that it may stand in a file.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) uri: String,
    pub(super) signer: Signer,
}

impl Key {
    /// The key of a URI of derivations only. Any other one may be somebody's secret, and is refused without being
    /// repeated.
    pub(super) fn new(uri: String) -> Result<Self, DevnetError> {
        if !uri.starts_with("//") {
            return Err(DevnetError::NotADevelopmentKey);
        }
        let signer = Signer::from_uri(&uri).map_err(|error: SignerError| DevnetError::Key(error))?;
        Ok(Self { uri, signer })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
