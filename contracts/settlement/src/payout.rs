//! What a computed epoch says and pays, handed out in pages of 256 uids.

use consensus::epoch::Outcome;
use ink::prelude::vec::Vec;
use primitives::{
    settlement::{EpochResult, RESULT_PAGE},
    staking::Reward,
    Hash, Rao, Uid,
};

use crate::{emission::Payment, progress::Terms, storage::Seat};

/// Pages of results for which `registry` is told the emission at once.
const PAGES_PER_RECORD: u8 = 4;

/// A computed epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode)]
pub(crate) struct Payout {
    consensus: Vec<u16>,
    incentive: Vec<u16>,
    dividends: Vec<u16>,
    validator_trust: Vec<u16>,
    permits: Vec<bool>,
    active: Vec<bool>,
    mining: Vec<Rao>,
    validating: Vec<Rao>,
    /// To the owner of the subnet.
    pub(crate) owner_cut: Rao,
    /// To all uids together.
    pub(crate) rewards: Rao,
    digest: Hash,
    /// What the subnet becomes when all is paid.
    pub(crate) next: Next,
    /// The first page that was not handed out.
    page: u8,
}

/// What a subnet becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode)]
pub(crate) struct Next {
    /// Its seed.
    pub(crate) seed: Hash,
    /// Who has a permit.
    pub(crate) permits: Vec<Seat>,
    /// Who may have bonds.
    pub(crate) bonded: Vec<Seat>,
}

/// What `registry` is told: the emission of each uid from the first on.
pub(crate) type Record = (Uid, Vec<Rao>);

/// One page of the payout.
pub(crate) struct Page {
    /// Which.
    pub(crate) number: u8,
    /// What it says.
    pub(crate) result: EpochResult,
    /// What it pays.
    pub(crate) rewards: Vec<Reward>,
    /// With every fourth page and the last.
    pub(crate) record: Option<Record>,
}

impl Payout {
    /// A computed epoch of which nothing was handed out; `None` if an amount is beyond what the protocol can count.
    pub(crate) fn new(outcome: Outcome, terms: &Terms, digest: Hash, next: Next) -> Option<Self> {
        let Payment { owner_cut, incentive: mining, dividends: validating, rewards } =
            Payment::divide(terms.emission, terms.owner_cut, &outcome.shares)?;
        let Outcome { consensus, incentive, dividends, validator_trust, permits, active, .. } = outcome;
        Some(Self {
            consensus,
            incentive,
            dividends,
            validator_trust,
            permits,
            active,
            mining,
            validating,
            owner_cut,
            rewards,
            digest,
            next,
            page: 0,
        })
    }

    /// What is paid in all.
    pub(crate) fn total(&self) -> Option<Rao> {
        self.owner_cut.checked_add(self.rewards)
    }

    /// Whether nothing was handed out.
    pub(crate) fn is_untouched(&self) -> bool {
        self.page == 0
    }

    /// Whether all was handed out.
    pub(crate) fn is_over(&self) -> bool {
        self.page >= self.pages()
    }

    /// The next page.
    pub(crate) fn hand_out(&mut self, terms: &Terms) -> Option<Page> {
        let number = self.page;
        if self.is_over() {
            return None;
        }
        self.page = number.saturating_add(1);
        let first = usize::from(number).saturating_mul(RESULT_PAGE);
        let amounts = part(&self.mining, first, RESULT_PAGE).zip(part(&self.validating, first, RESULT_PAGE));
        let rewards = amounts.map(|(incentive, dividends)| Reward { incentive, dividends }).collect();
        let ends_record = self.is_over() || self.page.checked_rem(PAGES_PER_RECORD) == Some(0);
        let record = if ends_record { Some(self.record(number)?) } else { None };
        Some(Page { number, result: self.result(terms, first)?, rewards, record })
    }

    /// How many pages there are; one also where there is no neuron.
    fn pages(&self) -> u8 {
        u8::try_from(self.consensus.len().div_ceil(RESULT_PAGE)).unwrap_or(u8::MAX).max(1)
    }

    fn result(&self, terms: &Terms, first: usize) -> Option<EpochResult> {
        fn page<T: Copy>(column: &[T], first: usize) -> Vec<T> {
            part(column, first, RESULT_PAGE).collect()
        }
        Some(EpochResult {
            epoch: terms.epoch,
            block: terms.block,
            first: Uid::from_index(first)?,
            consensus: page(&self.consensus, first),
            incentive: page(&self.incentive, first),
            dividends: page(&self.dividends, first),
            validator_trust: page(&self.validator_trust, first),
            server_emission: page(&self.mining, first),
            validator_emission: page(&self.validating, first),
            permits: page(&self.permits, first),
            active: page(&self.active, first),
            stake: page(&terms.stake, first),
            digest: self.digest,
        })
    }

    /// What `registry` is told with the page `number`.
    fn record(&self, number: u8) -> Option<Record> {
        let pages = number.checked_rem(PAGES_PER_RECORD)?.saturating_add(1);
        let first = usize::from(number.saturating_add(1).saturating_sub(pages)).saturating_mul(RESULT_PAGE);
        let count = usize::from(pages).saturating_mul(RESULT_PAGE);
        let amounts = part(&self.mining, first, count).zip(part(&self.validating, first, count));
        let emission = amounts.map(|(mining, validating)| mining.checked_add(validating)).collect::<Option<_>>()?;
        Some((Uid::from_index(first)?, emission))
    }
}

/// Up to `count` values from `first` on.
fn part<T: Copy>(column: &[T], first: usize, count: usize) -> impl Iterator<Item = T> + '_ {
    column.iter().copied().skip(first).take(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use consensus::{
        epoch::{Shares, StakeBasis},
        fixed::I32F32,
    };
    use primitives::{AccountId, ProtocolBlock};

    fn payout(neurons: u16) -> (Payout, Terms) {
        let column: Vec<u16> = (0..neurons).collect();
        let shares: Vec<_> = column.iter().map(|&uid| I32F32::from_bits(i64::from(uid))).collect();
        let flags = vec![false; column.len()];
        let outcome = Outcome {
            consensus: column.clone(),
            incentive: column.clone(),
            dividends: column.clone(),
            validator_trust: column.clone(),
            stake_weight: column,
            permits: flags.clone(),
            active: flags,
            bonds: Vec::new(),
            shares: Shares {
                incentive: shares.clone(),
                dividends: shares.clone(),
                stake: shares.clone(),
                active_stake: shares,
                basis: StakeBasis::Staked,
            },
        };
        let terms = Terms {
            epoch: 7,
            block: ProtocolBlock::new(70),
            next_epoch: ProtocolBlock::new(80),
            owner: AccountId::from([1; 32]),
            owner_cut: 0,
            emission: Rao::new(1_000_000_007),
            mix: [0; 32],
            stake: vec![Rao::ZERO; usize::from(neurons)],
        };
        let next = Next { seed: [0; 32], permits: Vec::new(), bonded: Vec::new() };
        (Payout::new(outcome, &terms, [9; 32], next).expect("small amounts"), terms)
    }

    fn pages(neurons: u16) -> (Payout, Vec<Page>) {
        let (mut payout, terms) = payout(neurons);
        let pages = core::iter::from_fn(|| payout.hand_out(&terms)).collect();
        (payout, pages)
    }

    #[test]
    fn all_that_is_paid_is_handed_out_once_and_recorded_once() {
        for neurons in [0, 1, 256, 257, 1_024, 2_500, 4_096] {
            let (payout, pages) = pages(neurons);
            assert!(payout.is_over());
            let paid = pages
                .iter()
                .flat_map(|page| &page.rewards)
                .map(|reward| reward.incentive.get() + reward.dividends.get());
            assert_eq!(paid.sum::<u64>(), payout.rewards.get(), "{neurons} neurons");
            let recorded: Vec<_> = pages.iter().filter_map(|page| page.record.as_ref()).collect();
            let firsts: Vec<_> = recorded.iter().map(|(first, _)| first.get()).collect();
            assert_eq!(firsts, (0..neurons.max(1)).step_by(1_024).collect::<Vec<_>>());
            let amounts = recorded.iter().flat_map(|(_, amounts)| amounts).map(|amount| amount.get());
            assert_eq!(amounts.clone().count(), usize::from(neurons));
            assert_eq!(amounts.sum::<u64>(), payout.rewards.get());
        }
    }

    #[test]
    fn a_page_says_where_it_begins_and_fits_a_cell() {
        let (_, pages) = pages(600);
        let starts: Vec<_> =
            pages.iter().map(|page| (page.number, page.result.first.get(), page.result.consensus[0])).collect();
        assert_eq!(starts, [(0, 0, 0), (1, 256, 256), (2, 512, 512)]);
        assert!(ink::scale::Encode::encoded_size(&pages[0].result) < 12 * 1024);
    }
}
