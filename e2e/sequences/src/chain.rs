//! What a sequence needs of a chain.

use primitives::{AccountId, Hash};

/// A chain with contracts on it, whose clock stands still until it is moved.
pub trait Chain {
    /// Makes it `now_ms` in host time.
    fn set_time(&mut self, now_ms: u64);

    /// Gives an account what the host wants for a message.
    fn endow(&mut self, account: AccountId);

    /// Sends an encoded message.
    ///
    /// # Errors
    /// What the host says of a contract that gave no answer.
    fn call(&mut self, caller: AccountId, contract: AccountId, input: &[u8]) -> Result<Vec<u8>, String>;

    /// The answer to a message that is then undone, whatever it did.
    ///
    /// # Errors
    /// As [`Self::call`].
    fn try_call(&mut self, caller: AccountId, contract: AccountId, input: &[u8]) -> Result<Vec<u8>, String>;

    /// The hash of a contract's code.
    fn code_hash(&mut self, contract: AccountId) -> Hash;

    /// Differs if anything in the state differs.
    fn fingerprint(&mut self) -> Vec<u8>;
}

/// Where the contracts are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contracts {
    /// Has deployed and owns them.
    pub deployer: AccountId,
    /// The token.
    pub tao: AccountId,
    /// The stakes.
    pub staking: AccountId,
    /// The registry.
    pub registry: AccountId,
    /// The contract that keeps the steward of the registry on the chain.
    pub steward: AccountId,
    /// The contract that keeps the engine of the settlement on the chain.
    pub engine: AccountId,
    /// The settlement.
    pub settlement: AccountId,
    /// The root network.
    pub root: AccountId,
}

impl Contracts {
    /// All contracts.
    pub fn all(&self) -> [AccountId; 7] {
        let Self { tao, staking, registry, steward, engine, settlement, root, deployer: _ } = *self;
        [tao, staking, registry, steward, engine, settlement, root]
    }
}
