//! The figures as a page of Markdown.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{Figures, MessageFigure, SIZES};

const HEAD: &str = "# Gas

Written by `yarrow gas`; do not edit. Prices are those of the embedded chain; a chain with a newer pallet loads code far
cheaper and pays about twice as much for storage.

*Size* is the number of neurons of the subnet, every validator of which (as many, at most 64) has a weight for each neuron.
Figures are of the dearest call of the whole scenario: giga-units of `ref_time` (10^9 ps), what a message calls in other
contracts included.

";

/// Draws the page.
pub(super) fn draw(figures: &Figures) -> String {
    let mut page = String::from(HEAD);
    // Writing to a string cannot fail.
    let _ = writeln!(page, "Measured on {}.\n\n| contract | Wasm bytes |\n|---|---:|", figures.pallet);
    for figure in &figures.contracts {
        let _ = writeln!(page, "| {} | {} |", figure.contract, crate::format::grouped(figure.wasm_bytes as u64));
    }
    let heads: Vec<_> = SIZES.iter().map(|size| format!(" size {size} |")).collect();
    let _ = writeln!(
        page,
        "\n| message |{} proof size, bytes |\n|---|{}---:|",
        heads.concat(),
        "---:|".repeat(SIZES.len())
    );
    let mut rows: BTreeMap<(&str, &str), Vec<&MessageFigure>> = BTreeMap::new();
    for figure in &figures.messages {
        rows.entry((&figure.contract, &figure.message)).or_default().push(figure);
    }
    for ((contract, message), row) in rows {
        let cell = |size: u16| match row.iter().find(|figure| figure.size == size) {
            Some(figure) => format!(" {:.2} |", figure.ref_time as f64 / 1e9),
            None => " - |".to_owned(),
        };
        let cells: String = SIZES.into_iter().map(cell).collect();
        let proof = row.iter().map(|figure| figure.proof_size).max().unwrap_or(0);
        let _ = writeln!(page, "| `{contract}.{message}` |{cells} {} |", crate::format::grouped(proof));
    }
    page
}
