//! The heap of the contract. ink!'s own allocator frees nothing, and settling a large subnet reads a thousand rows in
//! one message, each of which would stay in a memory of 1 MiB.
//!
//! A block of up to 16 KiB is rounded up to a power of two and goes back to a list of its size when it is freed; that
//! is what decoding and encoding of cells reuses. A larger one is taken from the end of the heap and given back if it is
//! the last one there. No block moves, nothing is merged, and what a caller asks for is never read.

// Whoever links this crate for another machine has an allocator.
#![cfg(any(test, target_arch = "wasm32"))]

// An allocator is unsafe by its interface. Every address here comes from the end of a memory that only this allocator
// uses, and a contract has one thread.

use core::alloc::Layout;

/// Smallest block: room for the link of a free one.
const SMALLEST: usize = 16;
/// Alignment of every block.
const ALIGNMENT: usize = 16;
/// Powers of two from [`SMALLEST`] to 16 KiB.
const SIZES: usize = 11;
const LARGEST_LISTED: usize = SMALLEST << (SIZES - 1);

/// A memory that grows at its end.
pub(crate) trait Memory {
    /// The address of the first byte, a multiple of 16.
    fn start(&self) -> usize;
    /// Makes room up to `end`, if there is as much.
    fn reserve(&mut self, end: usize) -> bool;
}

/// What is free.
pub(crate) struct Heap<M> {
    memory: M,
    /// The end of all blocks; 0 before the first.
    end: usize,
    /// The first free block of each size; 0 if there is none. It holds the address of the next one.
    free: [usize; SIZES],
}

impl<M: Memory> Heap<M> {
    /// An empty heap.
    pub(crate) const fn new(memory: M) -> Self {
        Self { memory, end: 0, free: [0; SIZES] }
    }

    /// The address of a new block; 0 if there is no room.
    ///
    /// # Safety
    /// Nobody else uses the memory.
    pub(crate) unsafe fn allocate(&mut self, layout: Layout) -> usize {
        if layout.align() > ALIGNMENT {
            return 0;
        }
        let (size, list) = rounded(layout.size());
        if let Some(first) = list.and_then(|list| self.free.get_mut(list)) {
            if *first != 0 {
                let block = *first;
                // SAFETY: a free block of a list holds the address of the next one.
                *first = unsafe { *(block as *const usize) };
                return block;
            }
        }
        self.extend(size)
    }

    /// Takes a block back.
    ///
    /// # Safety
    /// `block` came from [`Self::allocate`] with this layout and nobody uses it any more.
    pub(crate) unsafe fn free(&mut self, block: usize, layout: Layout) {
        let (size, list) = rounded(layout.size());
        match list.and_then(|list| self.free.get_mut(list)) {
            Some(first) => {
                // SAFETY: the block is free and has room for an address.
                unsafe { *(block as *mut usize) = *first };
                *first = block;
            }
            None if block.checked_add(size) == Some(self.end) => self.end = block,
            None => {}
        }
    }

    fn extend(&mut self, size: usize) -> usize {
        let block = if self.end == 0 { self.memory.start() } else { self.end };
        match block.checked_add(size) {
            Some(end) if self.memory.reserve(end) => {
                self.end = end;
                block
            }
            _ => 0,
        }
    }
}

/// The size of the block for `size` bytes, and its list if it has one.
fn rounded(size: usize) -> (usize, Option<usize>) {
    if size > LARGEST_LISTED {
        return (size.saturating_add(ALIGNMENT - 1) & !(ALIGNMENT - 1), None);
    }
    let size = size.max(SMALLEST).next_power_of_two();
    let list = size.trailing_zeros().saturating_sub(SMALLEST.trailing_zeros());
    (size, usize::try_from(list).ok())
}

#[cfg(target_arch = "wasm32")]
mod contract {
    use core::{
        alloc::{GlobalAlloc, Layout},
        cell::UnsafeCell,
    };

    use super::{Heap, Memory, ALIGNMENT};

    const PAGE: usize = 64 * 1024;

    /// The linear memory behind the contract's data.
    struct Linear;

    impl Memory for Linear {
        fn start(&self) -> usize {
            extern "C" {
                static __heap_base: usize;
            }
            // SAFETY: the linker defines the symbol; only its address is taken.
            let base = core::ptr::addr_of!(__heap_base) as usize;
            base.saturating_add(ALIGNMENT - 1) & !(ALIGNMENT - 1)
        }

        fn reserve(&mut self, end: usize) -> bool {
            let pages = end.div_ceil(PAGE);
            let present = core::arch::wasm32::memory_size(0);
            pages <= present || core::arch::wasm32::memory_grow(0, pages.saturating_sub(present)) != usize::MAX
        }
    }

    struct ContractHeap(UnsafeCell<Heap<Linear>>);

    // SAFETY: a contract has one thread.
    unsafe impl Sync for ContractHeap {}

    // SAFETY: blocks do not overlap and stay where they are until they are freed; see `Heap`.
    unsafe impl GlobalAlloc for ContractHeap {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            // SAFETY: no other reference is alive, because no allocation happens within.
            unsafe { (*self.0.get()).allocate(layout) as *mut u8 }
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            // SAFETY: as above.
            unsafe { (*self.0.get()).free(block as usize, layout) }
        }
    }

    #[global_allocator]
    static HEAP: ContractHeap = ContractHeap(UnsafeCell::new(Heap::new(Linear)));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A memory of 1 MiB.
    struct Region(Vec<u128>);

    impl Memory for Region {
        fn start(&self) -> usize {
            self.0.as_ptr() as usize
        }

        fn reserve(&mut self, end: usize) -> bool {
            end <= self.start() + self.0.len() * 16
        }
    }

    fn heap() -> Heap<Region> {
        Heap::new(Region(vec![0; 65_536]))
    }

    fn layout(size: usize) -> Layout {
        Layout::from_size_align(size, 8).expect("it is small")
    }

    #[test]
    fn blocks_that_are_in_use_never_overlap_and_keep_what_is_written() {
        let mut heap = heap();
        let mut used: Vec<(usize, usize, u8)> = Vec::new();
        let mut dice = 12_345_u64;
        for round in 0..20_000_u32 {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let roll = (dice >> 33) as usize;
            if roll % 3 != 0 && used.len() < 40 {
                let size = [1, 24, 300, 1_024, 5_000, 17_000][roll / 3 % 6];
                // SAFETY: the region is this test's.
                let block = unsafe { heap.allocate(layout(size)) };
                if block == 0 {
                    continue;
                }
                assert_eq!(block % ALIGNMENT, 0);
                assert!(used.iter().all(|&(other, length, _)| block + size <= other || other + length <= block));
                // SAFETY: the block was just given out.
                unsafe { core::ptr::write_bytes(block as *mut u8, round as u8, size) };
                used.push((block, size, round as u8));
            } else if !used.is_empty() {
                let (block, size, mark) = used.swap_remove(roll / 3 % used.len());
                // SAFETY: the block is in use until the next line.
                let bytes = unsafe { core::slice::from_raw_parts(block as *const u8, size) };
                assert!(bytes.iter().all(|&byte| byte == mark));
                // SAFETY: it came from this heap with this layout.
                unsafe { heap.free(block, layout(size)) };
            }
        }
        assert!(!used.is_empty());
    }

    #[test]
    fn what_is_freed_is_used_again() {
        let mut heap = heap();
        for size in [40, 1_000, 16_384, 100_000] {
            for _ in 0..100_000 {
                // SAFETY: the region is this test's, and the block is freed once.
                unsafe {
                    let block = heap.allocate(layout(size));
                    assert_ne!(block, 0, "{size}");
                    heap.free(block, layout(size));
                }
            }
        }
    }

    #[test]
    fn a_block_that_does_not_fit_is_refused_and_the_rest_remains() {
        let mut heap = heap();
        // SAFETY: the region is this test's.
        unsafe {
            assert_eq!(heap.allocate(layout(2 << 20)), 0);
            assert_ne!(heap.allocate(layout(900 << 10)), 0);
            assert_eq!(heap.allocate(layout(900 << 10)), 0);
        }
    }
}
