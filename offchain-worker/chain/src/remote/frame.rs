//! Frames: four bytes of length, little endian, and as many bytes. All reads and writes end at a deadline.

use std::{
    io::{self, Read, Write},
    time::{Duration, Instant},
};

use socket2::Socket;

use crate::ConnectionFailure;

/// Largest request, in bytes: the code of a contract with room to spare.
pub(super) const MAX_REQUEST: usize = 1 << 20;
/// Largest answer, in bytes; no contract answers with more than pallet-contracts lets it.
pub(super) const MAX_ANSWER: usize = 16 << 20;
/// What is read at once: memory is taken for what has come, not for what was announced.
const CHUNK: usize = 1 << 16;
/// What any call is allowed at most; a longer time may not be counted by the system.
const LONGEST: Duration = Duration::from_secs(24 * 3600);
/// A socket takes no time at all for "for ever".
const SHORTEST: Duration = Duration::from_millis(1);

/// Until when something must be done.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline {
    at: Instant,
    allowed: Duration,
}

impl Deadline {
    pub(super) fn after(allowed: Duration) -> Self {
        let allowed = allowed.min(LONGEST);
        Self { at: Instant::now() + allowed, allowed }
    }

    /// What is left of it; at least what a socket can count.
    pub(super) fn left(&self) -> Result<Duration, ConnectionFailure> {
        let left = self.at.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(ConnectionFailure::Deadline(self.allowed)) } else { Ok(left.max(SHORTEST)) }
    }

    /// A deadline for a part of it, which is never later.
    pub(super) fn part(&self, allowed: Duration) -> Self {
        Self { at: self.at.min(Self::after(allowed).at), allowed: self.allowed }
    }
}

/// A connection as this module uses it; a test has another one.
pub(super) trait Wire {
    fn read_by(&self, buffer: &mut [u8], deadline: Deadline) -> Result<usize, ConnectionFailure>;
    fn write_by(&self, bytes: &[u8], deadline: Deadline) -> Result<usize, ConnectionFailure>;
}

impl Wire for Socket {
    fn read_by(&self, buffer: &mut [u8], deadline: Deadline) -> Result<usize, ConnectionFailure> {
        retry(deadline, |left| {
            self.set_read_timeout(Some(left))?;
            (&mut &*self).read(buffer)
        })
    }

    fn write_by(&self, bytes: &[u8], deadline: Deadline) -> Result<usize, ConnectionFailure> {
        retry(deadline, |left| {
            self.set_write_timeout(Some(left))?;
            (&mut &*self).write(bytes)
        })
    }
}

/// Does something with a socket until it succeeds, fails or the time is over. Sockets say `WouldBlock` for the latter.
fn retry<T>(deadline: Deadline, mut act: impl FnMut(Duration) -> io::Result<T>) -> Result<T, ConnectionFailure> {
    loop {
        match act(deadline.left()?) {
            Ok(done) => return Ok(done),
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted => {}
                kind => return Err(ConnectionFailure::Broken(kind)),
            },
        }
    }
}

/// Reads a frame of at most `limit` bytes. It begins before `idle` and has come `allowed` after its beginning.
pub(super) fn read(
    wire: &impl Wire,
    limit: usize,
    idle: Deadline,
    allowed: Duration,
) -> Result<Vec<u8>, ConnectionFailure> {
    let mut length = [0; 4];
    fill(wire, &mut length, idle)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > limit {
        return Err(ConnectionFailure::NotUnderstood);
    }
    let deadline = Deadline::after(allowed);
    let mut frame = Vec::new();
    while frame.len() < length {
        let have = frame.len();
        frame.resize(length.min(have + CHUNK), 0);
        fill(wire, frame.get_mut(have..).unwrap_or_default(), deadline)?;
    }
    Ok(frame)
}

/// Writes a frame.
pub(super) fn write(wire: &impl Wire, frame: &[u8], limit: usize, deadline: Deadline) -> Result<(), ConnectionFailure> {
    let too_large = ConnectionFailure::TooLarge { bytes: frame.len(), limit };
    let length = u32::try_from(frame.len()).ok().filter(|_| frame.len() <= limit).ok_or(too_large)?;
    let bytes = [&length.to_le_bytes(), frame].concat();
    let mut rest = bytes.as_slice();
    while !rest.is_empty() {
        let written = wire.write_by(rest, deadline)?;
        rest = rest.get(written..).unwrap_or_default();
    }
    Ok(())
}

fn fill(wire: &impl Wire, mut buffer: &mut [u8], deadline: Deadline) -> Result<(), ConnectionFailure> {
    while !buffer.is_empty() {
        match wire.read_by(buffer, deadline)? {
            0 => return Err(ConnectionFailure::Broken(io::ErrorKind::UnexpectedEof)),
            read => buffer = buffer.get_mut(read..).unwrap_or_default(),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, collections::VecDeque};

    use super::*;

    /// A connection on which these bytes have come, a few at a time, and then it ended.
    struct Recorded(RefCell<VecDeque<u8>>);

    impl Recorded {
        fn new(parts: &[&[u8]]) -> Self {
            Self(RefCell::new(parts.concat().into()))
        }
    }

    impl Wire for Recorded {
        fn read_by(&self, buffer: &mut [u8], deadline: Deadline) -> Result<usize, ConnectionFailure> {
            deadline.left()?;
            let few = buffer.len().min(3);
            (*self.0.borrow_mut()).read(&mut buffer[..few]).map_err(|error| ConnectionFailure::Broken(error.kind()))
        }

        fn write_by(&self, bytes: &[u8], deadline: Deadline) -> Result<usize, ConnectionFailure> {
            deadline.left()?;
            let few = bytes.len().min(3);
            self.0.borrow_mut().extend(&bytes[..few]);
            Ok(few)
        }
    }

    const MINUTE: Duration = Duration::from_secs(60);

    fn read_within(wire: &Recorded, limit: usize, allowed: Duration) -> Result<Vec<u8>, ConnectionFailure> {
        read(wire, limit, Deadline::after(MINUTE), allowed)
    }

    #[test]
    fn frames_come_out_as_they_went_in_whatever_the_pieces() {
        let wire = Recorded::new(&[]);
        let frames = [vec![], vec![7; 1], vec![8; 200_000]];
        for frame in &frames {
            write(&wire, frame, 200_000, Deadline::after(MINUTE)).expect("it fits");
        }
        for frame in &frames {
            assert_eq!(read_within(&wire, 200_000, MINUTE).as_ref(), Ok(frame));
        }
    }

    #[test]
    fn a_length_above_the_limit_is_refused_before_anything_is_read_or_kept() {
        for length in [5_u32, 1 << 20, u32::MAX] {
            let wire = Recorded::new(&[&length.to_le_bytes(), &[1; 64]]);
            assert_eq!(read_within(&wire, 4, MINUTE), Err(ConnectionFailure::NotUnderstood));
            assert_eq!(wire.0.borrow().len(), 64);
        }
        let wire = Recorded::new(&[]);
        let refused = write(&wire, &[0; 5], 4, Deadline::after(MINUTE));
        assert_eq!(refused, Err(ConnectionFailure::TooLarge { bytes: 5, limit: 4 }));
        assert!(wire.0.borrow().is_empty());
    }

    #[test]
    fn a_frame_that_ends_early_is_a_broken_connection() {
        let ended = Err(ConnectionFailure::Broken(io::ErrorKind::UnexpectedEof));
        assert_eq!(read_within(&Recorded::new(&[]), 9, MINUTE), ended);
        assert_eq!(read_within(&Recorded::new(&[&[1, 0]]), 9, MINUTE), ended);
        assert_eq!(read_within(&Recorded::new(&[&[9, 0, 0, 0], &[1; 8]]), 9, MINUTE), ended);
        let announced = Recorded::new(&[&(MAX_ANSWER as u32).to_le_bytes(), &[1; 8]]);
        assert_eq!(read_within(&announced, MAX_ANSWER, MINUTE), ended);
    }

    #[test]
    fn a_deadline_ends_reading_and_writing_and_is_never_later_than_the_whole() {
        let over = Err(ConnectionFailure::Deadline(Duration::ZERO));
        assert_eq!(read_within(&Recorded::new(&[&[1, 0, 0, 0, 5]]), 9, Duration::ZERO), over);
        let wire = Recorded::new(&[]);
        assert_eq!(
            write(&wire, &[1], 9, Deadline::after(Duration::ZERO)),
            Err(ConnectionFailure::Deadline(Duration::ZERO))
        );
        assert!(Deadline::after(Duration::ZERO).part(MINUTE).left().is_err());
        assert!(Deadline::after(Duration::MAX).part(Duration::MAX).left().is_ok());
    }
}
