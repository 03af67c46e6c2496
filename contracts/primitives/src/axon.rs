//! Where a neuron serves: its endpoint, as Bittensor's axon.

use crate::{Hash, ProtocolBlock};

/// The endpoint of a neuron.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Axon {
    /// Version of what serves there.
    pub version: u32,
    /// The address as a number; the lowest 32 bits for version 4.
    pub ip: u128,
    /// The port, from 1.
    pub port: u16,
    /// Version of the address: 4 or 6.
    pub ip_type: u8,
    /// What is spoken there; the subnet says which number means what.
    pub protocol: u8,
    /// Hash of the certificate that it shows.
    pub certificate: Option<Hash>,
}

/// Why an endpoint is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum AxonError {
    /// The version of the address is neither 4 nor 6.
    InvalidIpType,
    /// The address does not exist, or is a local one and this deployment does not allow those.
    InvalidIpAddress,
    /// The port is 0.
    InvalidPort,
}

/// Which addresses a deployment allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub enum Endpoints {
    /// Those that others can reach: neither the loopback address nor 0.
    Public,
    /// Also the loopback address and 0.
    Local,
}

impl Axon {
    /// Whether it can be an endpoint of a deployment that allows `endpoints`.
    ///
    /// Source: subtensor `validate_axon_data`, with address 0 and the loopback address of version 6 refused as well.
    ///
    /// # Errors
    /// In this order: `InvalidIpType`, `InvalidIpAddress`, `InvalidPort`.
    pub fn check(&self, endpoints: Endpoints) -> Result<(), AxonError> {
        const LOOPBACK_4: u128 = 0x7f00_0001;
        const LOOPBACK_6: u128 = 1;
        let (highest, loopback) = match self.ip_type {
            4 => (u128::from(u32::MAX), LOOPBACK_4),
            6 => (u128::MAX, LOOPBACK_6),
            _ => return Err(AxonError::InvalidIpType),
        };
        let is_local = self.ip == 0 || self.ip == loopback;
        if self.ip >= highest || (is_local && endpoints == Endpoints::Public) {
            return Err(AxonError::InvalidIpAddress);
        }
        if self.port == 0 {
            return Err(AxonError::InvalidPort);
        }
        Ok(())
    }
}

/// An endpoint with its block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct ServedAxon {
    /// The endpoint.
    pub axon: Axon,
    /// When it was announced.
    pub served_at: ProtocolBlock,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axon(ip_type: u8, ip: u128) -> Axon {
        Axon { version: 1, ip, port: 8_091, ip_type, protocol: 4, certificate: None }
    }

    #[test]
    fn an_address_is_of_version_4_or_6() {
        for ip_type in [0, 5, 7] {
            assert_eq!(axon(ip_type, 0x0102_0304).check(Endpoints::Local), Err(AxonError::InvalidIpType));
        }
        for ip_type in [4, 6] {
            assert_eq!(axon(ip_type, 0x0102_0304).check(Endpoints::Public), Ok(()));
        }
    }

    #[test]
    fn an_address_must_exist() {
        let beyond = [axon(4, 0xffff_ffff), axon(4, 0x1_0000_0000), axon(6, u128::MAX)];
        for axon in beyond {
            assert_eq!(axon.check(Endpoints::Local), Err(AxonError::InvalidIpAddress), "{axon:?}");
        }
        assert_eq!(axon(4, 0xffff_fffe).check(Endpoints::Public), Ok(()));
        assert_eq!(axon(6, 0x1_0000_0000).check(Endpoints::Public), Ok(()));
    }

    #[test]
    fn local_addresses_are_for_deployments_that_allow_them() {
        for axon in [axon(4, 0), axon(4, 0x7f00_0001), axon(6, 0), axon(6, 1)] {
            assert_eq!(axon.check(Endpoints::Public), Err(AxonError::InvalidIpAddress), "{axon:?}");
            assert_eq!(axon.check(Endpoints::Local), Ok(()), "{axon:?}");
        }
    }

    #[test]
    fn the_version_is_checked_before_the_address_and_the_address_before_the_port() {
        let portless = |ip_type, ip| Axon { port: 0, ..axon(ip_type, ip) };
        assert_eq!(portless(5, 0).check(Endpoints::Public), Err(AxonError::InvalidIpType));
        assert_eq!(portless(4, 0).check(Endpoints::Public), Err(AxonError::InvalidIpAddress));
        assert_eq!(portless(4, 9).check(Endpoints::Public), Err(AxonError::InvalidPort));
    }
}
