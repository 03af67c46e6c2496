//! The time of day. Freshness of a request is a matter between two machines' clocks, not of the chain's time; everything
//! else in this crate takes the time as an argument.

use std::time::{SystemTime, UNIX_EPOCH};

/// Nanoseconds since the Unix epoch by this machine's clock; 0 before it.
#[expect(clippy::disallowed_methods, reason = "btauth/1 compares wall clocks, whatever the chain's time is")]
pub fn unix_nanos() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
