//! The tables of `digits-softmax` and `digits-network`: layers of `model::dense`, trained by gradient descent with momentum, an
//! image at a time.

use evaluator::tasks::ItemRandom;

use crate::labelled::{Image, PIXELS};
use crate::rows::{put_i16, put_i32, softmax, to_bits};

/// Digits that an image can be of.
pub(crate) const DIGITS: usize = 10;

/// Size of the first step; the last is near 0, and those between in proportion.
const RATE: f64 = 0.004;

const MOMENTUM: f64 = 0.9;

/// The guests have room for weights of less than 8 bits, which is 5.5 nats.
const LARGEST: f64 = 5.5;

/// A fully connected layer.
struct Layer {
    inputs: usize,
    /// For each output its weights and then its bias.
    weights: Vec<f64>,
    speed: Vec<f64>,
}

impl Layer {
    /// Weights of either sign, so small that outputs are about as large as inputs (He et al. 2015).
    fn new(inputs: usize, outputs: usize, number: u32) -> Self {
        let mut random = ItemRandom::new("digits-network", &[0; 32], number);
        let largest = (6.0 / inputs as f64).sqrt();
        let mut weight = || (f64::from(random.below(65_536)) / 32_768.0 - 1.0) * largest;
        let weights: Vec<f64> = (0..outputs * (inputs + 1)).map(|_| weight()).collect();
        let speed = vec![0.0; weights.len()];
        Self { inputs, weights, speed }
    }

    fn forward(&self, inputs: &[f64]) -> Vec<f64> {
        let sum =
            |row: &[f64]| row[self.inputs] + row.iter().zip(inputs).map(|(weight, input)| weight * input).sum::<f64>();
        self.weights.chunks_exact(self.inputs + 1).map(sum).collect()
    }

    /// Takes a step against the slopes of the loss over the outputs, and returns those over the inputs.
    fn step(&mut self, inputs: &[f64], slopes: &[f64], rate: f64) -> Vec<f64> {
        let mut before = vec![0.0; self.inputs];
        let rows = self.weights.chunks_exact_mut(self.inputs + 1).zip(self.speed.chunks_exact_mut(self.inputs + 1));
        for ((weights, speeds), slope) in rows.zip(slopes) {
            for (at, (weight, speed)) in weights.iter_mut().zip(speeds).enumerate() {
                let input = inputs.get(at).copied().unwrap_or(1.0);
                if let Some(before) = before.get_mut(at) {
                    *before += slope * *weight;
                }
                *speed = MOMENTUM * *speed - rate * slope * input;
                *weight = (*weight + *speed).clamp(-LARGEST, LARGEST);
            }
        }
        before
    }
}

/// Layers between which negative values become 0.
pub(crate) struct Network(Vec<Layer>);

impl Network {
    /// Trains a network with hidden layers of these sizes.
    pub(crate) fn train(images: &[Image], hidden: &[usize]) -> Self {
        let sizes = [&[PIXELS], hidden, &[DIGITS]].concat();
        let layers = sizes.windows(2).zip(0..).map(|(pair, number)| Layer::new(pair[0], pair[1], number));
        let mut network = Self(layers.collect());
        for (at, (image, digit)) in images.iter().enumerate() {
            let left = 1.0 - at as f64 / images.len() as f64;
            network.learn(image, *digit, RATE * left);
        }
        network
    }

    fn learn(&mut self, image: &[u8; PIXELS], digit: usize, rate: f64) {
        let mut values = vec![image.map(|level| f64::from(level) / 16.0).to_vec()];
        for (at, layer) in self.0.iter().enumerate() {
            let mut outputs = layer.forward(&values[at]);
            if at + 1 < self.0.len() {
                outputs.iter_mut().for_each(|value| *value = value.max(0.0));
            }
            values.push(outputs);
        }
        let scores: [f64; DIGITS] = std::array::from_fn(|digit| values[self.0.len()][digit]);
        let mut slopes = softmax(scores).to_vec();
        slopes[digit] -= 1.0;
        for (at, layer) in self.0.iter_mut().enumerate().rev() {
            slopes = layer.step(&values[at], &slopes, rate);
            // What was cut off to 0 has no slope.
            slopes.iter_mut().zip(&values[at]).filter(|(_, value)| **value <= 0.0).for_each(|(slope, _)| *slope = 0.0);
        }
    }

    /// The layers' tables; the outputs of the last are in 1/256 bit.
    pub(crate) fn table(&self) -> Vec<u8> {
        let mut table = Vec::new();
        for (number, layer) in self.0.iter().enumerate() {
            let last = number + 1 == self.0.len();
            let unit = |value: f64| if last { to_bits(value) } else { (value * 256.0).round() as i32 };
            for row in layer.weights.chunks_exact(layer.inputs + 1) {
                put_i32(&mut table, &[unit(row[layer.inputs])]);
                // 16 times 256 is 4,096.
                let weights: Vec<i32> = row[..layer.inputs].iter().map(|weight| unit(weight * 16.0)).collect();
                put_i16(&mut table, &weights);
            }
        }
        table
    }
}
