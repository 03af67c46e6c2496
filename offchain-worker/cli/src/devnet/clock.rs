//! The chain's time follows the wall clock, as many times faster as is wanted, until a signal ends the devnet.

use std::{
    io::{self, Read as _},
    os::unix::net::UnixStream,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use chain::{At, Chain as _, Embedded};
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    low_level::pipe,
};

use crate::error::CliError;

/// The host's blocks are at least this far apart, whatever the speed.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(20);

/// Becomes readable when the process is told to stop.
pub(super) struct Stop(UnixStream);

impl Stop {
    /// Stops on SIGTERM and SIGINT from now on.
    pub(super) fn on_signals() -> io::Result<Self> {
        let (stop, signalled) = UnixStream::pair()?;
        pipe::register(SIGTERM, signalled.try_clone()?)?;
        pipe::register(SIGINT, signalled)?;
        Ok(Self(stop))
    }

    /// Waits for a stop; whether it came within the time.
    fn within(&self, wait: Duration) -> io::Result<bool> {
        self.0.set_read_timeout(Some(wait))?;
        match (&self.0).read(&mut [0; 1]) {
            Ok(_) => Ok(true),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

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
pub(super) fn run(chain: &Embedded, block_ms: u64, speed: u32, stop: &Stop) -> Result<(), CliError> {
    let (began, began_ms) = (Instant::now(), chain.block(At::Head)?.timestamp_ms);
    let interval = (Duration::from_millis(block_ms) / speed).max(SHORTEST_INTERVAL);
    let mut next = interval;
    while !stop.within(next.saturating_sub(began.elapsed()).max(Duration::from_millis(1)))? {
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
