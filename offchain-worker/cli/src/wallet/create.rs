//! `yarrow wallet create`, `new-coldkey` and `new-hotkey`: new keys.
//!
//! A new seed phrase is shown once, to the person at the terminal, or goes into a file of its own. That comes first: keys
//! are kept only when their phrases are out.

use std::{fmt::Write as _, path::PathBuf};

use keys::{Existing, Keystore, SecretText, Signer, WordCount, generate_phrase, write_private};
use zeroize::Zeroizing;

use super::{
    WalletError,
    password::{PasswordArgs, seal},
    place::{Place, WalletArgs},
    report::{self, KeyReport},
    terminal::Terminal,
    who::development,
};
use crate::output::Output;

const WARNING: &str = "Write these words down, on paper. They are shown this once; whoever has them has the keys.\n\n";

/// Options of `yarrow wallet create` and `new-hotkey`.
#[derive(Debug, clap::Args)]
pub(crate) struct HotkeyArgs {
    #[command(flatten)]
    wallet: WalletArgs,
    /// The name of the hotkey
    #[arg(short = 'H', long, value_name = "NAME", default_value = "default")]
    hotkey: String,
    /// Keep the hotkey without a password, for a daemon: whoever reads its file has the key
    #[arg(long)]
    no_password: bool,
    #[command(flatten)]
    options: Options,
}

/// Options of `yarrow wallet new-coldkey`.
#[derive(Debug, clap::Args)]
pub(crate) struct ColdkeyArgs {
    #[command(flatten)]
    wallet: WalletArgs,
    #[command(flatten)]
    options: Options,
}

/// What all of them take.
#[derive(Debug, clap::Args)]
struct Options {
    /// How many words the seed phrase has: 12, 15, 18, 21 or 24
    #[arg(long, value_name = "N", default_value = "12", conflicts_with = "uri")]
    n_words: WordCount,
    /// Make a development key, which everybody has: //Alice; `create` makes its hotkey from //Alice//HOTKEY
    #[arg(long, value_name = "URI")]
    uri: Option<String>,
    /// Write the new seed phrases into a new file that only you can read, rather than to the terminal
    #[arg(long, value_name = "PATH", conflicts_with = "uri")]
    mnemonic_file: Option<PathBuf>,
    #[command(flatten)]
    password: PasswordArgs,
    /// Replace keys that exist; they are lost
    #[arg(long)]
    overwrite: bool,
}

impl Options {
    fn development_uri(&self) -> Result<Option<&str>, WalletError> {
        self.uri.as_deref().map(development).transpose()
    }
}

/// How a new key is protected.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Protection {
    Password,
    Nothing,
}

/// A key to be made.
struct Request {
    place: Place,
    protection: Protection,
    uri: Option<String>,
}

/// Makes a coldkey and a hotkey.
pub(crate) fn wallet(args: &HotkeyArgs, output: &mut Output) -> Result<(), WalletError> {
    let uri = args.options.development_uri()?;
    let coldkey =
        Request { place: args.wallet.coldkey()?, protection: Protection::Password, uri: uri.map(str::to_owned) };
    let hotkey = args.request(uri.map(|uri| format!("{uri}//{}", args.hotkey)))?;
    make(&[coldkey, hotkey], &args.options, output)
}

/// Makes a coldkey.
pub(crate) fn coldkey(args: &ColdkeyArgs, output: &mut Output) -> Result<(), WalletError> {
    let uri = args.options.development_uri()?.map(str::to_owned);
    make(&[Request { place: args.wallet.coldkey()?, protection: Protection::Password, uri }], &args.options, output)
}

/// Makes a hotkey.
pub(crate) fn hotkey(args: &HotkeyArgs, output: &mut Output) -> Result<(), WalletError> {
    let uri = args.options.development_uri()?.map(str::to_owned);
    make(&[args.request(uri)?], &args.options, output)
}

impl HotkeyArgs {
    fn request(&self, uri: Option<String>) -> Result<Request, WalletError> {
        let protection = if self.no_password { Protection::Nothing } else { Protection::Password };
        Ok(Request { place: self.wallet.hotkey(&self.hotkey)?, protection, uri })
    }
}

fn make(requests: &[Request], options: &Options, output: &mut Output) -> Result<(), WalletError> {
    let existing = if options.overwrite { Existing::Replace } else { Existing::Keep };
    for request in requests {
        request.place.expect_free_for_new(existing)?;
    }
    let exit = PhraseExit::find(options)?;
    let password = options.password.given()?;
    let mut phrases = Zeroizing::new(String::with_capacity(1024));
    let mut keystores = Vec::new();
    for Request { place, protection, uri } in requests {
        let secret = match uri {
            Some(uri) => SecretText::new(uri.clone()),
            None => generate_phrase(options.n_words)?,
        };
        let signer = Signer::from_uri(secret.expose())?;
        keystores.push(match protection {
            Protection::Password => seal(place, &signer, password.as_ref())?,
            Protection::Nothing => Keystore::plain(&signer, place.name()),
        });
        // The words as they are, with their key's role in front: `import --secret-file` takes such a file.
        let _ = writeln!(phrases, "{}: {}", place.role(), secret.expose());
    }
    exit.show(&phrases)?;
    let mut reports = Vec::new();
    for (Request { place, .. }, keystore) in requests.iter().zip(&keystores) {
        place.save(keystore, existing)?;
        let encrypted = Some(keystore.is_encrypted());
        reports.push(KeyReport::new(place, keystore.account(), encrypted, place.path.clone()));
    }
    report::write(&reports, "Created", output)
}

/// Where new seed phrases go.
enum PhraseExit<'a> {
    Terminal(Terminal),
    File(&'a PathBuf),
    /// Those of development keys are known to everybody.
    Nowhere,
}

impl<'a> PhraseExit<'a> {
    fn find(options: &'a Options) -> Result<Self, WalletError> {
        match (&options.uri, &options.mnemonic_file) {
            (Some(_), _) => Ok(Self::Nowhere),
            (None, Some(path)) if path.exists() => Err(WalletError::PhrasesExist(path.clone())),
            (None, Some(path)) => Ok(Self::File(path)),
            (None, None) => Terminal::find("a new seed phrase has to be shown to somebody", "--mnemonic-file PATH")
                .map(Self::Terminal),
        }
    }

    fn show(&self, phrases: &str) -> Result<(), WalletError> {
        match self {
            Self::Terminal(terminal) => Ok(terminal.show(&[WARNING, phrases])?),
            Self::File(path) => Ok(write_private(path, phrases.as_bytes(), Existing::Keep)?),
            Self::Nowhere => Ok(()),
        }
    }
}
