//! How amounts, fractions and hashes look.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use primitives::{AccountId, Hash, Rao, axon::Axon};

/// A hash in hex, with 0x.
pub(crate) fn hash(hash: &Hash) -> String {
    hash.iter().fold("0x".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}

/// An address by its first characters, marked as such.
pub(crate) fn short(account: &AccountId) -> String {
    chain::ss58(account).chars().take(10).chain(['…']).collect()
}

/// Where a neuron serves: `127.0.0.1:8091`.
pub(crate) fn axon(axon: &Axon) -> String {
    let address = match axon.ip_type {
        // The lowest 32 bits are the address.
        4 => IpAddr::from(Ipv4Addr::from(axon.ip as u32)),
        _ => IpAddr::from(Ipv6Addr::from(axon.ip)),
    };
    SocketAddr::new(address, axon.port).to_string()
}

/// An amount in TAO with four decimals, rounded down: `1,234.5678`.
pub(crate) fn tao(amount: Rao) -> String {
    decimals::<4>(amount)
}

/// An amount in TAO with two decimals, rounded down, for narrow columns: `1,234.56`.
pub(crate) fn tao_brief(amount: Rao) -> String {
    decimals::<2>(amount)
}

fn decimals<const DECIMALS: usize>(amount: Rao) -> String {
    let whole = amount.get() / Rao::ONE_TAO.get();
    let fraction = format!("{:09}", amount.get() % Rao::ONE_TAO.get());
    format!("{}.{}", grouped(whole), &fraction[..DECIMALS])
}

/// An amount of a host's currency in its whole unit, exact and without trailing zeros: `1,234.5`.
pub(crate) fn native(amount: u128, decimals: u8) -> String {
    let digits = format!("{amount:0width$}", width = usize::from(decimals) + 1);
    let (whole, fraction) = digits.split_at(digits.len() - usize::from(decimals));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), grouped);
    match fraction.trim_end_matches('0') {
        "" => whole,
        fraction => format!("{whole}.{fraction}"),
    }
}

/// A number with its thousands grouped: `1,234,567`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let (head, tail) = digits.split_at(first);
    let groups = tail.as_bytes().chunks(3).map(|group| String::from_utf8_lossy(group).into_owned());
    let head = (!head.is_empty()).then(|| head.to_owned());
    head.into_iter().chain(groups).collect::<Vec<_>>().join(",")
}

/// A u16 fraction with four decimals, or a dash for nothing.
pub(crate) fn fraction(value: u16) -> String {
    if value == 0 {
        return "-".to_owned();
    }
    format!("{:.4}", f64::from(value) / f64::from(u16::MAX))
}

/// A span of time in its two largest units: `16 h 40 min`.
pub(crate) fn seconds(seconds: u64) -> String {
    let units = [(24 * 3_600, "days"), (3_600, "h"), (60, "min"), (1, "s")];
    let mut left = seconds;
    let mut parts = Vec::new();
    for (unit, name) in units {
        let count = left / unit;
        if count > 0 && parts.len() < 2 {
            parts.push(if (count, name) == (1, "days") { "1 day".to_owned() } else { format!("{count} {name}") });
            left %= unit;
        }
    }
    if parts.is_empty() { "0 s".to_owned() } else { parts.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_and_rounded_down() {
        let shown = [0, 99_999, 100_000, 1_234_567_899_999].map(|rao| tao(Rao::new(rao)));
        assert_eq!(shown, ["0.0000", "0.0000", "0.0001", "1,234.5678"]);
        assert_eq!(tao(Rao::new(21_000_000_000_000_000)), "21,000,000.0000");
        assert_eq!(tao_brief(Rao::new(1_234_567_899_999)), "1,234.56");
    }

    #[test]
    fn an_amount_of_any_currency_is_written_exactly() {
        let shown = [0, 1, 1_500_000_000_000, 1_234_000_000_000_000].map(|amount| native(amount, 12));
        assert_eq!(shown, ["0", "0.000000000001", "1.5", "1,234"]);
        assert_eq!(native(1_234, 0), "1,234");
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!([0, 12, 123, 1_234, 123_456].map(grouped), ["0", "12", "123", "1,234", "123,456"]);
    }
}
