//! The contracts on a chain of one case, and the messages that the case needs.

use chain::{
    Artifacts, ChainError, ChainExt, Contracts, Deployment, DeploymentConfig, Embedded, Message, Reply, Signer, deploy,
};
use consensus::epoch::Parameters;
use primitives::{
    AccountId, Clock, Hyperparameter, Netuid, ProtocolBlock, Rao, Registry as _, Settlement as _, Staking as _,
    Stewardship as _, Uid,
    clock::DEFAULT_BLOCK_MS,
    registry::{GenesisSubnet, SubnetIdentity},
    settlement::{EpochResult, RESULT_PAGE, SETTLE_STEPS},
    staking::MIN_STAKE,
};
use psp22::PSP22 as _;

use super::{plan::Plan, stakes::TREASURY};
use crate::{Rows, SimulateError};

const NETUID: Netuid = Netuid::new(1);
const START_MS: u64 = 1_767_225_600_000;
/// Pays the deposits of an account.
const NATIVE_BALANCE: u128 = 1_000_000_000_000;

/// What settling an epoch gave.
pub(super) struct Settled {
    /// The contract's own result.
    pub(super) result: EpochResult,
    /// The bonds of everybody with a permit.
    pub(super) bonds: Rows,
    /// RAO that were there to be paid.
    pub(super) offered: u64,
}

/// The contracts of one case. One coldkey owns the subnet and all hotkeys, and governs.
pub(super) struct Stage {
    chain: Embedded,
    contracts: Contracts,
    coldkey: Signer,
    hotkeys: Vec<Signer>,
    clock: Clock,
}

impl Stage {
    /// Deploys, starts the subnet, and stakes.
    pub(super) fn open(artifacts: &Artifacts, plan: &Plan) -> Result<Self, SimulateError> {
        let chain = Embedded::new(START_MS);
        let coldkey = Signer::from_uri("//yarrow-simulate//coldkey")?;
        let key = |uid| Signer::from_uri(&format!("//yarrow-simulate//{uid}"));
        let hotkeys = (0..plan.neurons).map(key).collect::<Result<Vec<_>, _>>()?;
        for signer in hotkeys.iter().chain([&coldkey]) {
            chain.fund(signer.account(), NATIVE_BALANCE);
        }
        let me = coldkey.account();
        // Without an owner's neuron the owner's hotkey never registers.
        let owner_hotkey = plan.owner.and_then(|uid| hotkeys.get(usize::from(uid))).map_or(me, Signer::account);
        let hyperparameters = plan.rules.clone();
        let config = DeploymentConfig {
            block_ms: DEFAULT_BLOCK_MS,
            allocation: vec![(me, TREASURY)],
            genesis: vec![GenesisSubnet {
                owner: me,
                owner_hotkey,
                identity: SubnetIdentity::default(),
                hyperparameters,
            }],
            ..DeploymentConfig::default()
        };
        let Deployment { contracts, .. } = deploy(&chain, &coldkey, artifacts, &config)?;
        let clock = chain.view(contracts.staking().clock())?;
        let stage = Self { chain, contracts, coldkey, hotkeys, clock };
        stage.send(contracts.stewardship().start_subnet(NETUID))?;
        stage.send(contracts.token().approve(contracts.staking, u128::MAX))?;
        // As long as nobody has staked anything, all neurons would count alike, and no case means that.
        stage.send(contracts.staking().associate_hotkey(me))?;
        stage.send(contracts.staking().add_stake(me, MIN_STAKE))?;
        for (hotkey, stake) in stage.hotkeys.iter().zip(&plan.deposits) {
            stage.send(contracts.staking().associate_hotkey(hotkey.account()))?;
            if !stake.is_zero() {
                stage.send(contracts.staking().add_stake(hotkey.account(), *stake))?;
            }
        }
        Ok(stage)
    }

    /// Moves time to the beginning of a block.
    pub(super) fn pass_to(&self, block: u64) {
        self.chain.set_time_ms(self.clock.starts_at_ms(ProtocolBlock::new(block)));
    }

    /// Registers the neuron of a uid, which must be the next one, by work.
    pub(super) fn register(&self, uid: usize) -> Result<(), SimulateError> {
        let hotkey = self.hotkey(uid);
        miner::register_by_work(&self.chain, &self.contracts, &self.coldkey, hotkey, NETUID)?;
        Ok(())
    }

    /// Sets a hyperparameter.
    pub(super) fn set(&self, change: Hyperparameter) -> Result<(), ChainError> {
        self.send(self.contracts.stewardship().set_hyperparameter(NETUID, change))
    }

    /// A validator sets weights.
    pub(super) fn set_weights(&self, uid: u16, row: &[(u16, u16)]) -> Result<(), ChainError> {
        let row = row.iter().map(|&(uid, weight)| (Uid::new(uid), weight)).collect();
        let message = self.contracts.settlement().set_weights(NETUID, row, 0);
        match self.hotkeys.get(usize::from(uid)) {
            Some(hotkey) => self.chain.submit(hotkey, message).map(|_| ()),
            None => self.send(message),
        }
    }

    /// Stakes and unstakes until a hotkey's stake is `target`.
    pub(super) fn bring_stake(&self, uid: usize, target: Rao) -> Result<(), ChainError> {
        let (staking, hotkey) = (|| self.contracts.staking(), self.hotkey(uid));
        let stake = self.chain.view(staking().delegate(hotkey))?.map_or(Rao::ZERO, |delegate| delegate.total_stake);
        if let Some(more) = target.checked_sub(stake).filter(|more| !more.is_zero()) {
            let least = MIN_STAKE.checked_sub(more).unwrap_or(Rao::ZERO);
            if !least.is_zero() {
                // Too little to be staked alone.
                self.send(staking().remove_stake(hotkey, least))?;
            }
            return self.send(staking().add_stake(hotkey, more.max(MIN_STAKE)));
        }
        match stake.checked_sub(target).filter(|less| !less.is_zero()) {
            Some(less) => self.send(staking().remove_stake(hotkey, less)),
            None => Ok(()),
        }
    }

    /// The rules that an epoch uses now.
    pub(super) fn parameters(&self) -> Result<Parameters, SimulateError> {
        let rules = self.chain.view(self.contracts.registry().hyperparameters(NETUID))?;
        let rules = rules.ok_or(SimulateError::NoSubnet)?;
        Ok(settlement::epoch::parameters(&rules))
    }

    /// Settles the epoch that begins now.
    pub(super) fn settle(&self) -> Result<Settled, SimulateError> {
        let settlement = || self.contracts.settlement();
        while !self.chain.submit(&self.coldkey, settlement().settle(NETUID, SETTLE_STEPS))?.value {}
        let page = |page| self.chain.view(settlement().epoch_result(NETUID, page));
        let mut result = page(0)?.ok_or(SimulateError::NoSubnet)?;
        let pages = self.hotkeys.len().div_ceil(RESULT_PAGE).try_into().unwrap_or(u8::MAX);
        for number in 1..pages {
            result.append(page(number)?.ok_or(SimulateError::NoSubnet)?);
        }
        let mut bonds = Rows::new();
        for (uid, _) in (0..=u16::MAX).zip(&result.permits).filter(|(_, permit)| **permit) {
            let mut row = Vec::new();
            for page in 0..pages {
                row.extend(self.chain.view(settlement().bonds(NETUID, Uid::new(uid), page))?);
            }
            if !row.is_empty() {
                bonds.insert(uid, row.into_iter().map(|(uid, bond)| (uid.get(), bond)).collect());
            }
        }
        let paid = result.server_emission.iter().chain(&result.validator_emission).map(|amount| amount.get());
        let left = self.chain.view(settlement().pending_emission(NETUID))?;
        let offered = paid.sum::<u64>().saturating_add(left.get());
        Ok(Settled { result, bonds, offered })
    }

    fn hotkey(&self, uid: usize) -> AccountId {
        self.hotkeys.get(uid).unwrap_or(&self.coldkey).account()
    }

    fn send<R: Reply>(&self, message: impl Into<Message<R>>) -> Result<(), ChainError> {
        self.chain.submit(&self.coldkey, message).map(|_| ())
    }
}
