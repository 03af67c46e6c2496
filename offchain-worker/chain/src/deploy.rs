//! Deployment: the contracts in order, each knowing the ones it calls.

use ink::selector_bytes;
use primitives::{
    AccountId, Guarded, Hash, Rao, RegistryError, RootError, Settlement, SettlementError, Staking, StakingError,
    Stewardship, Tao, clock::DEFAULT_BLOCK_MS, registry::GenesisSubnet, tao::TaoError,
};
use scale::{Decode, Encode};

use crate::{
    ArtifactError, Artifacts, Block, Bundle, Chain, ChainError, ChainExt, Contracts, Instantiation, Refusal, Signer,
    reply,
};

/// What a deployment is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeploymentConfig {
    /// Length of a protocol block, in ms; fixed for ever.
    pub block_ms: u64,
    /// TAO minted at deployment: to whom and how much.
    pub allocation: Vec<(AccountId, Rao)>,
    /// Subnets that exist from the start, without a lock.
    pub genesis: Vec<GenesisSubnet>,
    /// Who may pause the contracts, beside the deployer.
    pub guardian: Option<AccountId>,
    /// Tells apart deployments of one deployer with the same configuration.
    pub salt: Vec<u8>,
}

impl Default for DeploymentConfig {
    /// Bittensor's block time and nothing else.
    fn default() -> Self {
        Self { block_ms: DEFAULT_BLOCK_MS, allocation: vec![], genesis: vec![], guardian: None, salt: vec![] }
    }
}

/// Contracts that were deployed and know each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// Their addresses.
    pub contracts: Contracts,
    /// The contract that keeps the steward of `registry` on the chain; nobody calls it.
    pub steward: AccountId,
    /// The contract that keeps the engine of `settlement` on the chain; nobody calls it.
    pub engine: AccountId,
    /// The hash of each one's code, in the order of deployment.
    pub code_hashes: [(&'static str, Hash); 7],
    /// The block in which the last step was made.
    pub block: Block,
}

/// Why a deployment failed. What was deployed until then is without effect: it knows of no minter.
#[derive(Debug, thiserror::Error)]
pub enum DeployError {
    /// A contract's bundle cannot be used.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// A step failed.
    #[error(transparent)]
    Chain(#[from] ChainError),
}

/// Deploys tao, staking, registry with its steward, settlement with its engine, and root, and connects them. The deployer
/// becomes the owner of each.
///
/// # Errors
/// [`DeployError`]; the bundles are all checked before anything is sent.
pub fn deploy(
    chain: &(impl Chain + ?Sized),
    deployer: &Signer,
    artifacts: &Artifacts,
    config: &DeploymentConfig,
) -> Result<Deployment, DeployError> {
    let [tao, staking, steward, registry, engine, settlement, root] = bundles(artifacts)?;
    let code_hashes = [
        ("tao", tao.code_hash),
        ("staking", staking.code_hash),
        ("steward", steward.code_hash),
        ("registry", registry.code_hash),
        ("engine", engine.code_hash),
        ("settlement", settlement.code_hash),
        ("root", root.code_hash),
    ];
    let new = Constructor { chain, deployer, salt: &config.salt };
    let tao = new.create::<TaoError>(tao, &config.allocation)?;
    let staking = new.create::<StakingError>(staking, &(tao, config.block_ms))?;
    let steward = new.create::<RegistryError>(steward, &())?;
    let registry = new.create::<RegistryError>(registry, &(tao, staking, steward, &config.genesis))?;
    let engine = new.create::<SettlementError>(engine, &())?;
    let settlement = new.create::<SettlementError>(settlement, &(tao, staking, registry, engine))?;
    let root = new.create::<RootError>(root, &(staking, registry, settlement))?;
    let contracts = Contracts { tao, staking, registry, settlement, root };

    chain.submit(deployer, contracts.tao().set_minter(Some(settlement)))?;
    chain.submit(deployer, contracts.staking().connect(registry, settlement))?;
    chain.submit(deployer, contracts.stewardship().connect(settlement))?;
    let mut last = chain.submit(deployer, contracts.settlement().connect(root))?;
    if config.guardian.is_some() {
        for (_, contract) in contracts.all() {
            last = chain.submit(deployer, contracts.guarded(contract).set_guardian(config.guardian))?;
        }
    }
    Ok(Deployment { contracts, steward, engine, code_hashes, block: last.receipt.block })
}

fn bundles(artifacts: &Artifacts) -> Result<[Bundle; 7], ArtifactError> {
    let bundle = |name| artifacts.contract(name);
    Ok([
        bundle("tao")?,
        bundle("staking")?,
        bundle("steward")?,
        bundle("registry")?,
        bundle("engine")?,
        bundle("settlement")?,
        bundle("root")?,
    ])
}

struct Constructor<'a, C: ?Sized> {
    chain: &'a C,
    deployer: &'a Signer,
    salt: &'a [u8],
}

impl<C: Chain + ?Sized> Constructor<'_, C> {
    /// Calls the constructor `new`, which may refuse with an `E`.
    fn create<E: Decode + Into<Refusal>>(
        &self,
        bundle: Bundle,
        arguments: &impl Encode,
    ) -> Result<AccountId, ChainError> {
        let instantiation = Instantiation {
            label: format!("{}.new", bundle.name).into(),
            code: bundle.code,
            input: (selector_bytes!("new"), arguments).encode(),
            salt: self.salt.to_owned(),
        };
        let created = self.chain.instantiate(self.deployer, &instantiation)?;
        let output = &created.receipt.output;
        if output.reverted {
            reply::decode::<Result<(), E>>(instantiation.label, created.contract, output)?;
        }
        Ok(created.contract)
    }
}
