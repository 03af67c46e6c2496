//! Values of hyperparameters: the contract's integers, and how people write and read them, exactly.

use primitives::Rao;

use crate::{Amount, tao};

/// What the contract stores: one integer, or the two of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// An integer; a switch is 0 or 1, an amount is in RAO.
    One(i128),
    /// The lowest and the highest.
    Pair(i128, i128),
}

/// What a value is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Things of which there are so many.
    Count,
    /// Protocol blocks.
    Blocks,
    /// Epochs.
    Epochs,
    /// Off or on.
    Switch,
    /// TAO.
    Tao,
    /// A fraction of a whole that has so many parts.
    Parts(u64),
    /// Two such fractions, the lower first.
    PairOfParts(u64),
}

/// Why a text is no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// It is no integer.
    #[error("{0:?} is not a whole number")]
    NotWhole(String),
    /// It is neither an integer nor a fraction.
    #[error("{0:?} is neither a whole number nor a fraction such as 0.5 or 50%")]
    NotAFraction(String),
    /// It is no switch.
    #[error("{0:?} is neither true nor false")]
    NotASwitch(String),
    /// It is no amount.
    #[error("{0:?} is not an amount of TAO such as 0.5, τ0.5 or 500000000rao")]
    NotAnAmount(String),
    /// It is not two values.
    #[error("{0:?} is not two values such as 0.7,0.9")]
    NotAPair(String),
}

impl Unit {
    /// The value that a text stands for. Fractions are the contract's integers, or fractions of one: with a decimal
    /// point or in per cent, rounded to the nearest part.
    ///
    /// # Errors
    /// [`ValueError`].
    pub fn parse(self, text: &str) -> Result<Value, ValueError> {
        let text = text.trim();
        let whole = |text: &str| text.replace('_', "").parse().map_err(|_| ValueError::NotWhole(text.to_owned()));
        Ok(match self {
            Self::Count | Self::Blocks | Self::Epochs => Value::One(whole(text)?),
            Self::Switch => match text.to_lowercase().as_str() {
                "true" | "on" | "yes" | "1" => Value::One(1),
                "false" | "off" | "no" | "0" => Value::One(0),
                _ => return Err(ValueError::NotASwitch(text.to_owned())),
            },
            Self::Tao => {
                let amount: Amount = text.parse().map_err(|_| ValueError::NotAnAmount(text.to_owned()))?;
                Value::One(amount.0.get().into())
            }
            Self::Parts(parts) => Value::One(fraction(text, parts)?),
            Self::PairOfParts(parts) => {
                let (low, high) = text.split_once(',').ok_or_else(|| ValueError::NotAPair(text.to_owned()))?;
                Value::Pair(fraction(low.trim(), parts)?, fraction(high.trim(), parts)?)
            }
        })
    }

    /// The value as the contract has it, and as `parse` takes it.
    pub fn show(self, value: Value) -> String {
        match (self, value) {
            (Self::Switch, Value::One(switch)) => (switch != 0).to_string(),
            (Self::Tao, Value::One(rao)) => {
                u64::try_from(rao).map_or_else(|_| rao.to_string(), |rao| tao(Rao::new(rao)))
            }
            (_, Value::One(number)) => number.to_string(),
            (_, Value::Pair(low, high)) => format!("{low},{high}"),
        }
    }

    /// The value as the contract has it, and beside it what it is of one where it is a fraction: `32767 (0.5)`.
    pub fn describe(self, value: Value) -> String {
        let (shown, normalized) = (self.show(value), self.normalized(value));
        if shown == normalized { shown } else { format!("{shown} ({normalized})") }
    }

    /// The value as a fraction of one with up to four decimals, where it is one; else as [`Unit::show`] does.
    pub fn normalized(self, value: Value) -> String {
        match (self, value) {
            (Self::Parts(parts), Value::One(number)) => decimal(number, parts),
            (Self::PairOfParts(parts), Value::Pair(low, high)) => {
                format!("{},{}", decimal(low, parts), decimal(high, parts))
            }
            _ => self.show(value),
        }
    }
}

/// Parts of a whole: an integer as it is, `0.5` and `50%` as so much of the whole.
fn fraction(text: &str, parts: u64) -> Result<i128, ValueError> {
    let wrong = || ValueError::NotAFraction(text.to_owned());
    let (digits, scale) = match text.strip_suffix('%') {
        Some(percent) => (percent.trim(), 100),
        None if text.contains('.') => (text, 1),
        None => return text.replace('_', "").parse().map_err(|_| wrong()),
    };
    let (negative, digits) = digits.strip_prefix('-').map_or((false, digits), |digits| (true, digits));
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    // So many digits that the product below fits.
    if whole.len() > 4
        || decimals.len() > 12
        || !is_number(whole)
        || !is_number(decimals)
        || digits.len() < 2 && scale == 1
    {
        return Err(wrong());
    }
    let number: i128 = format!("{whole}{decimals}").parse().map_err(|_| wrong())?;
    let divisor = scale * 10_i128.pow(u32::try_from(decimals.len()).map_err(|_| wrong())?);
    let rounded = (number * i128::from(parts) + divisor / 2) / divisor;
    Ok(if negative { -rounded } else { rounded })
}

/// `number / parts` with at most four decimals, rounded to the nearest.
fn decimal(number: i128, parts: u64) -> String {
    let parts = i128::from(parts.max(1));
    let scaled = (number.abs() * 10_000 + parts / 2) / parts;
    let sign = if number < 0 && scaled > 0 { "-" } else { "" };
    let decimals = format!("{:04}", scaled % 10_000);
    match decimals.trim_end_matches('0') {
        "" => format!("{sign}{}", scaled / 10_000),
        decimals => format!("{sign}{}.{decimals}", scaled / 10_000),
    }
}
