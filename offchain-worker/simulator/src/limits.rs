//! How much a file may ask for. Files may be hostile; within these limits the largest simulation keeps under a
//! gigabyte.

/// Most bytes of a file of cases.
pub const MAX_JSON_BYTES: u64 = 64 << 20;
/// Most bytes of a design.
pub const MAX_TOML_BYTES: u64 = 1 << 20;
/// Most neurons of a case: the largest subnet there ever was on Bittensor.
pub const MAX_NEURONS: usize = 4_096;
/// Most epochs of a case.
pub const MAX_EPOCHS: usize = 10_000;
/// Most cells of one run: each epoch has one per neuron and result, and one per neuron and row of weights or bonds.
pub const MAX_CELLS: u64 = 1 << 26;
/// Most characters of a case's name that are kept.
pub const MAX_NAME_CHARS: usize = 60;
