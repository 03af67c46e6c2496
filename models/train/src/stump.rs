//! The table of `tabular-stump`: the column and bound that tell most about the class.

use crate::rows::{CLASSES, COLUMNS, Rows, put_i32};

/// Bounds tried in each column.
const BOUNDS: usize = 31;

/// Class counts below a bound and from it on.
type Sides = [[f64; CLASSES]; 2];

pub(crate) fn table(rows: &Rows) -> Vec<u8> {
    let of_column = |column| rows.bounds(column, BOUNDS).into_iter().map(move |bound| (column, bound));
    let (column, bound) = (0..COLUMNS)
        .flat_map(of_column)
        .max_by(|left, right| information(&sides(rows, *left)).total_cmp(&information(&sides(rows, *right))))
        .expect("there are columns and bounds");
    let mut table = Vec::new();
    put_i32(&mut table, &[column as i32, bound]);
    for side in sides(rows, (column, bound)) {
        let sum: f64 = side.iter().sum();
        table.extend(side.iter().flat_map(|count| ((count / sum * 65_535.0) as u16).to_le_bytes()));
    }
    table
}

fn sides(rows: &Rows, (column, bound): (usize, i32)) -> Sides {
    let mut sides = [[1.0; CLASSES]; 2];
    for (input, label) in rows.inputs.iter().zip(&rows.labels) {
        sides[usize::from(input[column] >= bound)][*label] += 1.0;
    }
    sides
}

/// Up to a constant, how many nats the side of a row tells about its class, over all rows.
fn information(sides: &Sides) -> f64 {
    let of_side = |side: &[f64; CLASSES]| {
        let sum: f64 = side.iter().sum();
        side.iter().map(|count| count * (count / sum).ln()).sum::<f64>()
    };
    sides.iter().map(of_side).sum()
}
