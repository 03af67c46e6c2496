//! Frames on a pipe: a length as four little-endian bytes, then that many bytes. A length above the
//! reader's limit is an error before anything is allocated.

use std::io::{self, Read, Write};

/// Largest frame a runner accepts, in bytes: a module and a sample.
pub(crate) const MAX_JOB_BYTES: u32 = 64 << 20;

/// Writes one frame.
pub(crate) fn write(writer: &mut impl Write, payload: &[u8]) -> io::Result<()> {
    let length = u32::try_from(payload.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    writer.write_all(&length.to_le_bytes())?;
    writer.write_all(payload)?;
    writer.flush()
}

/// Reads one frame of at most `limit` bytes.
pub(crate) fn read(reader: &mut impl Read, limit: u32) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    reader.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length);
    if length > limit {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut payload = Vec::new();
    reader.by_ref().take(length.into()).read_to_end(&mut payload)?;
    if payload.len() < length as usize {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(payload)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_returns_what_was_written() {
        let mut pipe = Vec::new();
        write(&mut pipe, b"one").unwrap();
        write(&mut pipe, b"").unwrap();
        let mut reader = pipe.as_slice();
        assert_eq!(read(&mut reader, 3).unwrap(), b"one");
        assert_eq!(read(&mut reader, 3).unwrap(), b"");
        assert!(reader.is_empty());
    }

    #[test]
    fn read_fails_when_the_length_is_above_the_limit() {
        let mut pipe = Vec::new();
        write(&mut pipe, b"four").unwrap();
        let error = read(&mut pipe.as_slice(), 3).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn read_fails_when_the_frame_ends_early() {
        let mut pipe = Vec::new();
        write(&mut pipe, b"four").unwrap();
        let error = read(&mut &pipe[..6], 4).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }
}
