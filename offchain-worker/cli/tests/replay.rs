//! `yarrow replay` and `yarrow challenge`: a real round's evidence, honest, damaged, and tampered with.

#[expect(dead_code, reason = "the tests of rounds do more with a market")]
#[path = "round/market.rs"]
mod market;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::Arc,
};

use chain::remote::{Endpoint, serve};
use evaluator::{Answer, Outcome};
use market::{Market, NETUID, hotkey, secret};
use serde_json::Value;
use tempfile::TempDir;
use worker::{
    Journal, MemoryStorage, Round, Validator,
    evidence::{Attested, Bundle, Content, Mismatch, ReplayError, bundles, challenge, replay},
};

const MODELS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../artifacts/models");

/// A round that was committed, with its evidence.
struct Evidence {
    folder: TempDir,
    market: Market,
    path: PathBuf,
    text: String,
    bundle: Bundle,
}

impl Evidence {
    fn of_a_round() -> Self {
        let (folder, market) = (tempfile::tempdir().expect("a folder"), Market::open(&[]));
        let journal = Journal::open(Box::new(MemoryStorage::default()), secret).expect("a new journal");
        let mut validator = Validator::new(hotkey(), journal).with_evidence(folder.path().join("evidence"));
        let round = validator.round(&market.context(&market.chain), NETUID);
        assert!(matches!(round, Ok(Round::Committed(_))), "{round:?}");
        let path = bundles(&folder.path().join("evidence")).expect("a folder").remove(0);
        let text = fs::read_to_string(&path).expect("a file");
        let bundle = Bundle::read(&path).expect("a bundle");
        Self { folder, market, path, text, bundle }
    }

    /// Its content, changed, and signed again by the same validator.
    fn resigned(&self, change: impl FnOnce(&mut Content)) -> Bundle {
        let mut content = self.bundle.content.clone();
        change(&mut content);
        Bundle::sign(content, &hotkey())
    }

    fn replay(&self, bundle: &Bundle) -> Result<Vec<Mismatch>, ReplayError> {
        replay(bundle, &self.market.evaluator, &self.market.shelf).map(|replay| replay.mismatches)
    }

    /// A file with this text.
    fn file(&self, text: &[u8]) -> PathBuf {
        let path = self.folder.path().join("other.json");
        fs::write(&path, text).expect("a file");
        path
    }

    fn yarrow(&self, command: &str, path: &Path, options: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_yarrow"))
            .arg(command)
            .arg(path)
            .args(options)
            .env("HOME", self.folder.path())
            .output()
            .expect("the program can be started")
    }
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

fn to_text(bundle: &Bundle) -> Vec<u8> {
    serde_json::to_vec(bundle).expect("it can be written")
}

#[test]
fn a_round_comes_out_the_same_in_another_process() {
    let evidence = Evidence::of_a_round();
    let output = evidence.yarrow("replay", &evidence.path, &["--models", MODELS, "--json"]);
    let report = json(&output);
    assert!(output.status.success(), "{output:?}");
    assert_eq!((&report["same"], &report["models"]), (&true.into(), &2.into()));
    assert_eq!(report["mismatches"], serde_json::json!([]));
    let output = evidence.yarrow("replay", &evidence.path, &["--models", MODELS]);
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(text.contains("the same here") && text.lines().all(|line| line.chars().count() <= 80), "{text}");
}

#[test]
fn models_that_are_not_to_be_had_are_named_and_say_nothing_of_the_validator() {
    let evidence = Evidence::of_a_round();
    let output = evidence.yarrow("replay", &evidence.path, &[]);
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(14), "{message}");
    assert!(message.contains("the model of uid 1 is needed") && message.contains("--models"), "{message}");
}

#[test]
fn one_changed_byte_anywhere_is_found_and_located() {
    let evidence = Evidence::of_a_round();
    let digits: Vec<usize> =
        evidence.text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit()).map(|(at, _)| at).collect();
    let (mut state, mut located, mut mismatching) = (1_u64, 0, 0);
    for round in 0..200 {
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize
        };
        let mut text = evidence.text.clone().into_bytes();
        // Any byte to any other, and digits to digits, which often still make a bundle.
        let at = if round % 2 == 0 { random() % text.len() } else { digits[random() % digits.len()] };
        text[at] = match round % 2 {
            0 => text[at] ^ (1 + (random() % 255) as u8),
            _ => b'0' + (text[at] - b'0' + 1 + (random() % 9) as u8) % 10,
        };
        match Bundle::read(&evidence.file(&text)) {
            Err(error) => {
                let error = error.to_string();
                assert!(
                    error.contains("line 1 column") || error.contains("byte") || error.contains("version"),
                    "{error}"
                );
                located += 1;
            }
            Ok(bundle) => match evidence.replay(&bundle) {
                Ok(mismatches) => {
                    assert!(mismatches.contains(&Mismatch::Signature), "byte {at}: {mismatches:?}");
                    mismatching += 1;
                }
                Err(error) => assert!(!matches!(error, ReplayError::Worker(_)), "byte {at}: {error}"),
            },
        }
    }
    assert!(located > 20 && mismatching > 20, "{located} located, {mismatching} mismatching");
}

#[test]
fn the_same_content_in_other_bytes_is_refused() {
    let evidence = Evidence::of_a_round();
    let upper = evidence.text.replace("\"evidence\":\"", "\"evidence\":\"\u{0}");
    let at = upper.find('\u{0}').expect("it is there");
    let mut upper = upper.replace('\u{0}', "").into_bytes();
    upper[at..at + 64].make_ascii_uppercase();
    for text in [upper, format!("{}\n", evidence.text).into_bytes()] {
        let output = evidence.yarrow("replay", &evidence.file(&text), &["--models", MODELS]);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(14), "{message}");
        assert!(message.contains("is not as a validator writes it from byte"), "{message}");
    }
}

#[test]
fn tampering_with_a_field_is_named_even_when_it_is_signed_again() {
    let evidence = Evidence::of_a_round();
    let uid = evidence.bundle.content.models[0].uid;
    let weighed = evidence.bundle.content.weights[0].uid;
    type Change = fn(&mut Content);
    let changes: [(Change, Mismatch); 17] = [
        (|content| content.models[0].losses[3] += 1, Mismatch::Loss { uid, item: 3 }),
        (|content| content.models[0].losses.push(0), Mismatch::Loss { uid, item: evidence_items() }),
        (|content| content.models[0].score += 1, Mismatch::Score { uid }),
        (|content| content.models[0].bits_saved = None, Mismatch::Score { uid }),
        (|content| content.models[0].zero = Some("Copy".into()), Mismatch::Score { uid }),
        (|content| content.models[0].outcome = Outcome::OutOfFuel, Mismatch::Outcome { uid }),
        (|content| content.models[0].fuel += 1, Mismatch::Fuel { uid }),
        (|content| content.models[0].module[0] ^= 1, Mismatch::Module { uid }),
        (|content| content.models[0].uid += 100, Mismatch::Weights),
        (|content| content.weights[0].value ^= 1, Mismatch::Weight { uid: weighed_uid() }),
        (|content| content.weights[0].average += 1, Mismatch::Weight { uid: weighed_uid() }),
        (|content| content.salt[0] ^= 1, Mismatch::Commit),
        (|content| content.version_key += 1, Mismatch::Commit),
        (|content| content.evidence[0] ^= 1, Mismatch::Evidence),
        (|content| content.next_secret_hash[0] ^= 1, Mismatch::Evidence),
        (|content| content.round_secret[0] ^= 1, Mismatch::Evidence),
        (|content| content.subnet_seed[0] ^= 1, Mismatch::Evidence),
    ];
    assert_eq!((weighed, evidence.bundle.content.items as usize), (weighed_uid(), evidence_items()));
    for (number, (change, expected)) in changes.into_iter().enumerate() {
        let resigned = evidence.resigned(change);
        let found = evidence.replay(&resigned).expect("it can be done again");
        assert!(found.contains(&expected) && !found.contains(&Mismatch::Signature), "change {number}: {found:?}");
        let unsigned = Bundle { content: resigned.content, signature: evidence.bundle.signature };
        let found = evidence.replay(&unsigned).expect("it can be done again");
        assert!(found.contains(&Mismatch::Signature), "change {number}: {found:?}");
    }
}

/// Items of a round of `tabular`.
fn evidence_items() -> usize {
    evaluator::tasks::find("tabular").expect("a built-in task").spec().items as usize
}

/// The first miner of the market.
fn weighed_uid() -> u16 {
    1
}

#[test]
fn a_challenge_finds_a_wrong_loss_in_the_item_that_has_it_and_in_no_other() {
    let evidence = Evidence::of_a_round();
    let (evaluator, shelf) = (&evidence.market.evaluator, &evidence.market.shelf);
    let honest = challenge(&evidence.bundle, 1, 5, evaluator, shelf).expect("it can be measured");
    assert_eq!((honest.proof.root(), honest.again), (honest.root, Some(honest.proof.loss)));
    assert_eq!(honest.mismatches, []);

    let lie = evidence.resigned(|content| content.models[0].losses[5] -= 1);
    let found = |item| challenge(&lie, 1, item, evaluator, shelf).expect("it can be measured").mismatches;
    assert_eq!(found(5), [Mismatch::Evidence, Mismatch::Loss { uid: 1, item: 5 }]);
    for item in [0, 4, 6, 100] {
        assert_eq!(found(item), [Mismatch::Evidence]);
    }
    let lie = evidence.file(&to_text(&lie));
    let options = ["--uid", "1", "--item", "5", "--models", MODELS, "--json"];
    let output = evidence.yarrow("challenge", &lie, &options);
    assert_eq!((output.status.code(), &json(&output)["mismatches"][1]["kind"]), (Some(1), &"loss".into()));
    let output = evidence.yarrow("challenge", &evidence.path, &options);
    assert_eq!((output.status.code(), &json(&output)["same"]), (Some(0), &true.into()));
}

#[test]
fn a_challenge_says_whether_the_chain_has_the_commitment() {
    let evidence = Evidence::of_a_round();
    let forged = evidence.file(&to_text(&evidence.resigned(|content| content.commit[0] ^= 1)));
    let Evidence { folder, market, path, .. } = evidence;
    let Market { chain, contracts, .. } = market;
    let listener = "tcp://127.0.0.1:0".parse::<Endpoint>().expect("an endpoint").listen().expect("a free port");
    let server = serve(listener, Arc::new(chain), contracts).expect("it serves");
    let endpoint = server.endpoint().to_string();
    let ask = |path: &Path| {
        Command::new(env!("CARGO_BIN_EXE_yarrow"))
            .arg("challenge")
            .arg(path)
            .args(["--uid", "2", "--item", "0", "--models", MODELS, "--json", "--chain", &endpoint])
            .env("HOME", folder.path())
            .output()
            .expect("the program can be started")
    };
    let output = ask(&path);
    assert_eq!((output.status.code(), &json(&output)["chain"]), (Some(0), &"pending".into()), "{output:?}");
    let output = ask(&forged);
    assert_eq!((output.status.code(), &json(&output)["chain"]), (Some(1), &"nowhere".into()), "{output:?}");
}

#[test]
fn hostile_bundles_get_named_errors() {
    let evidence = Evidence::of_a_round();
    let refused = |text: &[u8], options: &[&str], code: i32, words: &str| {
        let command = if options.contains(&"--uid") { "challenge" } else { "replay" };
        let output = evidence.yarrow(command, &evidence.file(text), options);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{message}");
        assert!(message.contains(words) && !message.contains("panicked"), "{message}");
    };
    let models = ["--models", MODELS];
    let resigned = |change: fn(&mut Content)| to_text(&evidence.resigned(change));
    refused(&resigned(|content| content.items = u32::MAX), &models, 14, "4294967295 items");
    refused(&resigned(|content| content.task = "chess".into()), &models, 14, "`chess`");
    refused(&resigned(|content| content.dataset[0] ^= 1), &models, 14, "data");
    refused(&resigned(|content| content.engine[0] ^= 1), &models, 15, "another engine");
    refused(&resigned(|content| content.version = 2), &models, 14, "version 2");
    let crowd = |content: &mut Content| content.models = vec![content.models[0].clone(); 5_000];
    refused(&to_text(&evidence.resigned(crowd)), &models, 14, "5000 models");
    refused("[".repeat(1 << 20).as_bytes(), &models, 14, "line 1 column");
    refused(evidence.text.replacen("\"epoch\":", "\"epoch\":1e999", 1).as_bytes(), &models, 14, "line 1 column");
    refused(evidence.text.replacen("\"items\":", "\"items\":9999999", 1).as_bytes(), &models, 14, "line 1 column");
    refused(&vec![b' '; (64 << 20) + 1], &models, 14, "larger than a bundle");
    refused(evidence.text.as_bytes(), &["--uid", "9", "--item", "0"], 12, "model of uid 9");
    refused(evidence.text.as_bytes(), &["--uid", "1", "--item", "4294967295"], 12, "item 4294967295");
    let long = |content: &mut Content| content.models[0].losses = vec![i64::MAX; 100_000];
    refused(&to_text(&evidence.resigned(long)), &["--uid", "1", "--item", "99999"], 12, "item 99999");
}

#[test]
fn impossible_answers_and_averages_are_no_panic() {
    let evidence = Evidence::of_a_round();
    let answers = vec![Answer { weight: u32::MAX, total: 0 }; evidence_items()];
    let live = evidence.resigned(|content| {
        content.models[0].attested = Some(Attested { answers, exchanges: Vec::new() });
    });
    assert!(matches!(evidence.replay(&live), Err(ReplayError::Answers(1))));
    let hotkey = ["7"; 32].join(",");
    let (value, missed) = (u64::MAX, u32::MAX);
    let averages =
        format!(r#""entries":[[{{"hotkey":[{hotkey}],"registered_at":1}},{{"value":{value},"missed":{missed}}}]]"#);
    let text = evidence.text.replacen("\"entries\":[]", &averages, 1);
    assert_ne!(text, evidence.text);
    let bundle = Bundle::read(&evidence.file(text.as_bytes())).expect("it can be read");
    assert_eq!(evidence.replay(&bundle).expect("it can be done again"), [Mismatch::Signature]);
}
