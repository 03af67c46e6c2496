#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| yarrow_fuzz::precheck(bytes));
