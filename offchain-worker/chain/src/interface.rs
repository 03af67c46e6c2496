//! Whether the contracts at some addresses are those whose interface this program was built with.
//!
//! Every contract says whose storage it has and which layout of it, and code is replaced only by code of the same layout
//! unless it is converted. So a later release of the contracts is told from this one before anything of it is read or sent.

use primitives::{AccountId, Guarded, StorageVersion};

use crate::{Chain, ChainError, Contracts, Snapshot, advice::layout, ss58};

/// What the contracts of this release say of themselves, in the order of [`Contracts::all`].
const UNDERSTOOD: [StorageVersion; 5] = [
    StorageVersion::new(*b"TAO_", 1),
    StorageVersion::new(*b"STAK", 1),
    StorageVersion::new(*b"REGI", 1),
    StorageVersion::new(*b"SETT", 1),
    StorageVersion::new(*b"ROOT", 1),
];

/// Why a contract cannot be used with this program.
#[derive(Debug, thiserror::Error)]
pub enum InterfaceError {
    /// It is another contract, or of a release with another interface.
    #[error(
        "{name} at {} is of version {} and this program understands version {}",
        ss58(contract),
        layout(found),
        layout(understood)
    )]
    Version {
        /// What it should be.
        name: &'static str,
        /// Where it is.
        contract: AccountId,
        /// What it says that it is.
        found: StorageVersion,
        /// What this program understands.
        understood: StorageVersion,
    },
    /// It does not say what it is.
    #[error("{name} at {} does not answer as this release's contract does", ss58(contract))]
    Unknown {
        /// What it should be.
        name: &'static str,
        /// Where it is.
        contract: AccountId,
    },
    /// It cannot be asked.
    #[error(transparent)]
    Chain(#[from] ChainError),
}

impl InterfaceError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Version { found, understood, .. } if found.contract != understood.contract => {
                "There is another contract at this address: check the addresses of the deployment.".to_owned()
            }
            Self::Version { found, understood, .. } if found.number > understood.number => {
                "The contracts are of a later release: upgrade this program to it.".to_owned()
            }
            Self::Version { .. } => {
                "The contracts are of an earlier release: use the program of that release until their owner upgrades them."
                    .to_owned()
            }
            Self::Unknown { .. } => {
                "Check the addresses of the deployment; if they are right, its contracts are of another release: upgrade \
                 this program to it."
                    .to_owned()
            }
            Self::Chain(error) => error.hint().into_owned(),
        }
    }
}

/// Passes for contracts that this program understands.
///
/// # Errors
/// [`InterfaceError`] of the first that it does not.
pub fn check_interfaces<C: Chain + ?Sized>(
    page: &Snapshot<'_, C>,
    contracts: &Contracts,
) -> Result<(), InterfaceError> {
    contracts.all().into_iter().zip(UNDERSTOOD).try_for_each(|((name, contract), understood)| {
        let found = match page.view(contracts.guarded(contract).guard()) {
            Ok(guard) => guard.storage,
            Err(ChainError::Misunderstood { .. } | ChainError::Undecodable { .. }) => {
                return Err(InterfaceError::Unknown { name, contract });
            }
            Err(error) => return Err(error.into()),
        };
        if found == understood {
            return Ok(());
        }
        Err(InterfaceError::Version { name, contract, found, understood })
    })
}
