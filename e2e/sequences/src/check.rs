//! The invariants.

use std::collections::{BTreeMap, BTreeSet};

use consensus::supply::CAP;
use primitives::{
    AccountId, Netuid, Rao, Registry as _, Settlement as _, Staking as _, Tao as _, Uid,
    settlement::EmissionLedger,
    staking::{MAX_VESTING, STAKE_HOLD},
};
use psp22::PSP22 as _;

use crate::{
    Answer,
    memory::Stake,
    message::Sent,
    play::Play,
    setup::{STRANGER, TREASURY},
};

/// Messages by which an account's TAO goes by its allowance, or its stake to the hotkey that takes its hotkey's place.
const MOVE_WHAT_IS_ANOTHERS: [&str; 3] = ["tao.transfer_from", "tao.recycle", "stewardship.swap_hotkey"];
/// What a stake may be less by rounding, in RAO.
const ROUNDING: u64 = 1;
/// 1 as a u16 fraction.
const WHOLE: u64 = 65_535;
/// Accounts whose withdrawal is tried with every check of everything.
const WITHDRAWALS: usize = 6;

/// What somebody who does not send the message has before it.
pub(crate) struct Watch {
    stake: Option<(Stake, Rao)>,
    holder: AccountId,
    balance: Rao,
}

impl Watch {
    /// Any stake and any balance that are not the caller's.
    pub(crate) fn on_someone_else(play: &mut Play, caller: AccountId) -> Self {
        let others: Vec<_> = play.memory.stakes.iter().copied().filter(|&(_, coldkey)| coldkey != caller).collect();
        let stake = (!others.is_empty()).then(|| play.dice.pick(&others));
        let stake =
            stake.map(|(hotkey, coldkey)| ((hotkey, coldkey), play.ask(play.staking().stake_of(hotkey, coldkey))));
        let mut holder = play.coldkey();
        if holder == caller {
            holder = TREASURY;
        }
        let balance = play.balance(holder);
        Self { stake, holder, balance }
    }

    /// Nobody has lost anything by somebody else's message.
    pub(crate) fn check(self, play: &mut Play, kind: &str) {
        if MOVE_WHAT_IS_ANOTHERS.contains(&kind) {
            return;
        }
        if let Some(((hotkey, coldkey), before)) = self.stake {
            let after = play.ask(play.staking().stake_of(hotkey, coldkey));
            assert!(after.get() + ROUNDING >= before.get(), "a stake of {before:?} is {after:?} by another's message");
        }
        let after = play.balance(self.holder);
        assert!(after >= self.balance, "{:?} is {after:?} by another's message", self.balance);
    }
}

impl Play<'_> {
    /// What must hold after every message and takes few questions.
    pub(crate) fn check_accounts(&mut self) {
        let supply = self.ask(self.tao().supply());
        let issuance = supply.minted.get().checked_sub(supply.recycled.get()).expect("no more is recycled than minted");
        assert!(issuance <= CAP, "{supply:?}");
        let ledger = self.ask(self.settlement().emission());
        let EmissionLedger { accrued, paid, pending, carried, .. } = ledger;
        assert_eq!(accrued.get(), paid.get() + pending.get() + carried.get(), "{ledger:?}");
        assert_eq!(supply.minted.get(), self.memory.minted.get() + paid.get(), "{supply:?}, {ledger:?}");
        let (held, staked) = (self.balance(self.contracts.staking), self.ask(self.staking().total_stake()));
        assert!(held >= staked, "{staked:?} are staked and {held:?} are there");
    }

    /// What must hold after every message and takes many questions.
    pub(crate) fn check_all(&mut self) {
        self.check_accounts();
        self.check_balances();
        self.check_pools();
        self.check_subnets();
        self.check_withdrawals();
    }

    /// All balances together are what was minted and is not gone.
    fn check_balances(&mut self) {
        let memory = &self.memory;
        let mut holders: BTreeSet<_> =
            memory.coldkeys.iter().chain(&memory.hotkeys).chain(&memory.gone).copied().collect();
        holders.extend(self.contracts.all().into_iter().chain([self.contracts.deployer, STRANGER, TREASURY]));
        let held: u64 = holders.into_iter().map(|holder| self.balance(holder).get()).sum();
        let supply = self.ask(self.tao().supply());
        assert_eq!(held, supply.minted.get() - supply.recycled.get() - supply.burned.get(), "{supply:?}");
        assert_eq!(self.ask(self.token().total_supply()), held.into());
        assert_eq!(self.ask(self.tao().issuance()).get(), supply.minted.get() - supply.recycled.get());
    }

    /// No more is shown to those who staked on a hotkey than is there, and all hotkeys together have what is staked.
    fn check_pools(&mut self) {
        let mut shown: BTreeMap<AccountId, u64> = BTreeMap::new();
        for (hotkey, coldkey) in self.memory.stakes.clone() {
            *shown.entry(hotkey).or_default() += self.ask(self.staking().stake_of(hotkey, coldkey)).get();
        }
        let mut staked = 0;
        for (hotkey, shown) in shown {
            let total = self.ask(self.staking().delegate(hotkey)).map_or(0, |delegate| delegate.total_stake.get());
            assert!(shown <= total, "{shown} are shown of {total}");
            staked += total;
        }
        assert_eq!(self.ask(self.staking().total_stake()).get(), staked);
    }

    /// Every uid and every hotkey once, locks in the registry's hands, and nothing pending for nobody.
    fn check_subnets(&mut self) {
        let mut locked = 0;
        let existing = self.netuids();
        assert_eq!(existing.iter().collect::<BTreeSet<_>>().len(), existing.len());
        for netuid in existing {
            assert!(self.memory.netuids.contains(&netuid) && !self.memory.dissolved.contains(&netuid));
            let subnet = self.subnet(netuid).expect("it is listed");
            locked += subnet.locked.get();
            let neurons = self.neurons(netuid);
            assert_eq!(neurons.len(), usize::from(subnet.neurons));
            for (uid, neuron) in (0..).map(Uid::new).zip(neurons) {
                assert_eq!(self.ask(self.registry().uid(netuid, neuron.hotkey)), Some(uid));
                assert!(self.owner_of(neuron.hotkey).is_some(), "a neuron's hotkey has an owner");
            }
            // Nobody sits beyond the last neuron.
            let beyond = self.ask(self.staking().stakes(netuid, Uid::new(subnet.neurons), 70)).expect("not too many");
            assert!(beyond.of.iter().all(|stake| stake.is_zero()), "{netuid:?}: {beyond:?}");
        }
        assert!(self.balance(self.contracts.registry).get() >= locked);
        let pending: u64 = self
            .memory
            .netuids
            .clone()
            .into_iter()
            .map(|netuid| self.ask(self.settlement().pending_emission(netuid)).get())
            .sum();
        assert_eq!(self.ask(self.settlement().emission()).pending.get(), pending);
    }

    /// Whoever has stake that came long ago and has not announced a swap takes all of it out, whatever others have done.
    fn check_withdrawals(&mut self) {
        let mut stakes: Vec<_> = self.memory.stakes.iter().copied().collect();
        stakes.retain(|(_, coldkey)| !self.contracts.all().contains(coldkey));
        for _ in 0..WITHDRAWALS {
            let (hotkey, coldkey) = self.dice.pick(&stakes);
            let amount = self.ask(self.staking().stake_of(hotkey, coldkey));
            if amount.is_zero() {
                continue;
            }
            let withdrawal = Sent::write(coldkey, self.staking().remove_stake(hotkey, amount));
            match self.would(&withdrawal) {
                Answer::Done => {}
                // The only pause that stops a withdrawal, and what the holder has done itself.
                Answer::Refused(error) => assert!(
                    error == "Token(Refused)" && self.is_token_paused()
                        || error.starts_with("StakingOperationRateLimitExceeded")
                        || error.starts_with("ColdkeySwapAnnounced"),
                    "{amount:?} cannot be withdrawn: {error}"
                ),
                Answer::Undone(error) => panic!("{amount:?} cannot be withdrawn: {error}"),
            }
        }
    }

    fn is_token_paused(&mut self) -> bool {
        let now_ms = self.now_ms();
        let guard = self.ask(primitives::Guarded::guard(&self.guarded(self.contracts.tao)));
        guard.ensure_running(now_ms).is_err()
    }

    /// A subnet whose epoch was just settled: shares are whole, and each seat has its neuron's stake.
    pub(crate) fn check_settled(&mut self, netuid: Netuid) {
        let result = self.ask(self.settlement().epoch_result(netuid, 0)).expect("an epoch was settled");
        for shares in [&result.incentive, &result.dividends] {
            let sum: u64 = shares.iter().map(|&share| u64::from(share)).sum();
            let rounding = shares.len() as u64;
            assert!(sum == 0 || sum.abs_diff(WHOLE) <= rounding, "{sum} of {WHOLE}: {shares:?}");
        }
        let neurons = self.neurons(netuid);
        let count = u16::try_from(neurons.len()).expect("a subnet is small");
        let stakes = self.ask(self.staking().stakes(netuid, Uid::new(0), count)).expect("not too many").of;
        for (neuron, stake) in neurons.into_iter().zip(stakes) {
            let has_children = !self.ask(self.staking().children(neuron.hotkey, netuid)).in_force.is_empty();
            if has_children || !self.ask(self.staking().parents(neuron.hotkey, netuid)).is_empty() {
                continue;
            }
            let delegate = self.ask(self.staking().delegate(neuron.hotkey)).expect("a neuron's hotkey has an owner");
            assert_eq!(stake, delegate.total_stake, "the seat of {:?} on {netuid:?}", neuron.hotkey);
        }
    }

    /// In the end everybody withdraws everything, and next to nothing is left.
    pub(crate) fn withdraw_all(&mut self) {
        // Long enough for what waits to be due, for every hold, and for the pause of the token.
        self.pass_blocks(MAX_VESTING + STAKE_HOLD);
        for (coldkey, _) in std::mem::take(&mut self.memory.announced) {
            let is_announced = self.ask(self.staking().announced_coldkey_swap(coldkey)).is_some();
            if is_announced {
                self.must(Sent::write(coldkey, self.staking().clear_coldkey_swap()));
            }
        }
        let mut left_to_contracts = 0;
        for (hotkey, coldkey) in self.memory.stakes.clone() {
            let amount = self.ask(self.staking().stake_of(hotkey, coldkey));
            if self.contracts.all().contains(&coldkey) {
                left_to_contracts += amount.get();
            } else if !amount.is_zero() {
                let before = self.balance(coldkey);
                self.must(Sent::write(coldkey, self.staking().remove_stake(hotkey, amount)));
                assert_eq!(self.balance(coldkey).get() - before.get(), amount.get());
            }
        }
        let left = self.ask(self.staking().total_stake()).get() - left_to_contracts;
        let hotkeys = self.memory.hotkeys.len() as u64;
        assert!(left <= 2 * hotkeys, "{left} RAO are staked and nobody's");
        self.check_all();
    }
}
