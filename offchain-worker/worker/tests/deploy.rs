//! The alerts and the dashboard of `deploy/` name only metrics that the worker has, and none of them is left out.

use std::{collections::BTreeSet, fs, path::PathBuf};

use serde_json::Value;
use worker::{daemon::Settings, metrics::names};
use yaml_rust2::{Yaml, YamlLoader};

fn deploy(file: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../deploy").join(file);
    fs::read_to_string(path).expect("a file of deploy/")
}

/// The metrics that an expression names. Those of a histogram go by their endings.
fn metrics(expression: &str) -> BTreeSet<String> {
    let words = expression.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let metrics = words.filter(|word| word.starts_with("yarrow_")).map(|word| {
        let histogram = ["_bucket", "_count", "_sum"].iter().find_map(|ending| word.strip_suffix(ending));
        histogram.filter(|name| names::ALL.contains(name)).unwrap_or(word).to_owned()
    });
    metrics.collect()
}

#[test]
fn every_name_is_said_once_and_by_the_rules_of_prometheus() {
    let distinct: BTreeSet<_> = names::ALL.iter().collect();
    assert_eq!(distinct.len(), names::ALL.len());
    for name in names::ALL {
        assert!(name.starts_with("yarrow_") && name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_'));
    }
}

#[test]
fn alerts_name_only_metrics_of_the_worker_and_say_what_to_do() {
    let documents = YamlLoader::load_from_str(&deploy("alerts.yml")).expect("YAML");
    let groups = documents[0]["groups"].as_vec().expect("groups").iter();
    let rules: Vec<&Yaml> = groups.flat_map(|group| group["rules"].as_vec().expect("rules")).collect();
    assert!(rules.len() > 10);
    let mut seen = BTreeSet::new();
    for rule in rules {
        let alert = rule["alert"].as_str().expect("a name");
        assert!(seen.insert(alert), "{alert} is there twice");
        for metric in metrics(rule["expr"].as_str().expect("an expression")) {
            assert!(names::ALL.contains(&metric.as_str()), "{alert} asks for {metric}");
        }
        assert!(["critical", "warning"].contains(&rule["labels"]["severity"].as_str().expect("a severity")));
        for annotation in ["summary", "action"] {
            assert!(!rule["annotations"][annotation].as_str().expect(annotation).is_empty());
        }
    }
}

#[test]
fn the_dashboard_shows_every_metric_of_the_worker_and_no_other() {
    let dashboard: Value = serde_json::from_str(&deploy("dashboard.json")).expect("JSON");
    let mut shown = BTreeSet::new();
    for panel in dashboard["panels"].as_array().expect("panels") {
        let title = panel["title"].as_str().expect("a title");
        if panel["type"] == "row" {
            continue;
        }
        assert!(panel["fieldConfig"]["defaults"]["unit"].is_string(), "{title} has a unit");
        assert!(!panel["description"].as_str().expect("a description").is_empty(), "{title}");
        for target in panel["targets"].as_array().expect("targets") {
            shown.extend(metrics(target["expr"].as_str().expect("an expression")));
        }
    }
    assert_eq!(shown, names::ALL.iter().map(|name| (*name).to_owned()).collect());
}

#[test]
fn the_example_of_a_scrape_has_the_job_that_an_alert_asks_for() {
    let documents = YamlLoader::load_from_str(&deploy("prometheus.yml")).expect("YAML");
    let jobs = documents[0]["scrape_configs"].as_vec().expect("jobs").iter();
    let jobs: Vec<_> = jobs.map(|job| job["job_name"].as_str().expect("a name")).collect();
    assert_eq!(jobs, ["yarrow-worker", "yarrow-miner"]);
    assert!(deploy("alerts.yml").contains(r#"up{job="yarrow-worker"}"#));
}

#[test]
fn the_examples_of_settings_are_possible_and_are_scraped() {
    let settings: Settings = toml::from_str(&deploy("worker.toml")).expect("settings");
    settings.check().expect("possible");
    let miner: toml::Table = toml::from_str(&deploy("miner.toml")).expect("settings");
    let metrics = miner["server"]["metrics"].as_str().expect("an address");
    for address in [settings.listen.to_string().as_str(), metrics] {
        assert!(deploy("prometheus.yml").contains(address), "{address}");
    }
}
