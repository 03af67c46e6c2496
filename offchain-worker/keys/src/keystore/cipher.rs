//! The encryption of keystores: scrypt makes a key of the password, xsalsa20-poly1305 (NaCl's secretbox) encrypts with it.
//!
//! The bytes are: salt (32), scrypt's N, p and r (4 each, little endian), nonce (24), tag (16), and the encrypted block.
//! N, p and r are whatever the file says, so they are bounded before anything is allocated for them.

use crypto_secretbox::{AeadInPlace, KeyInit, XSalsa20Poly1305};
use scrypt::Params;
use zeroize::Zeroizing;

use super::{KeystoreError, block::BLOCK_LENGTH};

const SALT_LENGTH: usize = 32;
const NONCE_LENGTH: usize = 24;
const TAG_LENGTH: usize = 16;
/// Bytes of an encrypted block with all that is needed to decrypt it, except the password.
const SEALED_LENGTH: usize = SALT_LENGTH + 3 * 4 + NONCE_LENGTH + TAG_LENGTH + BLOCK_LENGTH;

/// What a guess of the password costs.
#[derive(Clone, Copy, Debug)]
struct Cost {
    n: u32,
    p: u32,
    r: u32,
}

impl Cost {
    /// What polkadot-js has written since 13.5.3; earlier releases read N 32,768 only.
    const WRITTEN: Self = Self { n: 1 << 17, p: 1, r: 8 };
    /// Bytes of memory that the most costly parameters of polkadot-js need.
    const MOST_MEMORY: u128 = 128 << 20;
    /// Mixed blocks, the unit of time, that the most costly parameters of polkadot-js need.
    const MOST_WORK: u128 = 1 << 20;

    fn params(self) -> Result<Params, KeystoreError> {
        let Self { n, p, r } = self;
        let out_of_bounds = KeystoreError::ScryptParameters { n, r, p };
        let blocks = u128::from(n) * u128::from(r);
        if n < 2 || !n.is_power_of_two() || blocks * 128 > Self::MOST_MEMORY || blocks * u128::from(p) > Self::MOST_WORK
        {
            return Err(out_of_bounds);
        }
        Params::new(n.ilog2() as u8, r, p).map_err(|_| out_of_bounds)
    }
}

/// An encrypted block.
#[derive(Clone, Debug)]
pub(super) struct Sealed {
    salt: [u8; SALT_LENGTH],
    cost: Cost,
    nonce: [u8; NONCE_LENGTH],
    tag: [u8; TAG_LENGTH],
    body: [u8; BLOCK_LENGTH],
}

impl Sealed {
    /// Encrypts a block.
    pub(super) fn seal(block: &[u8; BLOCK_LENGTH], password: &str) -> Result<Self, KeystoreError> {
        let mut sealed = Self { salt: [0; _], cost: Cost::WRITTEN, nonce: [0; _], tag: [0; _], body: *block };
        getrandom::fill(&mut sealed.salt).map_err(KeystoreError::Random)?;
        getrandom::fill(&mut sealed.nonce).map_err(KeystoreError::Random)?;
        let cipher = sealed.cipher(password)?;
        let tag = cipher
            .encrypt_in_place_detached(&sealed.nonce.into(), b"", &mut sealed.body)
            .expect("a secretbox takes any block");
        sealed.tag = tag.into();
        Ok(sealed)
    }

    /// Decrypts the block.
    pub(super) fn open(&self, password: &str) -> Result<Zeroizing<[u8; BLOCK_LENGTH]>, KeystoreError> {
        let mut block = Zeroizing::new(self.body);
        self.cipher(password)?
            .decrypt_in_place_detached(&self.nonce.into(), b"", &mut block[..], &self.tag.into())
            .map_err(|_| KeystoreError::WrongPassword)?;
        Ok(block)
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, KeystoreError> {
        let (salt, rest) = split(bytes, bytes)?;
        let (n, rest) = split(bytes, rest)?;
        let (p, rest) = split(bytes, rest)?;
        let (r, rest) = split(bytes, rest)?;
        let (nonce, rest) = split(bytes, rest)?;
        let (tag, rest) = split(bytes, rest)?;
        let (body, rest) = split(bytes, rest)?;
        if !rest.is_empty() {
            return Err(KeystoreError::Oversized { length: bytes.len(), expected: SEALED_LENGTH });
        }
        let cost = Cost { n: u32::from_le_bytes(n), p: u32::from_le_bytes(p), r: u32::from_le_bytes(r) };
        cost.params()?;
        Ok(Self { salt, cost, nonce, tag, body })
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let Cost { n, p, r } = self.cost;
        let [n, p, r] = [n, p, r].map(u32::to_le_bytes);
        [&self.salt[..], &n, &p, &r, &self.nonce, &self.tag, &self.body].concat()
    }

    fn cipher(&self, password: &str) -> Result<XSalsa20Poly1305, KeystoreError> {
        let mut key = Zeroizing::new([0; 32]);
        let params = self.cost.params()?;
        scrypt::scrypt(&password_bytes(password), &self.salt, &params, &mut key[..])
            .expect("32 bytes are a length of keys");
        Ok(XSalsa20Poly1305::new((&*key).into()))
    }
}

/// Takes the next part off `rest`, of `whole`.
fn split<'a, const LENGTH: usize>(whole: &[u8], rest: &'a [u8]) -> Result<([u8; LENGTH], &'a [u8]), KeystoreError> {
    let cut_off = KeystoreError::Truncated { length: whole.len(), expected: SEALED_LENGTH };
    rest.split_first_chunk().map(|(part, rest)| (*part, rest)).ok_or(cut_off)
}

/// The password as polkadot-js understands it, which takes one that looks like hexadecimal digits for bytes.
fn password_bytes(password: &str) -> Zeroizing<Vec<u8>> {
    let digits = password.strip_prefix("0x").and_then(|digits| hex::decode(digits).ok());
    Zeroizing::new(digits.unwrap_or_else(|| password.as_bytes().to_vec()))
}
