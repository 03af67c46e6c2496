//! The chain as the off-chain worker sees it.
//!
//! [`Chain`] is the narrow door to a host chain: blocks, simulated calls, executed calls, events. It knows bytes only
//! and is object safe, so that the worker does not care which backend it talks to. [`Embedded`] runs
//! `pallet-contracts` inside this process, with time under the caller's control; [`remote`] is the same in another process.
//! [`node`] is a host chain behind a node's RPC, [`local_node`] a node of one's own for it.
//!
//! [`faulty`] makes a chain fail where a test wants it to.
//!
//! [`ChainExt`] puts types on it: the methods of a door of [`Contracts`] are those of the traits in `primitives`, so
//! that selectors, arguments and results are checked by the compiler and stated nowhere else.
//!
//! ```no_run
//! use chain::{Artifacts, ChainExt, DeploymentConfig, Embedded, Signer, deploy};
//! use primitives::{Netuid, Registry};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let chain = Embedded::new(1_700_000_000_000);
//! let alice = Signer::from_uri("//Alice")?;
//! chain.fund(alice.account(), 1_000_000_000_000);
//! let deployment = deploy(&chain, &alice, &Artifacts::find(None)?, &DeploymentConfig::default())?;
//! let cost = chain.view(deployment.contracts.registry().burn_cost(Netuid::new(1)))?;
//! # Ok(())
//! # }
//! ```

mod advice;
mod amount;
mod artifacts;
mod backend;
mod call;
mod client;
mod contracts;
mod deploy;
mod embedded;
mod error;
mod event;
pub mod faulty;
mod gas;
mod host;
mod interface;
mod label;
pub mod local_node;
pub mod node;
mod pages;
pub mod parameters;
mod readable;
mod refusal;
pub mod remote;
mod reply;

pub use advice::{Advice, Advise};
pub use amount::{Amount, AmountError, tao};
pub use artifacts::{ArtifactError, Artifacts, Bundle};
pub use backend::{At, Block, Chain, Deposit, Instantiated, Instantiation, Output, Receipt, Simulation};
pub use call::{Call, Message};
pub use client::{ChainExt, DryRun, Snapshot, Submitted};
pub use contracts::{Contracts, Door};
pub use deploy::{
    Arguments, Check, DeployError, Deployment, DeploymentConfig, DeploymentRecord, Mismatch, Part, Parts, Place, Plan,
    Profile, Step, arguments, check_connections, contract_address, deploy, places, plan, verify,
};
pub use embedded::Embedded;
pub use error::{ChainError, ConnectionFailure, DispatchFailure};
pub use event::Event;
pub use gas::{Gas, GasLog, GasUse};
pub use host::{ContractLimits, Currency, Host};
pub use interface::{InterfaceError, check_interfaces};
pub use keys::{AccountError, Signer, SignerError, parse_ss58, ss58};
pub use label::{Label, labels};
pub use pages::last_result;
pub use refusal::Refusal;
pub use reply::Reply;
