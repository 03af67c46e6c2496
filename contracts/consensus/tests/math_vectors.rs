//! The building blocks of an epoch reproduce the `math` section of `tests/vectors/yuma.json`.

use consensus::epoch::{top_nonzero, weighted_median, Candidate};
use consensus::fixed::{normalise, I32F32};
use consensus::weights::{max_upscale, max_upscale_fixed, within_limit};
use serde_json::Value;

fn section(name: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("vectors/yuma.json")).expect("JSON");
    file["math"][name]["cases"].as_array().expect("cases").clone()
}

/// `I32F32::from_num` of a float: to the nearest, ties to even.
fn fixed(float: f64) -> I32F32 {
    I32F32::from_bits((float * 4_294_967_296.0).round_ties_even() as i64)
}

/// A number that upstream's tests wrote as `f32`.
fn single(value: &Value) -> I32F32 {
    fixed(f64::from(value.as_f64().expect("a number") as f32))
}

fn singles(value: &Value) -> Vec<I32F32> {
    value.as_array().expect("a list").iter().map(single).collect()
}

fn integers(value: &Value) -> Vec<u16> {
    let number = |value: &Value| value.as_u64().and_then(|v| v.try_into().ok()).expect("u16");
    value.as_array().expect("a list").iter().map(number).collect()
}

fn median(stake: &[I32F32], score: &[I32F32], minority: I32F32) -> I32F32 {
    let pairs = stake.iter().zip(score);
    let mut candidates: Vec<_> = pairs.map(|(&stake, &score)| Candidate { score, stake }).collect();
    weighted_median(&mut candidates, I32F32::ZERO, minority)
}

#[test]
fn weighted_median_matches_the_vectors() {
    for case in section("weighted_median") {
        let minority = I32F32::ONE.saturating_sub(single(&case["majority"]));
        let found = median(&singles(&case["stake"]), &singles(&case["score"]), minority);
        assert_eq!(found, single(&case["median"]), "{case}");
    }
}

#[test]
fn weighted_median_of_columns_matches_the_vectors_when_only_staked_rows_vote() {
    for case in section("weighted_median_col") {
        let stake = singles(&case["stake"]);
        let rows: Vec<_> = case["weights"].as_array().expect("rows").iter().map(singles).collect();
        let voting = |uid: &usize| stake[*uid] > I32F32::ZERO;
        let mut votes: Vec<_> = (0..stake.len()).filter(voting).map(|uid| stake[uid]).collect();
        normalise(&mut votes);
        let total: I32F32 = votes.iter().copied().sum();
        let minority = total.saturating_sub(single(&case["majority"]));
        for (column, expected) in singles(&case["median"]).into_iter().enumerate() {
            let scores: Vec<_> = (0..stake.len()).filter(voting).map(|uid| rows[uid][column]).collect();
            assert_eq!(median(&votes, &scores, minority), expected, "{case}, column {column}");
        }
    }
}

#[test]
fn the_largest_are_permitted_as_in_the_vectors_except_zeros() {
    for case in section("is_topk") {
        let values = integers(&case["vector"]);
        let expected: Vec<_> =
            integers(&case["result"]).iter().zip(&values).map(|(&mark, &value)| mark == 1 && value > 0).collect();
        let values: Vec<_> = values.iter().map(|&v| I32F32::from_integer(v.into())).collect();
        let count = case["k"].as_u64().expect("k") as u16;
        assert_eq!(top_nonzero(&values, count), expected, "{case}");
    }
}

#[test]
fn submitted_weights_are_scaled_as_in_the_vectors() {
    for case in section("vec_u16_max_upscale_to_u16") {
        let mut weights = integers(&case[0]);
        max_upscale(&mut weights);
        assert_eq!(weights, integers(&case[1]), "{case}");
    }
}

#[test]
fn fixed_point_weights_are_scaled_as_in_the_vectors() {
    for case in section("vec_max_upscale_to_u16_fixed") {
        assert_eq!(max_upscale_fixed(&singles(&case[0])), integers(&case[1]), "{case}");
    }
}

#[test]
fn largest_share_is_limited_as_in_the_vectors() {
    for case in section("check_vec_max_limited") {
        let limit = case[1].as_u64().expect("limit") as u16;
        assert_eq!(Some(within_limit(&integers(&case[0]), limit)), case[2].as_bool(), "{case}");
    }
}

#[test]
fn sigmoid_matches_the_vectors_bit_for_bit() {
    for case in section("sigmoid_safe") {
        let steepness = case["rho"].as_i64().expect("rho") as i32;
        let input = match steepness {
            40 => single(&case["input"]),
            _ => fixed(case["input"].as_f64().expect("input")),
        };
        let found = input.sigmoid(I32F32::from_integer(steepness), I32F32::HALF);
        assert_eq!(Some(found.to_bits()), case["result_bits"].as_i64(), "{case}");
    }
}
