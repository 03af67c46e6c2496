//! `yarrow weights commit`, `reveal` and `set`.

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf};

use chain::ChainExt as _;
use primitives::{ProtocolBlock, Settlement as _, Uid, settlement::WeightsRow, weights::WeightsPayload};
use serde_json::Value;

use crate::town::{COMMITTED, DIRECT, Town, account, changes};

const SALT: &str = "00112233445566778899aabbccddeeff";

fn row(town: &Town, netuid: primitives::Netuid) -> Option<WeightsRow> {
    town.chain.view(town.contracts.settlement().weights(netuid, Uid::new(0))).expect("a view")
}

fn commits(town: &Town) -> usize {
    let call = town.contracts.settlement().weight_commits(COMMITTED, account("//val"));
    town.chain.view(call).expect("a view").len()
}

/// The files of the commitments that are kept.
fn kept(town: &Town) -> Vec<PathBuf> {
    let folder = town.folder.path().join("wallets/default/commits");
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| entry.expect("an entry").path()).collect()
}

#[test]
fn weights_are_kept_when_they_are_committed_to_and_revealed_from_there() {
    let town = Town::open_with_permits();
    let commit = "weights commit --netuid 1 --uids 1,2 --weights 0.25,0.5 --uri //val";
    let tried = town.json(&format!("{commit} --dry-run"));
    assert_eq!(tried["dry_run"], true);
    assert!(kept(&town).is_empty(), "a dry run keeps nothing");

    let made = town.json(&format!("{commit} --yes"));
    assert_eq!(commits(&town), 1);
    let [file] = kept(&town).try_into().expect("one file");
    assert_eq!(made["kept"], file.to_str().expect("a path"));
    assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);

    let early = town.refuses("weights reveal --netuid 1 --uri //val --yes", 13, "RevealTooEarly");
    for block in ["reveal_opens", "reveal_closes"] {
        assert!(early.contains(&made[block].to_string()), "{block} is not in {early}");
    }
    town.pass_epoch();
    assert_eq!(made["reveal_opens"].as_u64().map(ProtocolBlock::new), Some(town.now()));
    let revealed = town.change("weights reveal --netuid 1 --uri //val");
    assert_eq!(revealed["hash"], made["hash"]);
    assert_eq!(changes(&revealed).len(), 2);
    let row = row(&town, COMMITTED).expect("they are in force");
    assert_eq!(row.weights, [(Uid::new(1), 32_768), (Uid::new(2), 65_535)]);
    assert!(kept(&town).is_empty() && commits(&town) == 0);
    assert!(town.refuses("weights reveal --netuid 1 --uri //val --yes", 12, "NothingToReveal").contains("commit"));
}

#[test]
fn weights_that_were_not_kept_here_are_revealed_as_they_were_typed() {
    let town = Town::open_with_permits();
    let typed = format!("--netuid 1 --uids 2,1 --weights 3,1 --salt {SALT} --uri //val");
    town.json(&format!("weights commit {typed} --yes"));
    let [file] = kept(&town).try_into().expect("one file");
    fs::remove_file(file).expect("it was there");
    town.pass_epoch();
    town.refuses("weights reveal --netuid 1 --uri //val --yes", 12, "NothingToReveal");
    let other = typed.replace("3,1", "3,2");
    town.refuses(&format!("weights reveal {other} --yes"), 12, "NothingToReveal");
    town.change(&format!("weights reveal {typed}"));
    assert_eq!(row(&town, COMMITTED).expect("in force").weights, [(Uid::new(2), 65_535), (Uid::new(1), 21_845)]);
}

#[test]
fn a_reveal_that_comes_too_late_is_refused_with_the_blocks() {
    let town = Town::open_with_permits();
    let made = town.json("weights commit --netuid 1 --uids 1 --weights 1 --uri //val --yes");
    town.pass_epoch();
    town.pass_epoch();
    let late = town.refuses("weights reveal --netuid 1 --uri //val --yes", 13, "ExpiredWeightCommit");
    assert!(late.contains(&made["reveal_closes"].to_string()), "{late}");
}

#[test]
fn what_is_committed_to_is_what_was_typed() {
    let town = Town::open_with_permits();
    let made =
        town.json(&format!("weights commit --netuid 1 --uids 1,2 --weights 1,2 --salt {SALT} --uri //val --yes"));
    let [file] = kept(&town).try_into().expect("one file");
    let text: Value = serde_json::from_slice(&fs::read(file).expect("a file")).expect("JSON");
    let entries = text["entries"].as_array().expect("entries").iter().map(|entry| primitives::weights::WeightEntry {
        uid: Uid::new(u16::try_from(entry["uid"].as_u64().expect("a uid")).expect("a uid")),
        registered_at: ProtocolBlock::new(entry["registered_at"].as_u64().expect("a block")),
        value: u16::try_from(entry["value"].as_u64().expect("a weight")).expect("a weight"),
    });
    let payload = WeightsPayload {
        commit_epoch: text["commit_epoch"].as_u64().expect("an epoch"),
        version_key: 0,
        entries: entries.collect(),
        evidence: [0; 32],
        salt: (0..16).map(|digit| digit * 0x11).collect(),
    };
    let preview = town.contracts.settlement().preview_commit_hash(COMMITTED, account("//val"), payload);
    let hash = town.chain.view(preview).expect("a view");
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(made["hash"], format!("0x{hash}"));
}

#[test]
fn a_row_that_would_be_refused_later_is_refused_before_it_is_committed_to() {
    let town = Town::open_with_permits();
    let refused =
        |row: &str, name: &str| town.refuses(&format!("weights commit --netuid 1 {row} --uri //val --yes"), 12, name);
    assert!(refused("--uids 1,2 --weights 1", "WeightVecNotEqualSize").contains("2 uids"));
    refused("--uids 1,1 --weights 1,2", "DuplicateUids");
    assert!(refused("--uids 1,9 --weights 1,2", "UidVecContainInvalidOne").contains("subnets show"));
    refused("--uids 1 --weights 0", "AllZero");
    for typed in ["-1", "1e3", "0.1234567890", "one", ".", "1.2.3", "99999999999"] {
        let row = format!("weights commit --netuid 1 --uids 1 --weights {typed} --uri //val --yes");
        town.refuses(&row, 2, if typed == "-1" { "UnknownArgument" } else { "ValueValidation" });
    }
    town.refuses("weights commit --netuid 1 --uids 1 --weights 1 --uri //new --yes", 12, "NotRegistered");
    town.refuses("weights commit --netuid 9 --uids 1 --weights 1 --uri //val --yes", 12, "NoSuchSubnet");
    town.refuses("weights commit --netuid 2 --uids 1 --weights 1 --uri //val --yes", 13, "CommitRevealDisabled");
    assert!(kept(&town).is_empty() && commits(&town) == 0);
}

#[test]
fn who_has_no_permit_is_told_before_it_commits() {
    let town = Town::open_with_permits();
    let text = town.text("weights commit --netuid 1 --uids 1 --weights 1 --uri //m2 --dry-run");
    assert!(text.contains("NeuronNoValidatorPermit") && text.contains("as things are"), "{text}");
}

#[test]
fn weights_are_set_at_once_where_nothing_is_committed_to() {
    let town = Town::open_with_permits();
    let made = town.change("weights set --netuid 2 --uids 1,2 --weights 0.5,1 --uri //val");
    assert_eq!(changes(&made)[0]["after"], "1:32768 2:65535");
    for typed in [".25,.50", "1,2", "0.00000025,0.0000005"] {
        let tried = town.json(&format!("weights set --netuid 2 --uids 1,2 --weights {typed} --uri //val --dry-run"));
        assert_eq!(changes(&tried)[0]["after"], "1:32768 2:65535", "{typed}");
    }
    assert_eq!(row(&town, DIRECT).expect("in force").weights, [(Uid::new(1), 32_768), (Uid::new(2), 65_535)]);
    town.refuses("weights set --netuid 1 --uids 1 --weights 1 --uri //val --yes", 13, "CommitRevealEnabled");
    town.refuses("weights set --netuid 2 --uids 2 --weights 1 --uri //m1 --yes", 13, "NeuronNoValidatorPermit");
    town.refuses("weights set --netuid 2 --uids 7 --weights 1 --uri //val --yes", 12, "UidVecContainInvalidOne");
}
