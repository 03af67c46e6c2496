//! `yarrow simulate` as a user runs it: the program, its output, its files, its exit code.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::{Value, json};

/// The repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn vectors() -> Value {
    let file = root().join("contracts/consensus/tests/vectors/yuma.json");
    serde_json::from_str(&fs::read_to_string(file).expect("the vectors are there")).expect("JSON")
}

/// A path for a file of one test.
fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

fn write(name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    fs::write(path(name), content).expect("the test's folder can be written");
    path(name)
}

fn simulate(file: &Path, options: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yarrow"));
    command.arg("simulate").arg(file).args(options).output().expect("the program can be started")
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).expect("one JSON object and nothing else")
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The first case of the vectors.
fn first_case() -> Value {
    vectors()["epoch_cases"][0].clone()
}

/// The fenced blocks of a language on the page about this command.
fn blocks(language: &str) -> Vec<String> {
    let page = fs::read_to_string(root().join("docs/simulate.md")).expect("the page is there");
    let fence = format!("```{language}\n");
    let block = |text: &str| text.split("```").next().unwrap_or_default().to_owned();
    page.split(&fence).skip(1).map(block).collect()
}

#[test]
fn all_open_cases_are_as_expected() {
    let file = root().join("contracts/consensus/tests/vectors/yuma.json");
    let output = simulate(&file, &["--json"]);
    assert!(output.status.success(), "{}", errors(&output));
    let report = json(&output);
    let cases = report["cases"].as_array().expect("a list of cases");
    assert_eq!(cases.len(), 29);
    assert!(cases.iter().all(|case| case["ok"] == true));
}

#[test]
fn json_has_the_fields_of_an_epoch_in_the_form_of_the_cases() {
    let case = first_case();
    let report = json(&simulate(&write("shape.json", case.to_string()), &["--json"]));
    let found = &report["cases"][0];
    assert_eq!(found["name"], "subtensor_test_bonds");
    assert_eq!(found["epochs"].as_array().map(Vec::len), Some(9));
    let expect = case["epochs"][1]["expect"].as_object().expect("expected fields");
    let epoch = found["epochs"][1].as_object().expect("an epoch");
    assert_eq!(epoch["block"], 1);
    for (name, value) in expect.iter().filter(|(name, _)| *name != "stake_weight") {
        assert_eq!(&epoch[name], value, "{name}");
    }
    assert_eq!(epoch.len(), expect.len(), "`block` in place of `stake_weight`, and nothing else");
    assert!(expect.keys().all(|name| found["max_diff"][name] == 0));
}

#[test]
fn list_of_cases_without_expectations_is_run_without_comparing() {
    let mut case = first_case();
    for epoch in case["epochs"].as_array_mut().expect("epochs") {
        epoch.as_object_mut().expect("an epoch").remove("expect");
    }
    let output = simulate(&write("unexpected.json", json!([case.clone(), case]).to_string()), &["--json"]);
    assert!(output.status.success(), "{}", errors(&output));
    let report = json(&output);
    assert_eq!(report["cases"].as_array().map(Vec::len), Some(2));
    assert_eq!(report["cases"][1]["max_diff"], json!({}));
    assert_eq!(report["cases"][1]["ok"], true);
}

#[test]
fn difference_beyond_the_tolerance_ends_with_1_and_names_field_uid_and_epoch() {
    for (field, value, words) in [
        ("incentive", 13_109, "incentive of uid 5 in epoch 2 (block 1) is 13107, expected 13109"),
        ("validator_permit", 1, "validator_permit of uid 5 in epoch 2 (block 1) is 0, expected 1"),
        ("emission", 100_001_611, "emission of uid 5 in epoch 2 (block 1) is 100000610, expected 100001611"),
    ] {
        let mut case = first_case();
        case["epochs"][1]["expect"][field][5] = json!(value);
        let output = simulate(&write(&format!("changed-{field}.json"), case.to_string()), &["--json"]);
        assert_eq!(output.status.code(), Some(1), "{field}");
        assert!(errors(&output).contains(words), "{}", errors(&output));
        assert_eq!(json(&output)["cases"][0]["ok"], false, "{field}");
    }
}

#[test]
fn difference_within_the_tolerance_is_reported_and_passes() {
    let mut case = first_case();
    case["epochs"][1]["expect"]["incentive"][5] = json!(13_108);
    case["epochs"][1]["expect"]["emission"][5] = json!(100_001_610);
    let output = simulate(&write("tolerable.json", case.to_string()), &["--json"]);
    assert!(output.status.success(), "{}", errors(&output));
    let found = &json(&output)["cases"][0];
    assert_eq!(found["max_diff"]["incentive"], 1);
    assert_eq!(found["max_diff"]["emission"], 1_000);
    assert_eq!(found["max_diff"]["dividends"], 0);
}

#[test]
fn bond_that_is_missing_is_a_difference_however_small_it_is() {
    let mut case = first_case();
    case["epochs"][1]["expect"]["bonds_sparse"]["0"].as_array_mut().expect("a row").push(json!([3, 1]));
    let output = simulate(&write("bond.json", case.to_string()), &["--json"]);
    assert_eq!(output.status.code(), Some(1));
    let words = "bonds_sparse of uid 0 towards 3 in epoch 2 (block 1) is none, expected 1";
    assert!(errors(&output).contains(words), "{}", errors(&output));
}

#[test]
fn malformed_case_is_refused_with_the_path_to_the_value() {
    let changed = |pointer: &str, value: Value| {
        let mut file = json!({ "epoch_cases": [first_case()] });
        *file.pointer_mut(pointer).expect("the vectors have this") = value;
        file.to_string()
    };
    let set_weights = "/epoch_cases/0/epochs/1/actions/0/set_weights";
    let files = [
        ("{".to_owned(), "line 1"),
        ("[".repeat(100_000), "recursion limit"),
        ("{}".to_owned(), "the whole file: expected an object with `epoch_cases`"),
        ("[]".to_owned(), "expected an object with `epoch_cases`"),
        ("[3]".to_owned(), "[0].initial: expected a value"),
        (changed("/epoch_cases/0/params/kappa_u16", json!(65_536)), "epoch_cases[0].params.kappa_u16: expected an int"),
        (changed("/epoch_cases/0/params/yuma3", json!("no")), "epoch_cases[0].params.yuma3: expected true or false"),
        (changed("/epoch_cases/0/params/owner_uid", json!(8)), "params.owner_uid: expected a uid below 8"),
        (changed("/epoch_cases/0/n", json!(9)), "initial.stakes: expected one value for each of the 9 neurons"),
        (changed("/epoch_cases/0/initial/stakes", json!(vec![1; 4_097])), "stakes: expected 1 to 4096 neurons"),
        (
            changed("/epoch_cases/0/initial/last_update", json!([0])),
            "last_update: expected one value for each of the 8",
        ),
        (changed("/epoch_cases/0/initial/bonds", json!({ "9": [] })), "initial.bonds.9: expected a uid below 8"),
        (changed("/epoch_cases/0/epochs", json!([])), "epochs: expected 1 to 10000 epochs"),
        (changed("/epoch_cases/0/epochs/1/block", json!(-1)), "epochs[1].block: expected an integer in range"),
        (changed(&format!("{set_weights}/uids/3"), json!(8)), "set_weights.uids[3]: expected a uid below 8"),
        (changed(&format!("{set_weights}/values"), json!([1])), "set_weights.values: expected as many values as uids"),
        (changed("/epoch_cases/0/epochs/1/actions/0", json!({ "burn": 1 })), "actions[0].burn: expected one action"),
        (changed("/epoch_cases/0/epochs/1/expect", json!({ "rank": [] })), "expect.rank: expected a field that an ep"),
        (changed("/epoch_cases/0/epochs/1/expect/active", json!([1])), "expect.active: expected one value for each"),
    ];
    for (content, words) in files {
        let output = simulate(&write("malformed.json", content), &["--json"]);
        assert_eq!(output.status.code(), Some(2), "{words}: {}", errors(&output));
        assert!(errors(&output).contains(words), "{words} is not in {}", errors(&output));
        assert!(errors(&output).contains("malformed.json"), "{}", errors(&output));
        let report: Value = serde_json::from_slice(&output.stdout).expect("an object");
        assert_eq!((&report["success"], &report["error"]["class"]), (&json!(false), &json!("usage")), "{report}");
    }
}

#[test]
fn more_work_than_a_run_may_do_is_refused() {
    let mut case = first_case();
    let stakes = vec![1; 4_096];
    let permits = vec![true; 4_096];
    case["n"] = json!(4_096);
    case["initial"] = json!({ "stakes": stakes, "registration_block": 0, "last_update": 0, "validator_permit": permits,
        "weights": "empty", "bonds": "empty" });
    case["epochs"] = (0..1_700).map(|block| json!({ "block": block })).collect();
    let output = simulate(&write("much.json", case.to_string()), &["--json"]);
    assert_eq!(output.status.code(), Some(2), "{}", errors(&output));
    assert!(errors(&output).contains("more than 67108864 cells"), "{}", errors(&output));
}

#[test]
fn file_that_is_not_there_ends_with_14_and_is_named() {
    let output = simulate(&path("nowhere.json"), &[]);
    assert_eq!(output.status.code(), Some(14));
    assert!(errors(&output).contains("nowhere.json cannot be read"), "{}", errors(&output));
}

#[test]
fn malformed_design_is_refused_with_the_path_to_the_value() {
    let least = "neurons = 2\nepochs = 3\nstakes_tao = [1, 0]\n";
    let designs = [
        ("neurons = ".to_owned(), "line 1"),
        ("neurons = 2\nepochs = 3\n".to_owned(), "stakes_tao"),
        (format!("{least}stake = 1\n"), "unknown field `stake`"),
        ("neurons = 257\nepochs = 1\nstakes_tao = []\n".to_owned(), "neurons: expected 1 to 256 neurons"),
        ("neurons = 1\nepochs = 10001\nstakes_tao = [1]\n".to_owned(), "epochs: expected 1 to 10000 epochs"),
        ("neurons = 2\nepochs = 3\nstakes_tao = [1]\n".to_owned(), "stakes_tao: expected one value for each of the 2"),
        (least.replace("[1, 0]", "[1, 21000001]"), "stakes_tao[1]: expected an amount within the supply"),
        (format!("owner_uid = 2\n{least}"), "owner_uid: expected a uid below 2"),
        (
            format!("{least}[parameters]\ntempo = 0\n"),
            "parameters.tempo: expected a value within the protocol's bounds",
        ),
        (format!("{least}[parameters]\nrho = 10\n"), "unknown field `rho`"),
        (format!("{least}[[registrations]]\nepoch = 0\nuid = 1\n"), "registrations[0].epoch: expected an epoch within"),
        (format!("{least}[[registrations]]\nepoch = 4\nuid = 1\n"), "registrations[0].epoch: expected an epoch within"),
        (format!("{least}[[stakes]]\nepoch = 1\nuid = 2\nstake_tao = 1\n"), "stakes[0].uid: expected a uid below 2"),
        (
            format!("{least}[[weights]]\nvalidators = [2]\nweights = {{ 1 = 1 }}\n"),
            "weights[0].validators[0]: expected",
        ),
        (
            format!("{least}[[weights]]\nvalidators = [0]\nweights = {{ x = 1 }}\n"),
            "weights[0].weights.x: expected a uid",
        ),
        (
            format!("{least}[[weights]]\nepochs = [3, 4]\nvalidators = []\nweights = {{}}\n"),
            "weights[0].epochs: expected",
        ),
        (format!("{least}[[weights]]\nepochs = [0, 9223372036854775807]\nvalidators = []\nweights = {{}}\n"), "epochs"),
    ];
    for (content, words) in designs {
        let output = simulate(&write("malformed.toml", &content), &[]);
        assert_eq!(output.status.code(), Some(2), "{content}: {}", errors(&output));
        assert!(errors(&output).contains(words), "{words} is not in {}", errors(&output));
        assert!(output.stdout.is_empty());
    }
    let output = simulate(&write("binary.toml", [0xff, 0xfe]), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(errors(&output).contains("binary.toml is not UTF-8"), "{}", errors(&output));
}

#[test]
fn design_on_the_page_gives_what_the_page_shows() {
    let design = blocks("toml").concat();
    let output = simulate(&write("page.toml", design), &[]);
    assert!(output.status.success(), "{}", errors(&output));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let lines = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    let shown = blocks("text");
    assert_eq!(shown.len(), 2);
    for block in shown {
        assert!(lines(&text).contains(&lines(&block)), "{block}\nis not in\n{text}");
    }
}

#[test]
fn tables_fit_a_terminal_of_80_columns() {
    let file = root().join("contracts/consensus/tests/vectors/yuma.json");
    let native = String::from_utf8(simulate(&file, &[]).stdout).expect("UTF-8");
    for header in ["UID", "CONS", "INCENT", "DIVID", "VTRUST", "bonds of 0", "29 cases as expected, 0 not"] {
        assert!(native.contains(header), "{header} is missing");
    }
    let mut longer = first_case();
    longer["name"] = json!("a".repeat(80));
    let cases = write("engines.json", json!([vectors()["epoch_cases"][2], longer]).to_string());
    let contract = String::from_utf8(simulate(&cases, &["--engine", "contract"]).stdout).expect("UTF-8");
    for words in ["ENGINE", "epoch 3: no message does replace_uid", "1 cases by the contracts, 1 of them to the bit"] {
        assert!(contract.contains(words), "{words} is missing");
    }
    let text = native + &contract;
    let longest = text.lines().max_by_key(|line| line.chars().count()).expect("lines");
    assert!(longest.chars().count() <= 80, "{longest}");
}

/// Cases of the vectors that the contracts replay; the others have actions that no message does.
const BY_CONTRACT: usize = 19;

#[test]
fn all_open_cases_that_messages_can_replay_are_as_expected_by_the_contracts() {
    let file = root().join("contracts/consensus/tests/vectors/yuma.json");
    let output = simulate(&file, &["--engine", "contract", "--json"]);
    assert!(output.status.success(), "{}", errors(&output));
    let (report, vectors) = (json(&output), vectors());
    let cases = report["cases"].as_array().expect("a list of cases");
    let impossible = ["raw_weights", "replace_uid", "set_last_update", "commit_blocks", "remove_bonds_towards_uid"];
    let mut by_contract = 0;
    for (found, case) in cases.iter().zip(vectors["epoch_cases"].as_array().expect("a list of cases")) {
        let name = &case["name"];
        assert_eq!((&found["name"], &found["ok"]), (name, &json!(true)));
        let text = case["epochs"].to_string();
        let reason = found["native_only"].as_str();
        assert_eq!(reason.is_some(), impossible.iter().any(|action| text.contains(action)), "{name}: {reason:?}");
        if reason.is_none() {
            by_contract += 1;
            assert_eq!(found["epochs"].as_array().map(Vec::len), case["epochs"].as_array().map(Vec::len), "{name}");
            let expect = case["epochs"][0]["expect"].as_object().expect("expected fields");
            let compared = expect.keys().filter(|field| *field != "stake_weight");
            assert!(compared.into_iter().all(|field| found["max_diff"][field].is_u64()), "{name}");
        }
    }
    assert_eq!(by_contract, BY_CONTRACT);
}

/// A stake or a weight: the next number of a generator (Numerical Recipes).
fn next(state: &mut u32) -> u32 {
    *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    *state >> 8
}

/// Neurons of which the first have stake and weigh all others; then half of them change their minds and some their
/// stakes.
fn large_case(neurons: u16, validators: u16) -> Value {
    let mut state = 7;
    let stakes: Vec<u32> = (0..neurons).map(|uid| if uid < validators { next(&mut state) + 1 } else { 0 }).collect();
    let mut rows = |block: u64, each: usize| {
        let row = |uid| {
            let uids: Vec<u16> = (validators..neurons).collect();
            let values: Vec<u32> = uids.iter().map(|_| next(&mut state) % 65_536).collect();
            json!({ "set_weights": { "block": block, "uid": uid, "uids": uids, "values": values } })
        };
        (0..validators).step_by(each).map(row).collect::<Vec<_>>()
    };
    let (first, mut second) = (rows(2, 1), rows(3, 2));
    let changed: Vec<u32> =
        stakes.iter().enumerate().map(|(uid, stake)| if uid % 3 == 0 { stake / 2 } else { *stake }).collect();
    second.push(json!({ "set_stakes": changed }));
    let mut case = first_case();
    case["n"] = json!(neurons);
    case["params"]["max_validators"] = json!(validators);
    case["params"]["yuma3"] = json!(true);
    case["initial"] = json!({ "stakes": stakes, "registration_block": 0, "last_update": 0,
        "validator_permit": vec![false; usize::from(neurons)], "weights": "empty", "bonds": "empty" });
    case["epochs"] = json!([
        { "block": 1 }, { "block": 2, "actions": first }, { "block": 3, "actions": second }, { "block": 5 },
    ]);
    case
}

/// Replays a large case natively and through the contracts and compares all but amounts.
fn both_engines_agree_on(neurons: u16, validators: u16) {
    let case = large_case(neurons, validators);
    let file = write(&format!("large-{neurons}.json"), case.to_string());
    let [native, contract] = ["native", "contract"].map(|engine| {
        let output = simulate(&file, &["--engine", engine, "--json"]);
        assert!(output.status.success(), "{engine}: {}", errors(&output));
        json(&output)["cases"][0].clone()
    });
    assert_eq!((&contract["native_only"], &contract["ok"]), (&Value::Null, &json!(true)));
    for (native, contract) in
        native["epochs"].as_array().expect("epochs").iter().zip(contract["epochs"].as_array().expect("epochs"))
    {
        // Stakes are times a whole factor, so that every share is the same.
        for field in
            ["consensus", "incentive", "dividends", "validator_trust", "validator_permit", "active", "bonds_sparse"]
        {
            assert_eq!(native[field], contract[field], "{field} at block {}", native["block"]);
        }
    }
    let last = &contract["epochs"][3];
    assert_eq!(last["bonds_sparse"].as_object().map(serde_json::Map::len), Some(usize::from(validators)));
    assert!(
        last["dividends"].as_array().expect("a list")[..usize::from(validators)]
            .iter()
            .all(|dividends| *dividends != 0)
    );
}

#[test]
fn contracts_give_what_the_native_engine_gives_for_256_neurons_and_64_validators() {
    both_engines_agree_on(256, 64);
}

#[test]
fn contracts_give_what_the_native_engine_gives_for_1_030_neurons_that_settle_in_several_messages() {
    both_engines_agree_on(1_030, 12);
}

#[test]
fn case_that_messages_cannot_replay_is_listed_with_the_reason() {
    let set_weights = "/epochs/1/actions/0/set_weights";
    for (pointer, value, reason) in [
        ("/initial/bonds", json!({ "0": [[4, 1]] }), "no message sets the bonds it starts with"),
        (
            "/initial/weights",
            json!({ "2": [[4, 1]] }),
            "the weights that uid 2 starts with, the largest of which is not",
        ),
        ("/initial/registration_block", json!([0, 1, 0, 0, 0, 0, 0, 0]), "uid 2 registers before the uid below it"),
        ("/initial/registration_block", json!(1), "uid 0 registers or updates after the first epoch"),
        ("/initial/stakes", json!([1, 1_u64 << 60, 0, 0, 0, 0, 0, 0]), "the stake of uid 0 is too small beside"),
        ("/params/max_validators", json!(0), "governance may not set MaxAllowedValidators(0)"),
        ("/params/tempo", json!(8), "epoch 3: bonds towards uid 4 do not count yet, and would on the chain"),
        ("/epochs/1/block", json!(0), "epoch 2: its block is not after the one of the epoch before"),
        ("/epochs/8/block", json!(100_000_000), "its epochs go on after block 67108864"),
        (&format!("{set_weights}/block"), json!(2), "epoch 2: an action comes after the epoch's block"),
        (
            &format!("{set_weights}/uids"),
            json!([4, 5, 6, 6]),
            "epoch 2: settlement.set_weights was refused: DuplicateUids",
        ),
        (
            "/epochs/1/actions/0",
            json!({ "set_commit_blocks": [0, 0, 0, 0, 0, 0, 0, 0] }),
            "epoch 2: no message does set_",
        ),
        (
            "/epochs/1/actions/0",
            json!({ "replace_uid": { "block": 1, "uid": 3 } }),
            "epoch 2: no message does replace_",
        ),
    ] {
        let mut case = first_case();
        *case.pointer_mut(pointer).expect("the vectors have this") = value;
        let output = simulate(&write("native-only.json", case.to_string()), &["--engine", "contract", "--json"]);
        assert!(output.status.success(), "{pointer}: {}", errors(&output));
        let found = &json(&output)["cases"][0];
        let told = found["native_only"].as_str().unwrap_or_else(|| panic!("{pointer} was replayed"));
        assert!(told.contains(reason), "{told}");
        assert_eq!((&found["epochs"], &found["ok"]), (&json!([]), &json!(true)));
    }
}

#[test]
fn case_that_is_not_as_expected_by_the_contracts_ends_with_1() {
    let mut case = first_case();
    case["epochs"][1]["expect"]["incentive"][5] = json!(13_109);
    let output = simulate(&write("contract-changed.json", case.to_string()), &["--engine", "contract"]);
    assert_eq!(output.status.code(), Some(1));
    let words = "incentive of uid 5 in epoch 2 (block 1) is 13107, expected 13109";
    assert!(errors(&output).contains(words), "{}", errors(&output));
}

#[test]
fn permits_that_a_case_starts_with_are_given_to_whom_it_says() {
    let mut case = first_case();
    case["initial"]["validator_permit"] = json!([false, false, true, false, false, true, false, false]);
    let row = |uid: u16| json!({ "set_weights": { "block": 1, "uid": uid, "uids": [4, 6], "values": [1, 2] } });
    case["epochs"] = json!([{ "block": 1, "actions": [row(2), row(5)], "expect": {
        "incentive": [0, 0, 0, 0, 21_844, 0, 43_690, 0],
        "dividends": [0, 0, 65_535, 0, 0, 0, 0, 0],
        "validator_permit": [1, 1, 1, 1, 0, 0, 0, 0],
    } }]);
    let output = simulate(&write("permits.json", case.to_string()), &["--engine", "contract", "--json"]);
    assert!(output.status.success(), "{}", errors(&output));
    assert_eq!(json(&output)["cases"][0]["native_only"], Value::Null);
}

#[test]
fn design_is_replayed_by_the_contracts_although_its_validators_weigh_before_they_have_permits() {
    let design = blocks("toml").concat();
    let without_newcomer = design.split("[[registrations]]").next().expect("the page's design");
    let output = simulate(&write("contract.toml", without_newcomer), &["--engine", "contract", "--json"]);
    assert!(output.status.success(), "{}", errors(&output));
    let found = &json(&output)["cases"][0];
    assert_eq!((&found["native_only"], found["epochs"].as_array().map(Vec::len)), (&Value::Null, Some(24)));
}

#[test]
fn plot_is_well_formed_and_has_a_line_for_each_validator_in_each_panel() {
    let design = blocks("toml").concat().replacen("name = \"", "name = \"<&> ", 1);
    let (file, svg) = (write("plot.toml", design), path("plot.svg"));
    let output = simulate(&file, &["--plot", svg.to_str().expect("UTF-8"), "--miners", "3,4"]);
    assert!(output.status.success(), "{}", errors(&output));
    let text = fs::read_to_string(&svg).expect("the plot is written");
    let document = roxmltree::Document::parse(&text).expect("well-formed");
    let texts: Vec<_> = document.descendants().filter(|node| node.has_tag_name("text")).collect();
    let texts: Vec<_> = texts.iter().filter_map(|node| node.text()).map(str::trim).collect();
    assert!(texts.iter().any(|text| text.starts_with("<&> ")), "the title is in {texts:?}");
    for label in
        ["Dividends of each validator", "Bonds towards miner 3", "Bonds towards miner 4", "epoch", "validator 0"]
    {
        assert!(texts.contains(&label), "{label} is not in {texts:?}");
    }
    let points = |node: roxmltree::Node| node.attribute("points").unwrap_or_default().split_whitespace().count();
    let series = |colour: &str| {
        let lines = document.descendants().filter(|node| node.attribute("stroke") == Some(colour));
        lines.filter(|node| node.has_tag_name("polyline") && points(*node) == 24).count()
    };
    assert_eq!(["#0072B2", "#D55E00", "#009E73"].map(series), [3, 3, 3]);
}

#[test]
fn plot_of_several_cases_is_refused_unless_one_is_chosen() {
    let file = root().join("contracts/consensus/tests/vectors/yuma.json");
    let svg = path("chosen.svg");
    let svg = svg.to_str().expect("UTF-8");
    let refused = simulate(&file, &["--plot", svg]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(errors(&refused).contains("a plot shows one case, and there are 29"), "{}", errors(&refused));
    let chosen = simulate(&file, &["--plot", svg, "--case", "subtensor_test_1_graph", "--json"]);
    assert!(chosen.status.success(), "{}", errors(&chosen));
    assert_eq!(json(&chosen)["cases"].as_array().map(Vec::len), Some(1));
    let unknown = simulate(&file, &["--case", "nobody"]);
    assert_eq!(unknown.status.code(), Some(2));
    let uid = simulate(&file, &["--plot", svg, "--case", "subtensor_test_1_graph", "--miners", "1"]);
    assert_eq!(uid.status.code(), Some(2));
    assert!(errors(&uid).contains("no neuron of the case has uid 1"), "{}", errors(&uid));
    let many = simulate(&file, &["--plot", svg, "--case", "subtensor_test_1_graph", "--miners", "0,0,0,0,0"]);
    assert_eq!(many.status.code(), Some(2));
    assert!(errors(&many).contains("a plot shows at most 4 miners"), "{}", errors(&many));
}
