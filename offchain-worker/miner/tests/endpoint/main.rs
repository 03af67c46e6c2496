//! A miner's endpoint as validators and strangers see it, over real sockets.

mod auth;
mod blob;
mod chain;
mod client;
mod hostile;
mod live;
mod load;
mod served;
