//! Faults of keys.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
};

use keys::{Existing, Keystore, SecretText, Wallet};

use crate::town::{Town, key};

#[test]
fn a_hotkey_that_others_can_read_fails_with_what_mends_it() {
    let town = Town::new();
    let path = town.wallets().join("default/hotkeys/default");
    fs::set_permissions(&path, Permissions::from_mode(0o644)).expect("our file");
    town.examine().is_failed_by("hotkey", &format!("chmod 600 {}", path.display()));
}

#[test]
fn a_hotkey_that_is_not_there_fails_where_it_is_asked_about_and_is_a_warning_elsewhere() {
    let town = Town::new();
    town.doctor(&["--hotkey", "other"], &[]).is_failed_by("hotkey", "hotkey default/other");
    fs::remove_dir_all(town.wallets()).expect("our folder");
    town.examine().is_failed_by("hotkey", "hotkey default/default");
    let report = town.doctor(&[], &[]);
    assert_eq!((report.row("hotkey").0, report.code), ("WARN", Some(0)));
}

#[test]
fn a_coldkey_that_can_be_read_beside_a_working_hotkey_fails() {
    let town = Town::new();
    let wallet = Wallet::open(&town.wallets(), "default").expect("a name");
    let password = SecretText::new("correct horse".to_owned());
    let coldkey = Keystore::seal(&key("//validator//cold"), &password, "default").expect("a keystore");
    wallet.save_coldkey(&coldkey, Existing::Replace).expect("our folder");
    town.examine().is_failed_by("coldkeys", "wallets/default/coldkey");
    let report = town.doctor(&[], &[]);
    assert_eq!((report.row("coldkeys").0, report.code), ("WARN", Some(0)));
}

#[test]
fn an_address_is_enough_to_look_at_a_seat() {
    let town = Town::new();
    let address = chain::ss58(&key("//validator").account());
    let report = town.doctor(&["--netuid", "1", "--hotkey", &address], &[]);
    assert_eq!((report.failed(), report.row("seat").0), (vec![], "OK"));
}
