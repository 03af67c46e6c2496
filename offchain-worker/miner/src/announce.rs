//! The announcement of an endpoint on the chain.

use std::net::{IpAddr, SocketAddr};

use chain::{Chain, ChainError, ChainExt, Contracts, Signer};
use primitives::{Netuid, Registry as _, axon::Axon};

/// The protocol that the endpoint speaks, as subnets number them: HTTP with `btauth/1`.
const PROTOCOL: u8 = 1;
/// Version of the endpoint's routes.
const VERSION: u32 = 1;

/// Announces that `hotkey`'s neuron serves at `address`, unless that is what the chain says already; whether it was
/// announced.
///
/// # Errors
/// If the chain cannot be read or refuses: the hotkey is not registered, the address is none that the deployment takes,
/// or it was announced too lately.
pub fn announce(
    chain: &dyn Chain,
    contracts: &Contracts,
    hotkey: &Signer,
    netuid: Netuid,
    address: SocketAddr,
) -> Result<bool, ChainError> {
    let axon = axon(address);
    let served = chain.view(contracts.registry().axon(netuid, hotkey.account()))?;
    if served.is_some_and(|served| served.axon == axon) {
        return Ok(false);
    }
    chain.submit(hotkey, contracts.registry().serve_axon(netuid, axon))?;
    Ok(true)
}

/// An address as the chain has it.
pub fn axon(address: SocketAddr) -> Axon {
    let (ip, ip_type) = match address.ip().to_canonical() {
        IpAddr::V4(ip) => (u32::from(ip).into(), 4),
        IpAddr::V6(ip) => (ip.into(), 6),
    };
    Axon { version: VERSION, ip, port: address.port(), ip_type, protocol: PROTOCOL, certificate: None }
}
