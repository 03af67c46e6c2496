//! `yarrow wallet` as its user runs it: the program, its outputs, its exit code, the files that it leaves.

mod home;
mod person;

use std::fs;

use serde_json::{Value, json};

use home::{Home, PHRASE};
use person::Person;

const ADDRESS: &str = "5EHgWw2Af1pnoc7f1A8bfmM97W3DAYW8xr82RfhLL9oAabAe";
const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

fn addresses(report: &Value) -> Vec<String> {
    let keys = report["keys"].as_array().expect("a list of keys");
    keys.iter().map(|key| key["address"].as_str().expect("a text").to_owned()).collect()
}

fn fixture(name: &str) -> String {
    let path = format!("{}/../keys/tests/keystores/{name}.json", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(path).expect("a keystore of polkadot-js")
}

#[test]
fn a_new_wallet_is_listed_signs_and_is_restored_from_its_phrases() {
    let home = Home::new();
    let made = "create --name alice --password-file password --mnemonic-file mnemonic --json";
    let created = addresses(&home.wallet(made).json());
    let [coldkey, hotkey] = &created[..] else { panic!("{created:?}") };
    assert_ne!(coldkey, hotkey);
    for file in ["mnemonic", "wallets/alice/coldkey", "wallets/alice/coldkeypub.txt", "wallets/alice/hotkeys/default"] {
        assert_eq!(home.mode(file), 0o600, "{file}");
    }
    let phrases = home.read("mnemonic");
    let words: Vec<_> = phrases.lines().map(|line| line.split(' ').count() - 1).collect();
    assert_eq!(words, [12, 12], "the label and the words of each key");
    let again = "new-hotkey --name alice -H second --no-password --mnemonic-file mnemonic --overwrite";
    home.wallet(again).fails(11, &["seed phrases are written over nothing"]);

    let listed = home.wallet("list --json").json();
    let expected = json!({
        "name": "alice", "coldkey": { "address": coldkey }, "coldkey_here": true,
        "hotkeys": [{ "name": "default", "address": hotkey }],
    });
    assert_eq!((&listed["wallets"], &listed["path"]), (&json!([expected]), &json!(home.path("wallets"))));
    let tree = home.wallet("list").stdout();
    assert!(tree.contains(&format!("Coldkey alice  {coldkey}")) && tree.contains(&format!("Hotkey default  {hotkey}")));

    for (key, address, other) in [("", coldkey, hotkey), (" -H default", hotkey, coldkey)] {
        let signature =
            home.wallet(&format!("sign --name alice{key} --message weights --password-file password")).stdout();
        let verify = format!("verify --signature {} --address", signature.trim());
        home.wallet(&format!("{verify} {address} --message weights")).ok();
        home.wallet(&format!("{verify} {other} --message weights")).fails(1, &["is not", other]);
        home.wallet(&format!("{verify} {address} --message weight")).fails(1, &[address]);
        let report = home.wallet(&format!("{verify} {other} --message weights --json"));
        assert!(report.text().contains(r#""valid":false"#));
    }

    for (key, address) in [("", coldkey), (" -H default", hotkey)] {
        let restore = format!("import --name restored{key} --secret-file mnemonic --password-file password --json");
        assert_eq!(addresses(&home.wallet(&restore).json()), [address.as_str()]);
    }
}

#[test]
fn a_phrase_has_as_many_words_as_asked_for() {
    let home = Home::new();
    for words in ["15", "24"] {
        let made = format!("new-hotkey -H h{words} --n-words {words} --no-password --mnemonic-file mnemonic");
        home.wallet(&made).ok();
        assert_eq!(
            home.read("mnemonic").split_whitespace().count().to_string(),
            (1 + words.parse::<u8>().unwrap()).to_string()
        );
        fs::remove_file(home.path("mnemonic")).expect("our file");
    }
    home.wallet("new-hotkey --n-words 13 --no-password --mnemonic-file mnemonic").fails(2, &["12, 15, 18, 21 or 24"]);
}

#[test]
fn a_keystore_of_polkadot_js_comes_in_with_its_password_and_goes_out_as_it_was() {
    let home = Home::new();
    home.write("today.json", &fixture("today"));
    let imported = home.wallet("import --name cold --keystore today.json --password-file password --json").json();
    assert_eq!(addresses(&imported), [ADDRESS]);
    assert_eq!(imported["keys"][0]["encrypted"], true);
    home.wallet("export --name cold --to out.json").ok();
    assert_eq!(home.read("out.json"), fixture("today"));
    assert_eq!(home.mode("out.json"), 0o600);
    home.wallet("export --name cold --to out.json").fails(11, &["out.json exists"]);
    home.wallet("export --name cold -H none --to none.json").fails(11, &["no hotkey cold/none", "wallet list"]);
    assert_eq!(addresses(&home.wallet("export --name cold --public --json").json()), [ADDRESS]);

    home.write("wrong", "wrong horse");
    let wrong = home.wallet("import --name other --keystore today.json --password-file wrong");
    wrong.fails(11, &["today.json", "password is wrong"]);
    home.write("ed25519.json", &fixture("ed25519"));
    let other = home.wallet("import --name other --keystore ed25519.json --password-file password");
    other.fails(11, &["ed25519.json", "something else than an sr25519 key"]);
    assert!(!home.path("wallets/other").exists());
}

#[test]
fn a_secret_comes_in_from_a_file_or_a_descriptor_as_a_phrase_a_seed_or_a_development_key() {
    let home = Home::new();
    // //Alice's seed is published with every Substrate node.
    let seed = "0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a\n";
    for (name, secret, address) in
        [("phrase", PHRASE, ADDRESS), ("seed", seed, ALICE), ("development", "//Alice", ALICE)]
    {
        home.write("secret", secret);
        let by_file = format!("import -H {name} --secret-file secret --no-password --json");
        assert_eq!(addresses(&home.wallet(&by_file).json()), [address]);
        let by_fd = format!("$YARROW wallet import -H {name}-fd --secret-fd 3 --no-password --json 3<secret");
        assert_eq!(addresses(&home.shell(&by_fd).json()), [address]);
    }
    home.write("secret", "legal winner thank year wave sausage worth useful legal winner thank thank");
    home.wallet("import -H other --secret-file secret --no-password").fails(11, &["a key is not valid"]);
    let piped = "printf %s 'correct horse' | $YARROW wallet import --secret-fd 3 --password-fd 0 --json 3<good";
    home.write("good", PHRASE);
    assert_eq!(addresses(&home.shell(piped).json()), [ADDRESS]);
    home.wallet("sign --message m --password-file password").ok();
}

#[test]
fn secrets_that_others_can_read_are_refused_with_the_command_that_mends_it() {
    let home = Home::new();
    home.write("secret", "//Bob");
    home.write("key.json", &fixture("today"));
    home.wallet("import -H bob --secret-file secret --no-password").ok();
    let commands = [
        ("secret", "import -H new --secret-file secret --no-password"),
        ("password", "import -H new --secret-file secret --password-file password"),
        ("key.json", "import -H new --keystore key.json --password-file password"),
        ("wallets/default/hotkeys/bob", "sign -H bob --message m"),
        ("wallets/default/hotkeys/bob", "export -H bob --to out.json"),
    ];
    for (file, line) in commands {
        home.set_mode(file, 0o644);
        home.wallet(line).fails(11, &["others can read", "0644", "chmod 600", file]);
        home.set_mode(file, 0o600);
    }
    home.wallet("sign -H bob --message m").ok();
    assert!(!home.path("wallets/default/hotkeys/new").exists());
}

#[test]
fn without_a_terminal_nothing_is_asked_for_and_the_options_that_do_without_are_named() {
    let home = Home::new();
    home.write("secret", PHRASE);
    home.wallet("import -H sealed --secret-file secret --password-file password").ok();
    let commands = [
        ("create --password-file password", "--mnemonic-file"),
        ("new-coldkey --password-file password", "--mnemonic-file"),
        ("new-hotkey --mnemonic-file phrase", "--password-file PATH or --password-fd N"),
        ("import --password-file password", "--secret-file PATH, --secret-fd N or --keystore PATH"),
        ("import --secret-file secret", "--password-file PATH or --password-fd N"),
        ("sign -H sealed --message m", "--password-file PATH or --password-fd N"),
    ];
    for (line, options) in commands {
        home.wallet(line).fails(11, &["there is no terminal", options]);
    }
    assert!(!home.path("wallets/default/coldkey").exists() && !home.path("phrase").exists());
    // An empty password is none.
    home.wallet("sign -H sealed --message m --password-fd 0").fails(11, &["password is wrong"]);
    home.wallet("new-hotkey --mnemonic-file phrase --password-fd 0").fails(11, &["password is empty"]);
}

#[test]
fn keys_that_exist_are_kept_unless_they_are_to_be_replaced() {
    let home = Home::new();
    home.wallet("create --uri //Alice --password-file password").ok();
    let before = home.read("wallets/default/coldkey");
    for line in ["create --uri //Bob", "new-coldkey --uri //Bob", "new-hotkey --uri //Bob"] {
        let line = format!("{line} --password-file password");
        home.wallet(&line).fails(11, &["exists and is not replaced", "--overwrite"]);
    }
    assert_eq!(home.read("wallets/default/coldkey"), before);
    home.wallet("new-hotkey -H second --uri //Bob --no-password").ok();
    home.wallet("new-coldkey --uri //Bob --password-file password --overwrite").ok();
    let listed = home.wallet("list --json").json();
    let bob = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";
    assert_eq!(listed["wallets"][0]["coldkey"]["address"], bob);
    assert_eq!(listed["wallets"][0]["hotkeys"][1], json!({ "name": "second", "address": bob }));
}

#[test]
fn only_a_hotkey_can_be_without_a_password_and_only_when_asked_for() {
    let home = Home::new();
    let created = home.wallet("create --uri //Alice --no-password --password-file password --json").json();
    assert_eq!(addresses(&created)[0], ALICE);
    assert_eq!((&created["keys"][0]["encrypted"], &created["keys"][1]["encrypted"]), (&json!(true), &json!(false)));
    home.wallet("sign -H default --message m").ok();
    home.wallet("sign --message m").fails(11, &["a password is needed"]);
    home.wallet("new-coldkey --name other --uri //Bob --no-password").fails(2, &["--no-password"]);
    home.write("secret", "//Bob");
    home.wallet("import --name other --secret-file secret --no-password").fails(2, &["--hotkey"]);
    home.write("plain.json", &fixture("plain"));
    home.wallet("import --name other --keystore plain.json").fails(11, &["a password is needed"]);
    let sealed =
        "printf %s 'correct horse' | $YARROW wallet import --name other --keystore plain.json --password-fd 0 --json";
    let sealed = home.shell(sealed).json();
    assert_eq!((addresses(&sealed), &sealed["keys"][0]["encrypted"]), (vec![ALICE.to_owned()], &json!(true)));
}

#[test]
fn a_secret_given_as_an_argument_is_refused_and_not_repeated() {
    let home = Home::new();
    let seed = "0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a";
    for secret in [PHRASE, seed, "//Alice///hunter2", "Alice"] {
        let mut command = home.command(env!("CARGO_BIN_EXE_yarrow"));
        let run = home.finish(command.args(["wallet", "create", "--no-password", "--uri", secret]));
        assert!(!run.text().contains(seed) && !run.text().contains("hunter2"));
        run.fails(2, &["--uri takes development keys only", "wallet import"]);
    }
}

#[test]
fn an_address_alone_makes_a_wallet_to_watch() {
    let home = Home::new();
    home.wallet(&format!("import --name watched --ss58 {ALICE}")).ok();
    let listed = home.wallet("list --json").json();
    let expected = json!({ "name": "watched", "coldkey": { "address": ALICE }, "coldkey_here": false, "hotkeys": [] });
    assert_eq!(listed["wallets"][0], expected);
    home.wallet("sign --name watched --message m").fails(11, &["there is no", "watched/coldkey"]);
    let new = home.wallet("new-coldkey --name watched --password-file password --mnemonic-file mnemonic");
    new.fails(11, &["coldkeypub.txt exists"]);
    home.wallet(&format!("import --name watched --ss58 {ADDRESS}")).fails(11, &["coldkeypub.txt exists"]);
    home.wallet("import --name watched --ss58 5Grw").fails(2, &["is not an SS58 address"]);
}

#[test]
fn a_broken_file_does_not_hide_the_other_keys() {
    let home = Home::new();
    home.wallet("new-hotkey -H good --uri //Alice --no-password").ok();
    home.write("wallets/default/hotkeys/bad", PHRASE);
    let listed = home.wallet("list --json").json();
    let hotkeys = &listed["wallets"][0]["hotkeys"];
    assert!(hotkeys[0]["error"].as_str().expect("a text").contains("not the JSON of a keystore"));
    assert_eq!(hotkeys[1], json!({ "name": "good", "address": ALICE }));
    assert!(home.wallet("list").stdout().contains("❌"));
}

#[test]
fn names_that_are_paths_and_malformed_signatures_are_wrong_input() {
    let home = Home::new();
    home.wallet("sign --name ../alice --message m").fails(2, &["cannot be a name"]);
    home.wallet("new-hotkey -H a/b --uri //Bob --no-password").fails(2, &["cannot be a name"]);
    home.wallet(&format!("verify --message m --address {ALICE} --signature 0x12")).fails(2, &["64 bytes"]);
    home.wallet("export").fails(2, &["--to"]);
    home.wallet("import --secret-file a --keystore b").fails(2, &["cannot be used with"]);
}

#[test]
fn a_person_at_a_terminal_is_asked_for_passwords_and_sees_the_phrases_there_only() {
    let home = Home::new();
    let mut person = Person::sits_at(&home, "wallet create --name alice > out");
    person.answers(&[("New password for coldkey alice", "cold horse"), ("Once more", "cold horse")]);
    person.answers(&[("New password for hotkey alice/default", "hot horse"), ("Once more", "hot horse")]);
    let (seen, code) = person.leaves();
    assert_eq!(code, Some(0), "{seen}");
    let phrase =
        |role: &str| seen.lines().find_map(|line| line.trim().strip_prefix(role)).expect("a phrase").to_owned();
    let out = home.read("out");
    for role in ["coldkey: ", "hotkey: "] {
        assert_eq!(phrase(role).split(' ').count(), 12);
        assert!(out.contains("Created") && !out.contains(&phrase(role)));
    }

    for (key, password, code) in [("", "cold horse", 0), ("", "hot horse", 11), (" -H default", "hot horse", 0)] {
        let mut person = Person::sits_at(&home, &format!("wallet sign --name alice{key} --message m"));
        person.answers(&[("Password of", password)]);
        let (seen, exit) = person.leaves();
        assert_eq!((exit, seen.contains("password is wrong")), (Some(code), code != 0), "{seen}");
    }
    // The phrase that was seen is the key.
    let mut person = Person::sits_at(&home, "wallet import --name restored -H hot --no-password --json");
    person.answers(&[("Seed phrase, 0x seed or development key for hotkey restored/hot", &phrase("hotkey: "))]);
    assert_eq!(person.leaves().1, Some(0));
    let listed = home.wallet("list --json").json();
    assert_eq!(listed["wallets"][0]["hotkeys"][0]["address"], listed["wallets"][1]["hotkeys"][0]["address"]);
}

#[test]
fn a_new_password_that_is_typed_differently_makes_no_key() {
    let home = Home::new();
    let mut person = Person::sits_at(&home, "wallet new-coldkey");
    person.answers(&[("New password for coldkey default", "cold horse"), ("Once more", "cold hors")]);
    let (seen, code) = person.leaves();
    assert_eq!(code, Some(11), "{seen}");
    assert!(seen.contains("the two passwords differ") && !seen.contains("coldkey: "), "{seen}");
    assert!(!home.path("wallets/default").exists());
}
