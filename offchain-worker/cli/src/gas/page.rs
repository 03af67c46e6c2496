//! The figures as a page of Markdown, and the page read again.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{Figures, MessageFigure, SETTLE, SIZES, bench::BATCH};
use crate::format::grouped;

const HEAD: &str = "# Gas

Written by `yarrow gas`; do not edit. Prices are those of the embedded chain; a chain with a newer pallet loads code far
cheaper and pays about twice as much for storage. `yarrow gas --check docs/gas.md` fails when a message takes over 10 % more
`ref_time` than this page says.

*Size* is the number of neurons of the subnet, every validator of which (as many, at most 64) has a weight for each neuron.
Figures are of the dearest call of the whole scenario: giga-units of `ref_time` (10^9 ps), what a message calls in other
contracts included, then the largest proof size in bytes and storage deposit in the chain's smallest unit. The pallet tells no
number of storage accesses; the proof size grows with them.

";

const SETTLING: &str = "
Settling an epoch may take several calls; this is one epoch with stake, rows of at most 1,024 weights, and bonds.

| `settlement.settle` | calls | dearest | all together |
|---|---:|---:|---:|
";

/// Where the part of the page begins that is measured on a node.
const ON_NODE: &str = "\n## On a node\n";

const NODE_HEAD: &str = "
Written by `yarrow gas --node`: the same messages on `substrate-contracts-node` 0.42, pallet-contracts 38, as its blocks book them
(base weight of a call included), on a subnet of 256 neurons with 64 validators whose rows have 256 weights each.
";

/// A page with another first part: what was measured on a node stays.
pub(super) fn with_embedded(page: &str, figures: &Figures) -> String {
    let on_node = page.split_once(ON_NODE).map(|(_, rest)| format!("{ON_NODE}{rest}"));
    draw(figures) + &on_node.unwrap_or_default()
}

/// A page with another second part.
pub(super) fn with_node(page: &str, figures: &[MessageFigure]) -> String {
    let embedded = page.split_once(ON_NODE).map_or(page, |(first, _)| first);
    let mut page = format!("{embedded}{ON_NODE}{NODE_HEAD}");
    for settle in figures.iter().filter(|figure| figure.label() == SETTLE) {
        // Writing to a string cannot fail.
        let _ = writeln!(
            page,
            "One epoch, paying out included, takes {} giga-units of `ref_time` in {} call{}.",
            giga(settle.total_ref_time),
            settle.calls,
            if settle.calls == 1 { "" } else { "s" }
        );
    }
    page.push_str("\n| message | `ref_time` | proof size | deposit |\n|---|---:|---:|---:|\n");
    for figure in figures {
        let deposit = grouped(u64::try_from(figure.storage_deposit).unwrap_or(u64::MAX));
        let (label, proof) = (figure.label(), grouped(figure.proof_size));
        let _ = writeln!(page, "| `{label}` | {} | {proof} | {deposit} |", giga(figure.ref_time));
    }
    page
}

/// Draws the part that is measured in process.
pub(super) fn draw(figures: &Figures) -> String {
    let mut page = String::from(HEAD);
    // Writing to a string cannot fail.
    let _ = writeln!(
        page,
        "Measured on {}, batches with {BATCH} items.\n\n| contract | Wasm bytes |\n|---|---:|",
        figures.pallet
    );
    for figure in &figures.contracts {
        let _ = writeln!(page, "| {} | {} |", figure.contract, grouped(figure.wasm_bytes as u64));
    }
    page.push_str(SETTLING);
    for settle in figures.messages.iter().filter(|figure| figure.label() == SETTLE) {
        let MessageFigure { size, calls, ref_time, total_ref_time, .. } = settle;
        let _ = writeln!(page, "| size {size} | {calls} | {} | {} |", giga(*ref_time), giga(*total_ref_time));
    }
    let heads: Vec<_> = SIZES.iter().map(|size| format!(" size {size} |")).collect();
    let rules = "---:|".repeat(SIZES.len());
    let _ = writeln!(page, "\n| message |{} proof size | deposit |\n|---|{rules}---:|---:|", heads.concat());
    let mut rows: BTreeMap<String, Vec<&MessageFigure>> = BTreeMap::new();
    for figure in figures.messages.iter().filter(|figure| SIZES.contains(&figure.size)) {
        rows.entry(figure.label()).or_default().push(figure);
    }
    for (label, row) in rows {
        let cell = |size: u16| match row.iter().find(|figure| figure.size == size) {
            Some(figure) => format!(" {} |", giga(figure.ref_time)),
            None => " - |".to_owned(),
        };
        let cells: String = SIZES.into_iter().map(cell).collect();
        let proof = row.iter().map(|figure| figure.proof_size).max().unwrap_or(0);
        let deposit = row.iter().map(|figure| figure.storage_deposit).max().unwrap_or(0);
        let deposit = grouped(u64::try_from(deposit).unwrap_or(u64::MAX));
        let _ = writeln!(page, "| `{label}` |{cells} {} | {deposit} |", grouped(proof));
    }
    page
}

/// The `ref_time` of each message at each size on a page, in hundredths of giga-units as the page shows them.
pub(super) fn read(page: &str) -> BTreeMap<(String, u16), u64> {
    let mut sizes = Vec::new();
    let mut found = BTreeMap::new();
    let embedded = page.split_once(ON_NODE).map_or(page, |(first, _)| first);
    for line in embedded.lines() {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        if cells.get(1) == Some(&"message") {
            sizes = cells.iter().map(|cell| cell.strip_prefix("size ").and_then(|size| size.parse().ok())).collect();
        }
        if let Some(size) = cells.get(1).and_then(|cell| cell.strip_prefix("size ")?.parse().ok())
            && let Some(dearest) = cells.get(3).and_then(|cell| hundredths(cell))
        {
            found.insert((SETTLE.to_owned(), size), dearest);
        }
        let Some(label) = cells.get(1).and_then(|cell| cell.strip_prefix('`')?.strip_suffix('`')) else { continue };
        for (size, cell) in sizes.iter().zip(&cells) {
            if let (Some(size), Some(hundredths)) = (size, hundredths(cell)) {
                found.insert((label.to_owned(), *size), hundredths);
            }
        }
    }
    found
}

/// Giga-units with two decimals.
fn giga(ref_time: u64) -> String {
    shown(to_hundredths(ref_time))
}

/// `ref_time` in hundredths of giga-units, rounded half up.
pub(super) const fn to_hundredths(ref_time: u64) -> u64 {
    (ref_time + 5_000_000) / 10_000_000
}

/// Hundredths as a decimal.
pub(super) fn shown(hundredths: u64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn hundredths(cell: &str) -> Option<u64> {
    let (whole, decimals) = cell.split_once('.')?;
    let decimals: u64 = Some(decimals).filter(|decimals| decimals.len() == 2)?.parse().ok()?;
    whole.parse::<u64>().ok()?.checked_mul(100)?.checked_add(decimals)
}
