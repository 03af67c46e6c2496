//! From registration by work to a stake that is paid and taken out, with cargo-contract as the only client: weights are
//! committed in one epoch and revealed in the next.

use chain::{Signer, ss58};
use primitives::{
    AccountId, Netuid, ProtocolBlock, Uid,
    settlement::SETTLE_STEPS,
    weights::{WeightEntry, WeightsPayload, commit_hash},
    work::WorkTarget,
};

use crate::{
    cargo_contract::{self, Client, Contract, bytes, field, number},
    process::Node,
};

/// A protocol block, in ms. The node's clock is the machine's, so everything is short.
const BLOCK_MS: u64 = 100;
/// Blocks per epoch: 20 s, in which one process has to send a handful of transactions.
const TEMPO: u16 = 200;
const NETUID: Netuid = Netuid::new(1);
/// About so many nonces make a registration.
const DIFFICULTY: u64 = 100;

/// The four contracts on the node.
struct Market {
    tao: Contract,
    staking: Contract,
    registry: Contract,
    settlement: Contract,
}

#[test]
fn a_subnet_on_a_real_node_goes_from_work_to_a_paid_stake() {
    let Some(node) = Node::start() else { return };
    let client = Client::new(node.url());
    let market = deploy(&client);
    let [validator, miner] = [neuron(&market, "//Charlie", "//Dave"), neuron(&market, "//Bob", "//Eve")];
    market.registry.submit("//Alice", "Stewardship::start_subnet", &["1"]);

    let payload = payload(&miner);
    let hash = commit_hash(&market.settlement.account(), NETUID, &validator.hotkey.account(), &payload);
    market.settlement.submit(&validator.hotkey_uri, "Settlement::commit_weights", &["1", &hex(&hash)]);
    assert_eq!(market.settle_when_due(0), 1, "the first epoch ends with permits");

    let hotkey = ss58(&validator.hotkey.account());
    market.settlement.submit("//Ferdie", "Settlement::reveal_weights", &["1", &hotkey, &scon(&payload)]);
    assert_eq!(market.settle_when_due(1), 2, "the second epoch ends with TAO");

    let stakes = [&validator, &miner].map(|neuron| market.stake(neuron));
    assert!(stakes[0] > 0 && stakes[0].abs_diff(stakes[1]) <= 2, "half each: {stakes:?}");
    let before = market.balance(&miner.coldkey);
    let amount = stakes[1].to_string();
    let miner_hotkey = ss58(&miner.hotkey.account());
    market.staking.submit(&miner.coldkey_uri, "Staking::remove_stake", &[&miner_hotkey, &amount]);
    assert_eq!(market.balance(&miner.coldkey) - before, u128::from(stakes[1]));

    let refused = market.staking.refused(&miner.coldkey_uri, "Staking::remove_stake", &[&miner_hotkey, &amount]);
    assert!(refused.contains("NotEnoughStakeToWithdraw"), "{refused}");
}

/// A coldkey and its hotkey, registered by work.
struct Neuron {
    coldkey_uri: String,
    hotkey_uri: String,
    coldkey: Signer,
    hotkey: Signer,
    uid: Uid,
    registered_at: ProtocolBlock,
}

fn deploy(client: &Client) -> Market {
    let owner = ss58(&key("//Alice").account());
    let tao = client.deploy("tao", &["[]"]);
    let staking = client.deploy("staking", &[&tao.address, &BLOCK_MS.to_string()]);
    let parameters = format!(
        "[Tempo({TEMPO}), MinDifficulty({DIFFICULTY}), Difficulty({DIFFICULTY}), ActivityCutoffFactorMilli(1000)]"
    );
    let text = "0x6279746573";
    let identity = format!(
        "SubnetIdentity {{ name: {text}, url: [], description: [], task: {text}, task_hash: {} }}",
        hex(&[0; 32])
    );
    let genesis = format!(
        "[GenesisSubnet {{ owner: {owner}, owner_hotkey: {owner}, identity: {identity}, hyperparameters: {parameters} }}]"
    );
    let steward = client.deploy("steward", &[]);
    let registry = client.deploy("registry", &[&tao.address, &staking.address, &steward.address, &genesis]);
    let engine = client.deploy("engine", &[]);
    let settlement = client.deploy("settlement", &[&tao.address, &staking.address, &registry.address, &engine.address]);
    tao.submit("//Alice", "Tao::set_minter", &[&format!("Some({})", settlement.address)]);
    staking.submit("//Alice", "Staking::connect", &[&registry.address, &settlement.address]);
    registry.submit("//Alice", "Stewardship::connect", &[&settlement.address]);
    Market { tao, staking, registry, settlement }
}

fn neuron(market: &Market, coldkey_uri: &str, hotkey_uri: &str) -> Neuron {
    let (coldkey, hotkey) = (key(coldkey_uri), key(hotkey_uri));
    let target = market.registry.read("Registry::work_target", &["1"]);
    let challenge = bytes(field(&target, "challenge")).try_into().expect("32 bytes");
    let target = WorkTarget { challenge, difficulty: number(field(&target, "difficulty")) as u64 };
    let account = hotkey.account();
    let nonce = miner::work::solve(&target, &account, &coldkey.account(), 0, 100 * DIFFICULTY)
        .expect("one nonce in 100 is good");
    let arguments = ["1", &ss58(&account), &hex(&challenge), &nonce.to_string()];
    market.registry.submit(coldkey_uri, "Registry::register_by_work", &arguments);
    let (uid, registered_at) = market.neuron(&account);
    Neuron {
        coldkey_uri: coldkey_uri.to_owned(),
        hotkey_uri: hotkey_uri.to_owned(),
        coldkey,
        hotkey,
        uid,
        registered_at,
    }
}

/// All weight to one miner.
fn payload(miner: &Neuron) -> WeightsPayload {
    let entry = WeightEntry { uid: miner.uid, registered_at: miner.registered_at, value: u16::MAX };
    WeightsPayload { commit_epoch: 0, version_key: 0, entries: vec![entry], evidence: [0; 32], salt: vec![7; 16] }
}

/// The payload as cargo-contract takes it.
fn scon(payload: &WeightsPayload) -> String {
    let entry = |entry: &WeightEntry| {
        format!(
            "WeightEntry {{ uid: Uid({}), registered_at: ProtocolBlock({}), value: {} }}",
            entry.uid, entry.registered_at, entry.value
        )
    };
    let entries: Vec<_> = payload.entries.iter().map(entry).collect();
    format!(
        "WeightsPayload {{ commit_epoch: {}, version_key: {}, entries: [{}], evidence: {}, salt: {} }}",
        payload.commit_epoch,
        payload.version_key,
        entries.join(", "),
        hex(&payload.evidence),
        hex(&payload.salt)
    )
}

impl Market {
    /// Waits until epoch `running` has ended and settles it; returns the epoch that the settling opened.
    fn settle_when_due(&self, running: u64) -> u128 {
        let anybody = ss58(&key("//Ferdie").account());
        let schedule = || self.settlement.read("Settlement::schedule", &["1", &anybody]);
        // A dry run on the node sees the time of its newest block, and a block comes with a transaction only: so
        // somebody has to send one for time to pass.
        while number(field(&schedule(), "epoch")) <= u128::from(running) {
            self.tao.submit("//Ferdie", "PSP22::approve", &[&anybody, "0"]);
        }
        self.settlement.submit("//Ferdie", "Settlement::settle", &["1", &SETTLE_STEPS.to_string()]);
        number(field(&self.settlement.read("Settlement::epoch_result", &["1", "0"]), "epoch"))
    }

    fn stake(&self, neuron: &Neuron) -> u64 {
        let [hotkey, coldkey] = [&neuron.hotkey, &neuron.coldkey].map(|key| ss58(&key.account()));
        number(&self.staking.read("Staking::stake_of", &[&hotkey, &coldkey])) as u64
    }

    fn balance(&self, owner: &Signer) -> u128 {
        number(&self.tao.read("PSP22::balance_of", &[&ss58(&owner.account())]))
    }

    fn neuron(&self, hotkey: &AccountId) -> (Uid, ProtocolBlock) {
        let uid = number(&self.registry.read("Registry::uid", &["1", &ss58(hotkey)])) as u16;
        let page = self.registry.read("Registry::neurons", &["1", &uid.to_string(), "1"]);
        let registered_at = number(field(cargo_contract::first(&page), "registered_at")) as u64;
        (Uid::new(uid), ProtocolBlock::new(registered_at))
    }
}

fn key(uri: &str) -> Signer {
    Signer::from_uri(uri).expect("a development key")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::from("0x"), |text, byte| text + &format!("{byte:02x}"))
}
