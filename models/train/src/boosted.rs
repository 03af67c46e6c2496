//! The table of `tabular-boosted`: in each round one tree per class, fitted to the slope of the log-loss, with Newton steps
//! as leaves, starting from logistic regression (the second-order method of XGBoost, Chen and Guestrin 2016, equations 5 to 7).

use crate::rows::{CLASSES, COLUMNS, Rows, put_i16, put_i32, softmax, to_bits};
use crate::softmax::Layer;

const BOUNDS: usize = 63;
const DEPTH: usize = 3;
const NODES: usize = (1 << DEPTH) - 1;
const ROUNDS: usize = 120;
const RATE: f64 = 0.08;

/// Keeps leaves with few rows near 0 (lambda in the paper).
const SHRINKAGE: f64 = 60.0;

/// Slope and curvature of the loss, summed over rows.
#[derive(Clone, Copy, Default)]
struct Sums {
    slope: f64,
    curve: f64,
}

impl Sums {
    fn add(&mut self, other: Self) {
        self.slope += other.slope;
        self.curve += other.curve;
    }

    /// Loss that the best leaf takes away, doubled.
    fn gain(self) -> f64 {
        self.slope * self.slope / (self.curve + SHRINKAGE)
    }

    fn leaf(self) -> f64 {
        -RATE * self.slope / (self.curve + SHRINKAGE)
    }
}

struct Tree {
    /// Column and first bin on the right.
    splits: [(usize, usize); NODES],
    leaves: [f64; NODES + 1],
}

pub(crate) fn table(rows: &Rows, layer: &Layer) -> Vec<u8> {
    let bounds: Vec<Vec<i32>> = (0..COLUMNS).map(|column| rows.bounds(column, BOUNDS)).collect();
    let bins: Vec<Vec<usize>> = (0..COLUMNS).map(|column| rows.bins(column, &bounds[column])).collect();
    let mut table = layer.table();
    bounds.iter().for_each(|bounds| put_i32(&mut table, bounds));
    let mut scores: Vec<[f64; CLASSES]> = rows.inputs.iter().map(|input| layer.scores(input)).collect();
    for _ in 0..ROUNDS {
        let said: Vec<[f64; CLASSES]> = scores.iter().map(|scores| softmax(*scores)).collect();
        for class in 0..CLASSES {
            let sums: Vec<Sums> =
                said.iter().zip(&rows.labels).map(|(said, label)| slopes(said[class], class == *label)).collect();
            let (tree, leaf_of) = grow(&bins, &sums);
            for (scores, leaf) in scores.iter_mut().zip(leaf_of) {
                scores[class] += tree.leaves[leaf];
            }
            table.extend(tree.splits.iter().flat_map(|(column, bin)| [*column as u8, *bin as u8]));
            put_i16(&mut table, &tree.leaves.map(to_bits));
        }
    }
    table
}

fn slopes(said: f64, came_true: bool) -> Sums {
    Sums { slope: said - f64::from(u8::from(came_true)), curve: said * (1.0 - said) }
}

/// Grows a tree level by level, and says in which leaf each row ends.
fn grow(bins: &[Vec<usize>], sums: &[Sums]) -> (Tree, Vec<usize>) {
    let mut tree = Tree { splits: [(0, 0); NODES], leaves: [0.0; NODES + 1] };
    let mut node_of = vec![0; sums.len()];
    for level in 0..DEPTH {
        let first = (1 << level) - 1;
        for (node, histogram) in histograms(bins, sums, &node_of, first).iter().enumerate() {
            tree.splits[first + node] = best_split(histogram);
        }
        for (row, node) in node_of.iter_mut().enumerate() {
            let (column, bin) = tree.splits[*node];
            *node = 2 * *node + 1 + usize::from(bins[column][row] >= bin);
        }
    }
    let mut leaves = [Sums::default(); NODES + 1];
    for (node, sums) in node_of.iter_mut().zip(sums) {
        *node -= NODES;
        leaves[*node].add(*sums);
    }
    tree.leaves = leaves.map(Sums::leaf);
    (tree, node_of)
}

type Histogram = Vec<[Sums; BOUNDS + 1]>;

/// Sums per column and bin, for each node of the level that starts at `first`.
fn histograms(bins: &[Vec<usize>], sums: &[Sums], node_of: &[usize], first: usize) -> Vec<Histogram> {
    let mut histograms = vec![vec![[Sums::default(); BOUNDS + 1]; COLUMNS]; first + 1];
    for (column, bins) in bins.iter().enumerate() {
        for ((bin, node), sums) in bins.iter().zip(node_of).zip(sums) {
            histograms[node - first][column][*bin].add(*sums);
        }
    }
    histograms
}

/// The split that takes away most loss; all rows go right if none does.
fn best_split(histogram: &Histogram) -> (usize, usize) {
    let (mut best, mut split) = (0.0, (0, 0));
    for (column, bins) in histogram.iter().enumerate() {
        let mut all = Sums::default();
        bins.iter().for_each(|bin| all.add(*bin));
        let mut left = Sums::default();
        for (bin, sums) in bins.iter().enumerate().take(BOUNDS) {
            left.add(*sums);
            let right = Sums { slope: all.slope - left.slope, curve: all.curve - left.curve };
            let gain = left.gain() + right.gain() - all.gain();
            if gain > best {
                (best, split) = (gain, (column, bin + 1));
            }
        }
    }
    split
}
