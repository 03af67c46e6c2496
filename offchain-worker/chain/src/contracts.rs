//! The doors to the deployed contracts.
//!
//! A door is the call builder that ink! derives from a trait: it has the trait's own methods, which encode a call
//! instead of making one. So arguments and results are those of `primitives`, and nothing is written twice.

use ink::{codegen::TraitCallBuilder, env::DefaultEnvironment};
use primitives::{AccountId, Guarded, Registry, RootNetwork, Settlement, Staking, Stewardship, Tao};
use psp22::{PSP22, PSP22Burnable, PSP22Metadata};
use scale::{Decode, Encode};

/// Builds the calls of an interface; its methods are the trait's, which must be in scope.
pub type Door<Interface> = <Interface as TraitCallBuilder>::Builder;

/// The addresses of one deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Contracts {
    /// The token.
    pub tao: AccountId,
    /// Hotkeys, stakes and the protocol clock.
    pub staking: AccountId,
    /// Subnets and neurons.
    pub registry: AccountId,
    /// Weights, epochs and emission.
    pub settlement: AccountId,
    /// Votes on how emission is divided.
    pub root: AccountId,
}

impl Contracts {
    /// What `tao` does beyond PSP22.
    pub fn tao(&self) -> Door<ink::contract_ref!(Tao, DefaultEnvironment)> {
        self.tao.into()
    }

    /// `tao` as a PSP22 token.
    pub fn token(&self) -> Door<ink::contract_ref!(PSP22, DefaultEnvironment)> {
        self.tao.into()
    }

    /// Name, symbol and decimals of `tao`.
    pub fn token_metadata(&self) -> Door<ink::contract_ref!(PSP22Metadata, DefaultEnvironment)> {
        self.tao.into()
    }

    /// `tao` as a token that can be burned.
    pub fn burnable(&self) -> Door<ink::contract_ref!(PSP22Burnable, DefaultEnvironment)> {
        self.tao.into()
    }

    /// `staking`.
    pub fn staking(&self) -> Door<ink::contract_ref!(Staking, DefaultEnvironment)> {
        self.staking.into()
    }

    /// `registry`.
    pub fn registry(&self) -> Door<ink::contract_ref!(Registry, DefaultEnvironment)> {
        self.registry.into()
    }

    /// What `registry` has done by its steward.
    pub fn stewardship(&self) -> Door<ink::contract_ref!(Stewardship, DefaultEnvironment)> {
        self.registry.into()
    }

    /// `settlement`.
    pub fn settlement(&self) -> Door<ink::contract_ref!(Settlement, DefaultEnvironment)> {
        self.settlement.into()
    }

    /// `root`.
    pub fn root(&self) -> Door<ink::contract_ref!(RootNetwork, DefaultEnvironment)> {
        self.root.into()
    }

    /// Ownership and pause of any one of the contracts.
    pub fn guarded(&self, contract: AccountId) -> Door<ink::contract_ref!(Guarded, DefaultEnvironment)> {
        contract.into()
    }

    /// All of them with their names, in the order of deployment.
    pub fn all(&self) -> [(&'static str, AccountId); 5] {
        [
            ("tao", self.tao),
            ("staking", self.staking),
            ("registry", self.registry),
            ("settlement", self.settlement),
            ("root", self.root),
        ]
    }
}
