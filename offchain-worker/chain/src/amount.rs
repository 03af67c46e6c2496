//! Amounts of TAO as people write them, exact to the last RAO.

use std::{fmt, str::FromStr};

use primitives::{Rao, tao::TOKEN_DECIMALS};

/// An amount of TAO as text. It reads `τ1.5`, `1.5`, `1.5tao` and `1500000000rao`, and writes `τ1,234.5`: exact, without
/// trailing zeros, thousands set apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(pub Rao);

/// Why a text is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// It is no number with a unit that there is.
    #[error("an amount is written like 1.5, τ1.5 or 1500000000rao, without a sign and without separators")]
    Malformed,
    /// It says more than RAO can.
    #[error("an amount of TAO has at most {TOKEN_DECIMALS} decimals")]
    TooFine,
    /// A part of a RAO is nothing.
    #[error("an amount of RAO has no decimals")]
    PartOfRao,
    /// Nobody has so much.
    #[error("so much TAO cannot be counted")]
    TooLarge,
}

impl FromStr for Amount {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, AmountError> {
        let text = text.trim();
        if let Some(number) = text.strip_suffix("rao") {
            let (digits, decimals) = split(number.trim_end())?;
            return if decimals.is_some() { Err(AmountError::PartOfRao) } else { whole(digits).map(Self) };
        }
        let number = text.strip_prefix('τ').map_or_else(|| text.strip_suffix("tao").unwrap_or(text), str::trim_start);
        let (digits, decimals) = split(number.trim_end())?;
        let decimals = decimals.unwrap_or_default();
        let missing = usize::from(TOKEN_DECIMALS).checked_sub(decimals.len()).ok_or(AmountError::TooFine)?;
        whole(&format!("{digits}{decimals}{}", "0".repeat(missing))).map(Self)
    }
}

/// The digits before and after the point, if there is one.
fn split(number: &str) -> Result<(&str, Option<&str>), AmountError> {
    let (digits, decimals) = number.split_once('.').map_or((number, None), |(digits, rest)| (digits, Some(rest)));
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if are_digits(digits) && decimals.is_none_or(are_digits) {
        Ok((digits, decimals))
    } else {
        Err(AmountError::Malformed)
    }
}

fn whole(digits: &str) -> Result<Rao, AmountError> {
    digits.parse().map(Rao::new).map_err(|_| AmountError::TooLarge)
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = Rao::ONE_TAO.get();
        let (whole, rest) = (self.0.get() / one, self.0.get() % one);
        let digits = whole.to_string();
        f.write_str("τ")?;
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place) % 3 == 0 {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        if rest > 0 {
            let decimals = format!("{rest:0width$}", width = usize::from(TOKEN_DECIMALS));
            write!(f, ".{}", decimals.trim_end_matches('0'))?;
        }
        Ok(())
    }
}

/// The amount in TAO: [`Amount`]'s text, `τ1.5`.
pub fn tao(amount: Rao) -> String {
    Amount(amount).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_written_exactly() {
        let written = [0, 1, 500_000, 1_000_000_000, 1_500_000_000, 21_000_000_000_000_000, u64::MAX]
            .map(|rao| tao(Rao::new(rao)));
        let expected = ["τ0", "τ0.000000001", "τ0.0005", "τ1", "τ1.5", "τ21,000,000", "τ18,446,744,073.709551615"];
        assert_eq!(written, expected);
    }

    #[test]
    fn an_amount_is_read_exactly_in_every_way_that_it_is_written() {
        let read = ["τ1.5", "1.5", " 1.5tao ", "1.500000000 tao", "1500000000rao", "τ 1.5"].map(str::parse::<Amount>);
        assert!(read.iter().all(|read| *read == Ok(Amount(Rao::new(1_500_000_000)))), "{read:?}");
        let exact = ["0", "0.000000001", "1rao", "0.1", "18446744073.709551615"].map(str::parse::<Amount>);
        assert_eq!(exact, [0, 1, 1, 100_000_000, u64::MAX].map(|rao| Ok(Amount(Rao::new(rao)))));
    }

    #[test]
    fn what_could_mean_something_else_is_no_amount() {
        use AmountError::*;
        let refused = [
            ("", Malformed),
            ("τ", Malformed),
            ("-1", Malformed),
            ("+1", Malformed),
            ("1,5", Malformed),
            ("1.", Malformed),
            (".5", Malformed),
            ("1e3", Malformed),
            ("1.2.3", Malformed),
            ("1 500", Malformed),
            ("τ1rao", Malformed),
            ("one", Malformed),
            ("0.0000000001", TooFine),
            ("1.5rao", PartOfRao),
            ("18446744073.709551616", TooLarge),
            ("99999999999999999999999rao", TooLarge),
        ];
        for (text, error) in refused {
            assert_eq!(text.parse::<Amount>(), Err(error), "{text:?}");
        }
    }
}
