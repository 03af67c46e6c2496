//! Deployment: the contracts in order, each knowing the ones it calls, resumable at every step.
//!
//! [`plan`] asks the chain what it takes and what is there already; [`Plan::execute`] makes the steps that are left. Where
//! each contract will be is known beforehand ([`places`]), so that a deployment that was interrupted goes on where it
//! stopped, and one that is complete sends nothing. [`verify`] compares what is on a chain with what a record of a
//! deployment says and with the artifacts.

mod error;
mod part;
mod profile;
mod steps;
mod verify;
mod wasm;

use primitives::{AccountId, Hash, Rao, clock::DEFAULT_BLOCK_MS, registry::GenesisSubnet};

pub use self::{
    error::DeployError,
    part::{Arguments, Part, Parts, Place, arguments, contract_address, places},
    profile::Profile,
    steps::Step,
    verify::{Check, DeploymentRecord, Mismatch, check_connections, verify},
};
use self::{
    profile::{Build, Question},
    steps::{Action, Site},
};
use crate::{
    Artifacts, At, Block, Chain, ChainError, ContractLimits, Contracts, DispatchFailure, Host, Instantiation, Signer,
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
    /// Who may pause the contracts, beside the owner.
    pub guardian: Option<AccountId>,
    /// Who is offered ownership of each contract; until it accepts, and if nobody is named, the deployer owns them.
    pub owner: Option<AccountId>,
    /// Tells apart deployments of one deployer with the same configuration.
    pub salt: Vec<u8>,
    /// The build to deploy; the one that the chain takes if none is named.
    pub profile: Option<Profile>,
}

impl Default for DeploymentConfig {
    /// Bittensor's block time and nothing else.
    fn default() -> Self {
        Self {
            block_ms: DEFAULT_BLOCK_MS,
            allocation: vec![],
            genesis: vec![],
            guardian: None,
            owner: None,
            salt: vec![],
            profile: None,
        }
    }
}

/// Contracts that were deployed and know each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// The addresses that others call.
    pub contracts: Contracts,
    /// The address of each contract.
    pub addresses: Parts<AccountId>,
    /// The hash of each one's code.
    pub code_hashes: Parts<Hash>,
    /// The build that was deployed.
    pub profile: Profile,
    /// The block in which the last step was made; the one that was looked at if none was left to make.
    pub block: Block,
}

/// A deployment on a chain: what is there, and what is left to do.
#[derive(Debug)]
pub struct Plan {
    /// The chain.
    pub host: Host,
    /// The block that was looked at.
    pub block: Block,
    /// The build that the chain takes.
    pub profile: Profile,
    /// Why this one, for people.
    pub reason: String,
    /// The address of each contract.
    pub addresses: Parts<AccountId>,
    /// The hash of each one's code.
    pub code_hashes: Parts<Hash>,
    /// All steps in their order, those that were made too.
    pub steps: Vec<Step>,
}

/// What a contract and what it was told add to the state at most, beside its code: bytes, bytes for each one of the
/// constructor's input, items, and items for each account and subnet that the constructor is given.
const STATE: (u128, u128, u128, u128) = (1_024, 8, 8, 24);
/// What a message of the deployment adds at most: bytes, items.
const MESSAGE_STATE: (u128, u128) = (256, 2);

/// Deploys tao, staking, registry with its steward, settlement with its engine, and root, and connects them, as far as that
/// was not done before. The deployer becomes the owner of each.
///
/// # Errors
/// [`DeployError`]; the bundles and the chain are checked before anything is sent.
pub fn deploy(
    chain: &(impl Chain + ?Sized),
    deployer: &Signer,
    artifacts: &Artifacts,
    config: &DeploymentConfig,
) -> Result<Deployment, DeployError> {
    plan(chain, deployer.account(), artifacts, config)?.execute(chain, deployer, |_| ())
}

/// Looks what a deployment would do on a chain. Sends nothing.
///
/// # Errors
/// [`DeployError`]: what the chain lacks, or what of the deployer.
pub fn plan(
    chain: &(impl Chain + ?Sized),
    deployer: AccountId,
    artifacts: &Artifacts,
    config: &DeploymentConfig,
) -> Result<Plan, DeployError> {
    // A step that an earlier process has sent and that is still under way must not be sent again.
    chain.await_pending(deployer)?;
    let host = chain.host()?;
    let limits = host.limits.ok_or_else(|| DeployError::NoContractsPallet { name: host.name.clone() })?;
    let block = chain.block(At::Head)?;
    let question = Question { chain, at: block.into(), host: &host, limits: &limits, deployer, artifacts, config };
    let build = question.answer()?;
    let addresses = build.places.map(|place| place.address);
    let contracts = addresses.contracts();
    let mut steps = creations(&build, &limits, config);
    let site = Site { chain, at: block.into(), contracts, is_there: &build.is_there };
    steps.extend(site.tellings(deployer, config, limits.deposit_of(MESSAGE_STATE.0, MESSAGE_STATE.1))?);
    let plan = Plan {
        code_hashes: build.code_hashes(),
        profile: build.profile,
        reason: build.reason,
        host,
        block,
        addresses,
        steps,
    };
    plan.check_balance(chain, deployer)?;
    Ok(plan)
}

/// The steps that make the contracts.
fn creations(build: &Build, limits: &ContractLimits, config: &DeploymentConfig) -> Vec<Step> {
    let creation = |(part, place): (Part, &Place)| {
        let (bytes, per_input, items, per_entry) = STATE;
        let entries = match part {
            Part::Tao => config.allocation.len(),
            Part::Registry => config.genesis.len(),
            _ => 0,
        };
        let bytes = bytes + per_input * place.input.len() as u128;
        let state = limits.deposit_of(bytes, items + per_entry * entries as u128);
        let instantiation = Instantiation {
            label: part.constructor(),
            code: build.bundles.of(part).code.clone(),
            input: place.input.clone(),
            salt: config.salt.clone(),
        };
        Step {
            label: part.constructor(),
            part,
            deposit: build.code_deposits.of(part).saturating_add(state),
            is_made: *build.is_there.of(part),
            action: Action::Create(instantiation, place.address),
        }
    };
    build.places.iter().map(creation).collect()
}

impl Plan {
    /// What the steps that are left hold of the deployer's native balance at most, in the host's smallest unit. Each
    /// contract also gets the existential deposit.
    pub fn deposit(&self) -> u128 {
        let left = self.steps.iter().filter(|step| !step.is_made);
        let deposits = left.map(|step| match step.action {
            Action::Create(..) => step.deposit.saturating_add(self.host.currency.existential_deposit),
            Action::Tell(..) => step.deposit,
        });
        deposits.fold(0, u128::saturating_add)
    }

    /// Makes the steps that are left; `report` hears of each before it is made.
    ///
    /// # Errors
    /// [`DeployError`]; the same deployment goes on where it stopped.
    pub fn execute(
        &self,
        chain: &(impl Chain + ?Sized),
        deployer: &Signer,
        mut report: impl FnMut(&Step),
    ) -> Result<Deployment, DeployError> {
        let mut block = self.block;
        for step in self.steps.iter().filter(|step| !step.is_made) {
            report(step);
            block = make(chain, deployer, step)?;
        }
        Ok(Deployment {
            contracts: self.addresses.contracts(),
            addresses: self.addresses.clone(),
            code_hashes: self.code_hashes.clone(),
            profile: self.profile,
            block,
        })
    }

    fn check_balance(&self, chain: &(impl Chain + ?Sized), deployer: AccountId) -> Result<(), DeployError> {
        let (needs, currency) = (self.deposit(), &self.host.currency);
        if needs == 0 {
            return Ok(());
        }
        let has = chain.balance(self.block.into(), deployer)?;
        if has >= needs.saturating_add(currency.existential_deposit) {
            return Ok(());
        }
        Err(DeployError::BalanceTooLow { account: deployer, has: currency.amount(has), needs: currency.amount(needs) })
    }
}

/// Makes a step; the block that it is in.
fn make(chain: &(impl Chain + ?Sized), deployer: &Signer, step: &Step) -> Result<Block, DeployError> {
    match &step.action {
        Action::Create(instantiation, expected) => {
            let created = match chain.instantiate(deployer, instantiation) {
                // Sent before, by a deployment that did not hear of it any more.
                Err(ChainError::Dispatch { failure: DispatchFailure::DuplicateContract, .. }) => {
                    return Ok(chain.block(At::Head)?);
                }
                created => created?,
            };
            step.part.decode(created.contract, &created.receipt.output)?;
            if created.contract != *expected {
                let (part, found, expected) = (step.part, created.contract, *expected);
                return Err(DeployError::OtherAddress { part, found, expected });
            }
            Ok(created.receipt.block)
        }
        Action::Tell(call, decode) => {
            let receipt = chain.execute(deployer, call)?;
            decode(step.label.clone(), call.contract, &receipt.output)?;
            Ok(receipt.block)
        }
    }
}
