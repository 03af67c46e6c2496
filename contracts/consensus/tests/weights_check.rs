//! Every check of a weight vector, its order, and scaling.

use consensus::weights::{check, fractions, quantise, Facts, Submission, Timing, WeightsError};
use proptest::prelude::*;

/// A submission that passes: uid 3 of a subnet of 8 gives two weights.
const FACTS: Facts = Facts {
    neurons: 8,
    uid: Some(3),
    is_owner: false,
    permit: true,
    stake: 1_000,
    stake_threshold: 1_000,
    version_key: 5,
    timing: Timing::Direct { block: 300, last_update: Some(200), rate_limit: 100 },
    min_allowed_weights: 2,
    max_weight_limit: 65_535,
};

fn submit(uids: &[u16], values: &[u16], facts: &Facts) -> Result<Vec<u16>, WeightsError> {
    check(&Submission { uids, values, version_key: 5 }, facts)
}

#[test]
fn accepted_weights_are_returned_max_upscaled() {
    assert_eq!(submit(&[1, 2, 0], &[1, 2, 0], &FACTS), Ok(vec![32_768, 65_535, 0]));
}

#[test]
fn sizes_of_uids_and_weights_must_be_equal() {
    let refused = WeightsError::WeightVecNotEqualSize { uids: 2, values: 1 };
    assert_eq!(submit(&[1, 2], &[1], &FACTS), Err(refused));
}

#[test]
fn entries_must_not_outnumber_neurons() {
    let refused = WeightsError::UidsLengthExceedUidsInSubNet { entries: 9, neurons: 8 };
    assert_eq!(submit(&[0; 9], &[1; 9], &FACTS), Err(refused));
}

#[test]
fn submitter_must_be_registered() {
    let facts = Facts { uid: None, ..FACTS };
    assert_eq!(submit(&[1, 2], &[1, 1], &facts), Err(WeightsError::HotKeyNotRegisteredInSubNet));
}

#[test]
fn stake_must_reach_the_threshold_unless_the_submitter_is_the_owner() {
    let facts = Facts { stake: 999, ..FACTS };
    let refused = WeightsError::NotEnoughStakeToSetWeights { stake: 999, needed: 1_000 };
    assert_eq!(submit(&[1, 2], &[1, 1], &facts), Err(refused));
    assert!(submit(&[1, 2], &[1, 1], &Facts { is_owner: true, ..facts }).is_ok());
}

#[test]
fn version_must_not_be_older_than_the_subnets() {
    let refused = WeightsError::IncorrectWeightVersionKey { given: 5, needed: 6 };
    assert_eq!(submit(&[1, 2], &[1, 1], &Facts { version_key: 6, ..FACTS }), Err(refused));
    assert!(submit(&[1, 2], &[1, 1], &Facts { version_key: 0, ..FACTS }).is_ok());
}

#[test]
fn direct_submissions_keep_the_pace_and_reveals_need_not() {
    let at = |block, last_update| Facts { timing: Timing::Direct { block, last_update, rate_limit: 100 }, ..FACTS };
    let refused = WeightsError::SettingWeightsTooFast { allowed_at: 300 };
    assert_eq!(submit(&[1, 2], &[1, 1], &at(299, Some(200))), Err(refused));
    assert!(submit(&[1, 2], &[1, 1], &at(300, Some(200))).is_ok());
    assert!(submit(&[1, 2], &[1, 1], &at(1, None)).is_ok());
    let refused = WeightsError::SettingWeightsTooFast { allowed_at: 100 };
    assert_eq!(submit(&[1, 2], &[1, 1], &at(99, Some(0))), Err(refused), "block 0 is a block like any other");
    assert!(submit(&[1, 2], &[1, 1], &Facts { timing: Timing::Reveal, ..FACTS }).is_ok());
}

#[test]
fn permit_is_needed_except_for_the_owner_and_for_one_weight_on_oneself() {
    let facts = Facts { permit: false, ..FACTS };
    assert_eq!(submit(&[1, 2], &[1, 1], &facts), Err(WeightsError::NeuronNoValidatorPermit));
    assert!(submit(&[1, 2], &[1, 1], &Facts { is_owner: true, ..facts }).is_ok());
    assert_eq!(submit(&[3], &[7], &facts), Ok(vec![65_535]));
}

#[test]
fn duplicate_uid_is_refused_before_an_unknown_one() {
    assert_eq!(submit(&[9, 9], &[1, 1], &FACTS), Err(WeightsError::DuplicateUids { uid: 9 }));
    let refused = WeightsError::UidVecContainInvalidOne { uid: 8 };
    assert_eq!(submit(&[7, 8], &[1, 1], &FACTS), Err(refused));
}

#[test]
fn entries_must_be_enough_for_the_subnets_size() {
    let refused = WeightsError::WeightVecLengthIsLow { entries: 1, needed: 2 };
    assert_eq!(submit(&[1], &[1], &FACTS), Err(refused));
    let small = Facts { neurons: 2, uid: Some(0), min_allowed_weights: 1_024, ..FACTS };
    assert!(submit(&[0, 1], &[1, 1], &small).is_ok());
}

#[test]
fn one_weight_may_not_exceed_the_limit_except_on_oneself() {
    let facts = Facts { max_weight_limit: 32_767, ..FACTS };
    let refused = WeightsError::MaxWeightExceeded { limit: 32_767 };
    assert_eq!(submit(&[1, 2], &[2, 1], &facts), Err(refused));
    assert!(submit(&[1, 2, 4], &[1, 1, 1], &facts).is_ok());
    assert!(submit(&[3], &[1], &facts).is_ok());
}

#[test]
fn scores_are_quantised_in_proportion_to_the_largest() {
    assert_eq!(quantise(&[0, 1, 2, 3]), [0, 21_845, 43_690, 65_535]);
    assert_eq!(quantise(&[u64::MAX, u64::MAX / 2, 0]), [65_535, 32_767, 0]);
    assert_eq!(quantise(&[0, 0]), [0, 0]);
    assert!(quantise(&[]).is_empty());
}

proptest! {
    #[test]
    fn check_never_panics(
        entries in proptest::collection::vec(any::<(u16, u16)>(), 0..20),
        neurons: u16, uid: Option<u16>, min_allowed_weights: u16, max_weight_limit: u16,
    ) {
        let (uids, values): (Vec<_>, Vec<_>) = entries.into_iter().unzip();
        let facts = Facts { neurons, uid, min_allowed_weights, max_weight_limit, ..FACTS };
        if let Ok(weights) = submit(&uids, &values, &facts) {
            prop_assert_eq!(weights.len(), uids.len());
            let largest = weights.iter().max().copied().unwrap_or(65_535);
            prop_assert!(largest == 65_535 || largest == 0);
        }
    }

    #[test]
    fn quantised_scores_keep_their_order(scores in proptest::collection::vec(any::<u64>(), 1..50)) {
        let weights = quantise(&scores);
        for (a, weight_a) in scores.iter().zip(&weights) {
            for (b, weight_b) in scores.iter().zip(&weights) {
                prop_assert!(a > b || weight_a <= weight_b);
            }
        }
    }

    #[test]
    fn fractions_sum_to_one_within_rounding(
        weights in proptest::collection::vec(any::<u16>(), 1..300),
    ) {
        let sum: i64 = fractions(&weights).iter().map(|share| share.to_bits()).sum();
        let expected = if weights.iter().all(|&weight| weight == 0) { 0 } else { 1_i64 << 32 };
        prop_assert!(sum <= expected && sum + 300 > expected);
    }
}
