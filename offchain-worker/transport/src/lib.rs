#![doc = include_str!("../README.md")]

pub mod btauth;
pub mod clock;
pub mod fetch;
mod http_client;
pub mod live;
pub mod probe;
mod reach;
mod threads;
pub mod wire;
