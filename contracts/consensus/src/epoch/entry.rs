//! Weights and bonds towards neurons as the contracts store them: one number each.
//!
//! An epoch reads rows in this form, so that nothing is unpacked beside them: on chain the allocator frees nothing.

/// A neuron and a value in one number: the uid in the low 16 bits, the value in the high ones.
pub fn pack(uid: u16, value: u16) -> u32 {
    (u32::from(value) << 16) | u32::from(uid)
}

/// The neuron and the value.
pub fn unpack(entry: u32) -> (u16, u16) {
    let [low, high, value_low, value_high] = entry.to_le_bytes();
    (u16::from_le_bytes([low, high]), u16::from_le_bytes([value_low, value_high]))
}
