//! Yarrow's rules as pure arithmetic.
//!
//! The contracts call this crate on chain and the worker, the simulator and the tests call it
//! natively, so that a rule is written once and gives the same bits everywhere. Nothing here
//! reads a clock, a storage cell or a file, nothing uses floating point, and no input can make
//! a function panic: out-of-range uids are skipped, sums saturate, and `x / 0` is `0`.
//!
//! Units: amounts are RAO (1 TAO = 10^9 RAO), times are protocol blocks, proportions are
//! [`fixed::I32F32`] or `u16` where 65535 means 1.
//!
//! | module | rule |
//! |---|---|
//! | [`fixed`] | 32.32 fixed point, bit-compatible with `substrate-fixed` |
//! | [`epoch`] | the sparse Yuma epoch |
//! | [`emission`] | an epoch's shares as RAO, the way subtensor rounds them |
//! | [`payout`] | an epoch's shares as RAO, the way Yarrow pays them: exact to the RAO |
//! | [`supply`] | cap, halving, lazy accrual |
//! | [`root`] | the subnets' shares by the root validators' votes |
//! | [`shares`] | division of the block emission over the running subnets |
//! | [`price`] | subnet lock cost, burn price of a registration |
//! | [`pruning`] | the neuron that makes room on a full subnet |
//! | [`work`] | proof of work of a registration and its difficulty |
//! | [`weights`] | checks of a weight vector, scaling and quantisation |
//!
//! On chain the allocator never frees: functions allocate their results and a few buffers
//! up front and nothing inside loops.

#![no_std]
#![warn(missing_docs, unreachable_pub)]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_sign_loss,
        clippy::float_arithmetic,
        clippy::indexing_slicing,
        clippy::unwrap_used,
        clippy::panic
    )
)]

extern crate alloc;

pub mod emission;
pub mod epoch;
pub mod fixed;
pub mod payout;
pub mod price;
pub mod pruning;
pub mod root;
pub mod shares;
pub mod supply;
pub mod weights;
pub mod work;
