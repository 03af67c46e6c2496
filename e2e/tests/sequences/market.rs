//! All messages to all contracts, as in `yarrow-sequences` but on the contracts pallet: the invariants hold there too, and
//! the small host, on which the bulk of the messages is sent, says and stores the same.

use std::path::Path;

use primitives::Hash;
use yarrow_e2e::prelude::*;
use yarrow_sequences::{Answer, Chain, Codes, Contracts, Play, Setup as Beginning};

/// Messages of a sequence; the pallet takes some hundred times as long for one as the small host.
const MESSAGES: u64 = 150;
/// One for each beginning.
const SEEDS: [u64; 4] = [0, 1, 2, 3];
/// More of the chain's own currency than any message costs.
const NATIVE: u128 = 1_000_000_000_000;

/// The chain of a [`World`].
struct Embedded(World);

impl Chain for Embedded {
    fn set_time(&mut self, now_ms: u64) {
        self.0.set_time(now_ms);
    }

    fn endow(&mut self, account: AccountId) {
        self.0.give_native(account, NATIVE);
    }

    fn call(&mut self, caller: AccountId, contract: AccountId, input: &[u8]) -> Result<Vec<u8>, String> {
        self.0.call_raw(caller, contract, input.to_vec()).map_err(|error| format!("{error:?}"))
    }

    fn try_call(&mut self, caller: AccountId, contract: AccountId, input: &[u8]) -> Result<Vec<u8>, String> {
        self.0.try_raw(caller, contract, input.to_vec()).map_err(|error| format!("{error:?}"))
    }

    fn code_hash(&mut self, contract: AccountId) -> Hash {
        self.0.code_hash(contract)
    }

    fn fingerprint(&mut self) -> Vec<u8> {
        self.0.state_root().as_bytes().to_vec()
    }
}

/// What was answered, without what each host says in its own words of a message that gets no answer.
fn comparable(answers: Vec<(&'static str, Answer)>) -> Vec<(&'static str, Answer)> {
    let words = |answer| if let Answer::Undone(_) = answer { Answer::Undone(String::new()) } else { answer };
    answers.into_iter().map(|(kind, answer)| (kind, words(answer))).collect()
}

fn both_hosts_agree(seed: u64) {
    let beginning = Beginning::of(seed);
    let world = Setup::default().allocation(beginning.allocation()).genesis(beginning.subnets()).deploy();
    let World { tao, staking, registry, steward, engine, settlement, root, .. } = world;
    let contracts = Contracts { deployer: DEPLOYER, tao, staking, registry, steward, engine, settlement, root };

    let mut embedded = Embedded(world);
    let on_the_pallet = Play::begin(&mut embedded, contracts, beginning, seed).run(MESSAGES);
    let codes = Codes::compile(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../artifacts"));
    let mut machine = beginning.deploy(&codes, contracts);
    let on_the_small_host = Play::begin(&mut machine, contracts, beginning, seed).run(MESSAGES);

    assert_eq!(comparable(on_the_pallet), comparable(on_the_small_host));
    for contract in contracts.all() {
        for (key, value) in machine.cells(contract) {
            assert_eq!(embedded.0.cell(contract, key), Some(value));
        }
    }
}

#[test]
fn all_messages_keep_the_invariants_on_the_pallet_as_on_the_small_host() {
    SEEDS.into_iter().for_each(both_hosts_agree);
}
