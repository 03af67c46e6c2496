//! What anybody may send: a validator's weights, and the arguments of messages.

use std::{collections::BTreeSet, fmt::Debug};

use consensus::weights::{Facts, Submission, Timing, check};
use primitives::{
    AccountId, Hash, Hyperparameter, Hyperparameters, Netuid, RegistryError, SettlementError, StakingError,
    axon::Axon,
    model::ModelCommitment,
    registry::{GenesisSubnet, Settings, SubnetIdentity},
    settlement::{EpochResult, Weight},
    staking::Kin,
    weights::{WeightsPayload, commit_hash},
};
use scale::{Decode, Encode};

use crate::bytes::Bytes;

/// Decodes the bytes as everything that contracts take from strangers or from each other, and checks the row of weights
/// that they show by the rules of a subnet that the first of them describe.
///
/// # Panics
/// If a value is not what its encoding decodes as, a commitment does not cover part of its payload, or a row that breaks a
/// rule passes.
pub fn payload(bytes: &[u8]) {
    let mut bytes = Bytes::new(bytes);
    let facts = facts(&mut bytes);
    let bytes = bytes.rest();
    if let Some(payload) = decoded::<WeightsPayload>(bytes) {
        check_row(&payload, &facts);
        check_commitment(payload);
    }
    decoded::<(Netuid, AccountId, WeightsPayload)>(bytes);
    decoded::<(Netuid, AccountId, Vec<WeightsPayload>)>(bytes);
    decoded::<(Vec<Netuid>, Vec<Hash>)>(bytes);
    decoded::<(Vec<Netuid>, Vec<Vec<Weight>>, Vec<u64>)>(bytes);
    decoded::<Vec<GenesisSubnet>>(bytes);
    decoded::<(Netuid, Hyperparameter)>(bytes);
    decoded::<(Netuid, SubnetIdentity)>(bytes);
    decoded::<(Netuid, Axon)>(bytes);
    decoded::<(Netuid, ModelCommitment)>(bytes);
    decoded::<(AccountId, Netuid, Vec<Kin>)>(bytes);
    decoded::<Settings>(bytes);
    decoded::<Hyperparameters>(bytes);
    decoded::<EpochResult>(bytes);
    decoded::<Result<(), RegistryError>>(bytes);
    decoded::<Result<(), SettlementError>>(bytes);
    decoded::<Result<(), StakingError>>(bytes);
}

/// What the bytes begin with, if it is a `T`: they are the only encoding of it.
fn decoded<T: Decode + Encode + PartialEq + Debug>(bytes: &[u8]) -> Option<T> {
    let mut rest = bytes;
    let value = T::decode(&mut rest).ok()?;
    let read = bytes.strip_suffix(rest).expect("the rest is the end");
    assert_eq!(value.encode(), read, "{value:?} has two encodings");
    assert_eq!(T::decode(&mut &read[..]).as_ref(), Ok(&value));
    Some(value)
}

/// Asserts that whatever is changed of a payload changes its commitment.
fn check_commitment(mut payload: WeightsPayload) {
    let (settlement, netuid, hotkey) = (AccountId::from([1; 32]), Netuid::new(1), AccountId::from([2; 32]));
    let hash = commit_hash(&settlement, netuid, &hotkey, &payload);
    assert_eq!(commit_hash(&settlement, netuid, &hotkey, &payload.clone()), hash);
    assert_ne!(commit_hash(&settlement, Netuid::new(2), &hotkey, &payload), hash);
    assert_ne!(commit_hash(&settlement, netuid, &settlement, &payload), hash);
    assert_ne!(commit_hash(&hotkey, netuid, &hotkey, &payload), hash);
    // A byte that moves from one field to the next must not go unnoticed.
    if let Some(byte) = payload.salt.pop() {
        assert_ne!(commit_hash(&settlement, netuid, &hotkey, &payload), hash);
        payload.salt.push(byte);
    }
    if let Some(entry) = payload.entries.pop() {
        assert_ne!(commit_hash(&settlement, netuid, &hotkey, &payload), hash);
        payload.entries.push(entry);
    }
    payload.version_key ^= 1;
    assert_ne!(commit_hash(&settlement, netuid, &hotkey, &payload), hash);
}

fn facts(bytes: &mut Bytes) -> Facts {
    Facts {
        neurons: bytes.short() % 5_000,
        uid: bytes.option(Bytes::uid),
        is_owner: bytes.flag(),
        permit: bytes.flag(),
        stake: bytes.number(),
        stake_threshold: bytes.number(),
        version_key: bytes.number(),
        timing: match bytes.flag() {
            true => Timing::Reveal,
            false => Timing::Direct {
                block: bytes.number(),
                last_update: bytes.option(Bytes::number),
                rate_limit: bytes.number(),
            },
        },
        min_allowed_weights: u16::from(bytes.byte()),
        max_weight_limit: bytes.short(),
    }
}

/// Asserts that a row which passes the checks keeps the rules and the order of its weights.
fn check_row(payload: &WeightsPayload, facts: &Facts) {
    let (uids, values): (Vec<_>, Vec<_>) = payload.entries.iter().map(|entry| (entry.uid.get(), entry.value)).unzip();
    let Ok(scaled) = check(&Submission { uids: &uids, values: &values, version_key: payload.version_key }, facts)
    else {
        return;
    };
    assert!(facts.uid.is_some());
    assert!(facts.is_owner || facts.permit || facts.uid.is_some_and(|uid| uids == [uid]));
    assert!(payload.version_key >= facts.version_key);
    assert!(uids.iter().all(|&uid| uid < facts.neurons));
    assert_eq!(uids.iter().collect::<BTreeSet<_>>().len(), uids.len());
    assert_eq!(scaled.len(), values.len());
    let largest = values.iter().copied().max().unwrap_or(0);
    assert_eq!(scaled.iter().copied().max().unwrap_or(0), if largest == 0 { 0 } else { u16::MAX });
    let mut order: Vec<_> = values.into_iter().zip(scaled).collect();
    order.sort_unstable();
    assert!(order.is_sorted_by_key(|&(_, scaled)| scaled), "{order:?}");
}
