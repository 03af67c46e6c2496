//! What models see of a text, apart from the tables they read, so that training runs the code that the guests run.
#![no_std]

pub mod ngrams;
pub mod scripts;

/// The text of an item. What is not UTF-8 is no text.
pub fn text(input: &[u8]) -> &str {
    core::str::from_utf8(input).unwrap_or_default()
}
