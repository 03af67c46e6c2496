//! A contracts chain in the test whose own currency has 64 bits, as Bittensor's has.

#![expect(unexpected_cfgs, reason = "construct_runtime asks for a feature `std` of this crate")]

use frame_support::{
    derive_impl, parameter_types,
    sp_runtime::{AccountId32, Perbill, traits::Convert},
    traits::{ConstBool, ConstU32, ConstU64, Randomness},
    weights::Weight,
};
use ink::{ConstructorResult, MessageResult};
use ink_sandbox::{
    BlockBuilder, DispatchError, H256, TestExternalities, pallet_balances, pallet_contracts, pallet_timestamp,
};
use pallet_contracts::{Code, CollectEvents, DebugInfo, Determinism};
use primitives::AccountId;
use scale::{Decode, Encode};
use yarrow_e2e::Message;

frame_support::construct_runtime!(
    pub enum Runtime {
        System: frame_system,
        Balances: pallet_balances,
        Timestamp: pallet_timestamp,
        Contracts: pallet_contracts,
    }
);

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig as frame_system::DefaultConfig)]
impl frame_system::Config for Runtime {
    type Block = frame_system::mocking::MockBlockU32<Runtime>;
    type Version = ();
    type BlockHashCount = ConstU32<250>;
    type AccountData = pallet_balances::AccountData<u64>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig as pallet_balances::DefaultConfig)]
impl pallet_balances::Config for Runtime {
    type AccountStore = System;
}

#[derive_impl(pallet_timestamp::config_preludes::TestDefaultConfig as pallet_timestamp::DefaultConfig)]
impl pallet_timestamp::Config for Runtime {}

parameter_types! {
    pub Schedule: pallet_contracts::Schedule<Runtime> = Default::default();
    pub const NoPercent: Perbill = Perbill::from_percent(0);
}

/// The pallet asks for a source of randomness that it never uses.
pub enum NoRandomness {}

impl Randomness<H256, u32> for NoRandomness {
    fn random(_: &[u8]) -> (H256, u32) {
        unreachable!("deprecated and rejected on upload")
    }
}

impl Convert<Weight, u64> for Runtime {
    fn convert(weight: Weight) -> u64 {
        weight.ref_time()
    }
}

impl pallet_contracts::Config for Runtime {
    type Time = Timestamp;
    type Randomness = NoRandomness;
    type Currency = Balances;
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type RuntimeHoldReason = RuntimeHoldReason;
    type CallFilter = ();
    type WeightPrice = Self;
    type WeightInfo = ();
    type ChainExtension = ();
    type Schedule = Schedule;
    type CallStack = [pallet_contracts::Frame<Self>; 5];
    type DepositPerByte = ConstU64<1>;
    type DepositPerItem = ConstU64<1>;
    type DefaultDepositLimit = ConstU64<10_000_000>;
    type CodeHashLockupDepositPercent = NoPercent;
    type AddressGenerator = pallet_contracts::DefaultAddressGenerator;
    type MaxCodeLen = ConstU32<{ 123 * 1024 }>;
    type MaxStorageKeyLen = ConstU32<128>;
    type MaxDelegateDependencies = ConstU32<32>;
    type MaxDebugBufferLen = ConstU32<{ 2 * 1024 * 1024 }>;
    type UnsafeUnstableInterface = ConstBool<false>;
    type UploadOrigin = frame_system::EnsureSigned<AccountId32>;
    type InstantiateOrigin = frame_system::EnsureSigned<AccountId32>;
    type Migrations = ();
    type Debug = ();
    type Environment = ();
    type ApiVersion = ();
    type Xcm = ();
}

/// What one message may use: the portable budget.
const GAS_LIMIT: Weight = Weight::from_parts(300_000_000_000, 5 * 1024 * 1024);
/// What each account has of the chain's currency.
const NATIVE_BALANCE: u64 = 1_000_000_000_000;

/// The chain.
pub struct Chain {
    state: TestExternalities,
}

impl Chain {
    /// A chain at a host time in ms, on which some accounts can pay for storage.
    pub fn new(now_ms: u64, accounts: &[AccountId]) -> Self {
        let balances = accounts.iter().map(|&account| (native(account), NATIVE_BALANCE)).collect();
        let mut chain = Self { state: BlockBuilder::<Runtime>::new_ext(balances) };
        chain.set_time(now_ms);
        chain
    }

    /// Moves host time.
    pub fn set_time(&mut self, now_ms: u64) {
        self.state.execute_with(|| Timestamp::set_timestamp(now_ms));
    }

    /// Deploys a contract: constructor `new` with encoded `args`.
    ///
    /// # Errors
    /// Why the constructor did not return.
    pub fn deploy(&mut self, code: Vec<u8>, deployer: AccountId, args: Vec<u8>) -> Result<AccountId, DispatchError> {
        let input = [&ink::selector_bytes!("new")[..], &args].concat();
        let deployed = self.state.execute_with(|| {
            let (debug, events) = (DebugInfo::UnsafeDebug, CollectEvents::Skip);
            Contracts::bare_instantiate(
                native(deployer),
                0,
                GAS_LIMIT,
                None,
                Code::Upload(code),
                input,
                vec![],
                debug,
                events,
            )
        });
        let deployed = deployed.result?;
        let answer = ConstructorResult::<Result<(), ()>>::decode(&mut &deployed.result.data[..]);
        assert!(!deployed.result.did_revert(), "the constructor refused: {answer:?}");
        Ok(<[u8; 32]>::from(deployed.account_id).into())
    }

    /// Sends a message and returns its answer.
    #[track_caller]
    pub fn call<Args: Encode, R: Decode>(&mut self, caller: AccountId, message: Message<Args, R>) -> R {
        let params = message.params();
        let (contract, input) = (native(*params.callee()), params.exec_input().encode());
        let called = self.state.execute_with(|| {
            let (debug, events) = (DebugInfo::UnsafeDebug, CollectEvents::Skip);
            Contracts::bare_call(
                native(caller),
                contract,
                0,
                GAS_LIMIT,
                None,
                input,
                debug,
                events,
                Determinism::Enforced,
            )
        });
        let answer = called.result.unwrap_or_else(|error| panic!("the message did not return: {error:?}")).data;
        let answer = MessageResult::<R>::decode(&mut &answer[..]).expect("the answer has the interface's type");
        answer.expect("the contract knows the message")
    }

    /// Sends a message that must succeed and returns what it gives.
    #[track_caller]
    pub fn ok<Args: Encode, T: Decode, E: Decode + std::fmt::Debug>(
        &mut self,
        caller: AccountId,
        message: Message<Args, Result<T, E>>,
    ) -> T {
        self.call(caller, message).unwrap_or_else(|error| panic!("refused: {error:?}"))
    }
}

fn native(account: AccountId) -> AccountId32 {
    AccountId32::new(account.0)
}
