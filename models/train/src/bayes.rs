//! The table of `tabular-bayes`.

use crate::rows::{CLASSES, COLUMNS, Rows, put_i16, put_i32, to_bits};

const BOUNDS: usize = 15;

/// Added to each count.
const PRIOR: f64 = 20.0;

/// What is left of each vote. The columns are not independent, as the formula assumes, so in full they would count the same
/// evidence several times.
const SHARE: f64 = 0.5;

pub(crate) fn table(rows: &Rows) -> Vec<u8> {
    let mut table = Vec::new();
    for column in 0..COLUMNS {
        let bounds = rows.bounds(column, BOUNDS);
        let mut counts = [[PRIOR; CLASSES]; BOUNDS + 1];
        for (bin, label) in rows.bins(column, &bounds).into_iter().zip(&rows.labels) {
            counts[bin][*label] += 1.0;
        }
        put_i32(&mut table, &bounds);
        for bin in counts {
            // The classes are equally frequent, so a bin's probability given a class goes with the count.
            let mean = bin.iter().sum::<f64>() / CLASSES as f64;
            put_i16(&mut table, &bin.map(|count| to_bits(SHARE * (count / mean).ln())));
        }
    }
    table
}
