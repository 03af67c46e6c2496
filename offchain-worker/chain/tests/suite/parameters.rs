//! Hyperparameters by name.

use std::collections::BTreeSet;

use chain::parameters::{Bounds, PARAMETERS, Parameter, ParameterError, Rules, Unit, Value, ValueError};
use ink::scale_info::{TypeDef, TypeInfo as _};
use primitives::{Authority, Hyperparameter as H, Hyperparameters, Rao};

const U16: Unit = Unit::Parts(65_535);

fn rules() -> Rules {
    Rules { hyperparameters: Hyperparameters::default(), difficulty: 10_000_000 }
}

fn bounds(name: &str, authority: Authority) -> Option<(i128, i128)> {
    let found = Parameter::find(name).expect("it is there").bounds(&rules(), authority);
    found.map(|Bounds { low, high }| (low, high))
}

#[test]
fn every_hyperparameter_has_one_entry_and_every_name_is_its_own() {
    let TypeDef::Variant(variants) = H::type_info().type_def else { panic!("it is an enum") };
    let all: BTreeSet<&str> = variants.variants.iter().map(|variant| variant.name).collect();
    let named = |entry: &Parameter| {
        let change = entry.change(Value::One(1)).or_else(|| entry.change(Value::Pair(1, 1)));
        format!("{:?}", change.expect("some value is possible"))
    };
    let texts: Vec<String> = PARAMETERS.iter().map(named).collect();
    let listed: BTreeSet<&str> = texts.iter().filter_map(|text| text.split(['(', ' ']).next()).collect();
    assert_eq!(listed, all);
    assert_eq!(PARAMETERS.len(), all.len());
    let names: BTreeSet<&str> = PARAMETERS.iter().flat_map(|entry| [Some(entry.name), entry.alias]).flatten().collect();
    assert_eq!(names.len(), PARAMETERS.iter().map(|entry| 1 + usize::from(entry.alias.is_some())).sum::<usize>());
}

#[test]
fn what_is_set_is_what_is_read() {
    for entry in PARAMETERS.iter().filter(|entry| entry.name != "difficulty") {
        let mut rules = rules();
        let Some(Bounds { low, .. }) = entry.bounds(&rules, Authority::Governance) else { panic!("{entry:?}") };
        let value = if entry.name == "alpha_values" { Value::Pair(low, low) } else { Value::One(low) };
        let change = entry.change(value).expect("its type has it");
        rules.hyperparameters.apply(change, Authority::Governance).expect("within bounds");
        assert_eq!(entry.read(&rules), value, "{}", entry.name);
    }
}

#[test]
fn bounds_are_those_of_the_rule_for_the_owner_and_for_governance() {
    let owner = |name| bounds(name, Authority::SubnetOwner);
    let governance = |name| bounds(name, Authority::Governance);
    assert_eq!([owner("tempo"), governance("tempo")], [Some((360, 50_400)), Some((1, 50_400))]);
    assert_eq!(owner("max_allowed_uids"), Some((64, 256)));
    assert_eq!(governance("max_allowed_uids"), Some((64, 4_096)));
    assert_eq!(owner("max_burn"), Some((100_000_000, u64::MAX.into())));
    assert_eq!(owner("min_burn"), Some((0, 1_000_000_000)));
    assert_eq!(owner("alpha_values"), Some((1_638, 65_535)));
    assert_eq!(owner("alpha_sigmoid_steepness"), Some((0, i16::MAX.into())));
    assert_eq!(governance("alpha_sigmoid_steepness"), Some((i16::MIN.into(), i16::MAX.into())));
    assert_eq!(owner("burn_increase"), Some((1_000, 3_000)));
    assert_eq!(owner("commit_reveal_weights_enabled"), Some((0, 1)));
    assert_eq!([owner("kappa"), governance("kappa")], [None, Some((0, 65_535))]);
}

#[test]
fn a_value_out_of_bounds_is_refused_with_the_bounds() {
    let set = |name: &str, text: &str| {
        Parameter::find(name).expect("it is there").parse(text, &rules(), Authority::SubnetOwner)
    };
    let message = |name, text| set(name, text).expect_err("refused").to_string();
    assert_eq!(message("tempo", "10"), "tempo cannot be 10: the subnet's owner may set it to 360 to 50400");
    assert_eq!(message("tempo", "70000"), "tempo cannot be 70000: the subnet's owner may set it to 360 to 50400");
    assert_eq!(message("max_burn", "0.01"), "max_burn cannot be τ0.01: the subnet's owner may set it to τ0.1 or more");
    assert_eq!(
        message("bonds_moving_avg", "0.99"),
        "bonds_moving_avg cannot be 990000: the subnet's owner may set it to 0 to 975000 (0.975)"
    );
    assert_eq!(
        message("alpha_values", "0.9,0.7"),
        "alpha_values cannot be 58982,45875: the subnet's owner may set it to two values from 1638 (0.025) to 65535 (1), \
         the lower first"
    );
    assert_eq!(set("kappa", "0.6"), Err(ParameterError::GovernanceOnly { name: "kappa" }));
    assert_eq!(set("alpha_values", "0.7,0.9"), Ok(H::AlphaValues { low: 45_875, high: 58_982 }));
    assert_eq!(set("min_burn", "0.5"), Ok(H::MinBurn(Rao::new(500_000_000))));
}

#[test]
fn names_are_btclis_or_the_contracts_and_a_near_miss_is_suggested() {
    for name in ["weights_rate_limit", "weights_set_rate_limit", "Weights-Rate-Limit"] {
        assert_eq!(Parameter::find(name).expect("found").name, "weights_rate_limit");
    }
    let unknown = Parameter::find("max_uids").expect_err("no such name");
    let ParameterError::Unknown { closest: Some(closest), .. } = unknown else { panic!("{unknown}") };
    assert_eq!(closest, "max_allowed_uids");
}

#[test]
fn a_fraction_is_parts_or_a_decimal_or_per_cent() {
    for (text, parts) in
        [("32767", 32_767), ("0.5", 32_768), ("18%", 11_796), ("1.0", 65_535), ("1", 1), (".5", 32_768)]
    {
        assert_eq!(U16.parse(text), Ok(Value::One(parts)), "{text}");
    }
    assert_eq!(Unit::Parts(u64::MAX).parse("1.0"), Ok(Value::One(u64::MAX.into())));
    assert_eq!(Unit::Parts(100).parse("-2.5"), Ok(Value::One(-250)));
    for text in ["", ".", "half", "0.5.5", "%", "1e3", "0,5", "99999.0", "0.1234567890123"] {
        assert_eq!(U16.parse(text), Err(ValueError::NotAFraction(text.to_owned())), "{text}");
    }
}

#[test]
fn other_values_are_whole_numbers_switches_amounts_and_pairs() {
    assert_eq!(Unit::Blocks.parse("50_400"), Ok(Value::One(50_400)));
    assert_eq!(Unit::Blocks.parse("1.5"), Err(ValueError::NotWhole("1.5".to_owned())));
    assert_eq!(["true", "Off", "1"].map(|text| Unit::Switch.parse(text)), [1, 0, 1].map(|one| Ok(Value::One(one))));
    assert_eq!(Unit::Switch.parse("2"), Err(ValueError::NotASwitch("2".to_owned())));
    assert_eq!(Unit::Tao.parse("500000rao"), Ok(Value::One(500_000)));
    assert_eq!(Unit::PairOfParts(65_535).parse("0.7, 58982"), Ok(Value::Pair(45_875, 58_982)));
    assert_eq!(Unit::PairOfParts(65_535).parse("0.7"), Err(ValueError::NotAPair("0.7".to_owned())));
}

#[test]
fn what_is_shown_can_be_parsed() {
    let shown = [
        (Unit::Tao, Value::One(500_000)),
        (Unit::Switch, Value::One(1)),
        (U16, Value::One(32_767)),
        (Unit::PairOfParts(65_535), Value::Pair(45_875, 58_982)),
    ];
    for (unit, value) in shown {
        assert_eq!(unit.parse(&unit.show(value)), Ok(value));
    }
}

#[test]
fn fractions_are_normalized_to_four_decimals() {
    assert_eq!(U16.normalized(Value::One(32_767)), "0.5");
    assert_eq!(U16.normalized(Value::One(11_796)), "0.18");
    assert_eq!(Unit::Parts(u64::MAX).normalized(Value::One(u64::MAX.into())), "1");
    assert_eq!(Unit::Parts(100).normalized(Value::One(-250)), "-2.5");
    assert_eq!(Unit::Tao.normalized(Value::One(1_500_000_000)), "τ1.5");
}
