//! How often an address and a hotkey may ask.

use std::{
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use primitives::AccountId;

use super::ServerSettings;

/// Addresses or keys of which a rate is remembered before those that have been quiet are forgotten.
const REMEMBERED: usize = 10_000;

pub(super) struct Rates {
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    keys: DefaultKeyedRateLimiter<[u8; 32]>,
}

impl Rates {
    pub(super) fn new(settings: &ServerSettings) -> Self {
        Self {
            addresses: RateLimiter::keyed(Quota::per_second(settings.address_per_second)),
            keys: RateLimiter::keyed(Quota::per_second(settings.key_per_second)),
        }
    }

    /// Counts a request of an address; whether it is within the rate.
    pub(super) fn admit_address(&self, address: IpAddr) -> bool {
        admit(&self.addresses, &network(address))
    }

    /// Counts a request of a hotkey; whether it is within the rate.
    pub(super) fn admit_key(&self, key: &AccountId) -> bool {
        admit(&self.keys, key.as_ref())
    }
}

fn admit<K: Hash + Eq + Clone>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> bool {
    if limiter.len() > REMEMBERED {
        limiter.retain_recent();
    }
    limiter.check_key(key).is_ok()
}

/// What one customer of an internet provider has: an IPv4 address, or a /64 of IPv6.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => IpAddr::V4(mapped),
            None => Ipv6Addr::from(u128::from(address) & !u128::from(u64::MAX)).into(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_customer_share_a_rate() {
        let [one, two, other, mapped] = ["2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:1::1", "::ffff:192.0.2.1"]
            .map(|text| network(text.parse().expect("an address")));
        assert_eq!(one, two);
        assert_ne!(one, other);
        assert_eq!(mapped, "192.0.2.1".parse::<IpAddr>().expect("an address"));
    }
}
