//! The fuzz targets on plain Rust: with what the fuzzer found worth keeping, and with bytes made at random.

use std::{
    fs,
    path::{Path, PathBuf},
};

use proptest::{collection::vec, prelude::*, sample::Index};

/// The files of a target's corpus.
fn files(name: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(name);
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let files: Vec<PathBuf> = files.map(|file| file.expect("a file's name").path()).collect();
    assert!(files.len() >= 20, "{name} has {} files", files.len());
    files
}

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let read = |path| fs::read(path).expect("a file can be read");
    files(name).into_iter().map(read).filter(|bytes: &Vec<u8>| !bytes.is_empty()).collect()
}

/// Calls a target with every file of its corpus.
fn replay(name: &str, target: fn(&[u8])) {
    for path in files(name) {
        // A target that panics is to be told with its file.
        println!("{}", path.display());
        target(&fs::read(&path).expect("a file can be read"));
    }
}

#[test]
fn the_corpus_of_payloads_breaks_no_rule() {
    replay("payload", yarrow_fuzz::payload);
}

#[test]
fn the_corpus_of_epochs_breaks_no_rule() {
    replay("epoch", yarrow_fuzz::epoch);
}

#[test]
fn the_corpus_of_requests_breaks_no_rule() {
    replay("request", yarrow_fuzz::request);
}

#[test]
fn the_corpus_of_modules_breaks_no_rule() {
    replay("precheck", yarrow_fuzz::precheck);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_at_random_break_no_rule_of_payloads(bytes in vec(any::<u8>(), 0..300)) {
        yarrow_fuzz::payload(&bytes);
    }

    #[test]
    fn bytes_at_random_break_no_rule_of_requests(bytes in vec(any::<u8>(), 0..600)) {
        yarrow_fuzz::request(&bytes);
    }

    #[test]
    fn modules_with_bytes_changed_at_random_break_no_rule(
        seed in any::<Index>(), changes in vec((any::<Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = seed.get(&corpus("precheck")).clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        yarrow_fuzz::precheck(&bytes);
    }

    #[test]
    fn bytes_at_random_break_no_rule_of_epochs(bytes in vec(any::<u8>(), 0..3_000)) {
        yarrow_fuzz::epoch(&bytes);
    }
}
