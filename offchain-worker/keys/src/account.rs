//! Accounts as people write them: SS58.

use primitives::AccountId;
use sp_core::crypto::{AccountId32, PublicError, Ss58Codec};

/// A text is not an account.
#[derive(Debug, thiserror::Error)]
#[error("{text:?} is not an SS58 address: {cause}")]
pub struct AccountError {
    text: String,
    cause: PublicError,
}

/// The account in SS58 with the generic prefix 42, which Bittensor uses too.
pub fn ss58(account: &AccountId) -> String {
    AccountId32::new(account.0).to_ss58check()
}

/// Reads an SS58 address of any prefix.
///
/// # Errors
/// [`AccountError`] if the text is not base 58, has another length than an account's or a wrong check sum.
pub fn parse_ss58(text: &str) -> Result<AccountId, AccountError> {
    match AccountId32::from_ss58check_with_version(text) {
        Ok((account, _prefix)) => Ok(<[u8; 32]>::from(account).into()),
        Err(cause) => Err(AccountError { text: text.to_owned(), cause }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Alice's sr25519 account on every Substrate development chain.
    const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

    #[test]
    fn an_address_survives_reading_and_writing() {
        let account = parse_ss58(ALICE).expect("a valid address");
        assert_eq!(account.0[..4], [0xd4, 0x35, 0x93, 0xc7]);
        assert_eq!(ss58(&account), ALICE);
    }

    #[test]
    fn a_mistyped_address_is_refused() {
        for text in ["", "5Grw", "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ", "0x00"] {
            let error = parse_ss58(text).expect_err("no address");
            assert!(error.to_string().contains("is not an SS58 address"), "{error}");
        }
    }
}
