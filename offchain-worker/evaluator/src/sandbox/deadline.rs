//! Pipe ends whose reads and writes end at a deadline, so that a runner that neither reads nor
//! writes cannot hold its parent.

use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

/// A non-blocking pipe end with a deadline for the operation under way.
pub(crate) struct DeadlinePipe<T> {
    pipe: T,
    deadline: Instant,
}

impl<T: AsFd> DeadlinePipe<T> {
    pub(crate) fn new(pipe: T) -> io::Result<Self> {
        let flags = fcntl_getfl(&pipe)?;
        fcntl_setfl(&pipe, flags | OFlags::NONBLOCK)?;
        Ok(Self { pipe, deadline: Instant::now() })
    }

    /// Sets when reads and writes fail with [`io::ErrorKind::TimedOut`].
    pub(crate) fn set_deadline(&mut self, deadline: Instant) {
        self.deadline = deadline;
    }

    fn wait(&self, event: PollFlags) -> io::Result<()> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        let timeout = Timespec { tv_sec: left.as_secs() as i64, tv_nsec: left.subsec_nanos().into() };
        match poll(&mut [PollFd::new(&self.pipe, event)], Some(&timeout)) {
            Ok(0) => Err(io::ErrorKind::TimedOut.into()),
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn retry<R>(&mut self, event: PollFlags, mut operation: impl FnMut(&mut T) -> io::Result<R>) -> io::Result<R> {
        loop {
            match operation(&mut self.pipe) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.wait(event)?,
                result => return result,
            }
        }
    }
}

impl<T: AsFd + Read> Read for DeadlinePipe<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.retry(PollFlags::IN, |pipe| pipe.read(buffer))
    }
}

impl<T: AsFd + Write> Write for DeadlinePipe<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.retry(PollFlags::OUT, |pipe| pipe.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.retry(PollFlags::OUT, Write::flush)
    }
}
