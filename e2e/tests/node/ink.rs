//! Contracts on a node, through `ink_e2e`'s client: the one that teams write the tests of their own contracts with. It takes
//! the built bundles and builds nothing.

use std::{
    fmt::Debug,
    fs,
    path::{Path, PathBuf},
};

use frame_support::weights::Weight;
use ink::env::{
    ContractEnv, Event,
    call::{
        Call, CallBuilder, ExecutionInput, FromAccountId, Selector, build_create,
        utils::{ReturnType, Set},
    },
};
use ink_e2e::{
    CallResult, ContractsBackend as _, Error, H256, Keypair, PolkadotConfig, RpcClient,
    subxt::{blocks::ExtrinsicEvents, rpc_params},
    tokio::runtime::{self, Runtime},
};
use primitives::{AccountId, Host};
use scale::{Decode, Encode};
use yarrow_e2e::wasm;

use crate::process::Node;

/// The contracts of the product, in the order of deployment.
const CONTRACTS: [&str; 7] = ["tao", "staking", "steward", "registry", "engine", "settlement", "root"];
/// What one message may use, the portable budget: what it costs depends on the block that it comes into, so a dry run's figure
/// may be too low.
const GAS_LIMIT: Weight = Weight::from_parts(300_000_000_000, 3 * 1024 * 1024);

/// A message to a contract.
type Message<Args, R> = CallBuilder<Host, Set<Call<Host>>, Set<ExecutionInput<Args>>, Set<ReturnType<R>>>;
/// What a transaction did.
type Submitted<R> = CallResult<Host, R, ExtrinsicEvents<PolkadotConfig>>;

/// `ink_e2e`'s client towards one node.
pub struct Client {
    runtime: Runtime,
    rpc: RpcClient,
    client: ink_e2e::Client<PolkadotConfig, Host>,
}

/// What a constructor makes: any contract.
#[derive(Clone)]
struct Deployed;

impl ContractEnv for Deployed {
    type Env = Host;
}

impl FromAccountId<Host> for Deployed {
    fn from_account_id(_: AccountId) -> Self {
        Self
    }
}

impl Client {
    /// Connects to a node, with the bundles of `artifacts/` at hand.
    pub fn connect(node: &Node) -> Self {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (rpc, client) = runtime.block_on(async {
            let rpc = RpcClient::from_insecure_url(node.url()).await.expect("the node answers");
            let client = ink_e2e::Client::new(rpc.clone(), code_files(node.folder())).await;
            (rpc, client.expect("the node tells of its runtime"))
        });
        Self { runtime, rpc, client }
    }

    /// The hash of the chain's first block, in hexadecimal digits.
    pub fn genesis(&self) -> String {
        let hash = self.runtime.block_on(self.rpc.request("chain_getBlockHash", rpc_params![0]));
        hash.expect("the node knows its first block")
    }

    /// Deploys a contract of [`CONTRACTS`] with the constructor `new`.
    pub fn deploy(
        &mut self,
        deployer: &Keypair,
        name: &str,
        arguments: impl Encode + Clone + Send + Sync,
    ) -> AccountId {
        let input = ExecutionInput::new(Selector::new(ink::selector_bytes!("new"))).push_arg(arguments);
        let mut constructor = build_create::<Deployed>().exec_input(input).returns::<Deployed>();
        let mut deployment = self.client.instantiate(name, deployer, &mut constructor);
        let deployed = self.runtime.block_on(deployment.gas_limit(GAS_LIMIT).submit());
        deployed.unwrap_or_else(|error| panic!("{name} was not deployed: {error:?}")).account_id
    }

    /// What a message answers now, in the name of `caller`.
    #[track_caller]
    pub fn dry_run<Args, R>(&mut self, caller: &Keypair, message: &Message<Args, R>) -> R
    where
        Args: Encode + Clone + Sync,
        R: Decode + Send,
    {
        let answer = self.runtime.block_on(self.client.call(caller, message).dry_run());
        answer.unwrap_or_else(|error| panic!("no answer: {error:?}")).return_value()
    }

    /// Sends a message that must pass.
    #[track_caller]
    pub fn ok<Args, T, E>(&mut self, caller: &Keypair, message: &Message<Args, Result<T, E>>) -> Submitted<Result<T, E>>
    where
        Args: Encode + Clone + Sync,
        T: Decode + Send,
        E: Decode + Send + Debug,
    {
        if let Err(refusal) = self.dry_run(caller, message) {
            panic!("refused: {refusal:?}");
        }
        self.send(caller, message).unwrap_or_else(|error| panic!("not executed: {error:?}"))
    }

    /// Sends a message that must be refused: the contract's error, and that of the transaction.
    #[track_caller]
    pub fn refused<Args, T, E>(&mut self, caller: &Keypair, message: &Message<Args, Result<T, E>>) -> (E, Error)
    where
        Args: Encode + Clone + Sync,
        T: Decode + Send + Debug,
        E: Decode + Send,
    {
        let refusal = self.dry_run(caller, message).expect_err("refused");
        let Err(error) = self.send(caller, message) else { panic!("the transaction passed") };
        (refusal, error)
    }

    fn send<Args, R>(&mut self, caller: &Keypair, message: &Message<Args, R>) -> Result<Submitted<R>, Error>
    where
        Args: Encode + Clone + Sync,
        R: Decode + Send,
    {
        self.runtime.block_on(self.client.call(caller, message).gas_limit(GAS_LIMIT).submit())
    }
}

/// The one event of its type that a transaction emitted, with the contract that did.
#[track_caller]
pub fn event<E: Event + Decode, R: Decode>(submitted: &Submitted<R>) -> (AccountId, E) {
    let emitted = submitted.contract_emitted_events().expect("events that can be read");
    let of_type = |topic: Option<&H256>| topic.map(|topic| topic.0) == E::SIGNATURE_TOPIC;
    let mut found = emitted.into_iter().filter(|event| of_type(event.topics.first()));
    let (Some(event), None) = (found.next(), found.next()) else { panic!("not one event of the type") };
    let data = E::decode(&mut &event.event.data[..]).expect("an event with the signature of its type");
    (event.event.contract, data)
}

/// The account of a key.
pub fn account(key: &Keypair) -> AccountId {
    key.public_key().0.into()
}

/// The bundles' Wasm as files, which is what the client takes.
fn code_files(folder: &Path) -> [PathBuf; 7] {
    CONTRACTS.map(|name| {
        let path = folder.join(format!("{name}.wasm"));
        fs::write(&path, wasm(&format!("contracts/{name}"))).expect("a file of this test");
        path
    })
}
