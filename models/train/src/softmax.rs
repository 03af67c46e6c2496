//! The table of `tabular-softmax`: gradient descent with momentum over all rows at once. `tabular-boosted` starts from it.

use crate::rows::{CLASSES, COLUMNS, Rows, put_i32, softmax, to_bits};

const STEPS: usize = 400;
const RATE: f64 = 0.5;
const MOMENTUM: f64 = 0.9;

/// 2^40, over which a standard deviation is stored.
const SCALE: f64 = 1_099_511_627_776.0;

/// Pulls the weights towards 0, in nats per squared weight and row.
const DECAY: f64 = 1e-3;

/// Weights of the columns and the bias, for each class.
type Weights = [[f64; COLUMNS + 1]; CLASSES];

/// A trained layer.
pub(crate) struct Layer {
    /// Mean and standard deviation of each column.
    moments: Vec<(f64, f64)>,
    weights: Weights,
}

impl Layer {
    pub(crate) fn train(rows: &Rows) -> Self {
        let moments: Vec<(f64, f64)> = (0..COLUMNS).map(|column| moments(rows, column)).collect();
        let inputs: Vec<[f64; COLUMNS + 1]> = rows.inputs.iter().map(|input| standard(input, &moments)).collect();
        let weights = descend(&inputs, &rows.labels);
        Self { moments, weights }
    }

    /// The logarithm (nats) that it gives each class.
    pub(crate) fn scores(&self, input: &[i32; COLUMNS]) -> [f64; CLASSES] {
        scores(&self.weights, &standard(input, &self.moments))
    }

    /// The table of `model::linear`.
    pub(crate) fn table(&self) -> Vec<u8> {
        let mut table = Vec::new();
        for (column, (mean, deviation)) in self.moments.iter().enumerate() {
            put_i32(&mut table, &[mean.round() as i32, (SCALE / deviation).round() as u32 as i32]);
            put_i32(&mut table, &self.weights.map(|class| to_bits(class[column])));
        }
        put_i32(&mut table, &self.weights.map(|class| to_bits(class[COLUMNS])));
        table
    }
}

fn scores(weights: &Weights, input: &[f64; COLUMNS + 1]) -> [f64; CLASSES] {
    weights.map(|class| class.iter().zip(input).map(|(weight, value)| weight * value).sum())
}

/// Mean and standard deviation of a column.
fn moments(rows: &Rows, column: usize) -> (f64, f64) {
    let count = rows.inputs.len() as f64;
    let values = || rows.inputs.iter().map(|input| f64::from(input[column]));
    let mean = values().sum::<f64>() / count;
    let variance = values().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    (mean, variance.sqrt())
}

/// The columns as the guest sees them, and 1 for the bias.
fn standard(input: &[i32; COLUMNS], moments: &[(f64, f64)]) -> [f64; COLUMNS + 1] {
    let mut standard = [1.0; COLUMNS + 1];
    for (column, (mean, deviation)) in moments.iter().enumerate() {
        standard[column] = ((f64::from(input[column]) - mean) / deviation).clamp(-4.0, 4.0);
    }
    standard
}

fn descend(inputs: &[[f64; COLUMNS + 1]], labels: &[usize]) -> Weights {
    let mut weights: Weights = [[0.0; COLUMNS + 1]; CLASSES];
    let mut speed = weights;
    for _ in 0..STEPS {
        let mut gradient = weights.map(|class| class.map(|weight| DECAY * weight));
        for (input, label) in inputs.iter().zip(labels) {
            let said = softmax(scores(&weights, input));
            for class in 0..CLASSES {
                let error = (said[class] - f64::from(u8::from(class == *label))) / inputs.len() as f64;
                for (slope, value) in gradient[class].iter_mut().zip(input) {
                    *slope += error * value;
                }
            }
        }
        for class in 0..CLASSES {
            for column in 0..=COLUMNS {
                speed[class][column] =
                    MOMENTUM * speed[class][column] - RATE * (1.0 - MOMENTUM) * gradient[class][column];
                weights[class][column] += speed[class][column];
            }
        }
    }
    weights
}
