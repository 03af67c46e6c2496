//! Which build a chain takes, and what is said of one that takes none.

use std::{borrow::Cow, ops::RangeInclusive};

use chain::{
    Advise, At, Block, Call, Chain, ChainError, ContractLimits, DeployError, DeploymentConfig, DispatchFailure,
    Embedded, Event, Gas, Host, Instantiated, Instantiation, Profile, Receipt, Signer, Simulation, plan,
};
use primitives::{AccountId, Hash};

use crate::world::{artifacts, funded_chain};

/// The embedded chain, which says something else of itself, and takes no code with some of these host functions.
struct Other {
    chain: Embedded,
    host: Host,
    lacks: &'static [&'static str],
}

impl Other {
    fn with(change: impl FnOnce(&mut Host)) -> Self {
        let (chain, ..) = funded_chain();
        let mut host = chain.host().expect("it says");
        change(&mut host);
        Self { chain, host, lacks: &[] }
    }

    fn limited(change: impl FnOnce(&mut ContractLimits)) -> Self {
        Self::with(|host| change(host.limits.as_mut().expect("limits")))
    }

    fn without(functions: &'static [&'static str]) -> Self {
        Self { lacks: functions, ..Self::with(|_| ()) }
    }

    fn plan(&self, config: &DeploymentConfig) -> Result<chain::Plan, DeployError> {
        plan(self, crate::world::signer("Alice").account(), &artifacts(), config)
    }

    fn refuses(&self) -> DeployError {
        let error = self.plan(&DeploymentConfig::default()).expect_err("it cannot host them");
        assert!(!error.advice().retry && error.advice().text.ends_with('.'), "{error}");
        error
    }
}

/// Whether Wasm imports a function: module and name stand one after the other, each with its length before it.
fn imports(code: &[u8], function: &str) -> bool {
    let (module, name) = function.split_once('.').expect("module.name");
    let [module, name] = [module, name].map(|text| [&[text.len() as u8], text.as_bytes()].concat());
    let import = [module, name, vec![0]].concat();
    code.windows(import.len()).any(|window| window == import)
}

impl Chain for Other {
    fn block(&self, at: At) -> Result<Block, ChainError> {
        self.chain.block(at)
    }
    fn simulate(&self, at: At, caller: AccountId, call: &Call) -> Result<Simulation, ChainError> {
        self.chain.simulate(at, caller, call)
    }
    fn execute(&self, signer: &Signer, call: &Call) -> Result<Receipt, ChainError> {
        self.chain.execute(signer, call)
    }
    fn instantiate(&self, signer: &Signer, instantiation: &Instantiation) -> Result<Instantiated, ChainError> {
        self.chain.instantiate(signer, instantiation)
    }
    fn events(&self, blocks: RangeInclusive<u32>) -> Result<Vec<Event>, ChainError> {
        self.chain.events(blocks)
    }
    fn balance(&self, at: At, account: AccountId) -> Result<u128, ChainError> {
        self.chain.balance(at, account)
    }
    fn host(&self) -> Result<Host, ChainError> {
        Ok(self.host.clone())
    }
    fn code_hash(&self, at: At, contract: AccountId) -> Result<Option<Hash>, ChainError> {
        self.chain.code_hash(at, contract)
    }
    fn check_code(&self, uploader: AccountId, code: &[u8]) -> Result<u128, ChainError> {
        if self.lacks.iter().any(|function| imports(code, function)) {
            let failure = DispatchFailure::CodeRejected(Cow::Borrowed("CodeRejected"));
            return Err(ChainError::Dispatch { message: "the upload of the code".into(), failure });
        }
        self.chain.check_code(uploader, code)
    }
    fn fee(&self, signer: AccountId, call: &Call, gas: Gas) -> Result<u128, ChainError> {
        self.chain.fee(signer, call, gas)
    }
}

fn taken(chain: &Other) -> (Profile, String) {
    let plan = chain.plan(&DeploymentConfig::default()).expect("a build for it");
    (plan.profile, plan.reason)
}

#[test]
fn a_usual_chain_gets_the_standard_build() {
    assert_eq!(taken(&Other::with(|_| ())).0, Profile::Standard);
}

#[test]
fn a_chain_with_narrow_balances_gets_the_build_for_them() {
    let (profile, reason) = taken(&Other::with(|host| host.currency.balance_bytes = 8));
    assert_eq!((profile, reason.as_str()), (Profile::U64, "the chain's balances have 64 bits"));
}

#[test]
fn an_older_chain_gets_the_build_for_it_and_is_told_which_function_it_lacks() {
    let (profile, reason) = taken(&Other::without(&["seal2.call"]));
    assert_eq!((profile, reason.as_str()), (Profile::V1, "the chain lacks seal2.call"));
}

#[test]
fn a_named_profile_is_taken_only_if_it_fits() {
    let named = |profile| DeploymentConfig { profile: Some(profile), ..Default::default() };
    let chain = Other::with(|_| ());
    assert_eq!(chain.plan(&named(Profile::V1)).expect("it fits").profile, Profile::V1);
    let error = chain.plan(&named(Profile::U64)).expect_err("other balances");
    assert_eq!(error.to_string(), "the chain's balances have 128 bits, and the profile u64 is for 64 bits");
}

#[test]
fn what_a_chain_lacks_has_a_name_and_an_advice() {
    let error = Other::with(|host| host.limits = None).refuses();
    assert_eq!(error.to_string(), "the chain embedded has no pallet-contracts");
    let error = Other::with(|host| host.currency.balance_bytes = 4).refuses();
    assert_eq!(error.to_string(), "the chain's balances have 32 bits");
    let error = Other::without(&["seal2.call", "seal1.call", "seal0.hash_blake2_256"]).refuses();
    let DeployError::MissingHostFunctions { profile: Profile::V1, functions } = &error else { panic!("{error:?}") };
    assert!(functions.iter().all(|function| function.starts_with("seal")), "{error}");

    type Shrink = fn(&mut ContractLimits);
    let limits: [(&str, Shrink); 4] = [
        ("bytes of a contract's code", |limits| limits.code_bytes = 60_000),
        ("pages of a contract's memory", |limits| limits.memory_pages = 8),
        ("bytes of a storage value", |limits| limits.payload_bytes = 4_096),
        ("topics of an event", |limits| limits.event_topics = 2),
    ];
    for (limit, shrink) in limits {
        let error = Other::limited(shrink).refuses();
        assert!(error.to_string().contains(limit), "{error}");
    }
}
