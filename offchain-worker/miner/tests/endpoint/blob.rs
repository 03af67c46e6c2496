//! The committed model, for validators alone.

use primitives::{
    ProtocolBlock,
    axon::Endpoints,
    model::{CommittedModel, ModelCommitment, ModelKind, bound_hash, content_hash},
};
use transport::{
    clock,
    fetch::{FetchError, FetchRules, Fetcher},
    wire,
};

use crate::{
    client::Request,
    served::{Served, artifact, constant, service, settings, signer},
};

fn served(model: &[u8]) -> Served {
    let mut service = service(constant());
    service.model = Some(model.to_vec());
    Served::start(service, settings())
}

fn committed(model: &[u8]) -> CommittedModel {
    let hotkey = signer("Bob").account();
    let bound_hash = bound_hash(&content_hash(model), &hotkey);
    let model = ModelCommitment { kind: ModelKind::Wasm, size: model.len() as u32, bound_hash, location: vec![] };
    CommittedModel { model, hotkey, committed_at: ProtocolBlock::new(1) }
}

#[test]
fn a_validator_fetches_the_committed_model_and_a_stranger_does_not() {
    let model = artifact("tabular-boosted");
    let served = served(&model);
    let fetch = |name| {
        let directory = tempfile::tempdir().expect("a directory");
        let rules = FetchRules { endpoints: Endpoints::Local, ..FetchRules::new(directory.path().join("models")) };
        let fetcher = Fetcher::new(rules, signer(name)).expect("a cache");
        fetcher.fetch_committed(&committed(&model), Some(&served.axon()))
    };
    assert_eq!(fetch("Alice").expect("a validator may"), model);
    assert!(matches!(fetch("Charlie"), Err(FetchError::Refused(401))));
}

#[test]
fn a_range_of_the_model_is_sent_and_another_hash_is_not_found() {
    let model = artifact("tabular-boosted");
    let served = served(&model);
    let ask = |target: &str, range: &str| {
        let mut request = Request::of("GET", target, vec![], ["Alice", "Bob"], clock::unix_nanos());
        request.headers.insert("range", range.parse().expect("a value"));
        request.send(served.address)
    };
    let target = wire::blob_target(&committed(&model).model.bound_hash);
    let part = ask(&target, "bytes=100-199");
    assert_eq!((part.status, part.body.as_slice()), (206, &model[100..200]));
    let length = model.len();
    assert!(part.head.contains(&format!("content-range: bytes 100-199/{length}")), "{}", part.head);
    let beyond = ask(&target, &format!("bytes={length}-"));
    assert_eq!((beyond.status, beyond.body.len()), (416, 0));
    assert!(beyond.head.contains(&format!("content-range: bytes */{length}")), "{}", beyond.head);
    assert_eq!(ask(&wire::blob_target(&[0; 32]), "bytes=0-").status, 404);
}
