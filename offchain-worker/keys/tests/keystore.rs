//! Keystores, against files that polkadot-js made (`keystores/make.mjs` says how, and opens what this crate writes).

use base64::{Engine, prelude::BASE64_STANDARD};
use keys::{Keystore, KeystoreError, SecretText, Signer, ss58, verify};
use serde_json::{Value, json};

/// The secret of most of the files: a published test vector of BIP-39.
const PHRASE: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";
const ADDRESS: &str = "5EHgWw2Af1pnoc7f1A8bfmM97W3DAYW8xr82RfhLL9oAabAe";

const TODAY: &str = include_str!("keystores/today.json");
const BEFORE: &str = include_str!("keystores/before.json");
const PLAIN: &str = include_str!("keystores/plain.json");
const HEX_PASSWORD: &str = include_str!("keystores/hex-password.json");
const POLKADOT_ADDRESS: &str = include_str!("keystores/polkadot-address.json");
const ED25519: &str = include_str!("keystores/ed25519.json");

fn secret(text: &str) -> SecretText {
    SecretText::new(text.to_owned())
}

fn keystore(json: &str) -> Keystore {
    Keystore::parse(json.as_bytes()).expect("a keystore")
}

/// The refusal of a file with one value replaced.
fn refusal_with(pointer: &str, value: Value) -> KeystoreError {
    let mut json: Value = serde_json::from_str(TODAY).expect("JSON");
    *json.pointer_mut(pointer).expect("a field") = value;
    Keystore::parse(json.to_string().as_bytes()).expect_err("not a keystore of ours")
}

/// The bytes of an encoded part.
fn encoded(json: &str) -> Vec<u8> {
    let json: Value = serde_json::from_str(json).expect("JSON");
    BASE64_STANDARD.decode(json["encoded"].as_str().expect("a text")).expect("base 64")
}

/// A file with another encoded part.
fn with_encoded(json: &str, bytes: &[u8]) -> Result<Keystore, KeystoreError> {
    let mut json: Value = serde_json::from_str(json).expect("JSON");
    json["encoded"] = BASE64_STANDARD.encode(bytes).into();
    Keystore::parse(json.to_string().as_bytes())
}

/// A file that asks for other parameters of scrypt.
fn with_cost(n: u32, p: u32, r: u32) -> Result<Keystore, KeystoreError> {
    let mut bytes = encoded(TODAY);
    bytes[32..44].copy_from_slice(&[n, p, r].map(u32::to_le_bytes).concat());
    with_encoded(TODAY, &bytes)
}

#[test]
fn what_polkadot_js_wrote_opens_with_its_password_and_signs_for_its_account() {
    let files = [
        (TODAY, Some("correct horse"), PHRASE.to_owned()),
        (BEFORE, Some("pässwörd"), format!("{PHRASE}//cold/soft")),
        (PLAIN, None, "//Alice".to_owned()),
        (HEX_PASSWORD, Some("0x6d61727a"), PHRASE.to_owned()),
        (POLKADOT_ADDRESS, Some("correct horse"), PHRASE.to_owned()),
    ];
    for (json, password, uri) in files {
        let keystore = keystore(json);
        let expected = Signer::from_uri(&uri).expect("a key").account();
        let signer = keystore.unlock(password.map(secret).as_ref()).expect("the password");
        assert_eq!((keystore.account(), signer.account()), (expected, expected), "{json}");
        assert_eq!(keystore.is_encrypted(), password.is_some());
        assert!(verify(&expected, b"weights", &signer.sign(b"weights")));
    }
}

#[test]
fn a_signature_of_polkadot_js_verifies() {
    // `node make.mjs open today.json 'correct horse'` signed the text "weights".
    let signature = hex::decode(concat!(
        "3ac34b0a1426096efe87ac1d8d098961c384fe8e40548632447d3e7d25dc2a7c",
        "e4ae7276af75475745e6b233f2670651fd91324b8ced7a3f40ffc8f8c8f1a787",
    ));
    let signature = signature.expect("hexadecimal digits").try_into().expect("64 bytes");
    assert!(verify(&keystore(TODAY).account(), b"weights", &signature));
    assert!(!verify(&keystore(TODAY).account(), b"weight", &signature));
}

#[test]
fn a_key_without_password_is_written_byte_for_byte_as_polkadot_js_writes_it() {
    let alice = Signer::from_uri("//Alice").expect("a development key");
    assert_eq!(*Keystore::plain(&alice, "plain").to_json(), PLAIN);
}

#[test]
fn a_keystore_that_is_read_and_written_stays_the_same_with_all_that_applications_noted() {
    for json in [TODAY, BEFORE, PLAIN] {
        assert_eq!(*keystore(json).to_json(), json);
    }
    let mut noted: Value = serde_json::from_str(TODAY).expect("JSON");
    noted["meta"] = json!({ "genesisHash": "0x91b1", "tags": ["cold"], "whenCreated": 1_700_000_000 });
    let written: Value = serde_json::from_str(&keystore(&noted.to_string()).to_json()).expect("JSON");
    assert_eq!(written, noted);
}

#[test]
fn what_is_sealed_opens_with_its_password_only_and_differs_each_time() {
    let signer = Signer::from_uri(PHRASE).expect("a key");
    let seal = || Keystore::seal(&signer, &secret("correct horse"), "cold").expect("a keystore");
    let (first, second) = (seal().to_json(), seal().to_json());
    assert_ne!(encoded(&first)[..32], encoded(&second)[..32], "the salt");
    assert_ne!(encoded(&first)[44..68], encoded(&second)[44..68], "the nonce");
    // What polkadot-js 14 writes, and reads: N 131,072, p 1, r 8.
    assert_eq!(encoded(&first)[32..44], [0, 0, 2, 0, 1, 0, 0, 0, 8, 0, 0, 0]);

    let keystore = keystore(&first);
    assert_eq!(keystore.unlock(Some(&secret("correct horse"))).expect("the password").account(), signer.account());
    assert!(matches!(keystore.unlock(Some(&secret("correct hors"))), Err(KeystoreError::WrongPassword)));
    assert!(matches!(keystore.unlock(None), Err(KeystoreError::PasswordNeeded)));
    assert!(matches!(Keystore::seal(&signer, &secret(""), "cold"), Err(KeystoreError::EmptyPassword)));
}

#[test]
fn another_format_than_ours_is_named() {
    for version in [json!("0"), json!("2"), json!("4"), json!(3)] {
        assert!(matches!(refusal_with("/encoding/version", version), KeystoreError::WrongVersion));
    }
    for content in [json!(["pkcs8", "ecdsa"]), json!("none"), json!(["pkcs8"])] {
        assert!(matches!(refusal_with("/encoding/content", content), KeystoreError::WrongContent));
    }
    assert!(matches!(Keystore::parse(ED25519.as_bytes()), Err(KeystoreError::WrongContent)));
    for encryption in [json!(["xsalsa20-poly1305"]), json!(["argon2", "xsalsa20-poly1305"]), json!([]), json!(null)] {
        assert!(matches!(refusal_with("/encoding/type", encryption), KeystoreError::WrongCipher));
    }
    assert!(matches!(refusal_with("/encoded", json!("%%%")), KeystoreError::NotBase64));
    assert!(matches!(refusal_with("/address", json!("5EHgWw2A")), KeystoreError::Address(_)));
}

#[test]
fn an_encoded_part_of_any_other_length_is_named() {
    for (json, expected) in [(TODAY, 201), (PLAIN, 117)] {
        let bytes = encoded(json);
        assert_eq!(bytes.len(), expected);
        for length in 0..expected {
            let refusal = with_encoded(json, &bytes[..length]).expect_err("cut off");
            assert!(
                matches!(refusal, KeystoreError::Truncated { length: l, .. } if l == length),
                "{length}: {refusal}"
            );
        }
        for more in [1, 32, 5000] {
            let longer = [bytes.clone(), vec![0; more]].concat();
            assert!(matches!(with_encoded(json, &longer), Err(KeystoreError::Oversized { .. })));
        }
    }
}

#[test]
fn json_that_is_no_keystore_is_refused_without_repeating_it() {
    let quoted = format!("{PHRASE:?}");
    for text in
        ["", "{", "[]", "null", "{}", PHRASE, &quoted, r#"{"encoded": "legal winner", "encoding": "thank year"}"#]
    {
        let refusal = Keystore::parse(text.as_bytes()).expect_err("not a keystore");
        assert!(matches!(refusal, KeystoreError::NotJson { .. }), "{text}");
        assert!(!refusal.to_string().contains("winner") && !refusal.to_string().contains("thank"), "{refusal}");
    }
}

#[test]
fn parameters_of_scrypt_are_taken_up_to_the_most_costly_of_polkadot_js() {
    // All that polkadot-js accepts: `scrypt/defaults.js` of @polkadot/util-crypto 14.0.3.
    let allowed = [(13, 10), (14, 5), (15, 3), (15, 1), (16, 2), (17, 1)];
    for (log_n, p) in allowed {
        assert!(with_cost(1 << log_n, p, 8).is_ok(), "2^{log_n}, {p}");
    }
    let hostile = [
        (1 << 18, 1, 8),
        (1 << 17, 2, 8),
        (1 << 17, 1, 16),
        (1 << 31, 1, 8),
        (1 << 31, u32::MAX, u32::MAX),
        (2, u32::MAX, 1),
        (2, 1, u32::MAX),
        (1 << 20, 1, 1),
        (0, 1, 8),
        (1, 1, 8),
        (1000, 1, 8),
        (1 << 13, 0, 8),
        (1 << 13, 1, 0),
    ];
    for (n, p, r) in hostile {
        let read = with_cost(n, p, r);
        assert!(matches!(read, Err(KeystoreError::ScryptParameters { .. })), "N {n}, p {p}, r {r}: {read:?}");
    }
}

#[test]
fn a_file_that_was_changed_opens_nothing() {
    let flipped = |position: usize| {
        let mut bytes = encoded(TODAY);
        bytes[position] ^= 1;
        let keystore = with_encoded(TODAY, &bytes).expect("a keystore, as far as can be seen");
        keystore.unlock(Some(&secret("correct horse")))
    };
    // Salt, nonce, tag, body.
    for position in [0, 44, 68, 84, 200] {
        assert!(matches!(flipped(position), Err(KeystoreError::WrongPassword)), "{position}");
    }
    // Without encryption nothing but the key itself can tell: header, secret, divider, public key.
    for position in [0, 16, 20, 80, 116] {
        let mut bytes = encoded(PLAIN);
        bytes[position] ^= 8;
        let keystore = with_encoded(PLAIN, &bytes).expect("a keystore, as far as can be seen");
        assert!(matches!(keystore.unlock(None), Err(KeystoreError::NotKey)), "{position}");
    }
}

#[test]
fn an_address_that_is_not_the_keys_is_noticed() {
    let swapped = PLAIN.replace("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", ADDRESS);
    let refusal = keystore(&swapped).unlock(None).expect_err("another account's address");
    let KeystoreError::AddressMismatch { stated, actual } = refusal else { panic!("{refusal}") };
    assert_eq!(ss58(&stated), ADDRESS);
    assert_eq!(actual, Signer::from_uri("//Alice").expect("a development key").account());
}

#[test]
fn no_secret_is_in_any_debug_text() {
    let plain = keystore(PLAIN);
    assert_eq!(format!("{plain:?}"), r#"Keystore("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY")"#);
    assert_eq!(format!("{:?}", secret(PHRASE)), "SecretText(..)");
}
