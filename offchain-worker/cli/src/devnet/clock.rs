//! The chain's time follows the wall clock, as many times faster as is wanted, until a signal ends the devnet.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chain::{At, Chain as _, Embedded};

use crate::{error::CliError, signals::Signals};

/// The host's blocks are at least this far apart, whatever the speed.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(20);

/// The wall clock, in ms since the Unix epoch.
#[expect(
    clippy::disallowed_methods,
    reason = "a devnet's time begins with the wall's; from then on time is the chain's"
)]
pub(super) fn wall_ms() -> u64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX)
}

/// Builds a block of the host per protocol block until a stop. Time does not drift: a late block has the time it is.
pub(super) fn run(chain: &Embedded, block_ms: u64, speed: u32, stop: &Signals) -> Result<(), CliError> {
    let (began, began_ms) = (Instant::now(), chain.block(At::Head)?.timestamp_ms);
    let interval = (Duration::from_millis(block_ms) / speed).max(SHORTEST_INTERVAL);
    let mut next = interval;
    while !stop.wait(Some(next.saturating_sub(began.elapsed()).max(Duration::from_millis(1))))? {
        let elapsed = began.elapsed();
        if elapsed < next {
            continue;
        }
        let elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        chain.set_time_ms(began_ms.saturating_add(elapsed_ms.saturating_mul(speed.into())));
        next = elapsed.max(next) + interval;
    }
    Ok(())
}
