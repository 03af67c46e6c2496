//! Text prediction: the next byte of English legal prose.
//!
//! The data are the licence texts of the SPDX list (public domain data, CC0 1.0), carried by the
//! crate `spdx`. Licences of one family (`CC-BY-3.0`, `CC-BY-4.0`) repeat each other, so families
//! are split, not texts. An item is spliced from short fragments of several texts and then
//! disturbed, so that knowing a passage by heart helps only until the next seam.

use std::sync::LazyLock;

use crate::hash::{Digest, Hash256};
use crate::limits::FuelBudget;
use crate::sandbox::protocol::{Answer, Interface};
use crate::tasks::{Item, ItemRandom, Split, Task, TaskSpec};

/// The task `bytes`.
pub(super) struct Bytes;

pub(super) static SPEC: TaskSpec = TaskSpec {
    id: "bytes",
    title: "Next byte of spliced licence texts",
    data: "SPDX licence list texts, CC0 1.0, from spdx 0.13.6",
    interface: Interface::Step,
    fuel: FuelBudget { init: 4_000_000, item: 8_000_000, total: 400_000_000 },
    batch: 1,
    items: 96,
};

/// Bytes of an item.
const ITEM_BYTES: usize = 192;

/// Length of a fragment, in bytes.
const FRAGMENT_BYTES: (u32, u32) = (16, 48);

/// One byte in this many is disturbed.
const DISTURBED_ONE_IN: u32 = 32;

struct Texts {
    training: Vec<u8>,
    held_out: Vec<u8>,
    /// How often each byte occurs in the training split, in 65,535ths of the most frequent one.
    frequencies: [u16; 256],
    dataset: Hash256,
}

static TEXTS: LazyLock<Texts> = LazyLock::new(Texts::load);

impl Texts {
    fn load() -> Self {
        let mut digest = Digest::new("yarrow/bytes");
        let (mut training, mut held_out) = (Vec::new(), Vec::new());
        let mut previous = "";
        for (name, text) in spdx::text::LICENSE_TEXTS {
            // "GPL-2.0", "GPL-2.0-only" and "GPL-2.0-or-later" stand next to each other.
            if *text == previous {
                continue;
            }
            previous = text;
            digest.bytes(name.as_bytes()).bytes(text.as_bytes());
            let side = if family_trains(name) { &mut training } else { &mut held_out };
            side.extend_from_slice(text.as_bytes());
        }
        let frequencies = frequencies(&training);
        Self { training, held_out, frequencies, dataset: digest.finish() }
    }
}

/// Which split the family of a licence belongs to. A family shares the letters before the first
/// hyphen or digit.
fn family_trains(name: &str) -> bool {
    let end = name.find(|c: char| c == '-' || c.is_ascii_digit()).unwrap_or(name.len());
    Hash256::of(&name.as_bytes()[..end]).as_bytes()[0] < 128
}

fn frequencies(text: &[u8]) -> [u16; 256] {
    let mut counts = [0_u64; 256];
    for byte in text {
        counts[usize::from(*byte)] += 1;
    }
    let most = counts.iter().max().copied().unwrap_or(0).max(1);
    counts.map(|count| (count * u64::from(u16::MAX) / most) as u16)
}

impl Task for Bytes {
    fn spec(&self) -> &'static TaskSpec {
        &SPEC
    }

    fn dataset(&self) -> Hash256 {
        TEXTS.dataset
    }

    fn item(&self, split: Split, random: &mut ItemRandom) -> Item {
        let text = match split {
            Split::Training => &TEXTS.training,
            Split::HeldOut => &TEXTS.held_out,
        };
        let mut bytes = Vec::with_capacity(ITEM_BYTES + FRAGMENT_BYTES.1 as usize);
        while bytes.len() < ITEM_BYTES {
            let length = random.between(FRAGMENT_BYTES.0, FRAGMENT_BYTES.1);
            let start = random.below(text.len() as u32 - length) as usize;
            bytes.extend_from_slice(&text[start..start + length as usize]);
        }
        bytes.truncate(ITEM_BYTES);
        for byte in &mut bytes {
            if random.one_in(DISTURBED_ONE_IN) {
                // Another byte as frequent as this place of the text is likely to have.
                *byte = text[random.below(text.len() as u32) as usize];
            }
        }
        Item::Stream(bytes)
    }

    fn baseline(&self, item: &Item) -> Vec<Answer> {
        let total = TEXTS.frequencies.iter().map(|weight| u32::from(*weight) + 1).sum();
        match item {
            Item::Stream(bytes) => bytes
                .iter()
                .map(|byte| Answer { weight: u32::from(TEXTS.frequencies[usize::from(*byte)]) + 1, total })
                .collect(),
            Item::Labelled { .. } => Vec::new(),
        }
    }
}
