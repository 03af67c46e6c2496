//! Supply, prices and work reproduce the `economics` section of `tests/vectors/yuma.json`.

use consensus::payout::owner_cut;
use consensus::price::{bumped, decay_factor, decayed, lock_cost};
use consensus::root::{shares, Vote, KAPPA, WHOLE};
use consensus::supply::{accrue, block_emission};
use consensus::work::Adjustment;
use serde_json::Value;

fn section(name: &str) -> Value {
    let file: Value = serde_json::from_str(include_str!("vectors/yuma.json")).expect("JSON");
    file["economics"][name].clone()
}

fn cases(name: &str) -> Vec<Value> {
    section(name)["cases"].as_array().expect("cases").clone()
}

fn number(case: &Value, key: &str) -> u64 {
    case[key].as_u64().unwrap_or_else(|| panic!("{key} of {case}"))
}

#[test]
fn block_emission_matches_the_table() {
    for row in section("block_emission")["table"].as_array().expect("table") {
        let issuance = row[0].as_u64().expect("issuance");
        assert_eq!(Some(block_emission(issuance)), row[1].as_u64(), "{row}");
    }
}

#[test]
fn issuance_converges_to_the_bound_when_emission_is_held_for_long_steps() {
    let bounds = &section("block_emission")["bounds"];
    let mut issuance = 0;
    for _ in 0..number(bounds, "iterations") {
        issuance += block_emission(issuance) * number(bounds, "blocks_per_iteration");
    }
    assert_eq!(issuance, number(bounds, "final_total_issuance"));
}

#[test]
fn issuance_never_passes_the_cap_when_accrued_forever() {
    let forever = accrue(0, u64::MAX);
    assert!(forever <= consensus::supply::CAP);
    assert_eq!(accrue(forever, u64::MAX), 0);
}

#[test]
fn lock_cost_matches_the_vectors() {
    for case in cases("network_lock_cost") {
        let of = |key| number(&case, key);
        let cost = lock_cost(of("last_lock"), of("last_lock_block"), of("now"), of("min_lock"), of("interval"));
        assert_eq!(cost, of("cost"), "{case}");
    }
}

#[test]
fn adjusted_cost_matches_the_vectors() {
    for case in cases("registration_cost_adjustment_v1_2_5") {
        let of = |key| number(&case, key);
        let adjustment =
            Adjustment { target: of("target") as u16, alpha: of("adjustment_alpha"), min: of("min"), max: of("max") };
        let next = adjustment.next(of("current"), of("registrations") as u16);
        assert_eq!(next, of("next"), "{case}");
    }
}

#[test]
fn burn_decay_matches_the_vectors_block_by_block_and_nearly_in_one_step() {
    for case in cases("burn_decay_q32") {
        let half_life = number(&case, "half_life") as u16;
        let initial = number(&case, "initial");
        let factor = decay_factor(half_life);
        assert_eq!(factor, number(&case, "factor_q32"), "{case}");

        for (blocks, expected) in case["after_n_decay_blocks"].as_object().expect("blocks") {
            let blocks: u64 = blocks.parse().expect("a number of blocks");
            let expected = expected.as_u64().expect("a price");
            let stepped = (0..blocks).fold(initial, |price, _| decayed(price, factor, 1, 0, u64::MAX));
            assert_eq!(stepped, expected, "{case} after {blocks}");

            let at_once = decayed(initial, factor, blocks, 0, u64::MAX);
            // 1 / ln 2 < 1.443
            let tolerance = u64::from(half_life) * 1443 / 1000 + 1;
            assert!(at_once + 1 >= expected, "{at_once} for {expected} in {case} after {blocks}");
            assert!(at_once <= expected + tolerance, "{at_once} for {expected} in {case}");
        }
    }
}

#[test]
fn bumped_price_matches_the_vectors() {
    for case in cases("burn_bump") {
        assert_eq!(case["mult"], "1.26");
        let price = bumped(number(&case, "burn"), 1_260_000, 500_000, 100_000_000_000);
        assert_eq!(price, number(&case, "after"), "{case}");
    }
}

#[test]
fn owner_cut_matches_the_vectors() {
    for case in cases("owner_cut_v1_2_5") {
        let emission = number(&case, "subnet_emission");
        let cut = owner_cut(emission, number(&case, "cut_u16") as u16);
        assert_eq!(cut, number(&case, "owner_cut"), "{case}");
        assert_eq!(emission - cut, number(&case, "remaining"), "{case}");
    }
}

#[test]
fn root_shares_match_the_vectors() {
    let section = section("root_epoch_v1_2_5");
    for case in section["cases"].as_array().expect("cases") {
        let stakes = case["stakes"].as_array().expect("stakes").iter().map(|stake| stake.as_u64().expect("a stake"));
        // The file says the weights in words.
        let is_diagonal = case["weights"].as_str().expect("weights").starts_with("diagonal");
        let votes: Vec<Vote> = stakes
            .enumerate()
            .map(|(uid, stake)| {
                let subnets = if is_diagonal { uid..uid + 1 } else { 0..uid };
                Vote { stake, weights: subnets.map(|subnet| (subnet, 1)).collect() }
            })
            .collect();
        assert_eq!((number(case, "kappa"), number(case, "block_emission")), (u64::from(KAPPA), WHOLE));
        let expected: Vec<u64> =
            case["emission"].as_array().expect("emission").iter().map(|share| share.as_u64().expect("RAO")).collect();
        let rho = u32::try_from(number(case, "rho")).expect("a small number");
        assert_eq!(shares(&votes, expected.len(), rho), Some(expected));
    }
}
