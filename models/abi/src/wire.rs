//! Numbers in tables and buffers, all little endian. Bytes past the end read as 0.

/// The `index`-th `u16` of `bytes`.
pub fn u16_at(bytes: &[u8], index: usize) -> u16 {
    match bytes.get(index * 2..index * 2 + 2) {
        Some(&[low, high]) => u16::from_le_bytes([low, high]),
        _ => 0,
    }
}

/// The `index`-th `i16` of `bytes`.
pub fn i16_at(bytes: &[u8], index: usize) -> i16 {
    u16_at(bytes, index) as i16
}

/// The `index`-th `i32` of `bytes`.
pub fn i32_at(bytes: &[u8], index: usize) -> i32 {
    match bytes.get(index * 4..index * 4 + 4) {
        Some(&[a, b, c, d]) => i32::from_le_bytes([a, b, c, d]),
        _ => 0,
    }
}

/// The `index`-th `u32` of `bytes`.
pub fn u32_at(bytes: &[u8], index: usize) -> u32 {
    i32_at(bytes, index) as u32
}
