//! Subnets with validators and miners, and what they do in a round.

use primitives::{
    Hash,
    settlement::{EmissionLedger, EpochResult, SETTLE_STEPS, Schedule, Weight, WeightCommit},
    weights::{WeightEntry, WeightsPayload, commit_hash},
};
use yarrow_e2e::prelude::*;

/// Blocks per epoch of the subnets of these tests.
pub const TEMPO: u64 = 20;
/// The only subnet of a market, or the first of several.
pub const NETUID: Netuid = Netuid::new(1);
/// What each validator of a market has staked.
pub const STAKE: Rao = Rao::new(1_000_000_000_000);
/// Somebody with no part in the market.
pub const STRANGER: AccountId = account("stranger");

/// Validators, which take the first uids of each subnet.
pub const VALIDATORS: [AccountId; 3] = [account("validator 0"), account("validator 1"), account("validator 2")];
/// Miners, which take the uids after them.
pub const MINERS: [AccountId; 4] = [account("miner 3"), account("miner 4"), account("miner 5"), account("miner 6")];

/// A deployment with validators and miners on each of its subnets.
pub struct Market {
    pub world: World,
    salts: u16,
}

/// A subnet with a tempo of [`TEMPO`] on which weights may be committed in every block.
pub fn parameters(others: &[Hyperparameter]) -> Vec<Hyperparameter> {
    let tempo = u16::try_from(TEMPO).expect("small");
    let mut parameters = vec![Hyperparameter::Tempo(tempo), Hyperparameter::WeightsSetRateLimit(0)];
    parameters.extend_from_slice(others);
    parameters
}

/// The setup of a market whose only subnet has these parameters beside the usual ones.
pub fn setup(others: &[Hyperparameter]) -> Setup {
    Setup::default().genesis(vec![subnet(others)])
}

/// A genesis subnet of a market.
pub fn subnet(others: &[Hyperparameter]) -> primitives::registry::GenesisSubnet {
    let mut subnet = Setup::subnet("subnet owner", "subnet owner's hotkey");
    subnet.hyperparameters.extend(parameters(others));
    subnet
}

/// The coldkey of a validator or miner.
pub fn coldkey(hotkey: AccountId) -> AccountId {
    let mut coldkey = hotkey;
    coldkey.0[31] = 1;
    coldkey
}

impl Market {
    /// A market with one subnet that was started, whose validators have stake and permits.
    pub fn open() -> Self {
        Self::open_with(&[])
    }

    /// Like [`Self::open`], with other parameters.
    pub fn open_with(others: &[Hyperparameter]) -> Self {
        let mut market = Self::found(setup(others));
        market.staff(NETUID);
        for validator in VALIDATORS {
            market.world.stake(coldkey(validator), validator, STAKE);
        }
        market.world.start(NETUID);
        market.world.pass_epochs(NETUID, 1);
        market.settle(NETUID);
        market
    }

    /// A deployment without neurons.
    pub fn found(setup: Setup) -> Self {
        Self { world: setup.deploy(), salts: 0 }
    }

    /// Registers the validators and the miners on a subnet.
    pub fn staff(&mut self, netuid: Netuid) {
        for hotkey in VALIDATORS.into_iter().chain(MINERS) {
            self.world.register(netuid, coldkey(hotkey), hotkey);
        }
    }

    /// Settles what is due.
    pub fn settle(&mut self, netuid: Netuid) -> EpochResult {
        self.world.ok(STRANGER, self.world.settlement().settle(netuid, SETTLE_STEPS));
        self.result(netuid)
    }

    /// The result of the last epoch.
    pub fn result(&mut self, netuid: Netuid) -> EpochResult {
        self.world.read(self.world.settlement().epoch_result(netuid, 0)).expect("an epoch was settled")
    }

    /// What a validator would commit to now: these weights towards whoever holds the uids now.
    pub fn payload(&mut self, netuid: Netuid, weights: &[(u16, u16)]) -> WeightsPayload {
        self.salts += 1;
        let entry = |&(uid, value): &(u16, u16)| {
            let uid = Uid::new(uid);
            let neurons = self.world.read(self.world.registry().neurons(netuid, uid, 1));
            let registered_at = neurons.first().map(|neuron| neuron.registered_at).unwrap_or_default();
            WeightEntry { uid, registered_at, value }
        };
        let entries = weights.iter().map(entry).collect();
        let commit_epoch = self.world.epoch(netuid);
        WeightsPayload {
            commit_epoch,
            version_key: 0,
            entries,
            evidence: [9; 32],
            salt: self.salts.to_le_bytes().repeat(8),
        }
    }

    /// The hash of a payload of `hotkey`.
    pub fn hash(&self, netuid: Netuid, hotkey: AccountId, payload: &WeightsPayload) -> Hash {
        commit_hash(&self.world.settlement, netuid, &hotkey, payload)
    }

    /// Commits a validator to a payload.
    pub fn commit_payload(&mut self, netuid: Netuid, hotkey: AccountId, payload: &WeightsPayload) {
        let hash = self.hash(netuid, hotkey, payload);
        self.world.ok(hotkey, self.world.settlement().commit_weights(netuid, hash));
    }

    /// Commits a validator to weights; the payload to reveal.
    pub fn commit(&mut self, netuid: Netuid, hotkey: AccountId, weights: &[(u16, u16)]) -> WeightsPayload {
        let payload = self.payload(netuid, weights);
        self.commit_payload(netuid, hotkey, &payload);
        payload
    }

    /// Reveals a payload.
    pub fn reveal(&mut self, netuid: Netuid, hotkey: AccountId, payload: WeightsPayload) {
        self.world.ok(hotkey, self.world.settlement().reveal_weights(netuid, hotkey, payload));
    }

    /// Lets validators commit to weights, reveal them in the next epoch, and settles both epochs; the result that
    /// counts them. Begins and ends in an epoch that is settled.
    pub fn round(&mut self, netuid: Netuid, rows: &[(AccountId, &[(u16, u16)])]) -> EpochResult {
        let mut payloads = vec![];
        for &(hotkey, weights) in rows {
            payloads.push((hotkey, self.commit(netuid, hotkey, weights)));
        }
        self.world.pass_epochs(netuid, 1);
        self.settle(netuid);
        for (hotkey, payload) in payloads {
            self.reveal(netuid, hotkey, payload);
        }
        self.world.pass_epochs(netuid, 1);
        self.settle(netuid)
    }

    /// The unrevealed commits of a hotkey.
    pub fn commits(&mut self, netuid: Netuid, hotkey: AccountId) -> Vec<WeightCommit> {
        self.world.read(self.world.settlement().weight_commits(netuid, hotkey))
    }

    /// The weights of a uid that the next epoch counts.
    pub fn weights(&mut self, netuid: Netuid, uid: u16) -> Vec<(u16, u16)> {
        let row = self.world.read(self.world.settlement().weights(netuid, Uid::new(uid)));
        row.map(|row| plain(row.weights)).unwrap_or_default()
    }

    /// The bonds of a uid.
    pub fn bonds(&mut self, netuid: Netuid, uid: u16) -> Vec<(u16, u16)> {
        plain(self.world.read(self.world.settlement().bonds(netuid, Uid::new(uid), 0)))
    }

    /// The schedule of a hotkey.
    pub fn schedule(&mut self, netuid: Netuid, hotkey: AccountId) -> Schedule {
        self.world.read(self.world.settlement().schedule(netuid, hotkey)).expect("the subnet was started")
    }

    /// All stake on a hotkey.
    pub fn stake(&mut self, hotkey: AccountId) -> u64 {
        let delegate = self.world.read(self.world.staking().delegate(hotkey));
        delegate.expect("the hotkey is associated").total_stake.get()
    }

    /// The ledger of emission, checked against itself, the subnets and the token.
    pub fn ledger(&mut self, allocated: Rao, netuids: &[Netuid]) -> EmissionLedger {
        let ledger = self.world.read(self.world.settlement().emission());
        let EmissionLedger { accrued, paid, pending, carried, .. } = ledger;
        assert_eq!(accrued.get(), paid.get() + pending.get() + carried.get());
        let mut waiting = 0;
        for &netuid in netuids {
            waiting += self.world.read(self.world.settlement().pending_emission(netuid)).get();
        }
        assert_eq!(pending.get(), waiting);
        let supply = self.world.read(self.world.tao().supply());
        assert_eq!(supply.minted.get(), allocated.get() + paid.get());
        ledger
    }
}

fn plain(weights: Vec<Weight>) -> Vec<(u16, u16)> {
    weights.into_iter().map(|(uid, value)| (uid.get(), value)).collect()
}
