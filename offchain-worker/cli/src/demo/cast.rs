//! Who takes part in the demo. All keys follow from the seed.

use chain::{Artifacts, Signer};
use primitives::model::content_hash;
use worker::Secret;

use crate::error::CliError;

/// How a miner comes by its model, and what is expected of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// An honest model.
    Reference,
    /// The bytes of the strongest reference model, committed later.
    Copier,
    /// A model that attacks the sandbox.
    Adversary,
}

/// A miner.
pub(crate) struct MinerRole {
    /// Name in tables.
    pub(crate) label: String,
    pub(crate) part: Part,
    /// Name of the model's artifact, which is also its location.
    pub(crate) model: String,
    pub(crate) coldkey: Signer,
    pub(crate) hotkey: Signer,
}

/// A validator with a nominator.
pub(crate) struct ValidatorRole {
    /// Name in tables.
    pub(crate) label: String,
    pub(crate) coldkey: Signer,
    pub(crate) hotkey: Signer,
    pub(crate) nominator: Signer,
    /// Root of the validator's draws.
    pub(crate) secret: Secret,
}

/// The miners of a subnet and what they are measured by.
pub(crate) struct Market {
    pub(crate) task: &'static str,
    pub(crate) yuma3: bool,
    /// The reference models from weak to strong, then the copier, then the adversaries.
    pub(crate) miners: Vec<MinerRole>,
}

/// Everybody.
pub(crate) struct Cast {
    /// Deploys the contracts.
    pub(crate) founder: Signer,
    /// Settles epochs for whoever wants to pay the gas.
    pub(crate) keeper: Signer,
    pub(crate) validators: Vec<ValidatorRole>,
    pub(crate) markets: Vec<Market>,
}

/// The task of a subnet, the rule of its bonds, and its reference models from weak to strong.
const MARKETS: [(&str, bool, &[&str]); 2] = [
    ("tabular", true, &["stump", "bayes", "softmax", "boosted"]),
    ("bytes", false, &["order1", "order2", "order3", "mixer"]),
];

/// The models that attack the sandbox.
const ADVERSARIES: [&str; 6] = ["looper", "memory-bomb", "deep-recursion", "trapper", "huge-output", "malformed"];

/// Validators on every subnet.
const VALIDATORS: usize = 3;

/// Neurons over all subnets.
pub(crate) fn neurons() -> u64 {
    let per_market = MARKETS.map(|(_, _, references)| references.len() + 1 + ADVERSARIES.len() + VALIDATORS);
    per_market.iter().map(|&neurons| neurons as u64).sum()
}

impl Cast {
    /// Makes everybody's keys.
    pub(crate) fn new(seed: u64) -> Result<Self, CliError> {
        let key = |role: &str| Signer::from_uri(&format!("//yarrow-demo//{seed}//{role}"));
        let person = |role: &str| Ok::<_, CliError>((key(&format!("{role}//cold"))?, key(&format!("{role}//hot"))?));
        let mut validators = Vec::with_capacity(VALIDATORS);
        for number in 1..=VALIDATORS {
            let label = format!("validator-{number}");
            let (coldkey, hotkey) = person(&label)?;
            let nominator = key(&format!("nominator-{number}"))?;
            // A real validator draws its secret at random; here it must follow from the seed.
            let secret = Secret::new(content_hash(format!("yarrow demo, seed {seed}, {label}").as_bytes()));
            validators.push(ValidatorRole { label, coldkey, hotkey, nominator, secret });
        }
        let mut markets = Vec::with_capacity(MARKETS.len());
        for (task, yuma3, references) in MARKETS {
            let mut miners = Vec::new();
            for (label, part, model) in roles(task, references) {
                let (coldkey, hotkey) = person(&format!("{task}//{label}"))?;
                miners.push(MinerRole { label, part, model, coldkey, hotkey });
            }
            markets.push(Market { task, yuma3, miners });
        }
        Ok(Self { founder: key("founder")?, keeper: key("keeper")?, validators, markets })
    }

    /// Owns the subnets: the first validator, whose hotkey is so the owner's.
    pub(crate) fn owner(&self) -> (&Signer, &Signer) {
        self.validators.first().map_or((&self.founder, &self.founder), |first| (&first.coldkey, &first.hotkey))
    }

    /// Every key that pays the host chain's fees.
    pub(crate) fn signers(&self) -> impl Iterator<Item = &Signer> {
        let validators = self.validators.iter().flat_map(|role| [&role.coldkey, &role.hotkey, &role.nominator]);
        let miners = self.markets.iter().flat_map(|market| &market.miners);
        let miners = miners.flat_map(|role| [&role.coldkey, &role.hotkey]);
        [&self.founder, &self.keeper].into_iter().chain(validators).chain(miners)
    }
}

/// Label, part and model artifact of each miner of a task.
fn roles(task: &str, references: &[&str]) -> Vec<(String, Part, String)> {
    let model = |name: &str| format!("{task}-{name}");
    let references_roles = references.iter().map(|name| (name.to_string(), Part::Reference, model(name)));
    let copier = references.last().map(|name| ("copier".to_owned(), Part::Copier, model(name)));
    let adversaries = ADVERSARIES.iter().map(|name| (name.to_string(), Part::Adversary, format!("adversary-{name}")));
    references_roles.chain(copier).chain(adversaries).collect()
}

/// Models as the artifacts hold them; the location of a model is its artifact's name.
pub(crate) struct Shelf<'a>(pub(crate) &'a Artifacts);

impl worker::ModelSource for Shelf<'_> {
    fn fetch(&self, location: &str, _size: u32) -> Option<Vec<u8>> {
        self.0.model(location).ok()
    }
}
