//! Deployment of the contracts, with defaults for everything a test does not care about.

use ink::primitives::AccountId;
use primitives::{
    Hyperparameter, Rao, RegistryError, RootError, Settlement, SettlementError, Staking, StakingError, Stewardship,
    Tao,
    clock::DEFAULT_BLOCK_MS,
    registry::{GenesisSubnet, SubnetIdentity},
    tao::TaoError,
};

use crate::World;

/// Deploys the contracts and so owns them.
pub const DEPLOYER: AccountId = account("deployer");
/// Holds the allocation of a default deployment: 1,000,000 TAO.
pub const TREASURY: AccountId = account("treasury");
/// Host time of deployment, in ms.
pub const GENESIS_MS: u64 = 1_750_000_000_000;

/// The account of a name of at most 32 bytes.
pub const fn account(name: &str) -> AccountId {
    let mut id = [0; 32];
    id.split_at_mut(name.len()).0.copy_from_slice(name.as_bytes());
    AccountId(id)
}

/// What to deploy.
#[derive(Clone, Debug)]
pub struct Setup {
    allocation: Vec<(AccountId, Rao)>,
    block_ms: u64,
    genesis: Vec<GenesisSubnet>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            allocation: vec![(TREASURY, Rao::new(1_000_000_000_000_000))],
            block_ms: DEFAULT_BLOCK_MS,
            genesis: vec![Self::subnet("subnet owner", "subnet owner's hotkey")],
        }
    }
}

impl Setup {
    /// A genesis subnet on which registration by work takes one or two tries and any number in one block.
    pub fn subnet(owner: &str, owner_hotkey: &str) -> GenesisSubnet {
        GenesisSubnet {
            owner: account(owner),
            owner_hotkey: account(owner_hotkey),
            identity: SubnetIdentity { name: b"test".to_vec(), task: b"tabular".to_vec(), ..Default::default() },
            hyperparameters: vec![
                Hyperparameter::MinDifficulty(1),
                Hyperparameter::Difficulty(1),
                Hyperparameter::MaxRegistrationsPerBlock(u16::MAX),
                Hyperparameter::TargetRegistrationsPerInterval(256),
            ],
        }
    }

    /// Who has TAO from the start.
    pub fn allocation(mut self, allocation: Vec<(AccountId, Rao)>) -> Self {
        self.allocation = allocation;
        self
    }

    /// Length of a protocol block in ms.
    pub fn block_ms(mut self, block_ms: u64) -> Self {
        self.block_ms = block_ms;
        self
    }

    /// The subnets of the deployment.
    pub fn genesis(mut self, genesis: Vec<GenesisSubnet>) -> Self {
        self.genesis = genesis;
        self
    }

    /// Deploys and connects all contracts.
    pub fn deploy(self) -> World {
        let mut world = self.clone().deploy_token_and_staking();
        world.deploy_registry(self.genesis).expect("the registry was deployed");
        world.engine = world.deploy::<()>("engine", ()).expect("the engine was deployed");
        let settlement = (world.tao, world.staking, world.registry, world.engine);
        let settlement = world.deploy::<SettlementError>("settlement", settlement);
        world.settlement = settlement.expect("the settlement was deployed");
        world.connect_token_and_staking();
        world.ok(DEPLOYER, world.stewardship().connect(world.settlement));
        let root = (world.staking, world.registry, world.settlement);
        world.root = world.deploy::<RootError>("root", root).expect("the root network was deployed");
        world.ok(DEPLOYER, world.settlement().connect(world.root));
        world
    }

    /// Deploys and connects `tao` and `staking` alone: `world.registry` and `world.settlement` are plain accounts for
    /// which a test speaks.
    pub fn deploy_stakes(self) -> World {
        let mut world = self.deploy_token_and_staking();
        world.registry = account("registry");
        world.settlement = account("settlement");
        world.connect_token_and_staking();
        world
    }

    fn deploy_token_and_staking(self) -> World {
        let mut world = World::empty();
        world.tao = world.deploy::<TaoError>("tao", self.allocation).expect("the token was deployed");
        let staking = world.deploy::<StakingError>("staking", (world.tao, self.block_ms));
        world.staking = staking.expect("staking was deployed");
        world
    }
}

impl World {
    /// Deploys the registry with these subnets, and its steward.
    ///
    /// # Errors
    /// Those of the registry's constructor.
    pub fn deploy_registry(&mut self, genesis: Vec<GenesisSubnet>) -> Result<(), RegistryError> {
        self.steward = self.deploy::<()>("steward", ()).expect("the steward was deployed");
        let registry = (self.tao, self.staking, self.steward, genesis);
        self.registry = self.deploy::<RegistryError>("registry", registry)?;
        Ok(())
    }

    fn connect_token_and_staking(&mut self) {
        self.ok(DEPLOYER, self.tao().set_minter(Some(self.settlement)));
        self.ok(DEPLOYER, self.staking().connect(self.registry, self.settlement));
    }
}
