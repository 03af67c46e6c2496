//! What there is before the first message: who has TAO, which subnets there are.

use ink::primitives::AccountId;
use primitives::{
    Hyperparameter as H, Rao,
    clock::DEFAULT_BLOCK_MS,
    registry::{GenesisSubnet, SubnetIdentity},
};
use scale::Encode;

use crate::{
    Chain as _, Codes, Contracts, Machine,
    memory::{coldkey, hotkey},
};

/// Has nothing to say anywhere.
pub(crate) const STRANGER: AccountId = AccountId([b'S'; 32]);
/// Holds what is not the coldkeys' of the allocation.
pub(crate) const TREASURY: AccountId = AccountId([b'T'; 32]);
/// Host time of a deployment on a [`Machine`], in ms.
const GENESIS_MS: u64 = 1_750_000_000_000;

/// Coldkeys that have TAO from the start.
const RICH: u64 = 8;
/// Subnets of the deployment, each of the coldkey and with the hotkey of its number.
const SUBNETS: u64 = 3;

/// A beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    /// Minted at deployment, in RAO.
    allocated: u64,
}

impl Setup {
    /// One of: no TAO at all, some, just before the first halving, just below the cap.
    pub fn of(seed: u64) -> Self {
        const TAO: u64 = 1_000_000_000;
        let tao = [2_500_000, 0, 10_450_000, 20_999_000];
        Self { allocated: tao[usize::try_from(seed % 4).expect("below four")] * TAO }
    }

    /// Who has how much from the start.
    pub fn allocation(&self) -> Vec<(AccountId, Rao)> {
        if self.allocated == 0 {
            return vec![];
        }
        let each = self.allocated / 12;
        let treasury = (TREASURY, Rao::new(self.allocated - each * RICH));
        (0..RICH).map(|number| (coldkey(number), Rao::new(each))).chain([treasury]).collect()
    }

    /// The first subnets.
    pub fn subnets(&self) -> Vec<GenesisSubnet> {
        (0..SUBNETS).map(subnet).collect()
    }

    /// Deploys and connects the contracts at these addresses of a [`Machine`].
    pub fn deploy(&self, codes: &Codes, contracts: Contracts) -> Machine {
        let Contracts { deployer, tao, staking, registry, steward, engine, settlement, root } = contracts;
        let mut machine = Machine::new(codes);
        machine.set_time(GENESIS_MS);
        let mut deploy = |name, address, arguments: Vec<u8>| {
            let input = [ink::selector_bytes!("new").to_vec(), arguments].concat();
            machine.deploy(deployer, name, address, input);
        };
        deploy("tao", tao, self.allocation().encode());
        deploy("staking", staking, (tao, DEFAULT_BLOCK_MS).encode());
        deploy("steward", steward, vec![]);
        deploy("registry", registry, (tao, staking, steward, self.subnets()).encode());
        deploy("engine", engine, vec![]);
        deploy("settlement", settlement, (tao, staking, registry, engine).encode());
        deploy("root", root, (staking, registry, settlement).encode());
        machine
    }
}

/// A small subnet with short epochs, so that much happens; the second takes weights directly.
fn subnet(number: u64) -> GenesisSubnet {
    GenesisSubnet {
        owner: coldkey(number),
        owner_hotkey: hotkey(number + 1),
        identity: SubnetIdentity::default(),
        hyperparameters: vec![
            H::MinAllowedUids(1),
            H::MaxAllowedUids(10),
            H::MinNonImmuneUids(1),
            H::ImmunityPeriod(20),
            H::Tempo(20),
            H::MinDifficulty(1),
            H::Difficulty(1),
            H::MaxRegistrationsPerBlock(4),
            H::TargetRegistrationsPerInterval(4),
            H::WeightsSetRateLimit(0),
            H::ServingRateLimit(3),
            H::CommitRevealEnabled(number != 1),
        ],
    }
}
