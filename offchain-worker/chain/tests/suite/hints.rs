//! Every error that the built contracts can answer with has advice: their metadata say which there are.

use std::{collections::BTreeMap, fmt::Debug, fs, path::Path};

use chain::{Advise, Artifacts};
use ink::LangError;
use primitives::{
    GuardError, RegistryError, RootError, SettlementError, StakingError,
    axon::AxonError,
    hyperparameters::HyperparameterError,
    tao::{TaoError, TokenError},
};
use psp22::PSP22Error;
use scale::Decode;
use serde_json::Value;

/// What ink! itself answers; `ChainError::Misunderstood` has its advice.
const OF_INK: &str = "LangError";

/// The variants of every error type in the metadata of the built contracts, by the type's name, with their indices.
fn errors() -> BTreeMap<String, BTreeMap<u8, String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../artifacts");
    let artifacts = Artifacts::open(&root).expect("the artifacts of this repository");
    let mut errors = BTreeMap::new();
    for name in artifacts.contracts() {
        let bundle = fs::read(root.join(format!("contracts/{name}.contract"))).expect("a file");
        let bundle: Value = serde_json::from_slice(&bundle).expect("JSON");
        for entry in bundle["types"].as_array().expect("types") {
            let path = entry["type"]["path"].as_array().and_then(|path| path.last()?.as_str()).unwrap_or_default();
            let Some(variants) = entry["type"]["def"]["variant"]["variants"].as_array() else { continue };
            if path.ends_with("Error") {
                errors.insert(path.to_owned(), variants.iter().map(variant).collect());
            }
        }
    }
    errors
}

fn variant(variant: &Value) -> (u8, String) {
    let index = variant["index"].as_u64().and_then(|index| index.try_into().ok()).expect("an index");
    (index, variant["name"].as_str().expect("a name").to_owned())
}

/// The debug text and the advice of the variant of an index, whose fields are all zero.
fn of_zeros<E: Decode + Debug + Advise>(index: u8) -> Option<[String; 2]> {
    // No error has as many fields as this has zeros.
    let encoding: Vec<u8> = [index].into_iter().chain([0; 256]).collect();
    let error = E::decode(&mut encoding.as_slice()).ok()?;
    Some([format!("{error:?}"), error.advice().text.into_owned()])
}

#[test]
fn every_error_in_the_metadata_of_every_contract_has_advice() {
    let errors = errors();
    assert!(errors.len() > 8, "{:?}", errors.keys());
    for (name, variants) in errors.iter().filter(|(name, _)| *name != OF_INK) {
        let describe = match name.as_str() {
            "PSP22Error" => of_zeros::<PSP22Error>,
            "TaoError" => of_zeros::<TaoError>,
            "TokenError" => of_zeros::<TokenError>,
            "StakingError" => of_zeros::<StakingError>,
            "RegistryError" => of_zeros::<RegistryError>,
            "HyperparameterError" => of_zeros::<HyperparameterError>,
            "AxonError" => of_zeros::<AxonError>,
            "SettlementError" => of_zeros::<SettlementError>,
            "RootError" => of_zeros::<RootError>,
            "GuardError" => of_zeros::<GuardError>,
            other => panic!("no reader knows {other}, which a contract can answer with"),
        };
        for (index, variant) in variants {
            let Some([shown, advice]) = describe(*index) else { panic!("{name}::{variant} is not known") };
            assert!(shown.starts_with(variant.as_str()), "{name}::{variant} is read as {shown}");
            assert!(advice.len() > 10 && advice.ends_with('.'), "{name}::{variant}: {advice:?}");
        }
    }
}

#[test]
fn what_ink_itself_answers_has_advice() {
    let contract = [7; 32].into();
    let error = LangError::CouldNotReadInput;
    let error = chain::ChainError::Misunderstood { message: "tao.cap".into(), contract, error };
    assert!(error.hint().contains("another version"), "{}", error.hint());
}
