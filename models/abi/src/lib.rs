//! What every model needs: the exports of ABI v1 and fixed-point arithmetic.
//!
//! A model is a type that implements [`Classifier`] or [`Stream`], and one line, [`classifier!`] or [`stream!`], that
//! exports it. Everything is integer arithmetic: the same on every machine, and cheaper in fuel than floating point, whose
//! NaNs the sandbox has to make canonical.
#![no_std]

pub mod dense;
mod exports;
pub mod fixed;
pub mod linear;
pub mod memory;
pub mod wire;

pub use exports::{Classifier, Instance, Stream};

/// A panic ends as a trap; its message would only make the module larger.
#[cfg(target_arch = "wasm32")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
