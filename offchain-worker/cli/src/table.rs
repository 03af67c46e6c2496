//! Tables for people: as wide as the terminal, or 80 columns; what does not fit is wrapped, never cut.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

/// Width where there is no terminal, or one that does not know its own.
const WIDTH: u16 = 80;

/// The width that there is for tables.
pub(crate) fn width() -> u16 {
    Table::new().width().filter(|width| *width > 0).unwrap_or(WIDTH)
}

/// A table in the making.
pub(crate) struct Rows {
    table: Table,
    left: Vec<usize>,
}

impl Rows {
    /// A table with a header; the columns in `left` are texts, the others numbers.
    pub(crate) fn new(header: &[&str], left: &[usize]) -> Self {
        let mut table = Table::new();
        table
            .load_preset(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_header(header)
            .set_width(width());
        Self { table, left: left.to_vec() }
    }

    /// Adds a row.
    pub(crate) fn push<const N: usize>(&mut self, row: [String; N]) {
        self.table.add_row(row);
    }

    /// The table as text.
    pub(crate) fn finish(mut self) -> String {
        let last = self.table.column_count().saturating_sub(1);
        for (place, column) in self.table.column_iter_mut().enumerate() {
            column.set_padding((0, u16::from(place < last)));
            let side = if self.left.contains(&place) { CellAlignment::Left } else { CellAlignment::Right };
            column.set_cell_alignment(side);
        }
        self.table.trim_fmt()
    }
}
