//! Data analysis: how strong is a blended wine, from ten other measurements and its tasting score?
//!
//! The data are 1,599 red wines ("Wine Quality", Cortez et al. 2009, CC BY 4.0), carried by the
//! crate `linfa-datasets`. An item is a blend of two wines of one split: concentrations mix linearly,
//! so the blend is a wine that nobody measured. Measurement noise is added to every column. The
//! label is the quarter, from weak to strong, into which the blend's alcohol falls.

use std::sync::LazyLock;

use crate::hash::{Digest, Hash256};
use crate::limits::FuelBudget;
use crate::sandbox::protocol::{Answer, Interface};
use crate::tasks::{Item, ItemRandom, Split, Task, TaskSpec};

/// The task `tabular`.
pub(super) struct Tabular;

pub(super) static SPEC: TaskSpec = TaskSpec {
    id: "tabular",
    title: "Strength of a blended wine from eleven other columns",
    data: "Wine Quality, red (Cortez et al. 2009), CC BY 4.0, from linfa-datasets 0.8.1",
    interface: Interface::Predict { classes: 4 },
    fuel: FuelBudget { init: 4_000_000, item: 400_000, total: 100_000_000 },
    batch: 256,
    items: 1024,
};

/// Columns of an input, all but alcohol.
const COLUMNS: usize = 11;

/// Column of alcohol in the data.
const ALCOHOL: usize = 10;

/// Bounds between the four classes, in millionths of volume percent: about the quartiles of blends.
const CLASS_BOUNDS: [i64; 3] = [9_700_000, 10_200_000, 10_900_000];

/// How often each class occurs among the held-out blends, in 4,096ths, measured on 65,536 of them. A
/// constant answer cannot say more; the training split's shares differ by up to 13 of these.
const CLASS_WEIGHTS: [u16; 4] = [883, 983, 1118, 1112];

/// Unit of all numbers: a millionth of the column's unit.
const MILLION: f64 = 1_000_000.0;

/// A wine: the input columns, then alcohol.
type Row = [i64; COLUMNS + 1];

struct Wines {
    training: Vec<Row>,
    held_out: Vec<Row>,
    /// Half-width of each column's uniform noise terms.
    noise: [u32; COLUMNS],
    dataset: Hash256,
}

static WINES: LazyLock<Wines> = LazyLock::new(Wines::load);

impl Wines {
    fn load() -> Self {
        let data = linfa_datasets::winequality();
        let mut digest = Digest::new("yarrow/tabular");
        let (mut training, mut held_out) = (Vec::new(), Vec::new());
        for (features, quality) in data.records.rows().into_iter().zip(data.targets.iter()) {
            let row = row(features.iter().copied(), *quality as f64);
            let mut identity = Digest::new("yarrow/tabular-row");
            for value in row {
                identity.number(value as u64);
            }
            let identity = identity.finish();
            digest.hash(&identity);
            // By content, so that wines listed twice are on one side.
            let side = if identity.as_bytes()[0] < 128 { &mut training } else { &mut held_out };
            side.push(row);
        }
        let noise = core::array::from_fn(|column| noise(&training, column));
        Self { training, held_out, noise, dataset: digest.finish() }
    }
}

/// Orders a wine's columns and makes them integers.
fn row(features: impl Iterator<Item = f64>, quality: f64) -> Row {
    let millionths = |value: f64| (value * MILLION).round() as i64;
    let mut row = [0; COLUMNS + 1];
    for (column, value) in features.enumerate() {
        let place = if column == ALCOHOL { COLUMNS } else { column };
        row[place] = millionths(value);
    }
    row[COLUMNS - 1] = millionths(quality);
    row
}

/// Half-width of the four uniform terms whose sum has a tenth of the column's standard deviation:
/// the sum's own is the half-width times sqrt(4/3).
fn noise(rows: &[Row], column: usize) -> u32 {
    let count = rows.len().max(1) as i128;
    let values = || rows.iter().map(|row| i128::from(row[column]));
    let mean = values().sum::<i128>() / count;
    let variance = values().map(|value| (value - mean).pow(2)).sum::<i128>() / count;
    (variance.unsigned_abs().isqrt() * 866 / 10_000) as u32
}

impl Task for Tabular {
    fn spec(&self) -> &'static TaskSpec {
        &SPEC
    }

    fn dataset(&self) -> Hash256 {
        WINES.dataset
    }

    fn item(&self, split: Split, random: &mut ItemRandom) -> Item {
        let rows = match split {
            Split::Training => &WINES.training,
            Split::HeldOut => &WINES.held_out,
        };
        let mut pick = || rows[random.below(rows.len() as u32) as usize];
        let (first, second) = (pick(), pick());
        // 50 to 90 percent of the first wine.
        let share = i64::from(random.between(128, 230));
        let blend = |column: usize| (share * first[column] + (256 - share) * second[column]) / 256;
        let mut input = Vec::with_capacity(COLUMNS * 4);
        for (column, width) in WINES.noise.iter().enumerate() {
            let noise: i64 = (0..4).map(|_| i64::from(random.below(2 * width + 1)) - i64::from(*width)).sum();
            let value = (blend(column) + noise).clamp(i32::MIN.into(), i32::MAX.into());
            input.extend_from_slice(&(value as i32).to_le_bytes());
        }
        let strength = blend(COLUMNS);
        let label = CLASS_BOUNDS.iter().filter(|bound| strength >= **bound).count() as u16;
        Item::Labelled { input, label }
    }

    fn baseline(&self, item: &Item) -> Vec<Answer> {
        match item {
            Item::Labelled { label, .. } => {
                let total = CLASS_WEIGHTS.iter().map(|weight| u32::from(*weight) + 1).sum();
                let weight = CLASS_WEIGHTS.get(usize::from(*label)).copied().unwrap_or(0);
                vec![Answer { weight: u32::from(weight) + 1, total }]
            }
            Item::Stream(_) => Vec::new(),
        }
    }
}
