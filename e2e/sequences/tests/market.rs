//! All messages in random sequences on the small host, and the invariants after each.
//!
//! | variable | what it does |
//! |---|---|
//! | `YARROW_SEQUENCE_MESSAGES` | how many messages are sent instead of 20,000 |
//! | `YARROW_SEQUENCE_SEED` | sends the sequence of this seed alone |

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use ink::primitives::AccountId;
use yarrow_sequences::{Codes, Contracts, KINDS, Play, Reach, Setup, Tally};

/// Messages of all sequences together.
const MESSAGES: u64 = 20_000;
/// Messages of one sequence.
const LENGTH: u64 = 2_500;
/// Native stack for contracts that call contracts, in bytes.
const STACK: usize = 16 << 20;

const CONTRACTS: Contracts = Contracts {
    deployer: AccountId([6; 32]),
    tao: AccountId([1; 32]),
    staking: AccountId([2; 32]),
    registry: AccountId([3; 32]),
    engine: AccountId([4; 32]),
    settlement: AccountId([5; 32]),
    steward: AccountId([7; 32]),
    root: AccountId([8; 32]),
};

/// What contracts have sent each other, by the name of the message.
const SENT_BY_CONTRACTS: [(&str, [u8; 4]); 12] = [
    ("PSP22::transfer", ink::selector_bytes!("PSP22::transfer")),
    ("PSP22::transfer_from", ink::selector_bytes!("PSP22::transfer_from")),
    ("Tao::mint", ink::selector_bytes!("Tao::mint")),
    ("Tao::recycle", ink::selector_bytes!("Tao::recycle")),
    ("Staking::associate_hotkey_for", ink::selector_bytes!("Staking::associate_hotkey_for")),
    ("Staking::take_seat", ink::selector_bytes!("Staking::take_seat")),
    ("Staking::take_seats", ink::selector_bytes!("Staking::take_seats")),
    ("Staking::leave_seats", ink::selector_bytes!("Staking::leave_seats")),
    ("Staking::swap_hotkey", ink::selector_bytes!("Staking::swap_hotkey")),
    ("Registry::record_epoch", ink::selector_bytes!("Registry::record_epoch")),
    ("Registry::record_shares", ink::selector_bytes!("Registry::record_shares")),
    ("Settlement::set_shares", ink::selector_bytes!("Settlement::set_shares")),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn number(variable: &str) -> Option<u64> {
    let value = env::var(variable).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{variable}={value} is no number")))
}

/// Plays the sequence of a seed; how often contracts have sent each other what.
fn play(codes: &Codes, seed: u64) -> (Tally, [u64; SENT_BY_CONTRACTS.len()]) {
    let setup = Setup::of(seed);
    let mut machine = setup.deploy(codes, CONTRACTS);
    let answers = Play::begin(&mut machine, CONTRACTS, setup, seed).run(LENGTH);
    (Play::tally(&answers), SENT_BY_CONTRACTS.map(|(_, selector)| machine.answered(selector)))
}

/// Takes the next seed as long as there is one, and plays it.
fn work(codes: &Codes, seeds: (&AtomicU64, u64), sum: &Mutex<(Tally, [u64; SENT_BY_CONTRACTS.len()])>) {
    loop {
        let seed = seeds.0.fetch_add(1, Ordering::Relaxed);
        if seed >= seeds.1 {
            return;
        }
        let (tally, sent) = play(codes, seed);
        if seed % 40 == 39 {
            println!("{} messages", (seed + 1) * LENGTH);
        }
        let mut sum = sum.lock().expect("the other thread has not failed");
        sum.0.add(tally);
        sum.1.iter_mut().zip(sent).for_each(|(sum, sent)| *sum += sent);
    }
}

#[test]
fn all_messages_by_many_accounts_keep_the_invariants() {
    let codes = Codes::compile(&root().join("artifacts"));
    let messages = number("YARROW_SEQUENCE_MESSAGES").unwrap_or(MESSAGES);
    let only = number("YARROW_SEQUENCE_SEED");
    let (first, end) = only.map_or((0, messages.div_ceil(LENGTH)), |seed| (seed, seed + 1));
    let (next, sum) = (AtomicU64::new(first), Mutex::default());
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            let worker = thread::Builder::new().stack_size(STACK);
            worker.spawn_scoped(scope, || work(&codes, (&next, end), &sum)).expect("there are threads");
        }
    });
    let (tally, sent) = sum.into_inner().expect("no thread has failed");
    println!("{tally}");
    if only.is_some() {
        return;
    }
    assert_eq!(tally.missing(), [""; 0], "messages that were never done");
    for kind in KINDS.iter().filter(|kind| matches!(kind.reach, Reach::Contracts | Reach::Nobody)) {
        assert!(tally.refused(kind.name) > 0, "{} was never sent", kind.name);
    }
    for ((message, _), sent) in SENT_BY_CONTRACTS.into_iter().zip(sent) {
        assert!(sent > 0, "no contract has sent {message}");
        println!("{message:<36}{sent:>9}");
    }
}

#[test]
fn every_message_of_every_contract_is_among_them() {
    let interface = fs::read_to_string(root().join("e2e/interface.txt")).expect("the frozen interface");
    // A line is `contract message Interface::message ...`.
    let message = |line: &str| Some(line.split_once(" message ")?.1.split(' ').next()?.to_owned());
    let kind = |message: String| {
        let (interface, message) = message.split_once("::").expect("messages belong to interfaces");
        let contract = match interface {
            "Guarded" => "guard".to_owned(),
            "RootNetwork" => "root".to_owned(),
            "PSP22" | "PSP22Metadata" | "PSP22Burnable" => "tao".to_owned(),
            own => own.to_lowercase(),
        };
        format!("{contract}.{message}")
    };
    let expected: BTreeSet<_> = interface.lines().filter_map(message).map(kind).collect();
    assert_eq!(KINDS.iter().map(|kind| kind.name.to_owned()).collect::<BTreeSet<_>>(), expected);
}
