//! Code beside the deployed one: built bundles, uploads, replacements, contracts written by hand.

use drink::{
    Sandbox,
    minimal::{MinimalSandboxRuntime, RuntimeOrigin},
    pallet_contracts::{self, Determinism},
    sandbox_api::prelude::*,
    session::ContractBundle,
};
use primitives::{AccountId, Guarded, Hash, guard::CodeReplaced};

use crate::{
    DEPLOYER, Emitted, World,
    world::{GAS_LIMIT, native},
};

type Contracts = pallet_contracts::Pallet<MinimalSandboxRuntime>;

/// The Wasm of a bundle below `artifacts/`: `contracts/tao`.
pub fn wasm(name: &str) -> Vec<u8> {
    let path = format!("{}/../artifacts/{name}.contract", env!("CARGO_MANIFEST_DIR"));
    let bundle = ContractBundle::load(&path);
    bundle.unwrap_or_else(|error| panic!("{path}: {error}; scripts/build-contracts.sh builds it")).wasm
}

impl World {
    /// Puts code on the chain and returns its hash.
    pub fn upload(&mut self, code: Vec<u8>) -> Hash {
        self.provide_native_balance(DEPLOYER);
        let uploaded = self.sandbox().upload_contract(code, native(DEPLOYER), None, Determinism::Enforced);
        uploaded.expect("the chain takes the code").code_hash.0
    }

    /// Replaces the code of a contract in its owner's name.
    #[track_caller]
    pub fn upgrade(&mut self, contract: AccountId, code_hash: Hash) {
        self.ok(DEPLOYER, self.guard(contract).set_code_hash(code_hash));
        assert_eq!(self.emitted(), [Emitted::new(contract, CodeReplaced { code_hash })]);
    }

    /// Replaces the code of a contract as the chain's root may, whatever its owner and its storage say.
    pub fn possess(&mut self, contract: AccountId, code_hash: Hash) {
        let replaced = self
            .sandbox()
            .execute_with(|| Contracts::set_code(RuntimeOrigin::root(), native(contract).into(), code_hash.into()));
        replaced.expect("the chain has the contract and the code");
    }

    /// Deploys any code; `input` is for its constructor.
    pub fn place(&mut self, code: Vec<u8>, input: Vec<u8>) -> AccountId {
        self.provide_native_balance(DEPLOYER);
        let placed = self.sandbox().deploy_contract(code, 0, input, vec![], native(DEPLOYER), GAS_LIMIT, None);
        <[u8; 32]>::from(placed.result.expect("the chain takes the code").account_id).into()
    }

    /// The hash of a contract's code.
    pub fn code_hash(&mut self, contract: AccountId) -> Hash {
        let hash = self.sandbox().execute_with(|| Contracts::code_hash(&native(contract)));
        hash.expect("a contract").0
    }

    /// A cell of a contract's storage.
    pub fn cell(&mut self, contract: AccountId, key: Vec<u8>) -> Option<Vec<u8>> {
        self.sandbox().execute_with(|| Contracts::get_storage(native(contract), key)).expect("a contract")
    }

    /// The root cell of a contract's storage.
    pub fn root_cell(&mut self, contract: AccountId) -> Vec<u8> {
        let root = 0_u32.to_le_bytes().to_vec();
        self.cell(contract, root).expect("a contract of ink!'s has a root cell")
    }
}
