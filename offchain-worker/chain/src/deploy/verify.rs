//! Whether a deployment on a chain is what its record says, and runs the code of the artifacts.

use primitives::{AccountId, Hash};
use sp_core::hexdisplay::HexDisplay;

use super::{
    DeployError, DeploymentConfig,
    part::{Part, Parts, places},
    profile::Profile,
    steps::Site,
};
use crate::{Artifacts, At, Chain, Contracts, Label, ss58};

/// What is on record of a deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeploymentRecord {
    /// The hash of the chain's first block.
    pub genesis: Hash,
    /// Who deployed.
    pub deployer: AccountId,
    /// The build that was deployed.
    pub profile: Profile,
    /// What was asked for.
    pub config: DeploymentConfig,
    /// Where the contracts are.
    pub addresses: Parts<AccountId>,
    /// The hashes of their code.
    pub code_hashes: Parts<Hash>,
}

/// One thing that was compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What: `tao.code`, `staking.connect`.
    pub subject: Label,
    /// What was found, or how it differs.
    pub outcome: Result<String, Mismatch>,
}

/// How a deployment differs from its record or from the artifacts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// The record is of another chain.
    #[error("the record is of the chain 0x{}, and this is 0x{}", HexDisplay::from(.recorded), HexDisplay::from(.found))]
    Genesis {
        /// In the record.
        recorded: Hash,
        /// This chain's.
        found: Hash,
    },
    /// The record does not have the code of the artifacts.
    #[error("the record has the code 0x{}, and the artifacts have 0x{}", HexDisplay::from(.recorded), HexDisplay::from(.built))]
    Artifact {
        /// In the record.
        recorded: Hash,
        /// In the artifacts.
        built: Hash,
    },
    /// The deployer, the code, the constructor's arguments or the salt in the record are not those of the address.
    #[error("what the record says of deployer, code, arguments and salt makes the address {}, and the record has {}", ss58(.derived), ss58(.recorded))]
    Arguments {
        /// In the record.
        recorded: AccountId,
        /// Derived from the rest of the record.
        derived: AccountId,
    },
    /// There is no contract.
    #[error("there is no contract at {}", ss58(.0))]
    Missing(AccountId),
    /// The contract runs other code.
    #[error("it runs the code 0x{}, and the record has 0x{}", HexDisplay::from(.found), HexDisplay::from(.recorded))]
    Code {
        /// On the chain.
        found: Hash,
        /// In the record.
        recorded: Hash,
    },
    /// A contract does not know another one of the deployment.
    #[error("it is not connected to {}", ss58(.0))]
    NotConnected(AccountId),
    /// A contract is somebody else's.
    #[error("its owner is {}, and the record names {}", ss58(.found), ss58(.recorded))]
    Owner {
        /// On the chain.
        found: AccountId,
        /// In the record.
        recorded: AccountId,
    },
    /// Somebody else may pause a contract.
    #[error("its guardian is {}, and the record names {}", account(.found), account(.recorded))]
    Guardian {
        /// On the chain.
        found: Option<AccountId>,
        /// In the record.
        recorded: Option<AccountId>,
    },
}

/// Compares everything that can be compared, at one block.
///
/// # Errors
/// Those of reading the chain or the artifacts; a difference is an outcome.
pub fn verify(
    chain: &(impl Chain + ?Sized),
    artifacts: &Artifacts,
    record: &DeploymentRecord,
) -> Result<Vec<Check>, DeployError> {
    let at = At::from(chain.block(At::Head)?);
    let found = chain.host()?.genesis;
    let genesis = match found == record.genesis {
        true => Ok(format!("0x{}", HexDisplay::from(&found))),
        false => Err(Mismatch::Genesis { recorded: record.genesis, found }),
    };
    let mut checks = vec![Check { subject: "genesis".into(), outcome: genesis }];
    if checks[0].outcome.is_err() {
        return Ok(checks);
    }
    let codes = Parts::try_new(|part| chain.code_hash(at, *record.addresses.of(part)))?;
    let derived = places(record.deployer, &record.code_hashes, &record.config);
    for (part, &recorded) in record.addresses.iter() {
        let derived = derived.of(part).address;
        let built = artifacts.contract_of(record.profile, part.name())?.code_hash;
        let code = code(*codes.of(part), *record.code_hashes.of(part), built, recorded);
        let arguments = match derived == recorded {
            true => Ok(ss58(&recorded)),
            false => Err(Mismatch::Arguments { recorded, derived }),
        };
        checks.push(Check { subject: format!("{}.code", part.name()).into(), outcome: code });
        checks.push(Check { subject: part.constructor(), outcome: arguments });
    }
    let is_there = codes.map(Option::is_some);
    let site = Site { chain, at, contracts: record.addresses.contracts(), is_there: &is_there };
    checks.extend(connections(&site)?);
    checks.extend(guards(&site, record)?);
    Ok(checks)
}

/// What runs, against the record and the artifacts.
fn code(found: Option<Hash>, recorded: Hash, built: Hash, contract: AccountId) -> Result<String, Mismatch> {
    let found = found.ok_or(Mismatch::Missing(contract))?;
    if found != recorded {
        return Err(Mismatch::Code { found, recorded });
    }
    if recorded != built {
        return Err(Mismatch::Artifact { recorded, built });
    }
    Ok(format!("0x{}", HexDisplay::from(&found)))
}

/// Looks whether contracts know each other, at one block; those that are no deployment of each other do not.
///
/// # Errors
/// Those of reading the chain; a connection that is missing is an outcome.
pub fn check_connections(
    chain: &(impl Chain + ?Sized),
    at: At,
    contracts: &Contracts,
) -> Result<Vec<Check>, DeployError> {
    let is_there = Parts::try_new(|_| Ok::<_, DeployError>(true))?;
    connections(&Site { chain, at, contracts: *contracts, is_there: &is_there })
}

fn connections(site: &Site<'_, impl Chain + ?Sized>) -> Result<Vec<Check>, DeployError> {
    let contracts = &site.contracts;
    let minter = match site.has_minter() {
        Err(DeployError::ConnectedElsewhere { .. }) => false,
        minter => minter?,
    };
    let connections = [
        ("tao.set_minter", minter, contracts.settlement),
        ("staking.connect", site.staking_knows()?, contracts.settlement),
        ("registry.connect", site.registry_knows()?, contracts.settlement),
        ("settlement.connect", site.settlement_knows()?, contracts.root),
    ];
    let checks = connections.map(|(subject, is_made, to)| Check {
        subject: subject.into(),
        outcome: if is_made { Ok(ss58(&to)) } else { Err(Mismatch::NotConnected(to)) },
    });
    Ok(checks.into())
}

/// Owners and guardians. An owner who was offered ownership may have accepted it or not.
fn guards(site: &Site<'_, impl Chain + ?Sized>, record: &DeploymentRecord) -> Result<Vec<Check>, DeployError> {
    let named = record.config.owner.unwrap_or(record.deployer);
    let mut checks = Vec::new();
    for (part, _, guard) in site.guards()? {
        let Some(guard) = guard else { continue };
        let owner = if guard.owner == named {
            Ok(ss58(&guard.owner))
        } else if guard.owner == record.deployer && guard.pending_owner == Some(named) {
            Ok(format!("{}, offered to {}", ss58(&guard.owner), ss58(&named)))
        } else {
            Err(Mismatch::Owner { found: guard.owner, recorded: named })
        };
        let (found, recorded) = (guard.guardian, record.config.guardian);
        let guardian = match found == recorded {
            true => Ok(account(&found)),
            false => Err(Mismatch::Guardian { found, recorded }),
        };
        checks.push(Check { subject: owner_of(part), outcome: owner });
        checks.push(Check { subject: format!("{}.guardian", part.name()).into(), outcome: guardian });
    }
    Ok(checks)
}

fn owner_of(part: Part) -> Label {
    format!("{}.owner", part.name()).into()
}

fn account(account: &Option<AccountId>) -> String {
    account.as_ref().map_or_else(|| "nobody".to_owned(), ss58)
}
