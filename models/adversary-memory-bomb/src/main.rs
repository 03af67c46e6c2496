//! Takes memory until there is none: ends as `MemoryLimit`.
#![no_std]
#![no_main]

model::common!();

/// 1 MiB.
const CHUNK: u32 = 1 << 20;

#[no_mangle]
extern "C" fn init(_task: u32, _length: u32) -> i32 {
    while model::memory::alloc(CHUNK) != u32::MAX {}
    0
}

#[no_mangle]
extern "C" fn predict(_input: u32, _length: u32, _output: u32, room: u32) -> u32 {
    room
}

#[no_mangle]
extern "C" fn step(_previous: i32, _output: u32) -> u32 {
    512
}
