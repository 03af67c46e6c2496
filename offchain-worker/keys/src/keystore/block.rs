//! The bytes of a key in a keystore: a header that looks like PKCS #8, the secret, a divider, the public key.

use zeroize::Zeroizing;

use super::KeystoreError;
use crate::{Signer, signer::SECRET_LENGTH};

const HEADER: [u8; 16] = [48, 83, 2, 1, 1, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];
const DIVIDER: [u8; 5] = [161, 35, 3, 33, 0];
const SECRET_END: usize = HEADER.len() + SECRET_LENGTH;
const DIVIDER_END: usize = SECRET_END + DIVIDER.len();
/// Bytes of a block.
pub(super) const BLOCK_LENGTH: usize = DIVIDER_END + 32;

/// The block of a key.
pub(super) fn encode(signer: &Signer) -> Zeroizing<[u8; BLOCK_LENGTH]> {
    let mut block = Zeroizing::new([0; BLOCK_LENGTH]);
    block[..HEADER.len()].copy_from_slice(&HEADER);
    block[HEADER.len()..SECRET_END].copy_from_slice(&signer.secret()[..]);
    block[SECRET_END..DIVIDER_END].copy_from_slice(&DIVIDER);
    block[DIVIDER_END..].copy_from_slice(&signer.account().0);
    block
}

/// The key of a block.
pub(super) fn decode(block: &[u8; BLOCK_LENGTH]) -> Result<Signer, KeystoreError> {
    let mut secret = Zeroizing::new([0; SECRET_LENGTH]);
    secret.copy_from_slice(&block[HEADER.len()..SECRET_END]);
    let signer = Signer::from_secret(&secret).ok_or(KeystoreError::NotKey)?;
    // Header, divider and public key follow from the secret: what differs from them was not made by any program that is known.
    if *encode(&signer) == *block { Ok(signer) } else { Err(KeystoreError::NotKey) }
}
