//! Training rows of the task `tabular`, and what several models need of them.

use evaluator::tasks::{self, Item, Split};

/// Columns of an input.
pub(crate) const COLUMNS: usize = 11;

/// Classes of a label.
pub(crate) const CLASSES: usize = 4;

/// The sequence that is drawn.
const SEED: [u8; 32] = [1; 32];

/// Items drawn. The split has some 800 wines, so that more draws show little that is new.
const ITEMS: u32 = 24_000;

/// Inputs and their classes.
pub(crate) struct Rows {
    pub(crate) inputs: Vec<[i32; COLUMNS]>,
    pub(crate) labels: Vec<usize>,
}

impl Rows {
    pub(crate) fn draw() -> Self {
        let task = tasks::find("tabular").expect("a built-in task");
        let (mut inputs, mut labels) = (Vec::new(), Vec::new());
        for item in tasks::draw_items(task, Split::Training, &SEED, 0..ITEMS) {
            if let Item::Labelled { input, label } = item {
                inputs.push(std::array::from_fn(|column| model::wire::i32_at(&input, column)));
                labels.push(usize::from(label));
            }
        }
        Self { inputs, labels }
    }

    /// Bounds that cut a column into `count + 1` bins of about equal size.
    pub(crate) fn bounds(&self, column: usize, count: usize) -> Vec<i32> {
        let mut values: Vec<i32> = self.inputs.iter().map(|input| input[column]).collect();
        values.sort_unstable();
        (1..=count).map(|bound| values[bound * values.len() / (count + 1)]).collect()
    }

    /// The bin of each input's value in a column.
    pub(crate) fn bins(&self, column: usize, bounds: &[i32]) -> Vec<usize> {
        self.inputs.iter().map(|input| bounds.partition_point(|bound| *bound <= input[column])).collect()
    }
}

/// Probabilities in proportion to `e` to the power of each score.
pub(crate) fn softmax<const COUNT: usize>(scores: [f64; COUNT]) -> [f64; COUNT] {
    let largest = scores.into_iter().fold(f64::MIN, f64::max);
    let powers = scores.map(|score| (score - largest).exp());
    let sum: f64 = powers.iter().sum();
    powers.map(|power| power / sum)
}

/// A natural logarithm in the guests' unit, 1/256 bit.
pub(crate) fn to_bits(logarithm: f64) -> i32 {
    (logarithm * std::f64::consts::LOG2_E * f64::from(model::fixed::BIT)).round() as i32
}

/// Writes 32-bit numbers.
pub(crate) fn put_i32(table: &mut Vec<u8>, numbers: &[i32]) {
    table.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
}

/// Writes 16-bit numbers, cut off at the type's ends.
pub(crate) fn put_i16(table: &mut Vec<u8>, numbers: &[i32]) {
    let cut = |number: &i32| (*number).clamp(i16::MIN.into(), i16::MAX.into()) as i16;
    table.extend(numbers.iter().flat_map(|number| cut(number).to_le_bytes()));
}
