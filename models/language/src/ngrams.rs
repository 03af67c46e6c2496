//! Languages by their n-grams: every run of characters votes for or against each language.
//!
//! A table: for each of a number of buckets, into which n-grams are hashed, a vote per language (i8, 1/16 bit); then what each
//! language starts with (i8, the same).

use core::ops::RangeInclusive;

/// Longest n-gram, in characters.
pub const LONGEST: usize = 3;

/// Bits in the unit of a vote, in 256ths.
pub const VOTE: i32 = 16;

/// Calls `visit` with the bucket of every n-gram of the text whose length is in `lengths`. Letters are small, everything that
/// ASCII has beside letters is a space, and there is a space at both ends.
pub fn visit(text: &str, lengths: RangeInclusive<usize>, buckets: usize, mut visit: impl FnMut(usize)) {
    let mut last = [' '; LONGEST];
    let mut seen = 1;
    for char in text.chars().flat_map(char::to_lowercase).chain([' ']) {
        last.rotate_left(1);
        last[LONGEST - 1] = if char.is_ascii() && !char.is_ascii_alphabetic() { ' ' } else { char };
        seen += 1;
        for length in lengths.clone().take_while(|length| *length <= seen) {
            visit(bucket(&last[LONGEST - length..], buckets));
        }
    }
}

/// The bucket of an n-gram.
fn bucket(ngram: &[char], buckets: usize) -> usize {
    let hash = ngram.iter().fold(ngram.len() as u64, |hash, char| {
        (hash ^ u64::from(u32::from(*char))).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29)
    });
    ((u64::from((hash >> 32) as u32) * buckets as u64) >> 32) as usize
}

/// Adds up the votes of the text's n-grams for each language, in 1/256 bit.
pub fn scores<const LANGUAGES: usize>(table: &[u8], text: &str, lengths: RangeInclusive<usize>) -> [i32; LANGUAGES] {
    let buckets = (table.len() / LANGUAGES).saturating_sub(1);
    let mut scores = [0; LANGUAGES];
    let mut add = |bucket: usize| {
        let votes = table.chunks_exact(LANGUAGES).nth(bucket).unwrap_or_default();
        for (score, vote) in scores.iter_mut().zip(votes) {
            *score += i32::from(*vote as i8) * VOTE;
        }
    };
    add(buckets);
    visit(text, lengths, buckets, add);
    scores
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::vec::Vec;

    use super::*;

    fn buckets(text: &str, lengths: RangeInclusive<usize>) -> Vec<usize> {
        let mut buckets = Vec::new();
        visit(text, lengths, 1_000_000, |bucket| buckets.push(bucket));
        buckets
    }

    #[test]
    fn a_text_has_a_bigram_more_than_characters_and_as_many_trigrams() {
        assert_eq!([1, 2, 3].map(|length| buckets("abcd", length..=length).len()), [5, 5, 4]);
        assert_eq!(buckets("abcd", 1..=3).len(), 14);
    }

    #[test]
    fn capitals_digits_and_punctuation_make_no_difference() {
        assert_eq!(buckets("Ab ç!", 1..=3), buckets("aB,Ç7", 1..=3));
    }

    #[test]
    fn ngrams_with_the_same_letters_in_another_order_are_different() {
        assert_ne!(buckets("ab", 2..=2)[1], buckets("ba", 2..=2)[1]);
    }

    #[test]
    fn scores_are_the_start_and_the_votes_of_all_ngrams() {
        // One bucket, so that both unigrams, `a` and the space after it, are in it.
        let table = [3, 0xFF, 0, 16];
        assert_eq!(scores::<2>(&table, "a", 1..=1), [(3 + 3) * VOTE, (16 - 1 - 1) * VOTE]);
    }
}
