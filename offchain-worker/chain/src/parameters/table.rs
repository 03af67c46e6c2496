//! The table: every hyperparameter with its names, its meaning and its unit.

use primitives::{Hyperparameter as H, Rao};

use super::{Parameter, Unit, Value};

/// The parts of a u16 fraction.
const U16: Unit = Unit::Parts(u16::MAX as u64);
/// The parts of a u64 fraction.
const U64: Unit = Unit::Parts(u64::MAX);

/// An entry; the contract's name comes after the field where it differs.
macro_rules! parameter {
    ($name:literal, $variant:ident, $field:ident $(as $alias:literal)?, $unit:expr, $description:literal) => {
        Parameter {
            name: $name,
            alias: parameter!(@alias $($alias)?),
            description: $description,
            unit: $unit,
            read: |rules| rules.hyperparameters.$field.to_value(),
            change: |value| Stored::from_value(value).map(H::$variant),
        }
    };
    (@alias) => { None };
    (@alias $alias:literal) => { Some($alias) };
}

/// A type that the contract stores a hyperparameter in.
trait Stored: Sized {
    fn to_value(self) -> Value;

    /// `None` for a value that the type does not have.
    fn from_value(value: Value) -> Option<Self>;
}

macro_rules! stored_integer {
    ($($integer:ty),*) => {$(
        impl Stored for $integer {
            fn to_value(self) -> Value {
                Value::One(self.into())
            }

            fn from_value(value: Value) -> Option<Self> {
                match value {
                    Value::One(number) => number.try_into().ok(),
                    Value::Pair(_, _) => None,
                }
            }
        }
    )*};
}

stored_integer!(u16, u32, u64, i16);

impl Stored for Rao {
    fn to_value(self) -> Value {
        self.get().to_value()
    }

    fn from_value(value: Value) -> Option<Self> {
        u64::from_value(value).map(Self::new)
    }
}

impl Stored for bool {
    fn to_value(self) -> Value {
        Value::One(self.into())
    }

    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::One(0) => Some(false),
            Value::One(1) => Some(true),
            _ => None,
        }
    }
}

/// All hyperparameters, in the order in which they are shown.
pub const PARAMETERS: &[Parameter] = &[
    parameter!("tempo", Tempo, tempo, Unit::Blocks, "Blocks per epoch"),
    parameter!(
        "immunity_period",
        ImmunityPeriod,
        immunity_period,
        Unit::Blocks,
        "Blocks in which a newcomer is not pruned"
    ),
    parameter!(
        "min_allowed_weights",
        MinAllowedWeights,
        min_allowed_weights,
        Unit::Count,
        "Fewest weights of a validator"
    ),
    parameter!(
        "max_weights_limit",
        MaxWeightsLimit,
        max_weights_limit,
        U16,
        "Largest part of a validator's weights that one uid may have"
    ),
    parameter!("weights_version", WeightsVersionKey, weights_version_key as "weights_version_key", Unit::Count, "Lowest version key that may set weights; 0 accepts all"),
    parameter!("weights_rate_limit", WeightsSetRateLimit, weights_set_rate_limit as "weights_set_rate_limit", Unit::Blocks, "Blocks between two commits, or settings, of weights"),
    parameter!("commit_reveal_weights_enabled", CommitRevealEnabled, commit_reveal_enabled as "commit_reveal_enabled", Unit::Switch, "Whether weights are committed to before they are shown"),
    parameter!("commit_reveal_period", RevealPeriodEpochs, reveal_period_epochs as "reveal_period_epochs", Unit::Epochs, "Epochs from a commit to its reveal"),
    parameter!("activity_cutoff_factor", ActivityCutoffFactorMilli, activity_cutoff_factor_milli as "activity_cutoff_factor_milli", Unit::Parts(1_000), "Tempos without weights after which a validator is inactive"),
    parameter!(
        "stake_threshold",
        StakeThreshold,
        stake_threshold,
        Unit::Tao,
        "Stake below which a validator counts as having none"
    ),
    parameter!("kappa", Kappa, kappa, U16, "Part of the stake that makes a consensus"),
    parameter!("bonds_moving_avg", BondsMovingAverage, bonds_moving_average as "bonds_moving_average", Unit::Parts(1_000_000), "How much of its bonds a validator keeps at an epoch"),
    parameter!("bonds_penalty", BondsPenalty, bonds_penalty, U16, "How much of a weight above consensus bonds lose"),
    parameter!(
        "liquid_alpha_enabled",
        LiquidAlphaEnabled,
        liquid_alpha_enabled,
        Unit::Switch,
        "Whether the bonds' alpha follows consensus (Yuma3 only)"
    ),
    Parameter {
        name: "alpha_values",
        alias: None,
        description: "Lowest and highest liquid alpha",
        unit: Unit::PairOfParts(u16::MAX as u64),
        read: |rules| Value::Pair(rules.hyperparameters.alpha_low.into(), rules.hyperparameters.alpha_high.into()),
        change: |value| match value {
            Value::Pair(low, high) => Some(H::AlphaValues { low: low.try_into().ok()?, high: high.try_into().ok()? }),
            Value::One(_) => None,
        },
    },
    parameter!(
        "alpha_sigmoid_steepness",
        AlphaSigmoidSteepness,
        alpha_sigmoid_steepness,
        Unit::Parts(100),
        "Steepness of the liquid alpha's sigmoid"
    ),
    parameter!(
        "yuma3_enabled",
        Yuma3Enabled,
        yuma3_enabled,
        Unit::Switch,
        "Whether bonds follow Yuma3, else the classic rule"
    ),
    parameter!("max_allowed_uids", MaxAllowedUids, max_allowed_uids, Unit::Count, "Most neurons"),
    parameter!(
        "min_allowed_uids",
        MinAllowedUids,
        min_allowed_uids,
        Unit::Count,
        "Fewest neurons to which the subnet may be limited"
    ),
    parameter!("max_validators", MaxAllowedValidators, max_allowed_validators as "max_allowed_validators", Unit::Count, "Most validators with a permit"),
    parameter!(
        "min_non_immune_uids",
        MinNonImmuneUids,
        min_non_immune_uids,
        Unit::Count,
        "Neurons that are not immune which pruning leaves before it takes immune ones"
    ),
    parameter!(
        "registration_allowed",
        RegistrationAllowed,
        registration_allowed,
        Unit::Switch,
        "Whether hotkeys may register by burn"
    ),
    parameter!(
        "pow_registration_allowed",
        PowRegistrationAllowed,
        pow_registration_allowed,
        Unit::Switch,
        "Whether hotkeys may register by work"
    ),
    parameter!("target_regs_per_interval", TargetRegistrationsPerInterval, target_registrations_per_interval as "target_registrations_per_interval", Unit::Count, "Registrations by work per interval that leave the difficulty as it is"),
    parameter!("max_regs_per_block", MaxRegistrationsPerBlock, max_registrations_per_block as "max_registrations_per_block", Unit::Count, "Most registrations per block"),
    parameter!(
        "adjustment_interval",
        AdjustmentInterval,
        adjustment_interval,
        Unit::Blocks,
        "Blocks between two adjustments of the difficulty"
    ),
    parameter!("adjustment_alpha", AdjustmentAlpha, adjustment_alpha, U64, "How slowly the difficulty moves"),
    Parameter {
        name: "difficulty",
        alias: None,
        description: "Nonces that a registration by work takes on average",
        unit: Unit::Count,
        read: |rules| rules.difficulty.to_value(),
        change: |value| Stored::from_value(value).map(H::Difficulty),
    },
    parameter!("min_difficulty", MinDifficulty, min_difficulty, Unit::Count, "Lowest difficulty"),
    parameter!("max_difficulty", MaxDifficulty, max_difficulty, Unit::Count, "Highest difficulty"),
    parameter!("min_burn", MinBurn, min_burn, Unit::Tao, "Lowest price of a registration by burn"),
    parameter!("max_burn", MaxBurn, max_burn, Unit::Tao, "Highest price of a registration by burn"),
    parameter!(
        "burn_half_life",
        BurnHalfLife,
        burn_half_life,
        Unit::Blocks,
        "Blocks in which the burn halves when nobody registers; 0 for never"
    ),
    parameter!("burn_increase", BurnIncreaseMilli, burn_increase_milli as "burn_increase_milli", Unit::Parts(1_000), "Factor by which a registration raises the burn"),
    parameter!("owner_cut", OwnerCut, owner_cut, U16, "Part of the emission that the subnet's owner gets"),
    parameter!(
        "serving_rate_limit",
        ServingRateLimit,
        serving_rate_limit,
        Unit::Blocks,
        "Blocks between two announcements of an endpoint"
    ),
];
