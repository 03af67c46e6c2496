//! The scenario that calls every message at least once on a subnet of a given size.

use chain::{
    Artifacts, ChainExt, Contracts, Deployment, DeploymentConfig, DryRun, Embedded, GasUse, Message, Part, Reply,
    Signer, deploy,
};
use miner::RegisterError;
use primitives::{
    AccountId, Guarded as _, Hyperparameter, Netuid, ProtocolBlock, Rao, Registry as _, RootNetwork as _,
    Settlement as _, Staking as _, Stewardship as _, Tao as _, Uid,
    axon::Axon,
    clock::DEFAULT_BLOCK_MS,
    registry::{EpochEnd, GenesisSubnet, KEY_SWAP_COST, MAX_MOVED, Settings, SubnetIdentity, UIDS_PER_PAGE},
    root::MAX_ROOT_VALIDATORS,
    settlement::{MAX_UNREVEALED_COMMITS, MAX_WEIGHTS, SETTLE_STEPS},
    staking::{
        COLDKEY_SWAP_DELAY, COLDKEY_SWAP_REANNOUNCEMENT_DELAY, MIN_PARENT_STAKE, Reward, TAKE_RAISE_INTERVAL,
        coldkey_hash,
    },
    weights::{WeightEntry, WeightsPayload, commit_hash},
};
use psp22::{PSP22 as _, PSP22Burnable as _, PSP22Metadata as _};

use super::{MessageFigure, SETTLE};
use crate::error::CliError;

pub(super) const NETUID: Netuid = Netuid::new(1);
const START_MS: u64 = 1_767_225_600_000;
const MOST_VALIDATORS: u16 = 64;
/// Items of the batches. One commit is unrevealed before them.
pub(super) const BATCH: usize = MAX_UNREVEALED_COMMITS - 1;
const TRIM: &str = "registry.trim_to_max_allowed_uids";
const DISSOLVE: &str = "registry.dissolve_subnet";
const SWEEP: &str = "registry.sweep";
const SWAP: &str = "registry.swap_hotkey";
const TAKE_OVER: &str = "registry.take_over_subnet";
const NATIVE_BALANCE: u128 = 1_000_000_000_000;
pub(super) const TREASURY: Rao = Rao::new(5_000_000_000_000);

struct Bench {
    chain: Embedded,
    contracts: Contracts,
    deployment: Deployment,
    founder: Signer,
    hotkeys: Vec<Signer>,
    /// Views are not in the chain's log, because they are no transactions.
    views: Vec<MessageFigure>,
    /// The dearest settling of an epoch, which may take several calls.
    settling: GasUse,
    size: u16,
}

/// Measures settling on a subnet of any size.
pub(super) fn measure_settling(artifacts: &Artifacts, size: u16) -> Result<MessageFigure, CliError> {
    let mut bench = Bench::open(artifacts, size)?;
    bench.epochs()?;
    let deposit = bench.chain.gas_log().get(SETTLE).unwrap_or_default().deposit;
    Ok(MessageFigure::new(SETTLE, size, GasUse { deposit, ..bench.settling }))
}

/// Measures every message at a size.
pub(super) fn measure(artifacts: &Artifacts, size: u16) -> Result<Vec<MessageFigure>, CliError> {
    let mut figures = measure_life(artifacts, size)?;
    figures.extend(measure_end(artifacts, size, &[TRIM])?);
    figures.extend(measure_end(artifacts, size, &[DISSOLVE, SWEEP])?);
    figures.extend(measure_end(artifacts, size, &[SWAP, TAKE_OVER])?);
    Ok(figures)
}

/// Measures what ends neurons or the whole subnet, or puts others in their hands: the messages of these names.
fn measure_end(artifacts: &Artifacts, size: u16, messages: &[&str]) -> Result<Vec<MessageFigure>, CliError> {
    let mut bench = Bench::open(artifacts, size)?;
    bench.epochs()?;
    let stewardship = || bench.contracts.stewardship();
    for message in messages {
        match *message {
            TRIM => bench.act(stewardship().trim_to_max_allowed_uids(NETUID, trimmed(size)))?,
            DISSOLVE => bench.act(stewardship().dissolve_subnet(NETUID))?,
            SWAP => bench.hotkey_swap()?,
            TAKE_OVER => bench.owner_swap()?,
            _ => drop(bench.act(stewardship().sweep(NETUID, size))?),
        }
    }
    let log = bench.chain.gas_log();
    let used = |message: &&str| Some(MessageFigure::new(message, size, log.get(message)?));
    Ok(messages.iter().filter_map(used).collect())
}

/// What a subnet is trimmed to: half of it, or as many less as may move, since all that go may be in the way of others.
fn trimmed(size: u16) -> u16 {
    let going = usize::from(size / 2).min(MAX_MOVED);
    size.saturating_sub(u16::try_from(going).unwrap_or(size))
}

/// Measures what happens on a subnet until its end.
fn measure_life(artifacts: &Artifacts, size: u16) -> Result<Vec<MessageFigure>, CliError> {
    let mut bench = Bench::open(artifacts, size)?;
    bench.announcements()?;
    bench.epochs()?;
    bench.batches()?;
    bench.money()?;
    bench.late_entry()?;
    bench.votes()?;
    bench.views()?;
    bench.inner_messages()?;
    bench.guards()?;
    let log = bench.chain.gas_log();
    let executed = log.iter().map(|(label, used)| match label {
        // The first epochs store most.
        SETTLE => MessageFigure::new(label, size, GasUse { deposit: used.deposit, ..bench.settling }),
        _ => MessageFigure::new(label, size, GasUse { count: 1, total: used.max, ..used }),
    });
    Ok(executed.chain(bench.views).collect())
}

impl Bench {
    /// Deploys, registers `size` neurons by work, starts the subnet.
    fn open(artifacts: &Artifacts, size: u16) -> Result<Self, CliError> {
        let chain = Embedded::new(START_MS);
        let founder = Signer::from_uri("//yarrow-gas//founder")?;
        let key = |number| Signer::from_uri(&format!("//yarrow-gas//{number}"));
        let hotkeys = (0..size).map(key).collect::<Result<Vec<_>, _>>()?;
        for signer in hotkeys.iter().chain([&founder]) {
            chain.fund(signer.account(), NATIVE_BALANCE);
        }
        let config = DeploymentConfig {
            block_ms: DEFAULT_BLOCK_MS,
            allocation: vec![(founder.account(), TREASURY)],
            genesis: vec![genesis(&founder, size)],
            ..DeploymentConfig::default()
        };
        let deployment = deploy(&chain, &founder, artifacts, &config)?;
        let contracts = deployment.contracts;
        let (views, settling) = (Vec::new(), GasUse::default());
        let bench = Self { chain, contracts, deployment, founder, hotkeys, views, settling, size };
        bench.register()?;
        bench.act(contracts.stewardship().start_subnet(NETUID))?;
        Ok(bench)
    }

    /// Every hotkey registers as its own coldkey. Every nonce will do, and the challenge changes with every 256th.
    fn register(&self) -> Result<(), CliError> {
        for hotkeys in self.hotkeys.chunks(256) {
            let target = self.chain.view(self.contracts.registry().work_target(NETUID))?;
            let challenge = target.ok_or(CliError::Register(RegisterError::NoSuchSubnet(NETUID)))?.challenge;
            for (nonce, hotkey) in (0..).zip(hotkeys) {
                let call = self.contracts.registry().register_by_work(NETUID, hotkey.account(), challenge, nonce);
                self.chain.submit(hotkey, call)?;
            }
        }
        Ok(())
    }

    /// Every neuron publishes a model and an endpoint.
    fn announcements(&self) -> Result<(), CliError> {
        let axon =
            Axon { version: 1, ip: 0xc000_0201, port: 8_091, ip_type: 4, protocol: 4, certificate: Some([5; 32]) };
        for hotkey in &self.hotkeys {
            miner::publish(&self.chain, &self.contracts, hotkey, NETUID, b"\0asm", "somewhere")?;
            self.chain.submit(hotkey, self.contracts.registry().serve_axon(NETUID, axon))?;
        }
        Ok(())
    }

    /// The founder sends a message.
    fn act<R: Reply>(&self, message: impl Into<Message<R>>) -> Result<R::Value, CliError> {
        Ok(self.chain.submit(&self.founder, message)?.value)
    }

    /// Every validator commits and reveals full rows; three epochs are settled, the last with stake and bonds.
    fn epochs(&mut self) -> Result<(), CliError> {
        let validators = self.hotkeys[..usize::from(self.size.min(MOST_VALIDATORS))].to_vec();
        let stake = Rao::new(TREASURY.get() / 4 / validators.len() as u64);
        let staking = self.contracts.staking;
        self.act(self.contracts.token().approve(staking, u128::MAX))?;
        for validator in &validators {
            self.act(self.contracts.staking().add_stake(validator.account(), stake))?;
        }
        for epoch in 0..3 {
            for validator in &validators {
                if epoch > 0 {
                    let payload = self.payload(epoch - 1);
                    let reveal = self.contracts.settlement().reveal_weights(NETUID, validator.account(), payload);
                    self.act(reveal)?;
                }
                let hash = commit_hash(&self.contracts.settlement, NETUID, &validator.account(), &self.payload(epoch));
                self.chain.submit(validator, self.contracts.settlement().commit_weights(NETUID, hash))?;
            }
            self.end_epoch()?;
        }
        Ok(())
    }

    fn end_epoch(&mut self) -> Result<(), CliError> {
        let clock = self.chain.view(self.contracts.staking().clock())?;
        let schedule = self.chain.view(self.contracts.settlement().schedule(NETUID, self.founder.account()))?;
        self.chain.set_time_ms(clock.starts_at_ms(schedule.next_epoch));
        let mut taken = GasUse::default();
        loop {
            let settled = self.chain.submit(&self.founder, self.contracts.settlement().settle(NETUID, SETTLE_STEPS))?;
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

    /// A full row; all neurons are there from the first block on.
    fn payload(&self, commit_epoch: u64) -> WeightsPayload {
        full_row(commit_epoch, (0..self.size).map(|_| ProtocolBlock::new(0)))
    }

    /// Several commits in one message, their reveals, and as many rows set directly. All rows together are as long as the
    /// longest row is.
    fn batches(&mut self) -> Result<(), CliError> {
        let contracts = self.contracts;
        let (stewardship, settlement) = (|| contracts.stewardship(), || contracts.settlement());
        let (signer, hotkey) = (self.hotkeys[0].clone(), self.hotkeys[0].account());
        let netuids = vec![NETUID; BATCH];
        self.act(stewardship().set_hyperparameter(NETUID, Hyperparameter::WeightsSetRateLimit(0)))?;
        let schedule = self.chain.view(settlement().schedule(NETUID, hotkey))?;
        let mut payload = self.payload(schedule.epoch);
        payload.entries.truncate(MAX_WEIGHTS / BATCH);
        let row: Vec<_> = payload.entries.iter().map(|entry| (entry.uid, entry.value)).collect();
        let hash = commit_hash(&contracts.settlement, NETUID, &hotkey, &payload);
        self.chain.submit(&signer, settlement().batch_commit_weights(netuids.clone(), vec![hash; BATCH]))?;
        self.end_epoch()?;
        self.act(settlement().batch_reveal_weights(NETUID, hotkey, vec![payload; BATCH]))?;
        self.act(stewardship().set_hyperparameter(NETUID, Hyperparameter::CommitRevealEnabled(false)))?;
        self.chain.submit(&signer, settlement().batch_set_weights(netuids, vec![row; BATCH], vec![0; BATCH]))?;
        Ok(())
    }

    /// Everything that a holder does.
    fn money(&self) -> Result<(), CliError> {
        let (contracts, hotkey) = (&self.contracts, &self.hotkeys[0]);
        let token = || contracts.token();
        let one = Rao::ONE_TAO.to_psp22();
        self.act(token().transfer(hotkey.account(), 10 * one, Vec::new()))?;
        self.chain.submit(hotkey, token().approve(self.founder.account(), one))?;
        self.act(token().transfer_from(hotkey.account(), self.founder.account(), one, Vec::new()))?;
        self.act(token().increase_allowance(contracts.registry, one))?;
        self.act(token().decrease_allowance(contracts.registry, one))?;
        self.act(contracts.burnable().burn(one))?;
        self.act(contracts.tao().recycle(self.founder.account(), Rao::ONE_TAO))?;
        self.act(contracts.staking().remove_stake(hotkey.account(), Rao::ONE_TAO))?;
        let another = AccountId::from([9; 32]);
        self.act(contracts.staking().associate_hotkey(another))?;
        self.act(contracts.staking().move_stake(hotkey.account(), another, Rao::ONE_TAO))?;
        self.act(contracts.staking().transfer_stake(hotkey.account(), self.hotkeys[0].account(), Rao::ONE_TAO))?;
        self.chain.submit(hotkey, contracts.staking().claim_hotkey(hotkey.account()))?;
        self.act(contracts.staking().add_stake(hotkey.account(), MIN_PARENT_STAKE))?;
        self.chain.submit(hotkey, contracts.staking().set_childkey_take(hotkey.account(), 100))?;
        self.chain
            .submit(hotkey, contracts.staking().set_children(hotkey.account(), NETUID, vec![(u64::MAX, another)]))?;
        Ok(())
    }

    /// A newcomer by burn, a subnet for a lock, a hyperparameter, weights set directly.
    fn late_entry(&self) -> Result<(), CliError> {
        let contracts = &self.contracts;
        let stewardship = || contracts.stewardship();
        self.act(contracts.token().approve(contracts.registry, u128::MAX))?;
        self.act(contracts.registry().register_by_burn(NETUID, AccountId::from([8; 32]), TREASURY))?;
        self.act(stewardship().register_subnet(self.founder.account(), SubnetIdentity::default(), TREASURY))?;
        self.act(stewardship().set_identity(NETUID, SubnetIdentity::default()))?;
        self.act(stewardship().set_settings(Settings::default()))?;
        let row: Vec<_> = self.payload(0).entries.iter().map(|entry| (entry.uid, entry.value)).collect();
        self.chain.submit(&self.hotkeys[0], contracts.settlement().set_weights(NETUID, row, 0))?;
        Ok(())
    }

    /// The first hotkeys as root validators, and a root epoch.
    fn votes(&self) -> Result<(), CliError> {
        let root = || self.contracts.root();
        for hotkey in self.root_validators() {
            self.chain.submit(hotkey, root().root_register(hotkey.account()))?;
            self.chain.submit(hotkey, root().set_root_weights(hotkey.account(), vec![(NETUID, u16::MAX)]))?;
        }
        self.act(root().root_epoch())
    }

    fn root_validators(&self) -> impl Iterator<Item = &Signer> {
        self.hotkeys.iter().take(MAX_ROOT_VALIDATORS)
    }

    fn views(&mut self) -> Result<(), CliError> {
        let (contracts, me) = (self.contracts, self.founder.account());
        let (hotkey, uid) = (self.hotkeys[0].account(), Uid::new(0));
        self.view(contracts.token().total_supply())?;
        self.view(contracts.token().balance_of(me))?;
        self.view(contracts.token().allowance(me, hotkey))?;
        self.view(contracts.token_metadata().token_name())?;
        self.view(contracts.token_metadata().token_symbol())?;
        self.view(contracts.token_metadata().token_decimals())?;
        self.view(contracts.tao().cap())?;
        self.view(contracts.tao().supply())?;
        self.view(contracts.tao().issuance())?;
        self.view(contracts.tao().minter())?;
        self.view(contracts.staking().clock())?;
        self.view(contracts.staking().delegate(hotkey))?;
        self.view(contracts.staking().stake_of(hotkey, me))?;
        self.view(contracts.staking().total_stakes(self.root_validators().map(Signer::account).collect()))?;
        self.view(contracts.staking().children(hotkey, NETUID))?;
        self.view(contracts.staking().parents(hotkey, NETUID))?;
        self.view(contracts.staking().childkey_take(hotkey))?;
        self.view(contracts.staking().announced_coldkey_swap(me))?;
        self.view(contracts.staking().swapped_to(me))?;
        self.view(contracts.staking().hotkey_swapped_to(hotkey))?;
        self.view(contracts.staking().total_stake())?;
        self.view(contracts.staking().stakes(NETUID, uid, self.size))?;
        self.view(contracts.registry().netuids())?;
        self.view(contracts.registry().running_subnets())?;
        self.view(contracts.registry().settings())?;
        self.view(contracts.registry().subnet_to_prune())?;
        self.view(contracts.registry().subnet(NETUID))?;
        self.view(contracts.registry().identity(NETUID))?;
        self.view(contracts.registry().hyperparameters(NETUID))?;
        self.view(contracts.registry().subnet_lock_cost())?;
        self.view(contracts.registry().burn_cost(NETUID))?;
        self.view(contracts.registry().work_target(NETUID))?;
        self.view(contracts.registry().uid(NETUID, hotkey))?;
        self.view(contracts.registry().neurons(NETUID, uid, u16::MAX))?;
        self.view(contracts.registry().model(NETUID, hotkey))?;
        self.view(contracts.registry().axon(NETUID, hotkey))?;
        self.view(contracts.registry().weights_context(NETUID, hotkey, UIDS_PER_PAGE))?;
        self.view(contracts.registry().registration_blocks(NETUID, uid, UIDS_PER_PAGE))?;
        self.view(contracts.registry().epoch_context(NETUID))?;
        self.view(contracts.settlement().preview_commit_hash(NETUID, hotkey, self.payload(0)))?;
        self.view(contracts.settlement().schedule(NETUID, hotkey))?;
        self.view(contracts.settlement().weight_commits(NETUID, hotkey))?;
        self.view(contracts.settlement().weights(NETUID, uid))?;
        self.view(contracts.settlement().bonds(NETUID, uid, 0))?;
        self.view(contracts.settlement().epoch_result(NETUID, 0))?;
        self.view(contracts.settlement().emission())?;
        self.view(contracts.settlement().pending_emission(NETUID))?;
        self.view(contracts.root().root_validators())?;
        self.view(contracts.root().root_weights(hotkey))?;
        self.view(contracts.root().shares())?;
        self.view(contracts.root().preview_shares())?;
        self.view(contracts.root().next_root_epoch())?;
        self.view(contracts.guarded(contracts.tao).guard())
    }

    fn view<R: Reply>(&mut self, message: impl Into<Message<R>>) -> Result<(), CliError> {
        let message = message.into();
        let label = message.call.label();
        let DryRun { gas, deposit, .. } = self.chain.dry_run(self.founder.account(), message)?;
        self.views.push(MessageFigure::new(&label, self.size, GasUse::default().and(gas, deposit)));
        Ok(())
    }

    /// Messages that only contracts send, from the founder in their place.
    fn inner_messages(&self) -> Result<(), CliError> {
        let (contracts, me) = (&self.contracts, self.founder.account());
        self.act(contracts.tao().set_minter(Some(me)))?;
        let reward = Rao::new(1_000);
        let dividends = |uid| if uid < MOST_VALIDATORS { reward } else { Rao::ZERO };
        let rewards: Vec<_> =
            (0..self.size).map(|uid| Reward { incentive: reward, dividends: dividends(uid) }).collect();
        let total = Rao::new(2 * reward.get() * rewards.len() as u64);
        self.act(contracts.tao().mint(vec![(contracts.staking, total)]))?;
        self.act(contracts.staking().connect(me, me))?;
        self.takes()?;
        self.act(contracts.staking().associate_hotkey_for(me, AccountId::from([7; 32])))?;
        let next_epoch = self.chain.view(contracts.settlement().schedule(NETUID, me))?.next_epoch;
        self.act(contracts.staking().pay(NETUID, Uid::new(0), rewards, next_epoch))?;
        self.act(contracts.staking().take_seat(NETUID, Uid::new(0), me, AccountId::from([7; 32])))?;
        self.act(contracts.staking().swap_hotkey(me, AccountId::from([7; 32]), AccountId::from([6; 32])))?;
        self.coldkey_swap()?;
        self.act(contracts.staking().leave_seats(NETUID, Uid::new(0), self.size))?;
        let seats = (0..).map(Uid::new).zip(self.hotkeys.iter().map(Signer::account)).take(MAX_MOVED).collect();
        self.act(contracts.staking().take_seats(NETUID, seats))?;
        self.act(contracts.settlement().connect(me))?;
        self.act(contracts.settlement().set_shares(vec![(NETUID, 1); 128]))?;
        self.act(contracts.stewardship().connect(me))?;
        self.act(contracts.registry().record_shares(vec![(NETUID, 1); 128]))?;
        let end = Some(EpochEnd { epoch: 3, challenge: [5; 32] });
        self.act(contracts.registry().record_epoch(NETUID, Uid::new(0), vec![reward; self.hotkeys.len()], end))
    }

    /// A take lowered and, when its interval has passed, raised.
    fn takes(&self) -> Result<(), CliError> {
        let (staking, hotkey) = (|| self.contracts.staking(), &self.hotkeys[0]);
        self.chain.submit(hotkey, staking().decrease_take(hotkey.account(), 100))?;
        let clock = self.chain.view(staking().clock())?;
        self.chain.advance_ms(TAKE_RAISE_INTERVAL * clock.block_ms);
        self.chain.submit(hotkey, staking().increase_take(hotkey.account(), 200))?;
        Ok(())
    }

    /// A coldkey's swap announced, taken back, announced again and done.
    fn coldkey_swap(&self) -> Result<(), CliError> {
        let (staking, hotkey) = (|| self.contracts.staking(), &self.hotkeys[0]);
        let new = AccountId::from([5; 32]);
        let clock = self.chain.view(staking().clock())?;
        self.chain.submit(hotkey, staking().announce_coldkey_swap(coldkey_hash(&new)))?;
        self.chain.advance_ms(COLDKEY_SWAP_REANNOUNCEMENT_DELAY * clock.block_ms);
        self.chain.submit(hotkey, staking().clear_coldkey_swap())?;
        self.chain.submit(hotkey, staking().announce_coldkey_swap(coldkey_hash(&new)))?;
        self.chain.advance_ms(COLDKEY_SWAP_DELAY * clock.block_ms);
        self.chain.submit(hotkey, staking().swap_coldkey(new, vec![hotkey.account()]))?;
        Ok(())
    }

    /// A registered hotkey swapped.
    fn hotkey_swap(&self) -> Result<(), CliError> {
        let (contracts, hotkey) = (&self.contracts, &self.hotkeys[0]);
        let (cost, new) = (KEY_SWAP_COST.to_psp22(), AccountId::from([7; 32]));
        self.act(contracts.token().transfer(hotkey.account(), cost, Vec::new()))?;
        self.chain.submit(hotkey, contracts.token().approve(contracts.registry, cost))?;
        self.chain.submit(hotkey, contracts.stewardship().swap_hotkey(hotkey.account(), new, None))?;
        Ok(())
    }

    /// The subnet in the hands of the coldkey that took its owner's place.
    fn owner_swap(&self) -> Result<(), CliError> {
        let (staking, new) = (|| self.contracts.staking(), AccountId::from([5; 32]));
        let clock = self.chain.view(staking().clock())?;
        self.act(staking().announce_coldkey_swap(coldkey_hash(&new)))?;
        self.chain.advance_ms(COLDKEY_SWAP_DELAY * clock.block_ms);
        self.act(staking().swap_coldkey(new, Vec::new()))?;
        self.act(self.contracts.stewardship().take_over_subnet(NETUID))
    }

    /// What only the owner of a contract sends.
    fn guards(&mut self) -> Result<(), CliError> {
        let me = self.founder.account();
        let Deployment { addresses, code_hashes, .. } = self.deployment.clone();
        self.act(self.contracts.registry().set_steward(*addresses.of(Part::Steward)))?;
        self.act(self.contracts.settlement().set_engine(*addresses.of(Part::Engine)))?;
        for (name, contract) in self.contracts.all() {
            let guard = || self.contracts.guarded(contract);
            self.act(guard().set_guardian(Some(me)))?;
            self.act(guard().offer_ownership(Some(me)))?;
            self.act(guard().accept_ownership())?;
            self.act(guard().pause())?;
            self.act(guard().unpause())?;
            if let Some((_, code)) = code_hashes.iter().find(|(part, _)| part.name() == name) {
                self.act(guard().set_code_hash(*code))?;
            }
        }
        self.view(self.contracts.guarded(self.contracts.tao).check_storage())
    }
}

/// A full row: a different weight for every neuron that a row has room for, of those that registered at these blocks.
pub(super) fn full_row(commit_epoch: u64, registered_at: impl Iterator<Item = ProtocolBlock>) -> WeightsPayload {
    let entry = |(uid, registered_at): (u16, ProtocolBlock)| WeightEntry {
        uid: Uid::new(uid),
        registered_at,
        value: 1_000 + 200 * (uid % 256),
    };
    let entries = (0..).zip(registered_at).take(MAX_WEIGHTS).map(entry).collect();
    WeightsPayload { commit_epoch, version_key: 0, entries, evidence: [1; 32], salt: vec![7; 16] }
}

/// A subnet that lets everybody in at once, so that only the messages are measured.
pub(super) fn genesis(founder: &Signer, size: u16) -> GenesisSubnet {
    let hyperparameters = vec![
        Hyperparameter::MaxAllowedUids(size.max(256)),
        Hyperparameter::MinAllowedUids(1),
        Hyperparameter::MinDifficulty(1),
        Hyperparameter::Difficulty(1),
        Hyperparameter::TargetRegistrationsPerInterval(20_000),
        Hyperparameter::MaxRegistrationsPerBlock(20_000),
        Hyperparameter::ImmunityPeriod(0),
    ];
    let owner = founder.account();
    GenesisSubnet { owner, owner_hotkey: owner, identity: SubnetIdentity::default(), hyperparameters }
}
