//! `yarrow explain`: every topic can be read, its numbers are the contracts', and names near a topic lead to it.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

use crate::yarrow::Home;

const WIDTH: usize = 80;

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().expect("a list").iter().map(|text| text.as_str().expect("a text")).collect()
}

fn topics(home: &Home) -> Vec<String> {
    let report = home.reports(&["explain"]);
    let topics = report["topics"].as_array().expect("topics").iter();
    topics.map(|topic| topic["topic"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn every_topic_of_the_list_can_be_read_within_80_columns() {
    let home = Home::new();
    let (topics, list) = (topics(&home), home.says(&["explain"]));
    assert!(topics.len() >= 30, "{topics:?}");
    for topic in &topics {
        assert!(list.contains(&format!("\n{topic} ")) || list.starts_with(topic), "{topic} is not listed");
        let text = home.says(&["explain", topic]);
        assert!(text.starts_with(&format!("{topic}: ")) && text.lines().count() > 3, "{text}");
        let fits = |line: &&str| line.chars().count() <= WIDTH;
        assert_eq!(text.lines().chain(list.lines()).find(|line| !fits(line)), None);
        assert!(!text.contains(['{', '}']), "a number is missing: {text}");
    }
}

#[test]
fn numbers_in_texts_are_those_of_the_protocol() {
    let home = Home::new();
    let says = |topic: &str, words: &str| {
        let text = home.says(&["explain", topic]).replace('\n', " ");
        assert!(text.contains(words), "{words:?} is not in {text}");
    };
    says("protocol-block", "12 s");
    says("tempo", "360 blocks (1 h 12 min)");
    says("fresh-stake", "360 blocks (1 h 12 min)");
    says("immunity", "5,000 blocks (16 h 40 min)");
    says("take", "18 %");
    says("coldkey", "36,000 blocks (5 days)");
    says("emission", "τ1 per protocol block");
    says("halving", "τ21,000,000");
    says("consensus", "kappa (default 50 %)");
    says("burn", "by 1.26 (default)");
    says("permit", "13.889 tempos");
}

#[test]
fn a_topic_is_found_by_its_other_names_and_by_the_errors_it_explains() {
    let home = Home::new();
    for topic in topics(&home) {
        let report = home.reports(&["explain", &topic]);
        assert_eq!(report["topic"], topic.as_str());
        for name in texts(&report["also"]).into_iter().chain(texts(&report["errors"])) {
            assert_eq!(home.reports(&["explain", name])["topic"], topic.as_str(), "{name}");
        }
        let others = texts(&report["see"]);
        others.iter().for_each(|other| drop(home.says(&["explain", other])));
    }
    assert!(home.says(&["explain", "Fresh_Stake"]).starts_with("fresh-stake: "));
}

#[test]
fn errors_that_topics_explain_are_errors_that_there_are() {
    let home = Home::new();
    let mut known: BTreeSet<String> = ["OutOfGas", "DepositNotCovered"].map(str::to_owned).into();
    let contracts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../artifacts/contracts");
    for file in fs::read_dir(contracts).expect("the contracts") {
        let bundle = fs::read(file.expect("a file").path()).expect("a bundle");
        let bundle: Value = serde_json::from_slice(&bundle).expect("JSON");
        for entry in bundle["types"].as_array().expect("types") {
            let variants = entry["type"]["def"]["variant"]["variants"].as_array().into_iter().flatten();
            known.extend(variants.map(|variant| variant["name"].as_str().expect("a name").to_owned()));
        }
    }
    for topic in topics(&home) {
        for error in texts(&home.reports(&["explain", &topic])["errors"]) {
            assert!(known.contains(error), "{topic}: {error}");
        }
    }
}

#[test]
fn a_near_miss_is_suggested_and_anything_else_leads_to_the_list() {
    let home = Home::new();
    assert!(home.fails(2, &["explain", "tempoo"]).contains("`yarrow explain tempo`"));
    assert!(home.fails(2, &["explain", "comit-revel"]).contains("`yarrow explain commit-reveal`"));
    let far = home.fails(2, &["explain", "zzzz"]);
    assert!(far.contains("there is no topic \"zzzz\"") && far.contains("`yarrow explain` lists"), "{far}");
}
