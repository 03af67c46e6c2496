//! Wallets and the files in them.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use keys::{
    Existing, KeyError, Keystore, SecretText, Signer, Wallet, WordCount, generate_phrase, readable_coldkeys, wallets,
};
use tempfile::TempDir;

fn signer(uri: &str) -> Signer {
    Signer::from_uri(uri).expect("a development key")
}

/// Without password, because scrypt takes its time and is not what is tested here.
fn key(uri: &str) -> Keystore {
    Keystore::plain(&signer(uri), uri)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("a file").permissions().mode() & 0o7777
}

/// A wallet path with the wallet `alice`, whose coldkey is `//Alice` and whose hotkeys are `//Bob` and `//Charlie`.
fn wallet_path() -> (TempDir, Wallet) {
    let path = tempfile::tempdir().expect("a directory");
    let wallet = Wallet::open(path.path(), "alice").expect("a name");
    wallet.save_coldkey(&key("//Alice"), Existing::Keep).expect("there was none");
    for (name, uri) in [("default", "//Bob"), ("backup", "//Charlie")] {
        wallet.save_hotkey(name, &key(uri), Existing::Keep).expect("there was none");
    }
    (path, wallet)
}

#[test]
fn a_wallet_has_the_layout_of_btcli_and_is_its_owners_alone() {
    let (path, wallet) = wallet_path();
    let files = ["alice/coldkey", "alice/coldkeypub.txt", "alice/hotkeys/default", "alice/hotkeys/backup"];
    for file in files {
        assert_eq!(mode(&path.path().join(file)), 0o600, "{file}");
    }
    for directory in ["alice", "alice/hotkeys"] {
        assert_eq!(mode(&path.path().join(directory)), 0o700, "{directory}");
    }
    assert!(wallets(path.path()).expect("a directory").iter().eq([&wallet]));
    assert_eq!(wallet.hotkeys().expect("a directory"), ["backup", "default"]);
    assert_eq!(wallet.coldkey_public().expect("the public half"), signer("//Alice").account());
    assert_eq!(wallet.coldkey().expect("a keystore").account(), signer("//Alice").account());
    assert_eq!(wallet.hotkey("default").expect("a keystore").account(), signer("//Bob").account());
    // What bittensor-wallet writes for the same coldkey.
    let public = fs::read_to_string(wallet.coldkey_public_path()).expect("a file");
    assert!(public.contains(r#""ss58Address":"5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY""#), "{public}");
    assert!(public.contains(r#""publicKey":"0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d""#));
}

#[test]
fn a_wallet_that_does_not_exist_is_empty_and_its_keys_are_missing() {
    let path = tempfile::tempdir().expect("a directory");
    let wallet = Wallet::open(&path.path().join("no/where"), "alice").expect("a name");
    assert_eq!(wallets(&path.path().join("no/where")).expect("nothing"), []);
    assert!(wallet.hotkeys().expect("nothing").is_empty());
    assert!(matches!(wallet.coldkey(), Err(KeyError::Missing(missing)) if missing == wallet.coldkey_path()));
    assert!(matches!(wallet.coldkey_public(), Err(KeyError::Missing(_))));
    assert!(matches!(wallet.hotkey("default"), Err(KeyError::Missing(_))));
    assert_eq!(fs::read_dir(path.path()).expect("a directory").count(), 0);
}

#[test]
fn a_key_is_replaced_only_on_demand() {
    let (_path, wallet) = wallet_path();
    let before = fs::read(wallet.coldkey_path()).expect("a file");
    let kept = wallet.save_coldkey(&key("//Alice"), Existing::Keep);
    assert!(matches!(kept, Err(KeyError::Exists(path)) if path == wallet.coldkey_path()));
    let kept = wallet.save_hotkey("default", &key("//Dave"), Existing::Keep);
    assert!(matches!(kept, Err(KeyError::Exists(_))));
    assert_eq!(fs::read(wallet.coldkey_path()).expect("a file"), before);
    assert_eq!(wallet.hotkey("default").expect("a keystore").account(), signer("//Bob").account());

    wallet.save_coldkey(&key("//Eve"), Existing::Replace).expect("replaced");
    wallet.save_hotkey("default", &key("//Dave"), Existing::Replace).expect("replaced");
    assert_eq!(wallet.coldkey().expect("a keystore").account(), signer("//Eve").account());
    assert_eq!(wallet.coldkey_public().expect("the public half"), signer("//Eve").account());
    assert_eq!(wallet.hotkey("default").expect("a keystore").account(), signer("//Dave").account());
    assert_eq!(wallet.hotkeys().expect("a directory"), ["backup", "default"], "nothing else is left behind");
}

#[test]
fn the_public_half_of_another_coldkey_is_kept_too() {
    let path = tempfile::tempdir().expect("a directory");
    let wallet = Wallet::open(path.path(), "watched").expect("a name");
    wallet.save_coldkey_public(signer("//Alice").account(), Existing::Keep).expect("there was none");
    wallet.save_coldkey_public(signer("//Alice").account(), Existing::Keep).expect("the same");
    let other = signer("//Bob").account();
    assert!(matches!(wallet.save_coldkey_public(other, Existing::Keep), Err(KeyError::Exists(_))));
    assert!(matches!(wallet.save_coldkey(&key("//Bob"), Existing::Keep), Err(KeyError::Exists(_))));
    assert!(!wallet.coldkey_path().exists());
    wallet.save_coldkey(&key("//Alice"), Existing::Keep).expect("the coldkey that belongs to it");
    fs::write(wallet.coldkey_public_path(), "Alice").expect("written");
    assert!(matches!(wallet.coldkey_public(), Err(KeyError::NotPublic(_))));
}

#[test]
fn a_name_that_could_leave_its_directory_is_none() {
    let long = "a".repeat(65);
    let names =
        ["", ".", "..", "../alice", "/etc", "a/b", "a\\b", ".hidden", "-H", "_", "a b", "ä", "a\n", "a\0", &long];
    let path = Path::new("/nonexistent");
    for name in names {
        assert!(matches!(Wallet::open(path, name), Err(KeyError::Name(_))), "{name:?}");
        let wallet = Wallet::open(path, "alice").expect("a name");
        assert!(matches!(wallet.hotkey(name), Err(KeyError::Name(_))), "{name:?}");
        assert!(matches!(wallet.save_hotkey(name, &key("//Bob"), Existing::Keep), Err(KeyError::Name(_))), "{name:?}");
    }
    for name in ["a", "validator-1", "my_key.2", &"a".repeat(64)] {
        assert!(Wallet::open(path, name).is_ok(), "{name:?}");
    }
}

#[test]
fn a_secret_that_others_can_read_is_refused_with_the_command_that_mends_it() {
    let (_path, wallet) = wallet_path();
    let coldkey = wallet.coldkey_path();
    for exposed in [0o640, 0o604, 0o660, 0o644, 0o610] {
        fs::set_permissions(&coldkey, Permissions::from_mode(exposed)).expect("our file");
        let refusal = wallet.coldkey().expect_err("exposed");
        assert!(matches!(&refusal, KeyError::Exposed { mode, .. } if *mode == exposed));
        assert_eq!(refusal.hint().expect("advice"), format!("chmod 600 {}", coldkey.display()));
        assert!(matches!(SecretText::from_file(&coldkey), Err(KeyError::Exposed { .. })));
    }
    for closed in [0o600, 0o400] {
        fs::set_permissions(&coldkey, Permissions::from_mode(closed)).expect("our file");
        assert!(wallet.coldkey().is_ok());
    }
}

#[test]
fn a_file_that_is_no_keystore_is_named_with_its_path() {
    let (_path, wallet) = wallet_path();
    keys::write_private(&wallet.coldkey_path(), b"not a keystore", Existing::Replace).expect("written");
    let refusal = wallet.coldkey().expect_err("no keystore");
    assert!(matches!(&refusal, KeyError::Keystore { path, .. } if *path == wallet.coldkey_path()), "{refusal}");
    keys::write_private(&wallet.coldkey_path(), &[b' '; 17 << 10], Existing::Replace).expect("written");
    assert!(matches!(wallet.coldkey(), Err(KeyError::TooLong { limit: 16_384, .. })));
    fs::remove_file(wallet.coldkey_path()).expect("our file");
    fs::create_dir(wallet.coldkey_path()).expect("made");
    fs::set_permissions(wallet.coldkey_path(), Permissions::from_mode(0o700)).expect("our directory");
    assert!(matches!(wallet.coldkey(), Err(error) if error.is_about_files()));
}

#[test]
fn a_coldkey_that_a_daemon_could_read_is_found_under_the_path_and_in_the_wallet() {
    let (path, wallet) = wallet_path();
    let found = [wallet.coldkey_path()];
    assert_eq!(readable_coldkeys(path.path()).expect("a directory"), found);
    assert_eq!(readable_coldkeys(&path.path().join("alice")).expect("a directory"), found);
    // A file that others can read is not used as a coldkey, but it can be read all the same.
    fs::set_permissions(wallet.coldkey_path(), Permissions::from_mode(0o644)).expect("our file");
    assert_eq!(readable_coldkeys(path.path()).expect("a directory"), found);

    fs::remove_file(wallet.coldkey_path()).expect("our file");
    assert!(readable_coldkeys(path.path()).expect("a directory").is_empty());
    wallet.save_hotkey("copy", &key("//Alice"), Existing::Keep).expect("there was none");
    assert_eq!(readable_coldkeys(path.path()).expect("a directory"), [wallet.hotkey_path("copy").expect("a name")]);
    assert!(readable_coldkeys(&path.path().join("nowhere")).expect("nothing").is_empty());
}

#[test]
fn a_secret_text_is_a_file_without_its_last_newline() {
    let path = tempfile::tempdir().expect("a directory");
    let file = path.path().join("password");
    let texts =
        [("horse\n", "horse"), ("horse\r\n", "horse"), ("horse", "horse"), (" ho rse \n\n", " ho rse \n"), ("", "")];
    for (written, read) in texts {
        keys::write_private(&file, written.as_bytes(), Existing::Replace).expect("written");
        assert_eq!(SecretText::from_file(&file).expect("a text").expose(), read);
    }
    keys::write_private(&file, &[b'a'; 4097], Existing::Replace).expect("written");
    assert!(matches!(SecretText::from_file(&file), Err(KeyError::TooLong { limit: 4096, .. })));
    keys::write_private(&file, b"\xff\xfe", Existing::Replace).expect("written");
    assert!(matches!(SecretText::from_file(&file), Err(KeyError::NotText(_))));
    assert!(matches!(SecretText::from_fd(u16::MAX), Err(KeyError::Missing(_))));
}

#[test]
fn a_phrase_has_as_many_words_as_asked_for_and_is_new_each_time() {
    for words in ["12", "15", "18", "21", "24"] {
        let count: WordCount = words.parse().expect("a number of words");
        let phrase = generate_phrase(count).expect("randomness");
        assert_eq!(phrase.expose().split(' ').count().to_string(), words);
        let account = Signer::from_uri(phrase.expose()).expect("a valid phrase").account();
        let another = generate_phrase(count).expect("randomness");
        assert_ne!(account, Signer::from_uri(another.expose()).expect("a valid phrase").account());
    }
    for words in ["", "11", "13", "25", "twelve"] {
        assert!(words.parse::<WordCount>().is_err(), "{words:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_process_that_holds_keys_leaves_no_core_dump_and_still_reads_its_descriptors() {
    use rustix::process::{DumpableBehavior, dumpable_behavior};
    use std::os::fd::AsRawFd;

    keys::forbid_dumps().expect("Linux");
    assert_eq!(dumpable_behavior().expect("Linux"), DumpableBehavior::NotDumpable);
    let path = tempfile::tempdir().expect("a directory");
    keys::write_private(&path.path().join("secret"), b"//Alice", Existing::Keep).expect("written");
    let file = fs::File::open(path.path().join("secret")).expect("our file");
    let number = file.as_raw_fd().try_into().expect("a small number");
    assert_eq!(SecretText::from_fd(number).expect("a text").expose(), "//Alice");
}
