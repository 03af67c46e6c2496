//! Amounts of TAO as people write them.

use primitives::Rao;

/// The amount in TAO, exact and without trailing zeros: `τ1.5`.
pub fn tao(amount: Rao) -> String {
    let one = Rao::ONE_TAO.get();
    let (whole, rest) = (amount.get() / one, amount.get() % one);
    if rest == 0 {
        return format!("τ{whole}");
    }
    let decimals = format!("{rest:09}");
    format!("τ{whole}.{}", decimals.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_written_exactly() {
        let written = [0, 1, 500_000, 1_000_000_000, 1_500_000_000, 21_000_000_000_000_000, u64::MAX]
            .map(|rao| tao(Rao::new(rao)));
        let expected = ["τ0", "τ0.000000001", "τ0.0005", "τ1", "τ1.5", "τ21000000", "τ18446744073.709551615"];
        assert_eq!(written, expected);
    }
}
