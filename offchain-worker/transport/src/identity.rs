//! Who signs.

use std::{fmt, sync::Arc};

use primitives::AccountId;

use crate::ss58;

/// A hotkey that can sign, without saying where its secret is.
#[derive(Clone)]
pub struct Identity {
    account: AccountId,
    sign: Arc<dyn Fn(&[u8]) -> [u8; 64] + Send + Sync>,
}

impl Identity {
    /// The hotkey `account`, whose sr25519 signatures in the context `substrate` come from `sign`.
    pub fn new(account: AccountId, sign: impl Fn(&[u8]) -> [u8; 64] + Send + Sync + 'static) -> Self {
        Self { account, sign: Arc::new(sign) }
    }

    /// The hotkey's account.
    pub fn account(&self) -> AccountId {
        self.account
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        (self.sign)(message)
    }
}

/// Shows the account only.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Identity").field(&ss58::encode(&self.account)).finish()
    }
}
