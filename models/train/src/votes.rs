//! The tables of `langid-letters`, `langid-bigrams` and `langid-linear`: votes of n-grams, see `language::ngrams`.

use std::array;
use std::ops::RangeInclusive;

use evaluator::tasks::ItemRandom;
use language::ngrams::{self, VOTE};

use crate::labelled::{Fragment, LANGUAGES};
use crate::rows::{softmax, to_bits};

/// Added to each count of a bucket in a language.
const PRIOR: f64 = 0.5;

/// What is left of each vote of naive Bayes where regression starts.
const START: f64 = 0.3;

/// Times that regression sees all fragments.
const EPOCHS: usize = 2;

/// Size of a step of regression, before it is divided by how far the weight has been pushed so far (AdaGrad, Duchi et al. 2011).
const RATE: f64 = 0.05;

/// Regression does not see one n-gram in this many, so that it does not come to rely on single ones.
const DROPPED_ONE_IN: u32 = 2;

/// A weight per language, in nats.
type Weights = [f64; LANGUAGES];

/// Naive Bayes over n-grams of some lengths. `share` is what is left of each vote: n-grams overlap and come in words, so in full
/// they would count the same evidence several times.
pub(crate) fn bayes(fragments: &[Fragment], lengths: RangeInclusive<usize>, buckets: usize, share: f64) -> Vec<u8> {
    write(&logarithms(fragments, &lengths, buckets, share))
}

/// How much more often each language has each bucket than the languages have it on average, as logarithms.
fn logarithms(fragments: &[Fragment], lengths: &RangeInclusive<usize>, buckets: usize, share: f64) -> Vec<Weights> {
    let mut counts = vec![[PRIOR; LANGUAGES]; buckets];
    for (text, label) in fragments {
        ngrams::visit(text, lengths.clone(), buckets, |bucket| counts[bucket][*label] += 1.0);
    }
    let sums: Weights = array::from_fn(|language| counts.iter().map(|bucket| bucket[language]).sum());
    for bucket in &mut counts {
        let votes: Weights = array::from_fn(|language| share * (bucket[language] / sums[language]).ln());
        let mean = votes.iter().sum::<f64>() / LANGUAGES as f64;
        *bucket = votes.map(|vote| vote - mean);
    }
    // No language is likelier than another before anything is seen.
    counts.push([0.0; LANGUAGES]);
    counts
}

/// Multinomial logistic regression over n-grams of all lengths, starting from naive Bayes.
pub(crate) fn regression(fragments: &[Fragment], buckets: usize) -> Vec<u8> {
    const LENGTHS: RangeInclusive<usize> = 1..=ngrams::LONGEST;
    // While n-grams are left out, each of the others has to say more.
    let seen_share = 1.0 - 1.0 / f64::from(DROPPED_ONE_IN);
    let mut weights = logarithms(fragments, &LENGTHS, buckets, START / seen_share);
    let mut pushed = vec![[1e-3; LANGUAGES]; buckets + 1];
    for epoch in 0..EPOCHS {
        for (at, (text, label)) in fragments.iter().enumerate() {
            let mut random = ItemRandom::new("langid-linear", &[epoch as u8; 32], at as u32);
            let mut seen = vec![buckets];
            ngrams::visit(text, LENGTHS, buckets, |bucket| {
                if !random.one_in(DROPPED_ONE_IN) {
                    seen.push(bucket);
                }
            });
            step(&mut weights, &mut pushed, &seen, *label);
        }
    }
    weights[..buckets].iter_mut().flatten().for_each(|weight| *weight *= seen_share);
    write(&weights)
}

/// Pushes the weights of the buckets that were seen down the slope of the log-loss.
fn step(weights: &mut [Weights], pushed: &mut [Weights], seen: &[usize], label: usize) {
    let mut scores = [0.0; LANGUAGES];
    for bucket in seen {
        scores.iter_mut().zip(&weights[*bucket]).for_each(|(score, weight)| *score += weight);
    }
    let mut slope = softmax(scores);
    slope[label] -= 1.0;
    for bucket in seen {
        for (language, slope) in slope.iter().enumerate() {
            pushed[*bucket][language] += slope * slope;
            weights[*bucket][language] -= RATE * slope / pushed[*bucket][language].sqrt();
        }
    }
}

fn write(votes: &[Weights]) -> Vec<u8> {
    let vote = |weight: &f64| (f64::from(to_bits(*weight)) / f64::from(VOTE)).round().clamp(-128.0, 127.0) as i8 as u8;
    votes.iter().flatten().map(vote).collect()
}
