//! What the everyday messages and an epoch cost on a real node: the scenario of the bench as far as time allows it, since
//! a node's clock is the machine's and moves with a transaction only.

use std::{
    collections::BTreeMap,
    panic::resume_unwind,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use chain::{
    Artifacts, ChainExt, Contracts, DeploymentConfig, Gas, GasUse, Message, Reply, Signer, deploy,
    local_node::{self, LocalNode},
    node::Node,
};
use primitives::{
    AccountId, Hyperparameter, ProtocolBlock, Rao, Registry as _, Settlement as _, Staking as _, Stewardship as _,
    settlement::SETTLE_STEPS, weights::commit_hash,
};
use psp22::PSP22 as _;

use super::{
    MessageFigure, SETTLE,
    bench::{NETUID, TREASURY, full_row, genesis},
};
use crate::{error::CliError, localnet::LocalnetError};

/// Neurons of the subnet: the most that one has by default.
pub(super) const SIZE: u16 = 256;
/// Those of them that validate.
const VALIDATORS: u16 = 64;
/// A protocol block, in ms of the node's time.
const BLOCK_MS: u64 = 100;
/// Blocks per epoch: 64 validators must commit and reveal within one.
const TEMPO: u16 = 900;
/// Transactions that are underway at the same time.
const AT_ONCE: usize = 16;
/// What each key gets of the node's own currency, whose unit has 12 decimals.
const NATIVE: u128 = 20_000_000_000_000;

/// A market on a node.
struct Ground {
    node: Node,
    contracts: Contracts,
    founder: Signer,
    hotkeys: Vec<Signer>,
    used: Mutex<BTreeMap<String, GasUse>>,
    settling: GasUse,
}

/// Measures on a node of its own.
pub(super) fn measure(artifacts: &Artifacts) -> Result<Vec<MessageFigure>, CliError> {
    let program = local_node::find().map_err(LocalnetError::from)?;
    let folder = tempfile::tempdir()?;
    let process = LocalNode::start(&program, folder.path(), 0).map_err(LocalnetError::from)?;
    let mut ground = Ground::open(&process.url(), artifacts)?;
    ground.register()?;
    ground.epochs()?;
    ground.money()?;
    let used = ground.used.into_inner().unwrap_or_default();
    let figures = used.into_iter().map(|(label, used)| match label.as_str() {
        SETTLE => MessageFigure::new(&label, SIZE, GasUse { deposit: used.deposit, ..ground.settling }),
        _ => MessageFigure::new(&label, SIZE, used),
    });
    Ok(figures.collect())
}

impl Ground {
    /// Deploys, and gives every key what fees and deposits take.
    fn open(url: &str, artifacts: &Artifacts) -> Result<Self, CliError> {
        let node = Node::connect(&[url.to_owned()])?;
        let founder = Signer::from_uri("//Alice")?;
        let key = |number| Signer::from_uri(&format!("//yarrow-gas//{number}"));
        let hotkeys = (0..SIZE).map(key).collect::<Result<Vec<_>, _>>()?;
        let mut subnet = genesis(&founder, SIZE);
        subnet.hyperparameters.push(Hyperparameter::Tempo(TEMPO));
        let config = DeploymentConfig {
            block_ms: BLOCK_MS,
            allocation: vec![(founder.account(), TREASURY)],
            genesis: vec![subnet],
            ..DeploymentConfig::default()
        };
        let contracts = deploy(&node, &founder, artifacts, &config)?.contracts;
        let (used, settling) = (Mutex::default(), GasUse::default());
        let ground = Self { node, contracts, founder, hotkeys, used, settling };
        ground.each(&ground.hotkeys, |hotkey| {
            ground.node.transfer(&ground.founder, hotkey.account(), NATIVE)?;
            Ok(())
        })?;
        Ok(ground)
    }

    /// Every hotkey registers as its own coldkey, publishes a model and is served.
    fn register(&self) -> Result<(), CliError> {
        let registry = || self.contracts.registry();
        let challenge =
            self.node.view(registry().work_target(NETUID))?.map(|target| target.challenge).unwrap_or_default();
        self.each(&self.hotkeys, |hotkey| {
            let nonce = u64::from_le_bytes(*hotkey.account().0.first_chunk().unwrap_or(&[0; 8]));
            self.send(hotkey, registry().register_by_work(NETUID, hotkey.account(), challenge, nonce))?;
            Ok(())
        })?;
        self.send(&self.founder, self.contracts.stewardship().start_subnet(NETUID))
    }

    /// Every validator commits and reveals full rows; three epochs are settled, the last with stake and bonds.
    fn epochs(&mut self) -> Result<(), CliError> {
        let validators: Vec<Signer> = self.hotkeys.iter().take(VALIDATORS.into()).cloned().collect();
        let stake = Rao::new(TREASURY.get() / 4 / u64::from(VALIDATORS));
        self.send(&self.founder, self.contracts.token().approve(self.contracts.staking, u128::MAX))?;
        self.each(&validators, |validator| {
            self.send(&self.founder, self.contracts.staking().add_stake(validator.account(), stake))?;
            Ok(())
        })?;
        let first = self.await_epoch_after(None)?;
        let blocks = self.registration_blocks()?;
        for epoch in first..first + 3 {
            self.each(&validators, |validator| self.speak(validator, epoch, epoch > first, &blocks))?;
            self.await_epoch_after(Some(epoch))?;
            self.settle()?;
        }
        Ok(())
    }

    /// When each neuron has registered, by uid.
    fn registration_blocks(&self) -> Result<Vec<ProtocolBlock>, CliError> {
        let metagraph = worker::Metagraph::read(&self.node.snapshot()?, &self.contracts, NETUID)?;
        Ok(metagraph.neurons.iter().map(|neuron| neuron.registered_at).collect())
    }

    /// A validator reveals what it committed to an epoch ago, and commits.
    fn speak(&self, validator: &Signer, epoch: u64, reveals: bool, blocks: &[ProtocolBlock]) -> Result<(), CliError> {
        let (settlement, hotkey) = (|| self.contracts.settlement(), validator.account());
        let row = |epoch| full_row(epoch, blocks.iter().copied());
        if reveals {
            self.send(validator, settlement().reveal_weights(NETUID, hotkey, row(epoch - 1)))?;
        }
        let hash = commit_hash(&self.contracts.settlement, NETUID, &hotkey, &row(epoch));
        self.send(validator, settlement().commit_weights(NETUID, hash))?;
        Ok(())
    }

    /// Settles the epoch that has ended, and keeps what the dearest took.
    fn settle(&mut self) -> Result<(), CliError> {
        let mut taken = GasUse::default();
        loop {
            let call = self.contracts.settlement().settle(NETUID, SETTLE_STEPS);
            let settled = self.node.submit(&self.founder, call)?;
            self.record(SETTLE, settled.receipt.gas, settled.receipt.deposit);
            taken = taken.and(settled.receipt.gas, settled.receipt.deposit);
            if settled.value {
                break;
            }
        }
        if taken.total.ref_time > self.settling.total.ref_time {
            self.settling = taken;
        }
        Ok(())
    }

    /// What a holder does every day.
    fn money(&self) -> Result<(), CliError> {
        let (contracts, hotkey) = (&self.contracts, &self.hotkeys[0]);
        let another = AccountId::from([9; 32]);
        self.send(&self.founder, contracts.token().transfer(hotkey.account(), Rao::ONE_TAO.to_psp22(), Vec::new()))?;
        self.send(&self.founder, contracts.staking().add_stake(hotkey.account(), Rao::ONE_TAO))?;
        self.send(&self.founder, contracts.token().approve(contracts.registry, u128::MAX))?;
        self.send(&self.founder, contracts.registry().register_by_burn(NETUID, another, TREASURY))?;
        Ok(())
    }

    /// Waits until the epoch after one runs, or the next one if none is named; returns it.
    fn await_epoch_after(&self, epoch: Option<u64>) -> Result<u64, CliError> {
        let running = || self.node.view(self.contracts.settlement().schedule(NETUID, self.founder.account()));
        let last = epoch.map_or_else(|| running().map(|schedule| schedule.epoch), Ok)?;
        loop {
            let now = running()?.epoch;
            if now > last {
                return Ok(now);
            }
            // The node's clock moves with a transaction only.
            self.node.transfer(&self.founder, self.founder.account(), 1)?;
        }
    }

    /// Sends a message and records what it took.
    fn send<R: Reply>(&self, signer: &Signer, message: impl Into<Message<R>>) -> Result<R::Value, CliError> {
        let message = message.into();
        let label = message.call.label();
        let done = self.node.submit(signer, message)?;
        self.record(&label, done.receipt.gas, done.receipt.deposit);
        Ok(done.value)
    }

    fn record(&self, label: &str, gas: Gas, deposit: chain::Deposit) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = used.entry(label.to_owned()).or_default();
        *entry = entry.and(gas, deposit);
    }

    /// Does something for each of some keys, for many at a time.
    fn each(&self, keys: &[Signer], act: impl Fn(&Signer) -> Result<(), CliError> + Sync) -> Result<(), CliError> {
        let next = AtomicUsize::new(0);
        thread::scope(|scope| {
            let work = || -> Result<(), CliError> {
                while let Some(key) = keys.get(next.fetch_add(1, Ordering::SeqCst)) {
                    act(key)?;
                }
                Ok(())
            };
            let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
            workers.into_iter().try_for_each(|worker| match worker.join() {
                Ok(done) => done,
                Err(panic) => resume_unwind(panic),
            })
        })
    }
}
