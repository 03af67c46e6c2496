//! Which script a text is written in, by Unicode's property of that name.

use unicode_script::{Script, UnicodeScript};

/// Scripts have numbers below this.
pub const SCRIPTS: usize = 256;

/// The number of the script that most characters of the text are in. Those that scripts share, such as spaces, do not count.
pub fn script(text: &str) -> usize {
    let mut counts = [0_u32; SCRIPTS];
    for char in text.chars() {
        let script = char.script();
        if !matches!(script, Script::Common | Script::Inherited) {
            counts[script as usize] += 1;
        }
    }
    (0..SCRIPTS).max_by_key(|script| counts[*script]).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_told_apart_whatever_the_punctuation() {
        let texts = ["(freedom) 1948!", "свобода, a", "स्वतंत्रता।", "自由、的"];
        let scripts = [Script::Latin, Script::Cyrillic, Script::Devanagari, Script::Han];
        assert_eq!(texts.map(script), scripts.map(|script| script as usize));
    }
}
