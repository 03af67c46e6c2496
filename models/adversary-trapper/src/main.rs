//! Answers twice, then traps: ends as `Trap`.
#![no_std]
#![no_main]

use core::sync::atomic::{AtomicU32, Ordering};

model::common!();

const ANSWERS: u32 = 2;

static ANSWERED: AtomicU32 = AtomicU32::new(0);

fn trap_on_the_third() {
    if ANSWERED.fetch_add(1, Ordering::Relaxed) == ANSWERS {
        panic!();
    }
}

#[no_mangle]
extern "C" fn init(_task: u32, _length: u32) -> i32 {
    0
}

#[no_mangle]
extern "C" fn predict(_input: u32, _length: u32, _output: u32, room: u32) -> u32 {
    trap_on_the_third();
    room
}

#[no_mangle]
extern "C" fn step(_previous: i32, _output: u32) -> u32 {
    trap_on_the_third();
    512
}
