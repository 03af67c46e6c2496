//! `yarrow doctor`: what is well is OK, and each fault has its row, a fix, and an exit code that scripts see.

mod chain_faults;
mod key_faults;
mod machine_faults;
mod seat_faults;
mod town;
