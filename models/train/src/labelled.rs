//! Training items of the tasks `langid` and `digits`.

use evaluator::tasks::{self, Item, Split, TaskError};

/// The sequence that is drawn.
const SEED: [u8; 32] = [1; 32];

/// Fragments drawn: each declaration has some 4,000 characters to train on, so every place is drawn often.
const FRAGMENTS: u32 = 100_000;

/// Images drawn. The split has some 900 images, but hardly two draws distort one alike.
const IMAGES: u32 = 240_000;

/// Languages of `langid`.
pub(crate) const LANGUAGES: usize = 50;

/// Pixels of an image.
pub(crate) const PIXELS: usize = 64;

/// A piece of text and its language.
pub(crate) type Fragment = (String, usize);

/// Levels of an image's pixels and its digit.
pub(crate) type Image = ([u8; PIXELS], usize);

pub(crate) fn fragments() -> Result<Vec<Fragment>, TaskError> {
    let text = |input: Vec<u8>| String::from_utf8(input).ok();
    draw("langid", FRAGMENTS, text)
}

pub(crate) fn images() -> Result<Vec<Image>, TaskError> {
    draw("digits", IMAGES, |input| input.try_into().ok())
}

fn draw<T>(id: &str, count: u32, input_of: fn(Vec<u8>) -> Option<T>) -> Result<Vec<(T, usize)>, TaskError> {
    let items = tasks::draw_items(tasks::find(id)?, Split::Training, &SEED, 0..count);
    let labelled = items.into_iter().filter_map(|item| match item {
        Item::Labelled { input, label } => Some((input_of(input)?, usize::from(label))),
        Item::Stream(_) => None,
    });
    Ok(labelled.collect())
}
