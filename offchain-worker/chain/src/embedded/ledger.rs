//! The blocks and the state of the embedded chain.
//!
//! Between two calls the newest block is sealed and its state committed; a simulation runs on that state in a storage
//! transaction that is rolled back. The state before a block is kept if somebody was told of it, for reads pinned to it.

use std::{collections::VecDeque, ops::RangeInclusive};

use ink_sandbox::{
    ContractExecResultFor, ContractInstantiateResultFor, H256, TestExternalities,
    frame_support::{
        sp_runtime::BuildStorage,
        storage::{TransactionOutcome, with_transaction_unchecked},
        traits::{Get, Hooks, fungible::Mutate},
    },
    frame_system,
    macros::DefaultSandboxRuntime,
    pallet_balances, pallet_contracts, pallet_timestamp,
};
use pallet_contracts::{Code, CollectEvents, DebugInfo, Determinism};
use primitives::{AccountId, Hash};

use super::convert;
use crate::{
    At, Block, Call, ChainError, ContractLimits, Event, Gas, GasLog, Instantiated, Instantiation, Receipt, Simulation,
};

pub(super) type Runtime = DefaultSandboxRuntime;
type System = frame_system::Pallet<Runtime>;
type Timestamp = pallet_timestamp::Pallet<Runtime>;
type Balances = pallet_balances::Pallet<Runtime>;
type Contracts = pallet_contracts::Pallet<Runtime>;

/// How many states before the newest are kept of those that somebody was told of.
const KEPT_STATES: usize = 32;

pub(super) struct Ledger {
    state: TestExternalities,
    head: Block,
    /// Whether the newest block was handed out, so that somebody may still want to read at it when it is not the newest.
    is_head_known: bool,
    kept: VecDeque<(Block, TestExternalities)>,
    events: Vec<Event>,
    gas_log: GasLog,
}

impl Ledger {
    pub(super) fn new(start_ms: u64) -> Self {
        let genesis = frame_system::GenesisConfig::<Runtime>::default();
        let storage = genesis.build_storage().expect("the genesis of System has no content that could fail");
        let mut state = TestExternalities::new(storage);
        let genesis_hash = state.execute_with(|| System::block_hash(0)).0;
        let head = Block { number: 0, hash: genesis_hash, timestamp_ms: start_ms };
        let mut ledger = Self {
            state,
            head,
            is_head_known: false,
            kept: VecDeque::new(),
            events: Vec::new(),
            gas_log: GasLog::default(),
        };
        ledger.seal(start_ms, || ());
        ledger
    }

    pub(super) fn head(&self) -> Block {
        self.head
    }

    pub(super) fn gas_log(&self) -> &GasLog {
        &self.gas_log
    }

    pub(super) fn fund(&mut self, account: AccountId, amount: u128) {
        let account = convert::account32(account);
        self.seal(self.head.timestamp_ms, || {
            Balances::mint_into(&account, amount).expect("the sum of all that is given out fits 128 bits")
        });
    }

    pub(super) fn advance_to(&mut self, time_ms: u64) -> Block {
        self.seal(time_ms.max(self.head.timestamp_ms), || ());
        self.is_head_known = true;
        self.head
    }

    pub(super) fn block(&mut self, at: At) -> Result<Block, ChainError> {
        match self.place(at)? {
            Some(place) => Ok(self.kept[place].0),
            None => {
                self.is_head_known = true;
                Ok(self.head)
            }
        }
    }

    /// The place of a block's state among those that are kept; `None` for the newest.
    fn place(&self, at: At) -> Result<Option<usize>, ChainError> {
        let unknown = match at {
            At::Head => return Ok(None),
            At::Block(hash) => ChainError::UnknownBlock(hash),
            At::Number(number) => ChainError::UnknownNumber(number),
        };
        let is_meant = |block: &Block| [At::Block(block.hash), At::Number(block.number)].contains(&at);
        if is_meant(&self.head) {
            return Ok(None);
        }
        self.kept.iter().position(|(block, _)| is_meant(block)).map(Some).ok_or(unknown)
    }

    pub(super) fn events(&self, blocks: &RangeInclusive<u32>) -> Vec<Event> {
        let first = self.events.partition_point(|event| event.block < *blocks.start());
        let end = self.events.partition_point(|event| event.block <= *blocks.end());
        self.events.get(first..end).unwrap_or_default().to_vec()
    }

    pub(super) fn balance(&mut self, at: At, account: AccountId) -> Result<u128, ChainError> {
        self.look(at, || Balances::free_balance(convert::account32(account)))
    }

    pub(super) fn code_hash(&mut self, at: At, contract: AccountId) -> Result<Option<Hash>, ChainError> {
        self.look(at, || Contracts::code_hash(&convert::account32(contract)).map(|hash| hash.0))
    }

    pub(super) fn check_code(&mut self, uploader: AccountId, code: &[u8]) -> Result<u128, ChainError> {
        let uploaded = self.look(At::Head, || {
            Contracts::bare_upload_code(convert::account32(uploader), code.to_owned(), None, Determinism::Enforced)
        })?;
        uploaded.map(|uploaded| uploaded.deposit).map_err(|error| ChainError::Dispatch {
            message: "the upload of the code".into(),
            failure: convert::failure(error, uploader, None),
        })
    }

    pub(super) fn simulate(
        &mut self,
        at: At,
        caller: AccountId,
        call: &Call,
        gas_limit: Gas,
    ) -> Result<Simulation, ChainError> {
        let result = self.look(at, || bare_call(caller, call, gas_limit))?;
        match result.result {
            Ok(returned) => Ok(Simulation {
                gas_consumed: convert::gas(result.gas_consumed),
                gas_required: convert::gas(result.gas_required),
                deposit: convert::deposit(&result.storage_deposit),
                output: convert::output(returned),
            }),
            Err(error) => Err(ChainError::Dispatch {
                message: call.label(),
                failure: convert::failure(error, caller, Some(call.contract)),
            }),
        }
    }

    pub(super) fn execute(&mut self, caller: AccountId, call: &Call, gas_limit: Gas) -> Result<Receipt, ChainError> {
        let (result, events) = self.seal(self.head.timestamp_ms, || {
            commit_if(
                || bare_call(caller, call, gas_limit),
                |result| matches!(&result.result, Ok(returned) if !returned.did_revert()),
            )
        });
        let (gas, deposit) = (convert::gas(result.gas_consumed), convert::deposit(&result.storage_deposit));
        self.gas_log.record(call.label(), gas, deposit);
        match result.result {
            Ok(returned) => {
                Ok(Receipt { block: self.head, gas, deposit, fee: 0, output: convert::output(returned), events })
            }
            Err(error) => Err(ChainError::Dispatch {
                message: call.label(),
                failure: convert::failure(error, caller, Some(call.contract)),
            }),
        }
    }

    pub(super) fn instantiate(
        &mut self,
        caller: AccountId,
        instantiation: &Instantiation,
        gas_limit: Gas,
    ) -> Result<Instantiated, ChainError> {
        let label = &instantiation.label;
        let (result, events) = self.seal(self.head.timestamp_ms, || {
            commit_if(
                || bare_instantiate(caller, instantiation, gas_limit),
                |result| matches!(&result.result, Ok(returned) if !returned.result.did_revert()),
            )
        });
        let (gas, deposit) = (convert::gas(result.gas_consumed), convert::deposit(&result.storage_deposit));
        self.gas_log.record(label.clone(), gas, deposit);
        match result.result {
            Ok(returned) => Ok(Instantiated {
                contract: convert::account(returned.account_id),
                receipt: Receipt {
                    block: self.head,
                    gas,
                    deposit,
                    fee: 0,
                    output: convert::output(returned.result),
                    events,
                },
            }),
            Err(error) => {
                Err(ChainError::Dispatch { message: label.clone(), failure: convert::failure(error, caller, None) })
            }
        }
    }

    /// Builds the next block with one action in it; returns what the action did and what contracts emitted.
    fn seal<T>(&mut self, time_ms: u64, action: impl FnOnce() -> T) -> (T, Vec<Event>) {
        self.keep_head();
        let number = self.head.number + 1;
        let parent = H256(self.head.hash);
        let (done, events, hash) = self.state.execute_with(|| {
            System::reset_events();
            System::initialize(&number, &parent, &Default::default());
            Timestamp::set_timestamp(time_ms);
            System::note_finished_initialize();
            let done = action();
            let events = convert::contract_events(number);
            Timestamp::on_finalize(number);
            (done, events, System::finalize().hash())
        });
        self.state.commit_all().expect("no storage transaction is open between blocks");
        self.head = Block { number, hash: hash.0, timestamp_ms: time_ms };
        self.is_head_known = false;
        self.events.extend_from_slice(&events);
        (done, events)
    }

    /// Keeps the state of the newest block, which is about to be succeeded, if somebody was told of it.
    fn keep_head(&mut self) {
        if !self.is_head_known {
            return;
        }
        if self.kept.len() == KEPT_STATES {
            self.kept.pop_front();
        }
        let mut state = TestExternalities::new_empty();
        state.backend = self.state.as_backend();
        self.kept.push_back((self.head, state));
    }

    /// Looks at the state after a block; whatever `action` changes there is taken back.
    fn look<T>(&mut self, at: At, action: impl FnOnce() -> T) -> Result<T, ChainError> {
        let state = match self.place(at)? {
            Some(place) => &mut self.kept[place].1,
            None => &mut self.state,
        };
        Ok(state.execute_with(|| with_transaction_unchecked(|| TransactionOutcome::Rollback(action()))))
    }
}

/// What the runtime is configured with.
pub(super) fn limits(gas: Gas) -> ContractLimits {
    let schedule = <Runtime as pallet_contracts::Config>::Schedule::get().limits;
    ContractLimits {
        code_bytes: <Runtime as pallet_contracts::Config>::MaxCodeLen::get(),
        payload_bytes: schedule.payload_len,
        memory_pages: schedule.memory_pages,
        event_topics: schedule.event_topics,
        deposit_per_item: <Runtime as pallet_contracts::Config>::DepositPerItem::get(),
        deposit_per_byte: <Runtime as pallet_contracts::Config>::DepositPerByte::get(),
        gas,
    }
}

/// Runs an action as an extrinsic does: what it changed stays only if it succeeded.
fn commit_if<T>(action: impl FnOnce() -> T, is_success: impl FnOnce(&T) -> bool) -> T {
    with_transaction_unchecked(|| {
        let done = action();
        match is_success(&done) {
            true => TransactionOutcome::Commit(done),
            false => TransactionOutcome::Rollback(done),
        }
    })
}

fn bare_call(caller: AccountId, call: &Call, gas_limit: Gas) -> ContractExecResultFor<Runtime> {
    Contracts::bare_call(
        convert::account32(caller),
        convert::account32(call.contract),
        0,
        convert::weight(gas_limit),
        None,
        call.input.clone(),
        DebugInfo::Skip,
        CollectEvents::Skip,
        Determinism::Enforced,
    )
}

fn bare_instantiate(
    caller: AccountId,
    instantiation: &Instantiation,
    gas_limit: Gas,
) -> ContractInstantiateResultFor<Runtime> {
    Contracts::bare_instantiate(
        convert::account32(caller),
        0,
        convert::weight(gas_limit),
        None,
        Code::Upload(instantiation.code.clone()),
        instantiation.input.clone(),
        instantiation.salt.clone(),
        DebugInfo::Skip,
        CollectEvents::Skip,
    )
}
