//! Subnets and neurons as the files of `devnet`, `localnet` and `deploy` name them.

use chain::{Signer, parse_ss58};
use primitives::{
    AccountId, Hyperparameter, Rao,
    registry::{GenesisSubnet, SubnetIdentity},
};
use serde::Deserialize;

use super::PopulationError;

/// A subnet that exists from the start. Hyperparameters have the names and units of the chain.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Subnet {
    /// Its number, if the file wants to say it: that of its place, from 1.
    pub(crate) netuid: Option<u16>,
    /// The task that its miners are measured by.
    pub(crate) task: String,
    /// Its name; that of its task if none is said.
    name: Option<String>,
    /// What it says of itself.
    description: Option<String>,
    /// The coldkey that owns it; the first account's or the deployer's if none is named.
    owner: Option<String>,
    /// The hotkey that always has a permit; the development key `//Alice//hot` if none is named.
    owner_hotkey: Option<String>,
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
    /// Nonces that a registration by work takes on average; 1,000 in a subnet for development.
    difficulty: Option<u64>,
    /// Neurons that are registered from the start.
    #[serde(default, rename = "neuron")]
    pub(crate) neurons: Vec<Neuron>,
}

/// A neuron that is registered from the start.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Neuron {
    /// What it is called in the manifest.
    pub(crate) name: String,
    /// The development key of its hotkey; `//NAME_snNETUID` if it is not named.
    pub(crate) uri: Option<String>,
    /// The development key of its coldkey; that of the hotkey and `//cold` if it is not named. The owner's hotkey has
    /// the first account for a coldkey.
    pub(crate) coldkey: Option<String>,
    /// Whole TAO that its coldkey stakes on it.
    #[serde(default)]
    pub(crate) stake: u64,
    /// The model of the artifacts that it commits to.
    pub(crate) model: Option<String>,
    /// Where validators fetch the model; its artifact's name if it is not named.
    pub(crate) location: Option<String>,
}

/// The hotkey of subnets that name none.
const OWNER_HOTKEY: &str = "//Alice//hot";
/// Nonces of a registration by work: enough to be work, little enough to wait for.
const DIFFICULTY: u64 = 1_000;
/// Registrations per block and interval that a devnet has nothing against.
const REGISTRATIONS: u16 = 256;

impl Subnet {
    /// A subnet with a task and nothing else.
    pub(crate) fn of_task(task: &str) -> Self {
        Self { task: task.to_owned(), ..Self::default() }
    }

    /// The hyperparameters of a subnet for development: what the file says, and registrations that hardly wait or work.
    pub(crate) fn open_hyperparameters(&self) -> Vec<Hyperparameter> {
        use Hyperparameter as H;
        let mut open =
            vec![H::TargetRegistrationsPerInterval(REGISTRATIONS), H::MaxRegistrationsPerBlock(REGISTRATIONS)];
        if self.difficulty.is_none() {
            open.extend([H::MinDifficulty(DIFFICULTY), H::Difficulty(DIFFICULTY)]);
        }
        open.extend(self.hyperparameters());
        open
    }

    /// The hyperparameters that the file says.
    pub(crate) fn hyperparameters(&self) -> Vec<Hyperparameter> {
        use Hyperparameter as H;
        let chosen = [
            self.difficulty.map(H::MinDifficulty),
            self.difficulty.map(H::Difficulty),
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
        chosen.into_iter().flatten().collect()
    }
}

impl Subnet {
    /// What it says of itself.
    pub(crate) fn identity(&self) -> SubnetIdentity {
        let bytes = |text: &str| text.as_bytes().to_vec();
        SubnetIdentity {
            name: bytes(self.name.as_ref().unwrap_or(&self.task)),
            task: bytes(&self.task),
            description: self.description.as_deref().map(bytes).unwrap_or_default(),
            ..SubnetIdentity::default()
        }
    }

    /// The development key of its owner, who is `founder` if none is named.
    pub(crate) fn owner(&self, founder: &Key) -> Result<Key, PopulationError> {
        self.owner.as_ref().map_or_else(|| Ok(founder.clone()), |uri| Key::new(uri.clone()))
    }

    /// The development key of its owner's hotkey.
    pub(crate) fn owner_hotkey(&self) -> Result<Key, PopulationError> {
        Key::new(self.owner_hotkey.clone().unwrap_or_else(|| OWNER_HOTKEY.to_owned()))
    }

    /// It as a chain has it from the start, with accounts that anybody may have.
    pub(crate) fn for_anybody(&self, deployer: AccountId) -> Result<GenesisSubnet, PopulationError> {
        let hotkey = self.owner_hotkey.as_deref().ok_or_else(|| PopulationError::NoOwnerHotkey(self.task.clone()))?;
        if !self.neurons.is_empty() {
            return Err(PopulationError::Neurons(self.task.clone()));
        }
        Ok(GenesisSubnet {
            owner: self.owner.as_deref().map_or(Ok(deployer), account)?,
            owner_hotkey: account(hotkey)?,
            identity: self.identity(),
            hyperparameters: self.hyperparameters(),
        })
    }
}

/// Passes if every subnet has the number of its place and a task that there is.
pub(crate) fn check(subnets: &[Subnet]) -> Result<(), PopulationError> {
    for (netuid, subnet) in (1..).zip(subnets) {
        if let Some(said) = subnet.netuid.filter(|said| *said != netuid) {
            return Err(PopulationError::Netuid { said, netuid });
        }
        if evaluator::tasks::TASKS.iter().all(|task| task.spec().id != subnet.task) {
            return Err(PopulationError::UnknownTask { task: subnet.task.clone() });
        }
    }
    Ok(())
}

impl Neuron {
    /// The hotkey with its URI.
    pub(crate) fn hotkey(&self, netuid: u16) -> Result<Key, PopulationError> {
        Key::new(self.uri.clone().unwrap_or_else(|| format!("//{}_sn{netuid}", self.name)))
    }

    /// The coldkey of `hotkey` with its URI.
    pub(crate) fn coldkey(&self, hotkey: &Key) -> Result<Key, PopulationError> {
        Key::new(self.coldkey.clone().unwrap_or_else(|| format!("{}//cold", hotkey.uri)))
    }

    /// What its coldkey stakes on it.
    pub(crate) fn stake(&self) -> Rao {
        whole_tao(self.stake)
    }
}

/// An amount of whole TAO.
pub(crate) fn whole_tao(tao: u64) -> Rao {
    Rao::new(tao.saturating_mul(Rao::ONE_TAO.get()))
}

/// An account by its address or, for development, by the URI of its key.
pub(crate) fn account(text: &str) -> Result<AccountId, PopulationError> {
    if text.starts_with("//") {
        return Ok(Key::new(text.to_owned())?.signer.account());
    }
    parse_ss58(text).map_err(|error| PopulationError::Account { text: text.to_owned(), error })
}

/// A development key: everybody has it, so that it may stand in a file.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) uri: String,
    pub(crate) signer: Signer,
}

impl Key {
    /// The key of a URI of derivations only. Any other one may be somebody's secret, and is refused without being
    /// repeated.
    pub(crate) fn new(uri: String) -> Result<Self, PopulationError> {
        if !uri.starts_with("//") {
            return Err(PopulationError::NotADevelopmentKey);
        }
        let signer = Signer::from_uri(&uri).map_err(PopulationError::Key)?;
        Ok(Self { uri, signer })
    }
}
