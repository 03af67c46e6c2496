//! Invariants of supply, shares, payouts, prices and work.

use consensus::epoch::{Shares, StakeBasis};
use consensus::fixed::I32F32;
use consensus::payout::{owner_cut, pay};
use consensus::price::{bumped, decay_factor, decayed, lock_cost};
use consensus::shares::Accrual;
use consensus::supply::{accrue, block_emission, CAP};
use consensus::work::{meets_difficulty, Adjustment, MAX_INTERVALS};
use proptest::prelude::*;

/// An issuance a few blocks before or after some halving.
fn issuance_near_a_halving() -> impl Strategy<Value = u64> {
    (1_u32..=31, -2_000_000_000_000_i64..2_000_000_000)
        .prop_map(|(halving, offset)| (CAP - (CAP >> halving)).saturating_add_signed(offset >> halving))
}

fn shares_vector() -> impl Strategy<Value = Vec<I32F32>> {
    let share = prop_oneof![Just(0), 0..=I32F32::ONE.to_bits(), any::<i64>()];
    proptest::collection::vec(share.prop_map(I32F32::from_bits), 8)
}

fn shares() -> impl Strategy<Value = Shares> {
    let basis = prop_oneof![Just(StakeBasis::Staked), Just(StakeBasis::Genesis)];
    let vectors = (shares_vector(), shares_vector(), shares_vector(), shares_vector());
    (vectors, 0_u8..16, basis).prop_map(|((i, d, s, a), present, basis)| {
        let keep = |bit: u8, values: Vec<I32F32>| {
            if present & bit == 0 {
                vec![I32F32::ZERO; 8]
            } else {
                values
            }
        };
        Shares { incentive: keep(1, i), dividends: keep(2, d), stake: keep(4, s), active_stake: keep(8, a), basis }
    })
}

proptest! {
    #[test]
    fn lazy_accrual_equals_block_by_block_across_halvings(
        issuance in issuance_near_a_halving(),
        blocks in 0_u64..5_000,
    ) {
        let mut issued = issuance;
        for _ in 0..blocks {
            issued += block_emission(issued);
        }
        prop_assert_eq!(accrue(issuance, blocks), issued - issuance);
    }

    #[test]
    fn accrual_in_two_parts_equals_accrual_at_once(
        issuance in 0..=CAP,
        first in 0_u64..100_000_000,
        second in 0_u64..100_000_000,
    ) {
        let part = accrue(issuance, first);
        let whole = accrue(issuance, first + second);
        prop_assert_eq!(part + accrue(issuance + part, second), whole);
        prop_assert!(issuance + whole <= CAP);
    }

    #[test]
    fn accrual_never_panics_and_stays_below_the_cap(issuance: u64, blocks: u64) {
        prop_assert!(issuance.saturating_add(accrue(issuance, blocks)) <= CAP.max(issuance));
    }

    #[test]
    fn subnets_are_owed_exactly_what_accrues_however_it_is_added(
        amounts in proptest::collection::vec(0_u64..=2_000_000_000, 1..200),
        weights in proptest::collection::vec(1_u64..=65_535, 1..20),
        carried in 0_u64..1_000,
    ) {
        let total_weight: u64 = weights.iter().sum();
        let start = Accrual { index: 7, carried: carried % total_weight };
        let sum: u64 = amounts.iter().sum();
        let stepped = amounts.iter().fold(start, |accrual, &amount| accrual.add(amount, total_weight));
        prop_assert_eq!(stepped, start.add(sum, total_weight));

        let owed: u64 = weights.iter().map(|&weight| stepped.owed(start.index, weight)).sum();
        prop_assert_eq!(owed + stepped.carried, sum + start.carried);
        prop_assert!(stepped.carried < total_weight);
    }

    #[test]
    fn payout_and_remainder_add_up_to_the_emission(shares in shares(), emission: u64) {
        let payout = pay(&shares, emission);
        let sum = |amounts: &[u64]| amounts.iter().map(|&amount| u128::from(amount)).sum::<u128>();
        let paid = sum(&payout.incentive) + sum(&payout.dividends);
        prop_assert_eq!(paid + u128::from(payout.remainder), u128::from(emission));
        if paid > 0 {
            prop_assert!(payout.remainder < 16);
        }
    }

    #[test]
    fn payout_gives_half_each_when_both_earn(
        mut shares in shares(),
        emission in 0_u64..1_000_000_000_000,
    ) {
        shares.incentive[0] = I32F32::HALF;
        shares.dividends[1] = I32F32::HALF;
        let payout = pay(&shares, emission);
        let (miners, validators): (u64, u64) =
            (payout.incentive.iter().sum(), payout.dividends.iter().sum());
        prop_assert!(miners <= emission / 2 && miners + 8 > emission / 2);
        prop_assert!(validators <= emission.div_ceil(2) && validators + 8 > emission.div_ceil(2));
    }

    #[test]
    fn owner_cut_never_exceeds_the_emission(emission: u64, cut: u16) {
        prop_assert!(owner_cut(emission, cut) <= emission);
    }

    #[test]
    fn prices_stay_within_bounds_and_never_panic(
        price: u64, factor: u64, blocks: u64, min: u64, more: u64, multiplier: u32,
    ) {
        let max = min.saturating_add(more);
        for price in [decayed(price, factor, blocks, min, max), bumped(price, multiplier, min, max)] {
            prop_assert!(min <= price && price <= max);
        }
        prop_assert!(lock_cost(price, factor, blocks, min, more) >= min);
    }

    #[test]
    fn price_halves_in_one_half_life(price in 1_000_000_u64..1_000_000_000_000, half_life: u16) {
        let half_life = half_life.max(1);
        let after = decayed(price, decay_factor(half_life), half_life.into(), 0, u64::MAX);
        // The factor is found with powers that lose up to 2^-32 per product.
        prop_assert!(after.abs_diff(price / 2) <= 1 + price / 20_000);
    }

    #[test]
    fn seal_meets_a_difficulty_up_to_the_quotient_and_no_further(high: u128, low: u128, difficulty in 2_u64..) {
        // floor((2^256 - 1) / difficulty), by long division in base 2^64.
        let (mut limit, mut remainder) = ([0_u8; 32], 0_u128);
        for limb in limit.chunks_exact_mut(8) {
            let dividend = (remainder << 64) | u128::from(u64::MAX);
            limb.copy_from_slice(&((dividend / u128::from(difficulty)) as u64).to_be_bytes());
            remainder = dividend % u128::from(difficulty);
        }
        let mut above = limit;
        for byte in above.iter_mut().rev() {
            *byte = byte.wrapping_add(1);
            if *byte != 0 {
                break;
            }
        }
        prop_assert!(meets_difficulty(&limit, difficulty));
        prop_assert!(!meets_difficulty(&above, difficulty));

        let mut seal = [0_u8; 32];
        seal[..16].copy_from_slice(&high.to_be_bytes());
        seal[16..].copy_from_slice(&low.to_be_bytes());
        prop_assert_eq!(meets_difficulty(&seal, difficulty), seal <= limit);
    }

    #[test]
    fn adjusting_over_many_intervals_equals_adjusting_one_by_one(
        cost: u64, registrations: u16, target in 1_u16..10, alpha: u64, intervals in 0_u64..3_000,
    ) {
        let adjustment = Adjustment { target, alpha, min: 10_000, max: u64::MAX / 4 };
        let (at_once, covered) = adjustment.over_intervals(cost, registrations, intervals);
        prop_assert!(covered <= intervals && (covered == intervals || covered == MAX_INTERVALS));
        let stepped = (0..covered).fold(cost, |cost, interval| {
            adjustment.next(cost, if interval == 0 { registrations } else { 0 })
        });
        prop_assert_eq!(at_once, stepped);
    }

    #[test]
    fn adjusted_cost_stays_within_bounds(
        cost: u64, registrations: u16, target: u16, alpha: u64, min: u64, more: u64,
    ) {
        let max = min.saturating_add(more);
        let next = Adjustment { target, alpha, min, max }.next(cost, registrations);
        prop_assert!(min <= next && next <= max);
    }
}

#[test]
fn nothing_is_paid_on_genesis_stake_alone() {
    let equal = vec![I32F32::HALF; 2];
    let none = vec![I32F32::ZERO; 2];
    let mut shares = Shares {
        incentive: none.clone(),
        dividends: none,
        stake: equal.clone(),
        active_stake: equal.clone(),
        basis: StakeBasis::Genesis,
    };
    assert_eq!(pay(&shares, 1_000).remainder, 1_000);

    shares.incentive = equal;
    let payout = pay(&shares, 1_001);
    assert_eq!((payout.incentive, payout.remainder), (vec![500, 500], 1));
}

#[test]
fn active_stake_is_paid_before_idle_stake() {
    let of = |bits: [i64; 2]| bits.map(|share| I32F32::from_bits(share << 32)).to_vec();
    let mut shares = Shares {
        incentive: of([0, 0]),
        dividends: of([0, 0]),
        stake: of([1, 3]),
        active_stake: of([1, 0]),
        basis: StakeBasis::Staked,
    };
    assert_eq!(pay(&shares, 1_000).dividends, [1_000, 0]);

    shares.active_stake = of([0, 0]);
    assert_eq!(pay(&shares, 1_000).dividends, [250, 750]);

    shares.stake = of([0, 0]);
    let payout = pay(&shares, 1_000);
    assert_eq!((payout.dividends, payout.remainder), (vec![0, 0], 1_000));
}

#[test]
fn an_amount_without_running_subnets_is_carried() {
    let carried = Accrual::default().add(5, 0);
    assert_eq!(carried, Accrual { index: 0, carried: 5 });
    assert_eq!(carried.add(2, 3), Accrual { index: 2, carried: 1 });
}
