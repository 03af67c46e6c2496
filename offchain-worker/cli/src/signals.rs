//! The wish of the operating system that a process ends.

use std::{
    io::{self, Read as _},
    os::unix::net::UnixStream,
    time::Duration,
};

use signal_hook::{
    consts::{SIGINT, SIGTERM},
    low_level::pipe,
};

/// Becomes readable when the process is told to stop.
pub(crate) struct Signals(UnixStream);

impl Signals {
    /// Listens to SIGTERM and SIGINT from now on.
    pub(crate) fn listen() -> io::Result<Self> {
        let (stop, signalled) = UnixStream::pair()?;
        pipe::register(SIGTERM, signalled.try_clone()?)?;
        pipe::register(SIGINT, signalled)?;
        Ok(Self(stop))
    }

    /// Waits for a signal, at most that long if a time is given; whether it came.
    pub(crate) fn wait(&self, time: Option<Duration>) -> io::Result<bool> {
        self.0.set_read_timeout(time)?;
        match (&self.0).read(&mut [0; 1]) {
            Ok(_) => Ok(true),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
