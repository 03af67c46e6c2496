//! How often an address and a hotkey may ask.

use std::{
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::atomic::{AtomicUsize, Ordering},
};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use primitives::AccountId;

use super::ServerSettings;

/// Requests after which the addresses or keys that have been quiet are forgotten: often enough to remember little more
/// than those of the last second, and rarely enough to cost nothing when there are very many of them.
const FORGET_AFTER: usize = 10_000;

pub(super) struct Rates {
    addresses: Rate<IpAddr>,
    keys: Rate<[u8; 32]>,
}

impl Rates {
    pub(super) fn new(settings: &ServerSettings) -> Self {
        Self { addresses: Rate::new(settings.address_per_second), keys: Rate::new(settings.key_per_second) }
    }

    /// Counts a request of an address; whether it is within the rate.
    pub(super) fn admit_address(&self, address: IpAddr) -> bool {
        self.addresses.admit(&network(address))
    }

    /// Counts a request of a hotkey; whether it is within the rate.
    pub(super) fn admit_key(&self, key: &AccountId) -> bool {
        self.keys.admit(key.as_ref())
    }
}

struct Rate<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
    counted: AtomicUsize,
}

impl<K: Hash + Eq + Clone> Rate<K> {
    fn new(per_second: NonZeroU32) -> Self {
        Self { limiter: RateLimiter::keyed(Quota::per_second(per_second)), counted: AtomicUsize::new(0) }
    }

    fn admit(&self, key: &K) -> bool {
        if self.counted.fetch_add(1, Ordering::Relaxed) % FORGET_AFTER == FORGET_AFTER - 1 {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(key).is_ok()
    }
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
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn addresses_that_have_been_quiet_are_forgotten() {
        let rates = Rates::new(&ServerSettings { address_per_second: NonZeroU32::MAX, ..ServerSettings::default() });
        for number in 0..3 * FORGET_AFTER as u32 {
            assert!(rates.admit_address(Ipv4Addr::from(number).into()));
        }
        assert!(rates.addresses.limiter.len() <= FORGET_AFTER, "{}", rates.addresses.limiter.len());
    }

    #[test]
    fn addresses_of_one_customer_share_a_rate() {
        let [one, two, other, mapped] = ["2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:1::1", "::ffff:192.0.2.1"]
            .map(|text| network(text.parse().expect("an address")));
        assert_eq!(one, two);
        assert_ne!(one, other);
        assert_eq!(mapped, "192.0.2.1".parse::<IpAddr>().expect("an address"));
    }
}
