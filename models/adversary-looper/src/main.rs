//! Never returns from `init`: ends as `OutOfFuel`.
#![no_std]
#![no_main]

model::common!();

#[no_mangle]
extern "C" fn init(_task: u32, _length: u32) -> i32 {
    #[expect(clippy::empty_loop, reason = "that is the attack")]
    loop {}
}

#[no_mangle]
extern "C" fn predict(_input: u32, _length: u32, _output: u32, room: u32) -> u32 {
    room
}

#[no_mangle]
extern "C" fn step(_previous: i32, _output: u32) -> u32 {
    512
}
