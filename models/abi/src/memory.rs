//! The memory that the host fills. Models keep their state in statics, so nothing is ever freed: buffers are cut off the
//! end of the memory one after the other.

/// Cuts `length` bytes off the end of the memory and returns their address.
///
/// Addresses are multiples of 8. Without room the answer is an address outside the memory, which the host refuses.
#[cfg(target_arch = "wasm32")]
pub fn alloc(length: u32) -> u32 {
    use core::arch::wasm32::{memory_grow, memory_size};
    use core::sync::atomic::{AtomicU32, Ordering};

    const PAGE: u32 = 65_536;
    static NEXT: AtomicU32 = AtomicU32::new(0);
    extern "C" {
        /// Where the linker's own data end.
        static __heap_base: u8;
    }

    let start = match NEXT.load(Ordering::Relaxed) {
        0 => (&raw const __heap_base) as u32,
        next => next,
    };
    let Some(end) = start.checked_next_multiple_of(8).and_then(|start| start.checked_add(length)) else {
        return u32::MAX;
    };
    let missing = end.div_ceil(PAGE).saturating_sub(memory_size(0) as u32);
    if missing > 0 && memory_grow(0, missing as usize) == usize::MAX {
        return u32::MAX;
    }
    NEXT.store(end, Ordering::Relaxed);
    end - length
}

/// A slice of the model's memory that the host named.
///
/// # Safety
/// The bytes must lie inside the memory and stay unchanged while the slice lives.
pub unsafe fn bytes<'a>(address: u32, length: u32) -> &'a [u8] {
    // SAFETY: the caller's promise; the host passes only buffers it got from `alloc`.
    unsafe { core::slice::from_raw_parts(address as usize as *const u8, length as usize) }
}

/// The weights in the `room` bytes at `address`. A wasm memory is little endian, as the ABI's weights are.
///
/// # Safety
/// As [`bytes`], nothing else may use the bytes while the slice lives, and the address must come from `alloc`, which aligns.
pub unsafe fn weights<'a>(address: u32, room: u32) -> &'a mut [u16] {
    // SAFETY: the caller's promise; the host passes only buffers it got from `alloc`.
    unsafe { core::slice::from_raw_parts_mut(address as usize as *mut u16, room as usize / 2) }
}
