//! The contracts as users meet them: the built bundles in a contracts chain that runs inside the test.
//!
//! [`World`] holds the chain. Messages are built by the interfaces in `primitives`, so the compiler checks names and
//! arguments, and answers come back as their Rust types:
//!
//! ```no_run
//! use yarrow_e2e::prelude::*;
//!
//! let (alice, bob) = (account("alice"), account("bob"));
//! let mut world = World::new();
//! world.fund(alice, Rao::ONE_TAO);
//! world.ok(alice, world.psp22().transfer(bob, 5, vec![]));
//! let transfer = psp22::Transfer { from: Some(alice), to: Some(bob), value: 5 };
//! assert_eq!(world.emitted(), [Emitted::new(world.tao, transfer)]);
//! assert_eq!(world.read(world.psp22().balance_of(bob)), 5);
//! let error = world.refused(bob, world.psp22().transfer(alice, 6, vec![]));
//! assert_eq!(error, PSP22Error::InsufficientBalance);
//! println!("{:?}", world.gas());
//! ```
//!
//! The chain's clock stands still until a test moves it. Callers never lack native balance. A message that traps or
//! runs out of gas ends the test.

mod code;
mod message;
mod neurons;
mod puppet;
mod setup;
mod world;

pub use code::wasm;
pub use message::{
    BurnableMessages, Emitted, GuardedMessages, Message, MetadataMessages, Psp22Messages, RegistryMessages,
    RootMessages, SettlementMessages, StakingMessages, StewardshipMessages, TaoMessages, messages,
};
pub use neurons::work_nonce;
pub use puppet::Puppet;
pub use setup::{DEPLOYER, GENESIS_MS, Setup, TREASURY, account};
pub use world::{DEFAULT_TEMPO, World};

/// What a test needs: the world, the interfaces whose messages it sends, and common types.
pub mod prelude {
    pub use primitives::{
        AccountId, Guarded, Hyperparameter, Netuid, ProtocolBlock, Rao, Registry, RootNetwork, Settlement, Staking,
        Stewardship, Tao, Uid,
    };
    pub use psp22::{PSP22, PSP22Burnable, PSP22Error, PSP22Metadata};

    pub use crate::{DEPLOYER, Emitted, Setup, TREASURY, World, account};
}
