//! What an operator can set.

use std::{
    net::{Ipv4Addr, SocketAddr},
    num::NonZeroU32,
    time::Duration,
};

use serde::Deserialize;

/// How an endpoint listens and whom it gives how much. In a file these are the fields of `miner.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerSettings {
    /// The address for everybody. Default: 0.0.0.0:8091
    pub listen: SocketAddr,
    /// The address for the operator's metrics; never a public one. Default: none
    pub metrics: Option<SocketAddr>,
    /// Predictions that are made at the same time. Default: the number of processors
    pub workers: usize,
    /// Requests per second of one address, of IPv6 one /64. Default: 50
    pub address_per_second: NonZeroU32,
    /// Requests per second of one hotkey. Default: 50
    pub key_per_second: NonZeroU32,
    /// Connections in all. Default: 1,024
    pub connections: usize,
    /// Connections of one address. Default: 64
    pub connections_per_address: usize,
    /// Time for the head of a request, in ms. Default: 5,000
    pub head_ms: u64,
    /// Time for the body of a request, in ms. Default: 10,000
    pub body_ms: u64,
    /// Life of a connection, in ms. Default: 300,000
    pub connection_ms: u64,
    /// Time to end what is under way when stopped, in ms. Default: 5,000
    pub grace_ms: u64,
}

impl Default for ServerSettings {
    fn default() -> Self {
        let fifty = const { NonZeroU32::new(50).unwrap() };
        Self {
            listen: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 8_091)),
            metrics: None,
            workers: std::thread::available_parallelism().map_or(1, usize::from),
            address_per_second: fifty,
            key_per_second: fifty,
            connections: 1_024,
            connections_per_address: 64,
            head_ms: 5_000,
            body_ms: 10_000,
            connection_ms: 300_000,
            grace_ms: 5_000,
        }
    }
}

impl ServerSettings {
    pub(super) fn head(&self) -> Duration {
        Duration::from_millis(self.head_ms)
    }

    pub(super) fn body(&self) -> Duration {
        Duration::from_millis(self.body_ms)
    }

    pub(super) fn connection(&self) -> Duration {
        Duration::from_millis(self.connection_ms)
    }

    pub(super) fn grace(&self) -> Duration {
        Duration::from_millis(self.grace_ms)
    }
}
