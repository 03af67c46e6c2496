//! The parameters of a subnet: one enum variant each, with its bounds and who may set it, in one place.
//!
//! Defaults and limits are Bittensor's (subtensor `runtime/src/lib.rs`, `init_new_network`, pallet admin-utils),
//! except where a comment says otherwise. The owner of a subnet sets what its miners and validators must agree
//! on; the owner of `registry` (governance, once deployed) sets all.

use crate::Rao;

/// Most uids of a subnet. Source: subtensor v1.2.5 `InitialMaxAllowedUids`.
pub const MAX_UIDS: u16 = 4_096;
/// Most uids that a subnet's owner may allow. Source: subtensor `DefaultMaxAllowedUids`.
pub const MAX_OWNER_UIDS: u16 = 256;
/// Most validators of a subnet beside its owner, whose row counts without one of these permits.
pub const MAX_VALIDATORS: u16 = 256;
/// Blocks before an epoch's end in which a subnet's owner may change nothing.
/// Source: subtensor `InitialAdminFreezeWindow`.
pub const FREEZE_WINDOW: u64 = 10;
/// Blocks between two changes of the tempo by a subnet's owner. Source: subtensor `TempoUpdate`.
const TEMPO_RATE_LIMIT: u64 = 360;
/// Tempos between two changes of the version key by a subnet's owner. Source: subtensor `SetWeightsVersionKey`.
const VERSION_KEY_RATE_LIMIT_TEMPOS: u64 = 5;
/// Tempos between two changes of any other parameter by a subnet's owner. Source: subtensor `OwnerHyperparamUpdate`.
const RATE_LIMIT_TEMPOS: u64 = 2;
/// Largest owner's cut, as u16 fraction: 18 %. Source: subtensor `InitialSubnetOwnerCut`.
pub const MAX_OWNER_CUT: u16 = 11_796;

/// Who asks for a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authority {
    /// The owner of the subnet.
    SubnetOwner,
    /// The owner of `registry`: governance, or whoever deployed.
    Governance,
}

/// A change of one parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Hyperparameter {
    /// Blocks per epoch. Owner: 360..=50,400; governance: from 1. The epoch under way
    /// lasts a whole new tempo from the change.
    Tempo(u16),
    /// Consensus majority, as u16 fraction. Governance.
    Kappa(u16),
    /// Most uids: from [`MinAllowedUids`](Self::MinAllowedUids) to [`MAX_OWNER_UIDS`], to [`MAX_UIDS`] for governance;
    /// never below the neurons there are. Owner.
    MaxAllowedUids(u16),
    /// Most validators: 1..=[`MAX_VALIDATORS`]. Governance.
    MaxAllowedValidators(u16),
    /// Fewest weights in a row. Owner.
    MinAllowedWeights(u16),
    /// Largest single weight after normalising a row to 65,535. Owner.
    MaxWeightsLimit(u16),
    /// Blocks for which a newcomer is not pruned. Owner.
    ImmunityPeriod(u16),
    /// Inactive after this many thousandths of a tempo without weights: 1,000..=50,000. Owner.
    ActivityCutoffFactorMilli(u32),
    /// Lowest version key that may set weights; 0 accepts all. Owner.
    WeightsVersionKey(u64),
    /// Blocks between two commits (or direct weights) of a validator. Governance.
    WeightsSetRateLimit(u64),
    /// Whether weights go through commit and reveal. Owner.
    CommitRevealEnabled(bool),
    /// Epochs from commit to reveal: 1..=100. Owner.
    RevealPeriodEpochs(u16),
    /// Memory of bonds, in millionths: 0..=975,000 for the owner, 1,000,000 for governance. Owner.
    BondsMovingAverage(u32),
    /// How much of a weight above consensus the bonds lose, as u16 fraction. Owner.
    BondsPenalty(u16),
    /// Whether alpha follows consensus (Yuma3 only). Owner.
    LiquidAlphaEnabled(bool),
    /// Range of the liquid alpha, as u16 fractions: 1,638 <= low <= high. Owner.
    AlphaValues {
        /// Lowest alpha.
        low: u16,
        /// Highest alpha.
        high: u16,
    },
    /// Steepness of the liquid alpha's sigmoid, in hundredths; not negative for the owner. Owner.
    AlphaSigmoidSteepness(i16),
    /// Whether bonds follow Yuma3 (else the classic rule). Owner.
    Yuma3Enabled(bool),
    /// Stake below which a validator counts as having none. Governance.
    StakeThreshold(Rao),
    /// Whether registration by burn is open. Governance.
    RegistrationAllowed(bool),
    /// Whether registration by work is open. Owner.
    PowRegistrationAllowed(bool),
    /// Registrations that keep the difficulty where it is, per interval: from 1. Governance.
    TargetRegistrationsPerInterval(u16),
    /// Most registrations per block: from 1. Governance.
    MaxRegistrationsPerBlock(u16),
    /// Blocks between two adjustments of the difficulty: from 1. Governance.
    AdjustmentInterval(u16),
    /// How slowly the difficulty moves, as u64 fraction. Owner.
    AdjustmentAlpha(u64),
    /// The difficulty in force, clamped to its limits. Governance.
    Difficulty(u64),
    /// Lowest difficulty: from 1, not above the highest. Governance.
    MinDifficulty(u64),
    /// Highest difficulty: not below the lowest. Owner.
    MaxDifficulty(u64),
    /// Lowest burn: up to 1 TAO for the owner, not above the highest. Owner.
    MinBurn(Rao),
    /// Highest burn: from 0.1 TAO for the owner, not below the lowest. Owner.
    MaxBurn(Rao),
    /// Blocks in which the burn halves when nobody registers: 0..=36,100, 0 for never. Owner.
    BurnHalfLife(u16),
    /// Factor on the burn after a registration, in thousandths: 1,000..=3,000. Owner.
    BurnIncreaseMilli(u16),
    /// The subnet owner's cut of emission, as u16 fraction: 0..=[`MAX_OWNER_CUT`]. Governance.
    OwnerCut(u16),
    /// Blocks between two announcements of a neuron's endpoint. Owner.
    ServingRateLimit(u64),
    /// Fewest uids that the subnet may be limited to: from 1, not above the most. Governance.
    MinAllowedUids(u16),
    /// Non-immune neurons that pruning leaves before it turns to immune ones. Governance.
    MinNonImmuneUids(u16),
}

/// The parameters of a subnet in force; what each means is at the [`Hyperparameter`] of the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
#[expect(missing_docs, reason = "each is documented at its Hyperparameter")]
pub struct Hyperparameters {
    pub tempo: u16,
    pub kappa: u16,
    pub max_allowed_uids: u16,
    pub max_allowed_validators: u16,
    pub min_allowed_weights: u16,
    pub max_weights_limit: u16,
    pub immunity_period: u16,
    pub activity_cutoff_factor_milli: u32,
    pub weights_version_key: u64,
    pub weights_set_rate_limit: u64,
    pub commit_reveal_enabled: bool,
    pub reveal_period_epochs: u16,
    pub bonds_moving_average: u32,
    pub bonds_penalty: u16,
    pub liquid_alpha_enabled: bool,
    pub alpha_low: u16,
    pub alpha_high: u16,
    pub alpha_sigmoid_steepness: i16,
    pub yuma3_enabled: bool,
    pub stake_threshold: Rao,
    pub registration_allowed: bool,
    pub pow_registration_allowed: bool,
    pub target_registrations_per_interval: u16,
    pub max_registrations_per_block: u16,
    pub adjustment_interval: u16,
    pub adjustment_alpha: u64,
    pub min_difficulty: u64,
    pub max_difficulty: u64,
    pub min_burn: Rao,
    pub max_burn: Rao,
    pub burn_half_life: u16,
    pub burn_increase_milli: u16,
    pub owner_cut: u16,
    pub serving_rate_limit: u64,
    pub min_allowed_uids: u16,
    pub min_non_immune_uids: u16,
}

impl Default for Hyperparameters {
    fn default() -> Self {
        Self {
            tempo: 360,
            kappa: 32_767,
            max_allowed_uids: 256,
            max_allowed_validators: 64,
            min_allowed_weights: 1,
            max_weights_limit: u16::MAX,
            immunity_period: 5_000,
            activity_cutoff_factor_milli: 13_889,
            weights_version_key: 0,
            weights_set_rate_limit: 100,
            commit_reveal_enabled: true,
            reveal_period_epochs: 1,
            bonds_moving_average: 900_000,
            bonds_penalty: u16::MAX,
            liquid_alpha_enabled: false,
            alpha_low: 45_875,
            alpha_high: 58_982,
            alpha_sigmoid_steepness: 1_000,
            yuma3_enabled: true,
            stake_threshold: Rao::ZERO,
            registration_allowed: true,
            // Open by default, unlike on Bittensor today: work is how the first miners enter without any TAO.
            pow_registration_allowed: true,
            target_registrations_per_interval: 2,
            max_registrations_per_block: 1,
            adjustment_interval: 100,
            adjustment_alpha: 0,
            min_difficulty: 10_000_000,
            max_difficulty: u64::MAX / 4,
            min_burn: Rao::new(500_000),
            max_burn: Rao::new(100_000_000_000),
            burn_half_life: 360,
            burn_increase_milli: 1_260,
            owner_cut: 0,
            serving_rate_limit: 50,
            min_allowed_uids: 64,
            min_non_immune_uids: 10,
        }
    }
}

impl Hyperparameter {
    /// Whether a subnet's owner may set it, within its own bounds.
    pub const fn is_owners(&self) -> bool {
        !matches!(
            self,
            Self::Kappa(_)
                | Self::MaxAllowedValidators(_)
                | Self::WeightsSetRateLimit(_)
                | Self::StakeThreshold(_)
                | Self::RegistrationAllowed(_)
                | Self::TargetRegistrationsPerInterval(_)
                | Self::MaxRegistrationsPerBlock(_)
                | Self::AdjustmentInterval(_)
                | Self::Difficulty(_)
                | Self::MinDifficulty(_)
                | Self::OwnerCut(_)
                | Self::MinAllowedUids(_)
                | Self::MinNonImmuneUids(_)
        )
    }

    /// Blocks between two changes of it by the owner of a subnet of that tempo.
    pub const fn owner_rate_limit(&self, tempo: u16) -> u64 {
        let tempos = match self {
            Self::Tempo(_) => return TEMPO_RATE_LIMIT,
            Self::WeightsVersionKey(_) => VERSION_KEY_RATE_LIMIT_TEMPOS,
            _ => RATE_LIMIT_TEMPOS,
        };
        tempos.saturating_mul(tempo as u64)
    }
}

impl Hyperparameters {
    /// Applies a change that `authority` asks for, if its value is within the bounds for that authority.
    ///
    /// `Difficulty` is no parameter but a price: only its bounds are checked here.
    pub fn apply(&mut self, change: Hyperparameter, authority: Authority) -> Result<(), HyperparameterError> {
        let governs = authority == Authority::Governance;
        if !governs && !change.is_owners() {
            return Err(HyperparameterError::GovernanceOnly);
        }
        if !self.is_within_bounds(change, governs) {
            return Err(HyperparameterError::ValueOutOfBounds);
        }
        self.set(change);
        Ok(())
    }

    fn is_within_bounds(&self, change: Hyperparameter, governs: bool) -> bool {
        use Hyperparameter as H;
        match change {
            H::Tempo(tempo) => (if governs { 1 } else { 360 }..=50_400).contains(&tempo),
            H::MaxAllowedUids(n) => {
                (self.min_allowed_uids..=if governs { MAX_UIDS } else { MAX_OWNER_UIDS }).contains(&n)
            }
            H::MaxAllowedValidators(n) => (1..=MAX_VALIDATORS).contains(&n),
            H::ActivityCutoffFactorMilli(factor) => (1_000..=50_000).contains(&factor),
            H::RevealPeriodEpochs(epochs) => (1..=100).contains(&epochs),
            H::BondsMovingAverage(average) => average <= if governs { 1_000_000 } else { 975_000 },
            H::AlphaValues { low, high } => (1_638..=high).contains(&low),
            H::AlphaSigmoidSteepness(steepness) => governs || steepness >= 0,
            H::TargetRegistrationsPerInterval(n) | H::MaxRegistrationsPerBlock(n) | H::AdjustmentInterval(n) => n >= 1,
            H::Difficulty(difficulty) => (self.min_difficulty..=self.max_difficulty).contains(&difficulty),
            H::MinDifficulty(min) => (1..=self.max_difficulty).contains(&min),
            H::MaxDifficulty(max) => max >= self.min_difficulty,
            H::MinBurn(min) => min <= self.max_burn && (governs || min <= Rao::ONE_TAO),
            H::MaxBurn(max) => max >= self.min_burn && (governs || max.get() >= 100_000_000),
            H::BurnHalfLife(blocks) => blocks <= 36_100,
            H::BurnIncreaseMilli(factor) => (1_000..=3_000).contains(&factor),
            H::OwnerCut(cut) => cut <= MAX_OWNER_CUT,
            H::MinAllowedUids(n) => (1..=self.max_allowed_uids).contains(&n),
            H::Kappa(_)
            | H::MinAllowedWeights(_)
            | H::MaxWeightsLimit(_)
            | H::ImmunityPeriod(_)
            | H::WeightsVersionKey(_)
            | H::WeightsSetRateLimit(_)
            | H::CommitRevealEnabled(_)
            | H::BondsPenalty(_)
            | H::LiquidAlphaEnabled(_)
            | H::Yuma3Enabled(_)
            | H::StakeThreshold(_)
            | H::RegistrationAllowed(_)
            | H::PowRegistrationAllowed(_)
            | H::AdjustmentAlpha(_)
            | H::ServingRateLimit(_)
            | H::MinNonImmuneUids(_) => true,
        }
    }

    fn set(&mut self, change: Hyperparameter) {
        use Hyperparameter as H;
        match change {
            H::Tempo(v) => self.tempo = v,
            H::Kappa(v) => self.kappa = v,
            H::MaxAllowedUids(v) => self.max_allowed_uids = v,
            H::MaxAllowedValidators(v) => self.max_allowed_validators = v,
            H::MinAllowedWeights(v) => self.min_allowed_weights = v,
            H::MaxWeightsLimit(v) => self.max_weights_limit = v,
            H::ImmunityPeriod(v) => self.immunity_period = v,
            H::ActivityCutoffFactorMilli(v) => self.activity_cutoff_factor_milli = v,
            H::WeightsVersionKey(v) => self.weights_version_key = v,
            H::WeightsSetRateLimit(v) => self.weights_set_rate_limit = v,
            H::CommitRevealEnabled(v) => self.commit_reveal_enabled = v,
            H::RevealPeriodEpochs(v) => self.reveal_period_epochs = v,
            H::BondsMovingAverage(v) => self.bonds_moving_average = v,
            H::BondsPenalty(v) => self.bonds_penalty = v,
            H::LiquidAlphaEnabled(v) => self.liquid_alpha_enabled = v,
            H::AlphaValues { low, high } => (self.alpha_low, self.alpha_high) = (low, high),
            H::AlphaSigmoidSteepness(v) => self.alpha_sigmoid_steepness = v,
            H::Yuma3Enabled(v) => self.yuma3_enabled = v,
            H::StakeThreshold(v) => self.stake_threshold = v,
            H::RegistrationAllowed(v) => self.registration_allowed = v,
            H::PowRegistrationAllowed(v) => self.pow_registration_allowed = v,
            H::TargetRegistrationsPerInterval(v) => self.target_registrations_per_interval = v,
            H::MaxRegistrationsPerBlock(v) => self.max_registrations_per_block = v,
            H::AdjustmentInterval(v) => self.adjustment_interval = v,
            H::AdjustmentAlpha(v) => self.adjustment_alpha = v,
            H::Difficulty(_) => {}
            H::MinDifficulty(v) => self.min_difficulty = v,
            H::MaxDifficulty(v) => self.max_difficulty = v,
            H::MinBurn(v) => self.min_burn = v,
            H::MaxBurn(v) => self.max_burn = v,
            H::BurnHalfLife(v) => self.burn_half_life = v,
            H::BurnIncreaseMilli(v) => self.burn_increase_milli = v,
            H::OwnerCut(v) => self.owner_cut = v,
            H::ServingRateLimit(v) => self.serving_rate_limit = v,
            H::MinAllowedUids(v) => self.min_allowed_uids = v,
            H::MinNonImmuneUids(v) => self.min_non_immune_uids = v,
        }
    }
}

/// Why a parameter was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum HyperparameterError {
    /// The value is outside the bounds of this parameter for this caller.
    ValueOutOfBounds,
    /// Only the owner of `registry` may set this one.
    GovernanceOnly,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_is_held_to_narrower_bounds_than_governance() {
        let mut parameters = Hyperparameters::default();
        let short = Hyperparameter::Tempo(10);
        assert_eq!(parameters.apply(short, Authority::SubnetOwner), Err(HyperparameterError::ValueOutOfBounds));
        assert_eq!(parameters, Hyperparameters::default());
        parameters.apply(short, Authority::Governance).expect("within governance's bounds");
        assert_eq!(parameters.tempo, 10);
        let large = Hyperparameter::MaxAllowedUids(257);
        assert_eq!(parameters.apply(large, Authority::SubnetOwner), Err(HyperparameterError::ValueOutOfBounds));
        parameters.apply(large, Authority::Governance).expect("within governance's bounds");
        assert_eq!(parameters.max_allowed_uids, 257);
    }

    #[test]
    fn a_parameter_of_governance_is_refused_to_the_owner_whatever_its_value() {
        let mut parameters = Hyperparameters::default();
        let refused = parameters.apply(Hyperparameter::Kappa(40_000), Authority::SubnetOwner);
        assert_eq!(refused, Err(HyperparameterError::GovernanceOnly));
        assert_eq!(parameters, Hyperparameters::default());
    }

    #[test]
    fn the_owner_waits_two_tempos_five_for_the_version_key_and_360_blocks_for_the_tempo() {
        let of_tempo_100 = |change: Hyperparameter| change.owner_rate_limit(100);
        assert_eq!(of_tempo_100(Hyperparameter::ImmunityPeriod(1)), 200);
        assert_eq!(of_tempo_100(Hyperparameter::WeightsVersionKey(1)), 500);
        assert_eq!(of_tempo_100(Hyperparameter::Tempo(400)), 360);
    }

    #[test]
    fn limits_that_would_cross_are_refused() {
        let mut parameters = Hyperparameters::default();
        let crossing = [
            Hyperparameter::MinBurn(Rao::new(100_000_000_001)),
            Hyperparameter::MaxBurn(Rao::new(499_999)),
            Hyperparameter::MinDifficulty(0),
            Hyperparameter::MaxDifficulty(9_999_999),
            Hyperparameter::AlphaValues { low: 2, high: 1 },
            Hyperparameter::AlphaValues { low: 1_637, high: 60_000 },
            Hyperparameter::Difficulty(9_999_999),
            Hyperparameter::MaxAllowedUids(4_097),
            Hyperparameter::MaxAllowedValidators(0),
            Hyperparameter::MaxAllowedValidators(257),
            Hyperparameter::OwnerCut(11_797),
            Hyperparameter::MaxAllowedUids(63),
            Hyperparameter::MinAllowedUids(257),
            Hyperparameter::MinAllowedUids(0),
        ];
        for change in crossing {
            let refused = parameters.apply(change, Authority::Governance);
            assert_eq!(refused, Err(HyperparameterError::ValueOutOfBounds), "{change:?}");
        }
        assert_eq!(parameters, Hyperparameters::default());
    }
}
