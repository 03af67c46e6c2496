//! A deployment on a node with a validator and a miner, up to an epoch that has paid them, made through `ink_e2e`.
//!
//! Weights are set directly, without commit and reveal, so that nothing here depends on how fast the machine is.

use ink::{codegen::TraitCallBuilder, contract_ref};
use ink_e2e::{Keypair, alice, bob, charlie, dave, eve, ferdie};
use primitives::{
    AccountId, Host, Hyperparameter, Netuid, Rao, Registry as _, Settlement as _, Staking as _, Stewardship, Tao as _,
    Uid,
    host::{RegistryMessages, SettlementMessages, StakingMessages, TaoMessages, TokenMessages, messages},
    registry::{GenesisSubnet, SubnetIdentity},
    settlement::{EpochResult, EpochSettled, SETTLE_STEPS},
};
use psp22::PSP22 as _;

use crate::{
    ink::{Client, account, event},
    process::Node,
};

type StewardshipMessages = <contract_ref!(Stewardship, Host) as TraitCallBuilder>::Builder;

/// The only subnet.
pub const NETUID: Netuid = Netuid::new(1);
/// What the validator has staked.
pub const STAKE: Rao = Rao::new(1_000_000_000_000);
/// A protocol block, in ms.
const BLOCK_MS: u64 = 100;
/// Blocks per epoch: 2 s.
const TEMPO: u16 = 20;
/// About so many nonces make a registration.
const DIFFICULTY: u64 = 100;

/// The contracts on a node, and who takes part.
pub struct Market {
    /// The client.
    pub client: Client,
    /// The token.
    pub tao: AccountId,
    /// The stakes.
    pub staking: AccountId,
    /// Subnets and neurons.
    pub registry: AccountId,
    /// Epochs.
    pub settlement: AccountId,
    /// The votes on shares.
    pub root: AccountId,
}

/// A coldkey with its hotkey.
pub struct Neuron {
    /// Whose stake it is.
    pub coldkey: Keypair,
    /// What is registered.
    pub hotkey: Keypair,
}

/// The neuron at uid 0.
pub fn validator() -> Neuron {
    Neuron { coldkey: charlie(), hotkey: dave() }
}

/// The neuron at uid 1.
pub fn miner() -> Neuron {
    Neuron { coldkey: bob(), hotkey: eve() }
}

impl Market {
    /// Deploys and connects all contracts, with half of what they allocate at Alice's, who owns them, and starts the subnet
    /// with both neurons.
    pub fn open(node: &Node) -> Self {
        let mut market = Self::deploy(Client::connect(node));
        for neuron in [validator(), miner()] {
            market.register(&neuron);
        }
        market.stake(&validator(), STAKE);
        market.client.ok(&alice(), &messages::<StewardshipMessages>(market.registry).start_subnet(NETUID));
        market
    }

    fn deploy(mut client: Client) -> Self {
        let owner = alice();
        let allocation = [alice(), charlie()].map(|coldkey| (account(&coldkey), STAKE));
        let tao = client.deploy(&owner, "tao", allocation.to_vec());
        let staking = client.deploy(&owner, "staking", (tao, BLOCK_MS));
        let steward = client.deploy(&owner, "steward", ());
        let registry = client.deploy(&owner, "registry", (tao, staking, steward, vec![subnet()]));
        let engine = client.deploy(&owner, "engine", ());
        let settlement = client.deploy(&owner, "settlement", (tao, staking, registry, engine));
        let root = client.deploy(&owner, "root", (staking, registry, settlement));
        client.ok(&owner, &messages::<TaoMessages>(tao).set_minter(Some(settlement)));
        client.ok(&owner, &messages::<StakingMessages>(staking).connect(registry, settlement));
        client.ok(&owner, &messages::<StewardshipMessages>(registry).connect(settlement));
        client.ok(&owner, &messages::<SettlementMessages>(settlement).connect(root));
        Self { client, tao, staking, registry, settlement, root }
    }

    fn register(&mut self, neuron: &Neuron) {
        let [hotkey, coldkey] = [&neuron.hotkey, &neuron.coldkey].map(account);
        let registry = messages::<RegistryMessages>;
        let target = self.client.dry_run(&neuron.coldkey, &registry(self.registry).work_target(NETUID));
        let target = target.expect("the subnet exists");
        let nonce =
            miner::work::solve(&target, &hotkey, &coldkey, 0, 100 * DIFFICULTY).expect("one nonce in 100 is good");
        let message = registry(self.registry).register_by_work(NETUID, hotkey, target.challenge, nonce);
        self.client.ok(&neuron.coldkey, &message);
    }

    fn stake(&mut self, neuron: &Neuron, amount: Rao) {
        let approval = messages::<TokenMessages>(self.tao).approve(self.staking, amount.to_psp22());
        self.client.ok(&neuron.coldkey, &approval);
        let message = messages::<StakingMessages>(self.staking).add_stake(account(&neuron.hotkey), amount);
        self.client.ok(&neuron.coldkey, &message);
    }

    /// Everything staked on a neuron's hotkey now.
    pub fn stake_on(&mut self, neuron: &Neuron) -> Rao {
        let delegate = messages::<StakingMessages>(self.staking).delegate(account(&neuron.hotkey));
        self.client.dry_run(&ferdie(), &delegate).expect("the hotkey is registered").total_stake
    }

    /// Gives all the validator's weight to the miner.
    pub fn set_weights(&mut self) {
        let message =
            messages::<SettlementMessages>(self.settlement).set_weights(NETUID, vec![(Uid::new(1), u16::MAX)], 0);
        self.client.ok(&validator().hotkey, &message);
    }

    /// Waits for the end of an epoch that has not been settled, and settles it.
    pub fn settle(&mut self) -> EpochSettled {
        // Somebody who has no other part in this.
        let keeper = ferdie();
        let settlement = messages::<SettlementMessages>(self.settlement);
        // A dry run sees the time of the newest block, and a block comes with a transaction only.
        while !self.client.dry_run(&keeper, &settlement.schedule(NETUID, account(&keeper))).expect("it runs").settle_due
        {
            self.client.ok(&keeper, &messages::<TokenMessages>(self.tao).approve(self.staking, 0));
        }
        let mut settlement = messages::<SettlementMessages>(self.settlement);
        let settled = self.client.ok(&keeper, &settlement.settle(NETUID, SETTLE_STEPS));
        let (contract, told) = event::<EpochSettled, _>(&settled);
        assert_eq!(contract, self.settlement);
        told
    }

    /// Lets an epoch give permits and the next one count weights: the market pays from then on. What the last one says.
    pub fn pay(&mut self) -> EpochResult {
        self.settle();
        self.set_weights();
        self.settle().result
    }
}

fn subnet() -> GenesisSubnet {
    GenesisSubnet {
        owner: account(&alice()),
        owner_hotkey: account(&alice()),
        identity: SubnetIdentity { name: b"test".to_vec(), task: b"bytes".to_vec(), ..SubnetIdentity::default() },
        hyperparameters: vec![
            Hyperparameter::Tempo(TEMPO),
            Hyperparameter::MinDifficulty(DIFFICULTY),
            Hyperparameter::Difficulty(DIFFICULTY),
            Hyperparameter::MaxRegistrationsPerBlock(u16::MAX),
            Hyperparameter::TargetRegistrationsPerInterval(u16::MAX),
            Hyperparameter::CommitRevealEnabled(false),
            Hyperparameter::WeightsSetRateLimit(0),
        ],
    }
}
