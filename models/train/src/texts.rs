//! Training streams of the task `bytes`.

use std::ops::Range;

use evaluator::tasks::{self, Item, Split};

/// The sequence that is drawn.
const SEED: [u8; 32] = [1; 32];

/// Items drawn to count contexts.
pub(crate) const ITEMS: u32 = 40_000;

/// How often each passage of the text is about drawn: 40,000 items of 192 bytes from 2.7 MB.
pub(crate) const COVERAGE: f64 = 2.9;

pub(crate) fn draw(range: Range<u32>) -> Vec<Vec<u8>> {
    let task = tasks::find("bytes").expect("a built-in task");
    let items = tasks::draw_items(task, Split::Training, &SEED, range);
    items.into_iter().filter_map(|item| if let Item::Stream(bytes) = item { Some(bytes) } else { None }).collect()
}

/// How often each byte occurs, plus 1/2, as shares of all.
pub(crate) fn frequencies(texts: &[Vec<u8>]) -> [f64; 256] {
    let mut counts = [0.5; 256];
    texts.iter().flatten().for_each(|byte| counts[usize::from(*byte)] += 1.0);
    let sum: f64 = counts.iter().sum();
    counts.map(|count| count / sum)
}

/// Sorts and counts equal numbers.
pub(crate) fn count(mut numbers: Vec<u64>) -> Vec<(u64, u32)> {
    numbers.sort_unstable();
    numbers.chunk_by(|left, right| left == right).map(|run| (run[0], run.len() as u32)).collect()
}

/// Calls `visit` with the last `order` bytes before each byte of the texts, and that byte.
pub(crate) fn visit(texts: &[Vec<u8>], order: usize, mut visit: impl FnMut(u64, u8)) {
    for text in texts {
        for window in text.windows(order + 1) {
            let (context, byte) = window.split_at(order);
            visit(context.iter().fold(0, |context, byte| context << 8 | u64::from(*byte)), byte[0]);
        }
    }
}
