//! An embedded chain with the built contracts on it.

use chain::{Artifacts, ChainExt, Deployment, DeploymentConfig, Embedded, Signer, Submitted, deploy};
use primitives::{AccountId, Rao};
use psp22::PSP22;

/// Host time at which every test begins, in ms.
pub(crate) const START_MS: u64 = 1_700_000_000_000;
/// What Alice has at deployment.
pub(crate) const ALLOCATED: Rao = Rao::new(1_000_000_000_000);

pub(crate) fn artifacts() -> Artifacts {
    Artifacts::find(None).expect("built contracts")
}

pub(crate) fn signer(name: &str) -> Signer {
    Signer::from_uri(&format!("//{name}")).expect("a development key")
}

/// A chain on which Alice has deployed everything and has [`ALLOCATED`]; Bob can pay for storage.
pub(crate) struct World {
    pub(crate) chain: Embedded,
    pub(crate) alice: Signer,
    pub(crate) bob: Signer,
    pub(crate) deployment: Deployment,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(|config| config)
    }

    pub(crate) fn with(change: impl FnOnce(DeploymentConfig) -> DeploymentConfig) -> Self {
        let (chain, alice, bob) = funded_chain();
        let config = DeploymentConfig { allocation: vec![(alice.account(), ALLOCATED)], ..Default::default() };
        let deployment = deploy(&chain, &alice, &artifacts(), &change(config)).expect("deployed");
        Self { chain, alice, bob, deployment }
    }

    pub(crate) fn balance_of(&self, account: AccountId) -> u128 {
        self.chain.view(self.deployment.contracts.token().balance_of(account)).expect("a view")
    }

    /// Alice sends RAO to Bob.
    pub(crate) fn transfer(&self, amount: u128) -> Submitted<()> {
        let transfer = self.deployment.contracts.token().transfer(self.bob.account(), amount, vec![]);
        self.chain.submit(&self.alice, transfer).expect("Alice has enough")
    }
}

pub(crate) fn funded_chain() -> (Embedded, Signer, Signer) {
    let (chain, alice, bob) = (Embedded::new(START_MS), signer("Alice"), signer("Bob"));
    for account in [&alice, &bob] {
        chain.fund(account.account(), 1_000_000_000_000);
    }
    (chain, alice, bob)
}
