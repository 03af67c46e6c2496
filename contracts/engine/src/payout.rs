//! What a computed epoch says and pays, handed out in pages of 256 uids.

use consensus::epoch::Outcome;
use ink::prelude::{vec, vec::Vec};
use primitives::{
    settlement::{EpochResult, RESULT_PAGE},
    staking::Reward,
    Hash, ProtocolBlock, Rao, Uid,
};
use settlement::{emission::Payment, storage::Seat};

use crate::progress::{joined, quarters, Terms};

/// Pages of results for which `registry` is told the emission at once.
const PAGES_PER_RECORD: u8 = 4;

/// A computed epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Payout {
    /// Of each uid: consensus, incentive, dividends, validator trust, 16 bits each.
    shares: Vec<u64>,
    /// Of each uid: permit and activity.
    flags: Vec<u64>,
    mining: Vec<u64>,
    validating: Vec<u64>,
    /// To the owner of the subnet.
    pub(crate) owner_cut: Rao,
    /// Who will have a permit.
    pub(crate) permits: Vec<Seat>,
    /// Who may have bonds.
    pub(crate) bonded: Vec<Seat>,
    /// The first page that was not handed out.
    page: u8,
}

const PERMIT: u64 = 1;
const ACTIVE: u64 = 2;

/// What `registry` is told: the emission of each uid from the first on.
pub(crate) type Record = (Uid, Vec<Rao>);

/// One page of the payout.
pub(crate) struct Page {
    /// Which.
    pub(crate) number: u8,
    /// What it says.
    pub(crate) result: EpochResult,
    /// With every fourth page and the last.
    pub(crate) record: Option<Record>,
}

impl Payout {
    /// A computed epoch of which nothing was handed out; `None` if an amount is beyond what the protocol can count.
    pub(crate) fn new(outcome: Outcome, terms: &Terms, [permits, bonded]: [Vec<Seat>; 2]) -> Option<Self> {
        let Payment { owner_cut, incentive: mining, dividends: validating, .. } =
            Payment::divide(terms.emission, terms.hyperparameters.owner_cut, &outcome.shares)?;
        let Outcome { consensus, incentive, dividends, validator_trust, permits: next, active, .. } = outcome;
        let columns = consensus.iter().zip(&incentive).zip(&dividends).zip(&validator_trust);
        let shares = columns
            .map(|(((&consensus, &incentive), &dividends), &trust)| joined([consensus, incentive, dividends, trust]));
        let flags = next
            .iter()
            .zip(&active)
            .map(|(&permit, &active)| (if permit { PERMIT } else { 0 }) | (if active { ACTIVE } else { 0 }));
        Some(Self {
            shares: shares.collect(),
            flags: flags.collect(),
            mining,
            validating,
            owner_cut,
            permits,
            bonded,
            page: 0,
        })
    }

    /// The columns of a payout, with the stakes as the first.
    pub(crate) fn into_columns(self, stake: Vec<u64>) -> Vec<Vec<u64>> {
        let Self { shares, flags, mining, validating, owner_cut, permits, bonded, .. } = self;
        let seats = |seats: Vec<Seat>| {
            let words = seats.into_iter().flat_map(|seat| [u64::from(seat.uid.get()), seat.registered_at.get()]);
            words.collect::<Vec<_>>()
        };
        vec![stake, shares, flags, mining, validating, seats(permits), seats(bonded), vec![owner_cut.get()]]
    }

    /// The payout of these columns, without the stakes, of which all before `page` was handed out.
    pub(crate) fn from_columns(columns: Vec<Vec<u64>>, page: u8) -> Option<Self> {
        let [shares, flags, mining, validating, permits, bonded, owner_cut]: [Vec<u64>; 7] = columns.try_into().ok()?;
        let &[owner_cut] = owner_cut.as_slice() else {
            return None;
        };
        let seat = |words: &[u64]| {
            let &[uid, registered_at] = words else {
                return None;
            };
            let registered_at = ProtocolBlock::new(registered_at);
            Some(Seat { uid: Uid::new(u16::try_from(uid).ok()?), registered_at })
        };
        let seats = |words: Vec<u64>| words.chunks(2).map(seat).collect::<Option<Vec<_>>>();
        Some(Self {
            shares,
            flags,
            mining,
            validating,
            owner_cut: Rao::new(owner_cut),
            permits: seats(permits)?,
            bonded: seats(bonded)?,
            page,
        })
    }

    /// The first page that was not handed out.
    pub(crate) fn page(&self) -> u8 {
        self.page
    }

    /// Whether all was handed out.
    pub(crate) fn is_over(&self) -> bool {
        self.page >= self.pages()
    }

    /// The next page, given the stake of each uid and the epoch's digest.
    pub(crate) fn hand_out(&mut self, terms: &Terms, stake: &[Rao], digest: Hash) -> Option<Page> {
        let number = self.page;
        if self.is_over() {
            return None;
        }
        self.page = number.saturating_add(1);
        let uids = Uids { first: usize::from(number).saturating_mul(RESULT_PAGE), count: RESULT_PAGE };
        let result = EpochResult {
            epoch: terms.epoch,
            block: terms.block,
            first: Uid::from_index(uids.first)?,
            consensus: self.share(&uids, 0),
            incentive: self.share(&uids, 1),
            dividends: self.share(&uids, 2),
            validator_trust: self.share(&uids, 3),
            server_emission: uids.of(&self.mining).map(Rao::new).collect(),
            validator_emission: uids.of(&self.validating).map(Rao::new).collect(),
            permits: uids.of(&self.flags).map(|flags| flags & PERMIT != 0).collect(),
            active: uids.of(&self.flags).map(|flags| flags & ACTIVE != 0).collect(),
            stake: uids.of(stake).collect(),
            digest,
        };
        let ends_record = self.is_over() || self.page.checked_rem(PAGES_PER_RECORD) == Some(0);
        let record = if ends_record { Some(self.record(number)?) } else { None };
        Some(Page { number, result, record })
    }

    /// How many pages there are; one also where there is no neuron.
    fn pages(&self) -> u8 {
        u8::try_from(self.shares.len().div_ceil(RESULT_PAGE)).unwrap_or(u8::MAX).max(1)
    }

    fn share(&self, uids: &Uids, position: usize) -> Vec<u16> {
        uids.of(&self.shares).map(|word| quarters(word).get(position).copied().unwrap_or(0)).collect()
    }

    /// What `registry` is told with the page `number`.
    fn record(&self, number: u8) -> Option<Record> {
        let pages = number.checked_rem(PAGES_PER_RECORD)?.saturating_add(1);
        let first = usize::from(number.saturating_add(1).saturating_sub(pages)).saturating_mul(RESULT_PAGE);
        let uids = Uids { first, count: usize::from(pages).saturating_mul(RESULT_PAGE) };
        let amounts = uids.of(&self.mining).zip(uids.of(&self.validating));
        let emission = amounts.map(|(mining, validating)| mining.checked_add(validating).map(Rao::new));
        Some((Uid::from_index(first)?, emission.collect::<Option<_>>()?))
    }
}

impl Page {
    /// What it pays to each uid.
    pub(crate) fn rewards(&self) -> Vec<Reward> {
        let amounts = self.result.server_emission.iter().zip(&self.result.validator_emission);
        amounts.map(|(&incentive, &dividends)| Reward { incentive, dividends }).collect()
    }
}

/// What some pages pay to uids; `None` if that is beyond what the protocol can count.
pub(crate) fn total(pages: &[Page]) -> Option<Rao> {
    let paid = |page: &Page| {
        [&page.result.server_emission, &page.result.validator_emission]
            .map(|amounts| amounts.iter().copied().try_fold(Rao::ZERO, Rao::checked_add))
    };
    pages.iter().flat_map(paid).try_fold(Rao::ZERO, |sum, paid| sum.checked_add(paid?))
}

/// Some uids.
struct Uids {
    first: usize,
    count: usize,
}

impl Uids {
    /// Their part of a column.
    fn of<'a, T: Copy>(&self, column: &'a [T]) -> impl Iterator<Item = T> + use<'a, T> {
        let end = self.first.saturating_add(self.count).min(column.len());
        column.get(self.first..end).unwrap_or_default().iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use consensus::{
        epoch::{Shares, StakeBasis},
        fixed::I32F32,
    };
    use primitives::{AccountId, Hyperparameters};

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
            hyperparameters: Hyperparameters { owner_cut: 0, ..Hyperparameters::default() },
            emission: Rao::new(1_000_000_007),
            seed: [0; 32],
        };
        (Payout::new(outcome, &terms, [seats(3), seats(2)]).expect("small amounts"), terms)
    }

    fn seats(count: u16) -> Vec<Seat> {
        (0..count).map(|uid| Seat { uid: Uid::new(uid), registered_at: ProtocolBlock::new(5) }).collect()
    }

    fn pages(neurons: u16) -> (Payout, Vec<Page>) {
        let (mut payout, terms) = payout(neurons);
        let stake = vec![Rao::ZERO; usize::from(neurons)];
        let pages = core::iter::from_fn(|| {
            // It is kept and read again between any two pages.
            let page = payout.page();
            let mut columns = payout.clone().into_columns(Vec::new());
            columns.remove(0);
            payout = Payout::from_columns(columns, page).expect("it was a payout");
            payout.hand_out(&terms, &stake, [9; 32])
        })
        .collect();
        (payout, pages)
    }

    #[test]
    fn all_that_is_paid_is_handed_out_once_and_recorded_once() {
        for neurons in [0, 1, 256, 257, 1_024, 2_500, 4_096] {
            let (payout, pages) = pages(neurons);
            assert!(payout.is_over());
            let due: u64 = payout.mining.iter().chain(&payout.validating).sum();
            assert_eq!(due > 0, neurons > 1, "{neurons} neurons");
            assert_eq!(total(&pages), Some(Rao::new(due)), "{neurons} neurons");
            let paid = pages.iter().flat_map(|page| page.rewards());
            let paid = paid.map(|reward| reward.incentive.get() + reward.dividends.get());
            assert_eq!(paid.sum::<u64>(), due, "{neurons} neurons");
            let recorded: Vec<_> = pages.iter().filter_map(|page| page.record.as_ref()).collect();
            let firsts: Vec<_> = recorded.iter().map(|(first, _)| first.get()).collect();
            assert_eq!(firsts, (0..neurons.max(1)).step_by(1_024).collect::<Vec<_>>());
            let amounts = recorded.iter().flat_map(|(_, amounts)| amounts).map(|amount| amount.get());
            assert_eq!(amounts.clone().count(), usize::from(neurons));
            assert_eq!(amounts.sum::<u64>(), due);
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
