//! The person at the terminal, who types secrets and reads new ones.

use std::{
    fs::OpenOptions,
    io::{self, IsTerminal, Write},
};

use keys::SecretText;

use super::WalletError;

/// The terminal that this process was started from.
#[derive(Debug)]
pub(crate) struct Terminal(());

impl Terminal {
    /// The terminal, if standard input is one: a script must not wait for an answer that nobody gives.
    ///
    /// # Errors
    /// [`WalletError::NoTerminal`], with what it is needed for and which options do without.
    pub(crate) fn find(needed: &str, instead: &'static str) -> Result<Self, WalletError> {
        if io::stdin().is_terminal() {
            return Ok(Self(()));
        }
        Err(WalletError::NoTerminal { needed: needed.to_owned(), instead })
    }

    /// Asks for a secret, which is not shown while it is typed.
    pub(crate) fn ask(&self, question: &str) -> io::Result<SecretText> {
        rpassword::prompt_password(format!("{question}: ")).map(SecretText::new)
    }

    /// Shows texts to the person only, wherever standard output goes.
    pub(crate) fn show(&self, texts: &[&str]) -> io::Result<()> {
        let mut screen = OpenOptions::new().write(true).open("/dev/tty")?;
        texts.iter().try_for_each(|text| screen.write_all(text.as_bytes()))
    }
}
