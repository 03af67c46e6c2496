//! Claims to have written 4 GiB: ends as `BadOutput`.
#![no_std]
#![no_main]

model::common!();

#[no_mangle]
extern "C" fn init(_task: u32, _length: u32) -> i32 {
    0
}

#[no_mangle]
extern "C" fn predict(_input: u32, _length: u32, _output: u32, _room: u32) -> u32 {
    u32::MAX
}

#[no_mangle]
extern "C" fn step(_previous: i32, _output: u32) -> u32 {
    u32::MAX
}
