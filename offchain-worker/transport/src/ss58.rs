//! Accounts as the headers of `btauth/1` write them: SS58 with prefix 42, Bittensor's. What is signed contains the text,
//! so only one text per account is accepted.

use primitives::AccountId;

const PREFIX: u8 = 42;
const CHECKSUM_DOMAIN: &[u8] = b"SS58PRE";
/// Prefix, account, checksum.
const LENGTH: usize = 1 + 32 + 2;

pub(crate) fn encode(account: &AccountId) -> String {
    let account: &[u8; 32] = account.as_ref();
    let mut bytes = [0; LENGTH];
    bytes[0] = PREFIX;
    bytes[1..33].copy_from_slice(account);
    let checksum = checksum(&bytes[..33]);
    bytes[33..].copy_from_slice(&checksum);
    bs58::encode(bytes).into_string()
}

pub(crate) fn decode(text: &str) -> Option<AccountId> {
    let mut bytes = [0; LENGTH];
    if bs58::decode(text).onto(&mut bytes).ok()? != LENGTH || bytes[0] != PREFIX {
        return None;
    }
    let account: [u8; 32] = bytes[1..33].try_into().ok()?;
    (bytes[33..] == checksum(&bytes[..33])).then(|| account.into())
}

fn checksum(bytes: &[u8]) -> [u8; 2] {
    let hash = blake2b_simd::State::new().update(CHECKSUM_DOMAIN).update(bytes).finalize();
    [hash.as_bytes()[0], hash.as_bytes()[1]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_one_text() {
        // Published with every Substrate node: `subkey inspect //Alice`.
        let alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
        let account = decode(alice).expect("Alice's address");
        assert_eq!(encode(&account), alice);
        // Polkadot's and the Substrate public key of the same account.
        for other in ["15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5", "0xd43593c7", "", "5Grwv"] {
            assert_eq!(decode(other), None, "{other}");
        }
        assert_eq!(decode(&alice.replace('Y', "Z")), None);
    }
}
