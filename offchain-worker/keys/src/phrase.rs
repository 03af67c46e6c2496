//! New seed phrases.

use std::{fmt::Write, str::FromStr};

use bip39::Mnemonic;
use zeroize::Zeroizing;

use crate::{KeyError, SecretText};

/// How many words a seed phrase has; 12 words are 128 bits, each 3 more another 32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordCount {
    /// 128 bits.
    Twelve,
    /// 160 bits.
    Fifteen,
    /// 192 bits.
    Eighteen,
    /// 224 bits.
    TwentyOne,
    /// 256 bits.
    TwentyFour,
}

/// A text is not one of the numbers of words.
#[derive(Debug, thiserror::Error)]
#[error("a seed phrase has 12, 15, 18, 21 or 24 words")]
pub struct WordCountError;

impl FromStr for WordCount {
    type Err = WordCountError;

    fn from_str(text: &str) -> Result<Self, WordCountError> {
        match text {
            "12" => Ok(Self::Twelve),
            "15" => Ok(Self::Fifteen),
            "18" => Ok(Self::Eighteen),
            "21" => Ok(Self::TwentyOne),
            "24" => Ok(Self::TwentyFour),
            _ => Err(WordCountError),
        }
    }
}

impl WordCount {
    fn entropy_length(self) -> usize {
        match self {
            Self::Twelve => 16,
            Self::Fifteen => 20,
            Self::Eighteen => 24,
            Self::TwentyOne => 28,
            Self::TwentyFour => 32,
        }
    }
}

/// A new seed phrase, BIP-39 in English, from the operating system's randomness.
///
/// # Errors
/// [`KeyError::Random`] if the operating system has none.
pub fn generate_phrase(words: WordCount) -> Result<SecretText, KeyError> {
    let mut entropy = Zeroizing::new([0; 32]);
    let entropy = &mut entropy[..words.entropy_length()];
    getrandom::fill(entropy).map_err(KeyError::Random)?;
    let mnemonic = Mnemonic::from_entropy(entropy).expect("BIP-39 knows every length of entropy above");
    // Room for 24 words of at most 8 letters, so that no copy is left behind where the text grows.
    let mut phrase = String::with_capacity(24 * 9);
    write!(phrase, "{mnemonic}").expect("a text takes any text");
    Ok(SecretText::new(phrase))
}
