//! Values as people read them, from their `Debug` text.

use std::fmt;

use sp_core::hexdisplay::HexDisplay;

use crate::ss58;

/// Writes a value's `Debug` text with accounts in SS58 and other lists of 32 bytes in hex.
pub(crate) struct Readable<'a, T>(pub(crate) &'a T);

impl<T: fmt::Debug> fmt::Display for Readable<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:?}", self.0);
        let mut rest = text.as_str();
        while let Some((before, list, after)) = next_list(rest) {
            match bytes32(list) {
                Some(bytes) => match (before.strip_suffix("AccountId("), after.strip_prefix(')')) {
                    (Some(before), Some(after)) => {
                        write!(f, "{before}{}", ss58(&bytes.into()))?;
                        rest = after;
                        continue;
                    }
                    _ => write!(f, "{before}0x{}", HexDisplay::from(&bytes))?,
                },
                None => write!(f, "{before}[{list}]")?,
            }
            rest = after;
        }
        f.write_str(rest)
    }
}

/// Splits at the next innermost pair of brackets.
fn next_list(text: &str) -> Option<(&str, &str, &str)> {
    let end = text.find(']')?;
    let start = text[..end].rfind('[')?;
    Some((&text[..start], &text[start + 1..end], &text[end + 1..]))
}

fn bytes32(list: &str) -> Option<[u8; 32]> {
    let bytes: Result<Vec<u8>, _> = list.split(", ").map(str::parse).collect();
    bytes.ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_ss58_and_hashes_hex_wherever_they_stand() {
        let alice = crate::parse_ss58("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY").expect("a valid address");
        let value = (Some(alice), vec![1, 2], [0xabu8; 32], [[1u8, 2], [3, 4]]);
        let expected = format!(
            "(Some(5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY), [1, 2], 0x{}, [[1, 2], [3, 4]])",
            "ab".repeat(32)
        );
        assert_eq!(Readable(&value).to_string(), expected);
    }

    #[test]
    fn a_value_without_lists_is_its_debug_text() {
        assert_eq!(Readable(&Some("] [")).to_string(), r#"Some("] [")"#);
    }
}
