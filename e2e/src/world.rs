//! The chain with the contracts on it.

use std::fmt::Debug;

use drink::{
    AccountId32, DispatchError, Sandbox, Weight,
    minimal::{MinimalSandbox, MinimalSandboxRuntime},
    pallet_contracts::Determinism,
    sandbox_api::prelude::*,
    session::Session,
};
use ink::{ConstructorResult, MessageResult, env::Event};
use ink_sandbox::{EventRecordOf, StorageRoot};
use primitives::{AccountId, Clock, Netuid, ProtocolBlock, Rao, Staking, Tao, Uid, staking::Reward};
use psp22::PSP22;
use scale::{Decode, Encode};

use crate::{
    DEPLOYER, Emitted, GENESIS_MS, Message, Setup, TREASURY,
    message::{
        BurnableMessages, GuardedMessages, MetadataMessages, Psp22Messages, RegistryMessages, RootMessages,
        SettlementMessages, StakingMessages, StewardshipMessages, TaoMessages, messages,
    },
    wasm,
};

/// What one message may use: the portable budget.
pub(crate) const GAS_LIMIT: Weight = Weight::from_parts(300_000_000_000, 5 * 1024 * 1024);
/// Blocks of an epoch whose end a test stands in for.
pub const DEFAULT_TEMPO: u64 = 360;
/// Native balance that an account has at least before it calls.
const NATIVE_BALANCE: u128 = 1_000_000_000_000;

/// A contracts chain with Yarrow on it.
pub struct World {
    /// The token.
    pub tao: AccountId,
    /// The stakes.
    pub staking: AccountId,
    /// The registry, or an account that stands in for it.
    pub registry: AccountId,
    /// The contract that keeps the steward of the registry on the chain.
    pub steward: AccountId,
    /// The contract that keeps the engine of the settlement on the chain.
    pub engine: AccountId,
    /// The settlement, or an account that stands in for it.
    pub settlement: AccountId,
    /// The root network.
    pub root: AccountId,
    session: Session<MinimalSandbox>,
    now_ms: u64,
    gas: Weight,
    emitted: Vec<Emitted>,
    deployed: u64,
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl World {
    /// All contracts, with the defaults of [`Setup`].
    pub fn new() -> Self {
        Setup::default().deploy()
    }

    /// `tao` and `staking` alone, with the defaults of [`Setup`].
    pub fn stakes_only() -> Self {
        Setup::default().deploy_stakes()
    }

    /// The messages of `tao`.
    pub fn tao(&self) -> TaoMessages {
        messages(self.tao)
    }

    /// The messages of `tao` as a PSP22 token.
    pub fn psp22(&self) -> Psp22Messages {
        messages(self.tao)
    }

    /// The messages of `tao` as a token with metadata.
    pub fn psp22_metadata(&self) -> MetadataMessages {
        messages(self.tao)
    }

    /// The messages of `tao` as a token that can be burned.
    pub fn psp22_burnable(&self) -> BurnableMessages {
        messages(self.tao)
    }

    /// The messages of `staking`.
    pub fn staking(&self) -> StakingMessages {
        messages(self.staking)
    }

    /// The messages of `registry`.
    pub fn registry(&self) -> RegistryMessages {
        messages(self.registry)
    }

    /// The rarer messages of `registry`, which its steward answers.
    pub fn stewardship(&self) -> StewardshipMessages {
        messages(self.registry)
    }

    /// The messages of `settlement`.
    pub fn settlement(&self) -> SettlementMessages {
        messages(self.settlement)
    }

    /// The messages of `root`.
    pub fn root(&self) -> RootMessages {
        messages(self.root)
    }

    /// The contracts that have an owner, by name.
    pub fn guarded(&self) -> [(&'static str, AccountId); 5] {
        [
            ("tao", self.tao),
            ("staking", self.staking),
            ("registry", self.registry),
            ("settlement", self.settlement),
            ("root", self.root),
        ]
    }

    /// The messages of the guard of `contract`.
    pub fn guard(&self, contract: AccountId) -> GuardedMessages {
        messages(contract)
    }

    /// Sends a message and returns its answer.
    #[track_caller]
    pub fn call<Args: Encode, R: Decode>(&mut self, caller: AccountId, message: Message<Args, R>) -> R {
        let params = message.params();
        let answer = self.call_raw(caller, *params.callee(), params.exec_input().encode());
        let answer = answer.unwrap_or_else(|error| panic!("the message did not return: {error:?}"));
        let result = MessageResult::<R>::decode(&mut &answer[..]).expect("the answer has the interface's type");
        result.expect("the contract knows the message")
    }

    /// Sends a message that must succeed and returns what it gives.
    #[track_caller]
    pub fn ok<Args: Encode, T: Decode, E: Decode + Debug>(
        &mut self,
        caller: AccountId,
        message: Message<Args, Result<T, E>>,
    ) -> T {
        self.call(caller, message).unwrap_or_else(|error| panic!("refused: {error:?}"))
    }

    /// Sends a message that must be refused, with no trace in the chain's state, and returns the error.
    #[track_caller]
    pub fn refused<Args: Encode, T: Decode + Debug, E: Decode>(
        &mut self,
        caller: AccountId,
        message: Message<Args, Result<T, E>>,
    ) -> E {
        self.provide_native_balance(caller);
        let before = self.state_root();
        let error = self.call(caller, message).expect_err("refused");
        assert_eq!(self.state_root(), before, "a refused message changed the state");
        assert_eq!(self.emitted, [], "a refused message emitted events");
        error
    }

    /// The answer of a message that only reads; [`Self::gas`] and [`Self::events`] stay those of the call before.
    #[track_caller]
    pub fn read<Args: Encode, R: Decode>(&mut self, message: Message<Args, R>) -> R {
        let (gas, emitted) = (self.gas, std::mem::take(&mut self.emitted));
        let answer = self.call(DEPLOYER, message);
        (self.gas, self.emitted) = (gas, emitted);
        answer
    }

    /// Sends any bytes to a contract: its answer, or why it did not return.
    pub fn call_raw(
        &mut self,
        caller: AccountId,
        contract: AccountId,
        input: Vec<u8>,
    ) -> Result<Vec<u8>, DispatchError> {
        self.call_paying(caller, contract, input, 0)
    }

    /// Sends any bytes and native value to a contract: its answer, or why it did not return.
    pub fn call_paying(
        &mut self,
        caller: AccountId,
        contract: AccountId,
        input: Vec<u8>,
        value: u128,
    ) -> Result<Vec<u8>, DispatchError> {
        self.provide_native_balance(caller);
        let sandbox = self.session.sandbox();
        sandbox.reset_events();
        let (contract, caller) = (native(contract), native(caller));
        let called = sandbox.call_contract(contract, value, input, caller, GAS_LIMIT, None, Determinism::Enforced);
        self.keep(called.gas_consumed, called.events);
        called.result.map(|returned| returned.data)
    }

    /// Sends any bytes to a contract and undoes what that does.
    pub fn try_raw(
        &mut self,
        caller: AccountId,
        contract: AccountId,
        input: Vec<u8>,
    ) -> Result<Vec<u8>, DispatchError> {
        let before = self.session.sandbox().take_snapshot();
        let answer = self.call_raw(caller, contract, input);
        self.session.sandbox().restore_snapshot(before);
        answer
    }

    /// What the last call used.
    pub fn gas(&self) -> Weight {
        self.gas
    }

    /// All events of the last call, in order.
    pub fn emitted(&self) -> &[Emitted] {
        &self.emitted
    }

    /// The events of one type of the last call, in order.
    pub fn events<E: Event + Decode>(&self) -> Vec<E> {
        self.emitted.iter().filter_map(Emitted::decode).collect()
    }

    /// Host time in ms.
    pub fn now_ms(&self) -> u64 {
        self.now_ms
    }

    /// Moves host time to `now_ms`.
    pub fn set_time(&mut self, now_ms: u64) {
        self.now_ms = now_ms;
        self.session.sandbox().set_timestamp(now_ms);
    }

    /// Lets `ms` milliseconds pass.
    pub fn pass_ms(&mut self, ms: u64) {
        self.set_time(self.now_ms + ms);
    }

    /// Lets `blocks` protocol blocks pass.
    pub fn pass_blocks(&mut self, blocks: u64) {
        let block_ms = self.clock().block_ms;
        self.pass_ms(blocks * block_ms);
    }

    /// The current protocol block.
    pub fn block(&mut self) -> ProtocolBlock {
        self.clock().block(self.now_ms)
    }

    /// The deployment's clock.
    pub fn clock(&mut self) -> Clock {
        self.read(self.staking().clock())
    }

    /// The TAO of an account.
    pub fn balance(&mut self, account: AccountId) -> Rao {
        let balance = self.read(self.psp22().balance_of(account));
        Rao::from_psp22(balance).expect("no balance passes the cap")
    }

    /// Gives `account` TAO of the treasury's.
    #[track_caller]
    pub fn fund(&mut self, account: AccountId, amount: Rao) {
        self.ok(TREASURY, self.psp22().transfer(account, amount.to_psp22(), vec![]));
    }

    /// Gives `account` that much of the chain's own currency.
    pub fn give_native(&mut self, account: AccountId, amount: u128) {
        self.session.sandbox().mint_into(&native(account), amount).expect("there is no limit to native balance");
    }

    /// Lets `coldkey` stake `amount` of the treasury's TAO on `hotkey`.
    #[track_caller]
    pub fn stake(&mut self, coldkey: AccountId, hotkey: AccountId, amount: Rao) {
        self.fund(coldkey, amount);
        self.ok(coldkey, self.psp22().increase_allowance(self.staking, amount.to_psp22()));
        self.ok(coldkey, self.staking().add_stake(hotkey, amount));
    }

    /// Gives `hotkey` of `coldkey` a seat, as a registration does, where a plain account stands in for the registry.
    #[track_caller]
    pub fn seat(&mut self, netuid: Netuid, uid: u16, coldkey: AccountId, hotkey: AccountId) {
        self.ok(self.registry, self.staking().take_seat(netuid, Uid::new(uid), coldkey, hotkey));
    }

    /// Mints `rewards` to staking and has them paid to the uids of a subnet from 0 on, as an epoch does, where a
    /// plain account stands in for settlement. The next epoch begins [`DEFAULT_TEMPO`] blocks later.
    #[track_caller]
    pub fn pay(&mut self, netuid: Netuid, rewards: Vec<Reward>) {
        let amounts = rewards.iter().flat_map(|reward| [reward.incentive, reward.dividends]);
        let total = Rao::new(amounts.map(Rao::get).sum());
        self.ok(self.settlement, self.tao().mint(vec![(self.staking, total)]));
        let next_epoch = self.block().after(DEFAULT_TEMPO);
        self.ok(self.settlement, self.staking().pay(netuid, Uid::new(0), rewards, next_epoch));
    }

    /// Deploys the contract `name`: constructor `new` with `args`. The account, or the constructor's error.
    ///
    /// # Errors
    /// That of the constructor.
    #[track_caller]
    pub fn deploy<E: Decode>(&mut self, name: &str, args: impl Encode) -> Result<AccountId, E> {
        self.provide_native_balance(DEPLOYER);
        self.deployed += 1;
        let salt = self.deployed.encode();
        let input = (ink::selector_bytes!("new"), args).encode();
        let sandbox = self.session.sandbox();
        sandbox.reset_events();
        let code = wasm(&format!("contracts/{name}"));
        let deployed = sandbox.deploy_contract(code, 0, input, salt, native(DEPLOYER), GAS_LIMIT, None);
        self.keep(deployed.gas_consumed, deployed.events);
        let deployed = deployed.result.unwrap_or_else(|error| panic!("{name} was not deployed: {error:?}"));
        if !deployed.result.did_revert() {
            return Ok(<[u8; 32]>::from(deployed.account_id).into());
        }
        let result = ConstructorResult::<Result<(), E>>::decode(&mut &deployed.result.data[..]);
        let result = result.expect("the answer has the constructor's type").expect("the contract has the constructor");
        Err(result.expect_err("a constructor that succeeds does not revert"))
    }

    /// A chain without contracts.
    pub(crate) fn empty() -> Self {
        let nobody = AccountId::from([0; 32]);
        let mut world = Self {
            tao: nobody,
            staking: nobody,
            registry: nobody,
            steward: nobody,
            engine: nobody,
            settlement: nobody,
            root: nobody,
            session: Session::default(),
            now_ms: GENESIS_MS,
            gas: Weight::zero(),
            emitted: vec![],
            deployed: 0,
        };
        world.set_time(GENESIS_MS);
        world
    }

    /// The root of all state but events.
    pub fn state_root(&mut self) -> StorageRoot {
        let sandbox = self.session.sandbox();
        sandbox.reset_events();
        sandbox.take_snapshot().storage_root
    }

    fn keep(&mut self, gas: Weight, events: Option<Vec<EventRecordOf<MinimalSandboxRuntime>>>) {
        let events = events.unwrap_or_default();
        self.emitted = events.into_iter().filter_map(Emitted::from_runtime).collect();
        self.gas = gas;
    }

    pub(crate) fn sandbox(&mut self) -> &mut MinimalSandbox {
        self.session.sandbox()
    }

    pub(crate) fn provide_native_balance(&mut self, account: AccountId) {
        let sandbox = self.session.sandbox();
        let missing = NATIVE_BALANCE.saturating_sub(sandbox.free_balance(&native(account)));
        if missing > 0 {
            sandbox.mint_into(&native(account), missing).expect("there is no limit to native balance");
        }
    }
}

pub(crate) fn native(account: AccountId) -> AccountId32 {
    AccountId32::new(account.0)
}
