//! The numbers in the texts: each is taken from where the contracts take it, so that no text says another one.

use consensus::supply;
use primitives::{
    Hyperparameters, Rao,
    clock::DEFAULT_BLOCK_MS,
    hyperparameters::{FREEZE_WINDOW, MAX_OWNER_CUT},
    registry::{
        INITIAL_DIFFICULTY, KEY_SWAP_COST, KEY_SWAP_INTERVAL, KEY_SWAP_ON_SUBNET_COST, KEY_SWAP_ON_SUBNET_INTERVAL,
        LOCK_REDUCTION_INTERVAL, MIN_LOCK, NETWORK_IMMUNITY, SUBNET_LIMIT, SUBNET_RATE_LIMIT, TRIMMING_INTERVAL,
    },
    root::{MAX_ROOT_VALIDATORS, ROOT_TEMPO, ROOT_WEIGHTS_RATE_LIMIT},
    settlement::{MAX_UNREVEALED_COMMITS, MAX_WEIGHTS},
    staking::{
        CHILDREN_COOLDOWN, COLDKEY_SWAP_DELAY, COLDKEY_SWAP_REANNOUNCEMENT_DELAY, FIRST_VESTING, MAX_CHILDKEY_TAKE,
        MAX_CHILDREN, MAX_PARENTS, MAX_TAKE, MAX_VESTING, MIN_PARENT_STAKE, MIN_STAKE, SET_CHILDREN_INTERVAL,
        STAKE_HOLD, TAKE_RAISE_INTERVAL,
    },
    weights::{MAX_SALT, MIN_SALT},
};

use crate::format;

/// A number with its unit.
enum Fact {
    Number(u64),
    /// In protocol blocks.
    Blocks(u64),
    Milliseconds(u64),
    Amount(Rao),
    /// Of 65,535.
    Proportion(u16),
    /// Of 1,000,000.
    Millionths(u32),
    /// Factor in thousandths.
    Thousandths(u32),
    /// Tempos in thousandths.
    Tempos(u32),
}

/// A text with the value of each `{NAME}` in its place.
pub(super) fn fill(text: &str) -> String {
    let mut pieces = text.split('{');
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once('}').unwrap_or((piece, ""));
        match constant(name).or_else(|| default(name)) {
            Some(fact) => filled.push_str(&fact.text()),
            None => filled.push_str(&format!("{{{name}}}")),
        }
        filled.push_str(rest);
    }
    filled
}

/// A constant of the protocol.
fn constant(name: &str) -> Option<Fact> {
    use Fact::{Amount, Blocks, Milliseconds, Number, Proportion};
    Some(match name {
        "block_ms" => Milliseconds(DEFAULT_BLOCK_MS),
        "block_emission" => Amount(Rao::new(supply::INITIAL_BLOCK_EMISSION)),
        "CAP" => Amount(Rao::new(supply::CAP)),
        "CHILDREN_COOLDOWN" => Blocks(CHILDREN_COOLDOWN),
        "COLDKEY_SWAP_DELAY" => Blocks(COLDKEY_SWAP_DELAY),
        "COLDKEY_SWAP_REANNOUNCEMENT_DELAY" => Blocks(COLDKEY_SWAP_REANNOUNCEMENT_DELAY),
        "FIRST_VESTING" => Blocks(FIRST_VESTING),
        "FREEZE_WINDOW" => Blocks(FREEZE_WINDOW),
        "INITIAL_DIFFICULTY" => Number(INITIAL_DIFFICULTY),
        "KEY_SWAP_COST" => Amount(KEY_SWAP_COST),
        "KEY_SWAP_INTERVAL" => Blocks(KEY_SWAP_INTERVAL),
        "KEY_SWAP_ON_SUBNET_COST" => Amount(KEY_SWAP_ON_SUBNET_COST),
        "KEY_SWAP_ON_SUBNET_INTERVAL" => Blocks(KEY_SWAP_ON_SUBNET_INTERVAL),
        "LAST_HALVING" => Number(supply::LAST_HALVING.into()),
        "LOCK_REDUCTION_INTERVAL" => Blocks(LOCK_REDUCTION_INTERVAL),
        "MAX_CHILDKEY_TAKE" => Proportion(MAX_CHILDKEY_TAKE),
        "MAX_CHILDREN" => Number(MAX_CHILDREN as u64),
        "MAX_OWNER_CUT" => Proportion(MAX_OWNER_CUT),
        "MAX_PARENTS" => Number(MAX_PARENTS as u64),
        "MAX_ROOT_VALIDATORS" => Number(MAX_ROOT_VALIDATORS as u64),
        "MAX_SALT" => Number(MAX_SALT as u64),
        "MAX_TAKE" => Proportion(MAX_TAKE),
        "MAX_UNREVEALED_COMMITS" => Number(MAX_UNREVEALED_COMMITS as u64),
        "MAX_VESTING" => Blocks(MAX_VESTING),
        "MAX_WEIGHTS" => Number(MAX_WEIGHTS as u64),
        "MIN_LOCK" => Amount(MIN_LOCK),
        "MIN_PARENT_STAKE" => Amount(MIN_PARENT_STAKE),
        "MIN_SALT" => Number(MIN_SALT as u64),
        "MIN_STAKE" => Amount(MIN_STAKE),
        "NETWORK_IMMUNITY" => Blocks(NETWORK_IMMUNITY),
        "ROOT_TEMPO" => Blocks(ROOT_TEMPO),
        "ROOT_WEIGHTS_RATE_LIMIT" => Blocks(ROOT_WEIGHTS_RATE_LIMIT),
        "SET_CHILDREN_INTERVAL" => Blocks(SET_CHILDREN_INTERVAL),
        "STAKE_HOLD" => Blocks(STAKE_HOLD),
        "SUBNET_LIMIT" => Number(SUBNET_LIMIT.into()),
        "SUBNET_RATE_LIMIT" => Blocks(SUBNET_RATE_LIMIT),
        "TAKE_RAISE_INTERVAL" => Blocks(TAKE_RAISE_INTERVAL),
        "TRIMMING_INTERVAL" => Blocks(TRIMMING_INTERVAL),
        _ => return None,
    })
}

/// What a hyperparameter is unless somebody sets it.
fn default(name: &str) -> Option<Fact> {
    use Fact::{Amount, Blocks, Millionths, Number, Proportion, Tempos, Thousandths};
    let default = Hyperparameters::default();
    Some(match name {
        "activity_cutoff_factor_milli" => Tempos(default.activity_cutoff_factor_milli),
        "adjustment_interval" => Blocks(default.adjustment_interval.into()),
        "alpha_high" => Proportion(default.alpha_high),
        "alpha_low" => Proportion(default.alpha_low),
        "bonds_moving_average" => Millionths(default.bonds_moving_average),
        "burn_half_life" => Blocks(default.burn_half_life.into()),
        "burn_increase_milli" => Thousandths(default.burn_increase_milli.into()),
        "immunity_period" => Blocks(default.immunity_period.into()),
        "kappa" => Proportion(default.kappa),
        "max_allowed_validators" => Number(default.max_allowed_validators.into()),
        "max_burn" => Amount(default.max_burn),
        "max_registrations_per_block" => Number(default.max_registrations_per_block.into()),
        "min_burn" => Amount(default.min_burn),
        "min_non_immune_uids" => Number(default.min_non_immune_uids.into()),
        "owner_cut" => Proportion(default.owner_cut),
        "reveal_period_epochs" => Number(default.reveal_period_epochs.into()),
        "serving_rate_limit" => Blocks(default.serving_rate_limit),
        "target_registrations_per_interval" => Number(default.target_registrations_per_interval.into()),
        "tempo" => Blocks(default.tempo.into()),
        "weights_set_rate_limit" => Blocks(default.weights_set_rate_limit),
        _ => return None,
    })
}

impl Fact {
    fn text(&self) -> String {
        match *self {
            Self::Number(number) => format::grouped(number),
            Self::Blocks(blocks) => {
                let time = format::seconds(blocks.saturating_mul(DEFAULT_BLOCK_MS) / 1_000);
                format!("{} blocks ({time})", format::grouped(blocks))
            }
            Self::Milliseconds(ms) => format::seconds(ms / 1_000),
            Self::Amount(amount) => chain::tao(amount),
            Self::Proportion(part) => percent(part.into(), u16::MAX.into()),
            Self::Millionths(part) => percent(part.into(), 1_000_000),
            Self::Thousandths(factor) => (f64::from(factor) / 1_000.0).to_string(),
            Self::Tempos(tempos) => format!("{} tempos", f64::from(tempos) / 1_000.0),
        }
    }
}

/// A part of a whole, to a tenth of a percent.
fn percent(part: u64, whole: u64) -> String {
    let tenths = (part * 1_000 + whole / 2) / whole;
    match tenths % 10 {
        0 => format!("{} %", tenths / 10),
        tenth => format!("{}.{tenth} %", tenths / 10),
    }
}
