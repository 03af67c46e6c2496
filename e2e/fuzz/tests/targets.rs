//! The fuzz targets on plain Rust: with what the fuzzer found worth keeping, and with bytes made at random.

use std::{fs, path::Path};

use proptest::{collection::vec, prelude::*};

/// Calls a target with every file of its corpus.
fn replay(name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(name);
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut count = 0;
    for file in files {
        let path = file.expect("a file's name").path();
        // A target that panics is to be told with its file.
        println!("{}", path.display());
        target(&fs::read(&path).expect("a file can be read"));
        count += 1;
    }
    assert!(count >= 20, "{name} has {count} files");
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
    fn bytes_at_random_break_no_rule_of_epochs(bytes in vec(any::<u8>(), 0..3_000)) {
        yarrow_fuzz::epoch(&bytes);
    }
}
