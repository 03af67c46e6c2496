//! A chain in another process: the embedded chain behind a socket, and the client of it.
//!
//! [`serve`] puts an [`Embedded`](crate::Embedded) behind an [`Endpoint`] on this machine; [`Remote`] is the
//! [`Chain`](crate::Chain) of another process that uses it. The door is as narrow as the trait: a frame is a length and
//! SCALE (`frame`), a connection begins with a handshake and then has one answer per request (`wire`).
//!
//! Transactions are signed by the client and checked by the server, which counts a nonce per account as every Substrate
//! node does, so that none is executed twice. A client whose connection broke after sending does not know what came of it.
//! It asks for the fate of account and nonce before anything else is sent; only if the server has seen nothing does
//! it send the same bytes again. If there is no answer at all in time, the caller is told so
//! ([`ChainError::OutcomeUnknown`](crate::ChainError::OutcomeUnknown)).

mod book;
mod client;
mod connection;
mod desk;
mod endpoint;
mod frame;
mod server;
mod wire;

pub use client::Remote;
pub use endpoint::{Endpoint, EndpointError, Listener};
pub use server::{Server, serve};
