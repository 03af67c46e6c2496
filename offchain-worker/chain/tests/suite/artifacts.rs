//! The artifacts directory: what is missing, changed or malformed is named, with what to do.

use std::{fs, path::Path};

use chain::{ArtifactError, Artifacts};
use primitives::model::content_hash;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

const WASM: &[u8] = b"\0asm\x01\0\0\0";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bundle(code: &[u8], hash: [u8; 32]) -> String {
    format!(r#"{{"source":{{"hash":"0x{}","wasm":"0x{}"}},"contract":{{"name":"tao"}}}}"#, hex(&hash), hex(code))
}

/// A directory with one contract and one model, as sha256sum lists them.
fn directory(contract: &str) -> TempDir {
    let root = tempfile::tempdir().expect("a temporary directory");
    let files = [("contracts/tao.contract", contract.as_bytes()), ("models/order0.wasm", WASM)];
    let mut sums = String::new();
    for (path, bytes) in files {
        let path = write(root.path(), path, bytes);
        sums += &format!("{}  {path}\n", hex(&Sha256::digest(bytes)));
    }
    write(root.path(), "SHA256SUMS", sums.as_bytes());
    root
}

fn write<'a>(root: &Path, path: &'a str, bytes: &[u8]) -> &'a str {
    let file = root.join(path);
    fs::create_dir_all(file.parent().expect("below the root")).expect("a directory");
    fs::write(file, bytes).expect("a file");
    path
}

#[test]
fn listed_files_are_loaded_with_their_hashes() {
    let root = directory(&bundle(WASM, content_hash(WASM)));
    let artifacts = Artifacts::find(Some(root.path())).expect("a directory");
    let tao = artifacts.contract("tao").expect("a bundle");
    assert_eq!((tao.name.as_str(), tao.code.as_slice(), tao.code_hash), ("tao", WASM, content_hash(WASM)));
    assert_eq!(artifacts.model("order0").expect("a model"), WASM);
    assert_eq!((artifacts.contracts(), artifacts.models()), (vec!["tao".to_owned()], vec!["order0".to_owned()]));
}

#[test]
fn a_directory_without_check_sums_says_how_to_get_one() {
    let root = tempfile::tempdir().expect("a temporary directory");
    let error = Artifacts::find(Some(root.path())).expect_err("empty");
    assert!(matches!(&error, ArtifactError::NoDirectory { looked } if looked == &[root.path()]), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("run scripts/build-contracts.sh") && text.contains("YARROW_ARTIFACTS"), "{text}");
}

#[test]
fn a_changed_file_is_not_used() {
    let root = directory(&bundle(WASM, content_hash(WASM)));
    write(root.path(), "models/order0.wasm", b"\0asm\x01\0\0\x01");
    write(root.path(), "contracts/tao.contract", b"{}");
    let artifacts = Artifacts::open(root.path()).expect("a directory");
    for error in [artifacts.model("order0").expect_err("changed"), artifacts.contract("tao").expect_err("changed")] {
        assert!(matches!(error, ArtifactError::WrongChecksum { .. }), "{error:?}");
        assert!(error.to_string().contains("run scripts/build-contracts.sh"), "{error}");
    }
}

#[test]
fn a_missing_file_is_told_from_one_that_is_not_listed() {
    let root = directory(&bundle(WASM, content_hash(WASM)));
    fs::remove_file(root.path().join("contracts/tao.contract")).expect("it was there");
    let artifacts = Artifacts::open(root.path()).expect("a directory");
    let error = artifacts.contract("tao").expect_err("missing");
    assert!(matches!(error, ArtifactError::Unreadable { .. }), "{error:?}");
    for name in ["staking", "../models/order0", "/etc/passwd", ""] {
        let error = artifacts.contract(name).expect_err("not listed");
        let ArtifactError::Unlisted { known, .. } = &error else { panic!("{error:?}") };
        assert!(known.is_empty() || known == &["contracts/tao.contract"], "{error}");
    }
    assert!(artifacts.model("order1").expect_err("not listed").to_string().contains("models/order0.wasm"));
}

#[test]
fn a_bundle_whose_code_is_not_the_described_one_is_not_used() {
    let root = directory(&bundle(WASM, [7; 32]));
    let error = Artifacts::open(root.path()).expect("a directory").contract("tao").expect_err("another hash");
    let ArtifactError::WrongCodeHash { found, described, .. } = error else { panic!("{error:?}") };
    assert_eq!((found, described), (content_hash(WASM), [7; 32]));
}

#[test]
fn a_malformed_bundle_names_what_is_wrong() {
    let hash = hex(&content_hash(WASM));
    let cases = [
        ("", "JSON"),
        ("[]", "source.wasm"),
        (r#"{"source":{"wasm":"0xzz"}}"#, "source.wasm"),
        (r#"{"source":{"wasm":"0x00"}}"#, "source.hash"),
        (&format!(r#"{{"source":{{"wasm":"0x00","hash":"0x{}"}}}}"#, &hash[2..]), "source.hash"),
    ];
    for (text, expected) in cases {
        let root = directory(text);
        let error = Artifacts::open(root.path()).expect("a directory").contract("tao").expect_err(text);
        assert!(
            matches!(error, ArtifactError::MalformedBundle { field, .. } if field == expected),
            "{text}: {error:?}"
        );
    }
}

#[test]
fn a_malformed_list_names_the_line() {
    let root = tempfile::tempdir().expect("a temporary directory");
    write(root.path(), "SHA256SUMS", format!("{}  contracts/a.contract\nnonsense\n", "00".repeat(32)).as_bytes());
    let error = Artifacts::open(root.path()).expect_err("malformed");
    assert!(matches!(error, ArtifactError::MalformedSums { line: 2, .. }), "{error:?}");
}
