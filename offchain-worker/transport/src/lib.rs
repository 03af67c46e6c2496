#![doc = include_str!("../README.md")]

pub mod btauth;
pub mod clock;
pub mod fetch;
mod http_client;
mod identity;
pub mod live;
mod reach;
mod ss58;
mod threads;
pub mod wire;

pub use identity::Identity;
