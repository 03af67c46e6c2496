//! The page against the sources and the bundles.

use std::{collections::BTreeSet, fs, path::PathBuf};

use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Lines without their indentation: an excerpt begins where the page does.
fn flat(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", line.trim())).collect()
}

#[test]
fn every_excerpt_stands_in_the_source_that_it_names() {
    let page = read("docs/integrate.md");
    // A file's name in parentheses, then the block.
    let blocks: Vec<&str> = page.split("\n```").collect();
    let mut excerpts = 0;
    for pair in blocks.chunks(2) {
        let [before, block] = pair else { continue };
        let (language, excerpt) = block.split_once('\n').expect("a block has a first line");
        if !["rust", "ts"].contains(&language) {
            continue;
        }
        let line = before.trim_end().lines().last().unwrap_or_default();
        let path = line.rsplit_once('`').and_then(|(line, _)| Some(line.rsplit_once('`')?.1)).unwrap_or_default();
        assert!(flat(&read(path)).contains(&flat(excerpt)), "{path} has no such lines:\n{excerpt}");
        excerpts += 1;
    }
    assert!(excerpts >= 6, "the page's blocks are written otherwise: {excerpts}");
}

#[test]
fn every_event_and_message_that_the_page_names_is_in_the_bundles() {
    let mut known = BTreeSet::new();
    for name in ["registry", "root", "settlement", "staking", "tao"] {
        let bundle: Value = serde_json::from_str(&read(&format!("artifacts/contracts/{name}.contract"))).expect("JSON");
        for kind in ["messages", "events"] {
            let labels = bundle["spec"][kind].as_array().expect("a list").iter().map(|item| item["label"].as_str());
            known.extend(labels.map(|label| label.expect("a label").to_owned()));
        }
    }
    let page = read("docs/integrate.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`')).map(|(name, _)| name);
    let named: Vec<&str> = rows.filter(|name| name.starts_with(char::is_uppercase)).collect();
    assert!(named.len() >= 20, "the page's tables are written otherwise: {named:?}");
    for name in named {
        assert!(known.contains(name), "no contract has {name}");
    }
}
