//! What an epoch is computed from.

/// Hyperparameters of a subnet that its epoch uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// Majority of stake whose agreement makes the consensus, as a `u16` proportion.
    pub kappa: u16,
    /// How much of the weight above consensus is lost to bonds, as a `u16` proportion.
    pub bonds_penalty: u16,
    /// Part of the old bonds kept each epoch, in millionths; more than a million counts as a million.
    pub bonds_moving_average: u32,
    /// Whether bonds follow Yuma3 instead of the classic rule.
    pub yuma3: bool,
    /// Whether Yuma3 bonds move faster the further a weight is from consensus.
    pub liquid_alpha: bool,
    /// Slowest liquid alpha, as a `u16` proportion.
    pub alpha_low: u16,
    /// Fastest liquid alpha, as a `u16` proportion.
    pub alpha_high: u16,
    /// Steepness of the liquid alpha's sigmoid, in hundredths.
    pub alpha_sigmoid_steepness: i16,
    /// Number of validator permits.
    pub max_validators: u16,
    /// Blocks after its last update during which a neuron counts as active.
    pub activity_cutoff: u64,
    /// Stake in RAO below which a neuron other than the owner's counts as having none.
    pub stake_threshold: u64,
    /// Blocks between epochs.
    pub tempo: u64,
}

/// One neuron; its uid is its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neuron {
    /// Stake in RAO: its own, delegated, and inherited from parents.
    pub stake: u64,
    /// Block of its last weights, its registration if there are none. A commit alone is no update.
    pub last_update: u64,
    /// Block at which it took this uid.
    pub registered_at: u64,
    /// Whether the last epoch gave it a validator permit.
    pub permit: bool,
    /// Block before the one in which the weights in force were committed, or set directly: its weights towards neurons
    /// registered after it do not count. `None` if it has none. (subtensor takes the earliest commit that can still be
    /// revealed.)
    pub committed_at: Option<u64>,
}

/// A sparse row of weights or bonds, from one validator towards neurons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// The validator.
    pub uid: u16,
    /// Neurons and values, see [`super::pack`], in any order.
    pub entries: &'a [u32],
}

/// Which stake an epoch reckons with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StakeBasis {
    /// Each neuron's own.
    Staked,
    /// The same for every neuron registered before the epoch's block and no threshold, for as long
    /// as nobody has staked anything at all. It lets weights count before there is any TAO, but
    /// never pays by itself.
    Genesis,
}

/// Everything an epoch is computed from but weights and bonds.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// The subnet's hyperparameters.
    pub parameters: &'a Parameters,
    /// The block at which the epoch runs.
    pub block: u64,
    /// The last block at which a neuron can have registered to be older than the bonds, if an epoch ran before: bonds
    /// towards neurons registered after it do not count. In subtensor it is that epoch's block.
    pub last_epoch: Option<u64>,
    /// Uid of the subnet owner's neuron: always permitted, may weigh itself, needs no threshold.
    pub owner: Option<u16>,
    /// Which stake counts.
    pub basis: StakeBasis,
    /// The neurons in order of uid.
    pub neurons: &'a [Neuron],
}

impl Setting<'_> {
    /// Whether a neuron has a permit in this epoch.
    pub(super) fn is_permitted(&self, uid: u16, neuron: &Neuron) -> bool {
        neuron.permit || self.owner == Some(uid)
    }

    /// Neurons registered at or after this block are newer than the bonds.
    pub(super) fn bonds_horizon(&self) -> u64 {
        match self.last_epoch {
            Some(block) => block.saturating_add(1),
            None => self.block.saturating_sub(self.parameters.tempo),
        }
    }
}

/// Everything an epoch is computed from.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// All but weights and bonds.
    pub setting: Setting<'a>,
    /// Weights in force, as submitted after max-upscaling.
    pub weights: &'a [Row<'a>],
    /// Bonds that the last epoch stored.
    pub bonds: &'a [Row<'a>],
}
