//! `yarrow wallet sign` and `verify`: who said a text.

use std::{io::Write as _, str::FromStr};

use chain::{parse_ss58, ss58};
use primitives::AccountId;
use serde::Serialize;

use super::{WalletError, password::PasswordArgs, place::KeyArgs};
use crate::output::Output;

/// Options of `yarrow wallet sign`.
#[derive(Debug, clap::Args)]
pub(crate) struct SignArgs {
    #[command(flatten)]
    key: KeyArgs,
    /// The text to sign, whose bytes are signed as they are
    #[arg(long, value_name = "TEXT")]
    message: String,
    #[command(flatten)]
    password: PasswordArgs,
}

/// Options of `yarrow wallet verify`.
#[derive(Debug, clap::Args)]
pub(crate) struct VerifyArgs {
    /// The text that was signed
    #[arg(long, value_name = "TEXT")]
    message: String,
    /// The signature, 64 bytes in hexadecimal digits
    #[arg(long, value_name = "HEX")]
    signature: Signature,
    /// The address of who is said to have signed
    #[arg(long, value_name = "ADDRESS", value_parser = parse_ss58)]
    address: AccountId,
}

/// An sr25519 signature.
#[derive(Clone, Debug)]
struct Signature([u8; 64]);

impl FromStr for Signature {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = hex::decode(text.strip_prefix("0x").unwrap_or(text)).ok();
        let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or("a signature is 64 bytes in hexadecimal digits")
    }
}

#[derive(Serialize)]
struct SignReport<'a> {
    address: String,
    message: &'a str,
    signature: String,
}

#[derive(Serialize)]
struct VerifyReport<'a> {
    address: String,
    message: &'a str,
    valid: bool,
}

/// Signs and writes the signature.
pub(crate) fn sign(args: &SignArgs, output: &mut Output) -> Result<(), WalletError> {
    let signer = args.password.unlock(&args.key.place()?)?;
    let signature = format!("0x{}", hex::encode(signer.sign(args.message.as_bytes())));
    writeln!(output, "{signature}")?;
    Ok(output.report(&SignReport { address: ss58(&signer.account()), message: &args.message, signature })?)
}

/// Checks the signature.
pub(crate) fn verify(args: &VerifyArgs, output: &mut Output) -> Result<(), WalletError> {
    let valid = keys::verify(&args.address, args.message.as_bytes(), &args.signature.0);
    let address = ss58(&args.address);
    if valid {
        writeln!(output, "✅ {address} signed this message")?;
    }
    output.report(&VerifyReport { address, message: &args.message, valid })?;
    if valid { Ok(()) } else { Err(WalletError::NotSigned(args.address)) }
}
