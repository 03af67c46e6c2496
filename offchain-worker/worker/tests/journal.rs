//! The journal on disk: what was written is there, whatever happens to one of its two files.

use std::{fs, path::Path};

use worker::{Change, RedbStorage, Storage, StorageError};

const FILES: [&str; 2] = ["journal-1.redb", "journal-2.redb"];

/// Bytes that a reader takes for a record: content and checksum.
fn record(number: u8) -> Vec<u8> {
    let content = vec![1, number, number];
    let sum = primitives::model::content_hash(&content);
    [content, sum[..8].to_vec()].concat()
}

fn filled(folder: &Path) {
    let (mut storage, repairs) = RedbStorage::open(folder).expect("a new journal");
    assert_eq!(repairs, []);
    for number in 0..20 {
        storage.write(&[Change::put(format!("record/{number:02}"), record(number))]).expect("it is written");
    }
    storage.write(&[Change::remove("record/00"), Change::put("record/01", record(99))]).expect("it is written");
}

fn assert_whole(storage: &RedbStorage) {
    assert_eq!(storage.read("record/00").expect("readable"), None);
    assert_eq!(storage.read("record/01").expect("readable"), Some(record(99)));
    let listed = storage.list("record/").expect("readable");
    assert_eq!(listed.len(), 19);
    assert_eq!(listed.last(), Some(&("record/19".to_owned(), record(19))));
}

#[test]
fn what_was_written_is_there_when_the_journal_is_opened_again() {
    let folder = tempfile::tempdir().expect("a folder");
    filled(folder.path());
    let (storage, repairs) = RedbStorage::open(folder.path()).expect("it opens");
    assert_eq!(repairs, []);
    assert_whole(&storage);
}

#[test]
fn a_file_that_is_damaged_anywhere_is_made_again_from_the_other() {
    let folder = tempfile::tempdir().expect("a folder");
    filled(folder.path());
    let whole = fs::read(folder.path().join(FILES[0])).expect("a copy");
    for (round, name) in FILES.iter().cycle().take(60).enumerate() {
        let path = folder.path().join(name);
        let mut bytes = fs::read(&path).expect("a copy");
        // Over the whole file in steps without a pattern, and as a file that was cut.
        let at = round * 7_919 * 131 % bytes.len();
        if round % 10 == 9 {
            bytes.truncate(at);
        } else {
            bytes.iter_mut().skip(at).take(64).for_each(|byte| *byte ^= 0x5a);
        }
        fs::write(&path, bytes).expect("it is damaged");
        let (storage, repairs) = RedbStorage::open(folder.path()).expect("the other copy is whole");
        assert!(repairs.len() <= 1 && repairs.iter().all(|repair| repair.path == path), "{repairs:?}");
        assert_whole(&storage);
    }
    assert!(!whole.is_empty());
}

#[test]
fn a_copy_that_missed_writes_is_brought_up_to_date() {
    let folder = tempfile::tempdir().expect("a folder");
    filled(folder.path());
    let old = fs::read(folder.path().join(FILES[1])).expect("a copy");
    let (mut storage, _) = RedbStorage::open(folder.path()).expect("it opens");
    storage.write(&[Change::put("record/20", record(20))]).expect("it is written");
    drop(storage);
    fs::write(folder.path().join(FILES[1]), old).expect("the crash came before the second copy");
    let (storage, repairs) = RedbStorage::open(folder.path()).expect("it opens");
    assert_eq!(repairs.len(), 1);
    assert_eq!(storage.read("record/20").expect("readable"), Some(record(20)));
    drop(storage);
    let (_, repairs) = RedbStorage::open(folder.path()).expect("it opens");
    assert_eq!(repairs, []);
}

#[test]
fn a_journal_of_which_nothing_is_left_is_an_error_and_not_a_new_journal() {
    let folder = tempfile::tempdir().expect("a folder");
    filled(folder.path());
    for name in FILES {
        fs::write(folder.path().join(name), b"not a journal").expect("it is damaged");
    }
    let error = RedbStorage::open(folder.path()).err().expect("nothing is left");
    assert!(matches!(error, StorageError::Lost { .. }), "{error}");
    assert_eq!(fs::read(folder.path().join(FILES[0])).expect("a file"), b"not a journal");
}

#[test]
fn a_journal_is_one_workers_at_a_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let (storage, _) = RedbStorage::open(folder.path()).expect("a new journal");
    let error = RedbStorage::open(folder.path()).err().expect("it is in use");
    assert!(matches!(error, StorageError::InUse { .. }), "{error}");
    drop(storage);
    RedbStorage::open(folder.path()).expect("it is free again");
}
