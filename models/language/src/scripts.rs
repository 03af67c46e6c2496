//! Which script a text is written in.

/// First and last character of the blocks of scripts 1, 2 and so on; Latin and everything else is script 0.
const BLOCKS: [(char, char); SCRIPTS - 1] = [
    // Greek, Cyrillic, Arabic, Devanagari, Bengali, Thai, Kana, Han, Hangul.
    ('\u{370}', '\u{3ff}'),
    ('\u{400}', '\u{52f}'),
    ('\u{600}', '\u{6ff}'),
    ('\u{900}', '\u{97f}'),
    ('\u{980}', '\u{9ff}'),
    ('\u{e00}', '\u{e7f}'),
    ('\u{3040}', '\u{30ff}'),
    ('\u{4e00}', '\u{9fff}'),
    ('\u{ac00}', '\u{d7a3}'),
];

/// How many scripts there are.
pub const SCRIPTS: usize = 10;

/// The script that most characters of the text are in, without spaces and what else ASCII has beside letters.
pub fn script(text: &str) -> usize {
    let mut counts = [0_u32; SCRIPTS];
    for char in text.chars().filter(|char| char.is_ascii_alphabetic() || !char.is_ascii()) {
        let block = BLOCKS.iter().position(|(first, last)| (*first..=*last).contains(&char));
        counts[block.map_or(0, |block| block + 1)] += 1;
    }
    (0..SCRIPTS).max_by_key(|script| counts[*script]).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_told_apart_whatever_the_punctuation() {
        let texts = [
            "(freedom)",
            "ελευθερία",
            "свобода, a",
            "حرية",
            "स्वतंत्रता",
            "স্বাধীনতা",
            "เสรีภาพ",
            "すべての人",
            "自由",
            "자유",
        ];
        assert_eq!(texts.map(script), core::array::from_fn(|at| at));
    }
}
