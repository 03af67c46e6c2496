//! Where all emission is: accrued by the schedule, waiting for epochs, paid.
//!
//! Emission accrues when somebody settles, for all blocks since the last time at once, and before the shares of the subnets
//! change. Without votes on the shares, a subnet takes part from the block at which it was started. `accrued = paid + pending + carried` holds to the RAO: `carried` is what the
//! division over subnets left, `pending` all else that nobody has been paid, the leftovers of a subnet's epochs
//! included.

use consensus::{epoch::Shares, payout, shares::Accrual, supply};
use ink::prelude::vec::Vec;
use primitives::{registry::RunningSubnet, settlement::EmissionLedger, Netuid, ProtocolBlock, Rao};

/// The weight of every subnet in the division of emission while nobody has voted.
const EQUAL: u64 = 1;

/// All emission.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Emission {
    ledger: EmissionLedger,
    /// What a subnet of weight 1 has been given since the beginning, see [`Accrual`].
    index: u128,
    /// Whether root validators have voted: a subnet that starts then has no weight until the next root epoch.
    is_voted: bool,
    accounts: Vec<Account>,
}

/// A subnet that takes part in emission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
struct Account {
    netuid: Netuid,
    /// Its weight in the division of emission.
    weight: u64,
    /// The index at which it was last paid or weighed.
    index: u128,
    /// What it had then.
    left: Rao,
}

impl Emission {
    /// No emission yet; accrues from `block` on.
    pub fn starting_at(block: ProtocolBlock) -> Self {
        Self { ledger: EmissionLedger { accrued_until: block, ..EmissionLedger::default() }, ..Self::default() }
    }

    /// Where all emission is.
    pub fn ledger(&self) -> EmissionLedger {
        self.ledger
    }

    /// What waits for the next epoch of a subnet.
    pub fn pending(&self, netuid: Netuid) -> Rao {
        let account = self.accounts.iter().find(|account| account.netuid == netuid);
        account.and_then(|account| self.pending_of(account)).unwrap_or(Rao::ZERO)
    }

    /// Accounts for all blocks up to `now`, given the token's issuance and the running subnets in the order of
    /// their start. What waits for a subnet that runs no more joins the next emission. `None` if an amount is beyond what
    /// the protocol can count.
    pub fn accrue(&mut self, now: ProtocolBlock, issuance: Rao, running: &[RunningSubnet]) -> Option<()> {
        let EmissionLedger { pending, carried, .. } = self.ledger;
        let mut issued = issuance.checked_add(pending)?.checked_add(carried)?;
        for &RunningSubnet { netuid, started_at } in running {
            if self.accounts.iter().all(|account| account.netuid != netuid) {
                self.advance(started_at.min(now), &mut issued)?;
                let weight = if self.is_voted { 0 } else { EQUAL };
                self.accounts.push(Account { netuid, weight, index: self.index, left: Rao::ZERO });
            }
        }
        self.advance(now, &mut issued)?;
        self.close_accounts(running)
    }

    /// Closes the accounts of subnets that do not run any more.
    fn close_accounts(&mut self, running: &[RunningSubnet]) -> Option<()> {
        let is_open = |account: &Account| running.iter().any(|subnet| subnet.netuid == account.netuid);
        let mut left = Rao::ZERO;
        for account in self.accounts.iter().filter(|account| !is_open(account)) {
            left = left.checked_add(self.pending_of(account)?)?;
        }
        self.accounts.retain(is_open);
        self.ledger.pending = self.ledger.pending.checked_sub(left)?;
        self.ledger.carried = self.ledger.carried.checked_add(left)?;
        Some(())
    }

    /// Books what a subnet's epoch has paid.
    pub fn book(&mut self, netuid: Netuid, paid: Rao) -> Option<()> {
        let position = self.accounts.iter().position(|account| account.netuid == netuid)?;
        let left = self.pending_of(self.accounts.get(position)?)?.checked_sub(paid)?;
        let index = self.index;
        self.accounts.get_mut(position).map(|account| (account.index, account.left) = (index, left))?;
        self.ledger.pending = self.ledger.pending.checked_sub(paid)?;
        self.ledger.paid = self.ledger.paid.checked_add(paid)?;
        Some(())
    }

    /// Divides what is emitted from now on by these shares, of which a subnet that is not named has none; equally if
    /// there are none. Emission must be accrued until now.
    pub fn divide_by(&mut self, shares: &[(Netuid, u64)]) -> Option<()> {
        let index = self.index;
        let accounts = self.accounts.iter().map(|account| {
            let share = shares.iter().find(|(netuid, _)| *netuid == account.netuid).map_or(0, |&(_, share)| share);
            let weight = if shares.is_empty() { EQUAL } else { share };
            Some(Account { netuid: account.netuid, weight, index, left: self.pending_of(account)? })
        });
        self.accounts = accounts.collect::<Option<_>>()?;
        self.is_voted = !shares.is_empty();
        Some(())
    }

    fn accrual(&self) -> Accrual {
        Accrual { index: self.index, carried: self.ledger.carried.get() }
    }

    fn pending_of(&self, account: &Account) -> Option<Rao> {
        Rao::new(self.accrual().owed(account.index, account.weight)).checked_add(account.left)
    }

    /// Emits the blocks up to `until` for the subnets known so far; without any, they emit nothing.
    fn advance(&mut self, until: ProtocolBlock, issued: &mut Rao) -> Option<()> {
        let blocks = until.since(self.ledger.accrued_until);
        self.ledger.accrued_until = self.ledger.accrued_until.max(until);
        if self.accounts.is_empty() {
            return Some(());
        }
        let amount = Rao::new(supply::accrue(issued.get(), blocks));
        let total_weight = self.accounts.iter().try_fold(0_u64, |sum, account| sum.checked_add(account.weight))?;
        let accrual = self.accrual().add(amount.get(), total_weight);
        let carried = Rao::new(accrual.carried);
        let given = self.ledger.carried.checked_add(amount)?.checked_sub(carried)?;
        self.ledger.accrued = self.ledger.accrued.checked_add(amount)?;
        self.ledger.pending = self.ledger.pending.checked_add(given)?;
        self.ledger.carried = carried;
        self.index = accrual.index;
        *issued = issued.checked_add(amount)?;
        Some(())
    }
}

/// What an epoch pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// To the owner of the subnet.
    pub owner_cut: Rao,
    /// To each uid for mining, in RAO.
    pub incentive: Vec<u64>,
    /// To each uid for validating, in RAO.
    pub dividends: Vec<u64>,
    /// To all uids together.
    pub rewards: Rao,
}

impl Payment {
    /// Divides what waits for an epoch: the owner's cut, a u16 fraction, is taken first, but only if there is
    /// anybody to get the rest. `None` if an amount is beyond what the protocol can count.
    pub fn divide(pending: Rao, cut: u16, shares: &Shares) -> Option<Self> {
        let owner_cut = Rao::new(payout::owner_cut(pending.get(), cut));
        let rest = pending.checked_sub(owner_cut)?;
        let paid = payout::pay(shares, rest.get());
        let rewards = rest.checked_sub(Rao::new(paid.remainder))?;
        Some(Self {
            owner_cut: if rewards.is_zero() { Rao::ZERO } else { owner_cut },
            incentive: paid.incentive,
            dividends: paid.dividends,
            rewards,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use consensus::{epoch::StakeBasis, fixed::I32F32};

    const TAO: u64 = 1_000_000_000;

    fn running(subnets: &[(u16, u64)]) -> Vec<RunningSubnet> {
        let subnet =
            |&(netuid, block)| RunningSubnet { netuid: Netuid::new(netuid), started_at: ProtocolBlock::new(block) };
        subnets.iter().map(subnet).collect()
    }

    fn accrue(emission: &mut Emission, now: u64, subnets: &[(u16, u64)]) {
        let minted = emission.ledger.paid;
        emission.accrue(ProtocolBlock::new(now), minted, &running(subnets)).expect("small amounts");
        assert_balanced(emission);
    }

    fn assert_balanced(emission: &Emission) {
        let EmissionLedger { accrued, paid, pending, carried, .. } = emission.ledger;
        assert_eq!(accrued.get(), paid.get() + pending.get() + carried.get());
        let waiting = emission.accounts.iter().map(|account| emission.pending(account.netuid).get());
        assert_eq!(pending.get(), waiting.sum::<u64>());
    }

    fn pending(emission: &Emission, netuid: u16) -> u64 {
        emission.pending(Netuid::new(netuid)).get()
    }

    #[test]
    fn nothing_accrues_for_blocks_before_the_beginning() {
        let mut emission = Emission::starting_at(ProtocolBlock::new(95));
        accrue(&mut emission, 100, &[(7, 10)]);
        assert_eq!(emission.ledger.accrued.get(), 5 * TAO);
    }

    #[test]
    fn blocks_without_a_running_subnet_emit_nothing() {
        let mut emission = Emission::default();
        accrue(&mut emission, 50, &[]);
        accrue(&mut emission, 110, &[(7, 100)]);
        assert_eq!(emission.ledger.accrued.get(), 10 * TAO);
        assert_eq!(pending(&emission, 7), 10 * TAO);
    }

    #[test]
    fn a_subnet_shares_from_the_block_of_its_start_on() {
        let mut emission = Emission::default();
        accrue(&mut emission, 40, &[(1, 10), (2, 20)]);
        assert_eq!((pending(&emission, 1), pending(&emission, 2)), (20 * TAO, 10 * TAO));
        accrue(&mut emission, 60, &[(1, 10), (2, 20), (3, 54)]);
        assert_eq!(
            (pending(&emission, 1), pending(&emission, 2), pending(&emission, 3)),
            (29 * TAO, 19 * TAO, 2 * TAO)
        );
    }

    #[test]
    fn it_does_not_matter_how_often_emission_accrues() {
        let subnets = [(1, 3), (2, 5), (3, 5)];
        let (mut once, mut often) = (Emission::default(), Emission::default());
        accrue(&mut once, 1_000, &subnets);
        (0..=1_000).for_each(|now| {
            let started: Vec<_> = subnets.into_iter().filter(|&(_, block)| block <= now).collect();
            accrue(&mut often, now, &started);
        });
        assert_eq!(once, often);
        assert!(once.ledger.carried.get() < 3);
    }

    #[test]
    fn what_is_paid_leaves_the_account_of_its_subnet_only() {
        let mut emission = Emission::default();
        accrue(&mut emission, 30, &[(1, 10), (2, 10)]);
        emission.book(Netuid::new(1), Rao::new(4 * TAO)).expect("there is that much");
        assert_balanced(&emission);
        assert_eq!((pending(&emission, 1), pending(&emission, 2)), (6 * TAO, 10 * TAO));
        assert_eq!(emission.book(Netuid::new(2), Rao::new(11 * TAO)), None);
        accrue(&mut emission, 32, &[(1, 10), (2, 10)]);
        assert_eq!((pending(&emission, 1), pending(&emission, 2)), (7 * TAO, 11 * TAO));
    }

    fn divide(emission: &mut Emission, shares: &[(u16, u64)]) {
        let shares: Vec<_> = shares.iter().map(|&(netuid, share)| (Netuid::new(netuid), share)).collect();
        emission.divide_by(&shares).expect("small amounts");
        assert_balanced(emission);
    }

    #[test]
    fn votes_divide_what_is_emitted_after_them() {
        let subnets = [(1, 0), (2, 0)];
        let mut emission = Emission::default();
        accrue(&mut emission, 10, &subnets);
        divide(&mut emission, &[(1, 3), (2, 1)]);
        accrue(&mut emission, 14, &subnets);
        assert_eq!((pending(&emission, 1), pending(&emission, 2)), (8 * TAO, 6 * TAO));
        divide(&mut emission, &[]);
        accrue(&mut emission, 16, &subnets);
        assert_eq!((pending(&emission, 1), pending(&emission, 2)), (9 * TAO, 7 * TAO));
    }

    #[test]
    fn a_subnet_that_starts_after_the_vote_has_no_share_until_the_next() {
        let mut emission = Emission::default();
        accrue(&mut emission, 10, &[(1, 0)]);
        divide(&mut emission, &[(1, 5)]);
        accrue(&mut emission, 20, &[(1, 0), (2, 12)]);
        assert_eq!((pending(&emission, 1), pending(&emission, 2)), (20 * TAO, 0));
        divide(&mut emission, &[(2, 1)]);
        accrue(&mut emission, 25, &[(1, 0), (2, 12)]);
        assert_eq!((pending(&emission, 1), pending(&emission, 2)), (20 * TAO, 5 * TAO));
    }

    #[test]
    fn what_is_emitted_while_no_running_subnet_has_a_share_waits_for_the_next_vote() {
        let mut emission = Emission::default();
        accrue(&mut emission, 10, &[(1, 0), (2, 0)]);
        divide(&mut emission, &[(1, 1)]);
        accrue(&mut emission, 12, &[(2, 0)]);
        assert_eq!((pending(&emission, 2), emission.ledger.carried.get()), (5 * TAO, 7 * TAO));
        divide(&mut emission, &[(2, 1)]);
        accrue(&mut emission, 13, &[(2, 0)]);
        assert_eq!((pending(&emission, 2), emission.ledger.carried.get()), (13 * TAO, 0));
    }

    #[test]
    fn what_waits_for_a_subnet_that_is_gone_goes_to_those_that_run() {
        let mut emission = Emission::default();
        accrue(&mut emission, 30, &[(1, 10), (2, 10)]);
        accrue(&mut emission, 40, &[(2, 10)]);
        assert_eq!((pending(&emission, 1), pending(&emission, 2)), (0, 15 * TAO));
        assert_eq!(emission.ledger.carried.get(), 15 * TAO);
        accrue(&mut emission, 41, &[(2, 10), (3, 40)]);
        assert_eq!((pending(&emission, 2), pending(&emission, 3)), (30 * TAO + TAO / 2, TAO / 2));
    }

    #[test]
    fn emission_halves_where_issuance_and_what_waits_reach_half_of_the_cap() {
        let mut emission = Emission::default();
        let minted = Rao::new(10_499_995 * TAO);
        emission.accrue(ProtocolBlock::new(15), minted, &running(&[(1, 0)])).expect("small amounts");
        assert_eq!(emission.ledger.accrued.get(), 5 * TAO + 10 * TAO / 2);
    }

    fn shares(incentive: &[i32], stake: &[i32], basis: StakeBasis) -> Shares {
        let column = |values: &[i32]| values.iter().copied().map(I32F32::from_integer).collect::<Vec<_>>();
        let nothing = vec![I32F32::ZERO; stake.len()];
        let (incentive, stake) = (column(incentive), column(stake));
        Shares { incentive, dividends: nothing.clone(), active_stake: nothing, stake, basis }
    }

    #[test]
    fn the_owner_is_cut_in_first() {
        let shares = shares(&[1, 0], &[0, 1], StakeBasis::Staked);
        let payment = Payment::divide(Rao::new(65_535), 11_796, &shares).expect("small amounts");
        assert_eq!((payment.owner_cut.get(), payment.rewards.get()), (11_795, 53_740));
        assert_eq!(payment.incentive, [53_740, 0]);
    }

    #[test]
    fn all_waits_when_nobody_has_a_claim() {
        let shares = shares(&[0, 0], &[1, 1], StakeBasis::Genesis);
        let payment = Payment::divide(Rao::new(1_000), 11_796, &shares).expect("small amounts");
        assert_eq!((payment.owner_cut, payment.rewards), (Rao::ZERO, Rao::ZERO));
    }
}
