//! How a bundle writes bytes: accounts in SS58, everything else in hexadecimal.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

fn from_hex<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    hex::decode(String::deserialize(deserializer)?).map_err(D::Error::custom)
}

fn exactly<'de, const N: usize, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; N], D::Error> {
    let bytes = from_hex(deserializer)?;
    <[u8; N]>::try_from(bytes).map_err(|bytes| D::Error::invalid_length(bytes.len(), &"as many bytes as the field has"))
}

pub(super) mod hash {
    use super::*;

    pub(in super::super) fn serialize<S: Serializer>(hash: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
        hex::encode(hash).serialize(serializer)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
        exactly(deserializer)
    }
}

pub(super) mod signature {
    use super::*;

    pub(in super::super) fn serialize<S: Serializer>(signature: &[u8; 64], serializer: S) -> Result<S::Ok, S::Error> {
        hex::encode(signature).serialize(serializer)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 64], D::Error> {
        exactly(deserializer)
    }
}

pub(super) mod bytes {
    use super::*;

    pub(in super::super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        hex::encode(bytes).serialize(serializer)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        from_hex(deserializer)
    }
}

pub(super) mod account {
    use chain::{parse_ss58, ss58};
    use primitives::AccountId;

    use super::*;

    pub(in super::super) fn serialize<S: Serializer>(account: &AccountId, serializer: S) -> Result<S::Ok, S::Error> {
        ss58(account).serialize(serializer)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<AccountId, D::Error> {
        parse_ss58(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
