//! Calls itself a million times deep: ends as `DepthLimit`.
#![no_std]
#![no_main]

model::common!();

const DEPTH: u32 = 1_000_000;

/// Calls itself twice, so that no compiler makes it a loop.
#[inline(never)]
fn nest(depth: u32) -> u32 {
    if depth < 2 {
        return depth;
    }
    nest(depth - 1).wrapping_mul(31) ^ nest(depth - 2)
}

#[no_mangle]
extern "C" fn init(_task: u32, length: u32) -> i32 {
    i32::from(nest(DEPTH + length) == 0)
}

#[no_mangle]
extern "C" fn predict(_input: u32, _length: u32, _output: u32, room: u32) -> u32 {
    room
}

#[no_mangle]
extern "C" fn step(_previous: i32, _output: u32) -> u32 {
    512
}
