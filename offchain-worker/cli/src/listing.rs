//! Lists of things on a chain: sorted as wanted, as CSV, or as a table with the columns that the terminal has room for.
//!
//! No header is ever cut: where the width does not do for all columns, those that matter least are left out, and named.

use std::{
    cmp::Ordering,
    env,
    io::{self, Write as _},
};

use chain::ss58;
use clap::ValueEnum;
use comfy_table::{Attribute, Cell as TableCell, CellAlignment, ContentArrangement, Table, presets};
use primitives::{AccountId, Rao};

use crate::{error::CliError, format, output::Output, table};

/// Blanks between two columns.
const GAP: usize = 2;

/// How a list is shown.
#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    /// Sort by this column; numbers begin with the largest unless told otherwise
    #[arg(long, visible_alias = "sort-by", value_name = "COLUMN")]
    sort: Option<String>,
    /// Which end comes first
    #[arg(long, value_enum, requires = "sort", value_name = "ORDER")]
    sort_order: Option<SortOrder>,
    /// Write all columns as comma-separated values: amounts in RAO, addresses in full
    #[arg(long)]
    csv: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SortOrder {
    /// The smallest first
    Asc,
    /// The largest first
    Desc,
}

impl ListArgs {
    /// Whether nothing but the rows may be written.
    pub(crate) fn is_csv(&self) -> bool {
        self.csv
    }
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    /// What `--sort` and CSV call it: `stake`.
    name: &'static str,
    /// What stands above it: `STAKE τ`.
    header: &'static str,
    /// 0 if it is always shown; else the larger, the sooner it is left out.
    rank: u8,
}

impl Column {
    /// A column that is always shown.
    pub(crate) const fn always(name: &'static str, header: &'static str) -> Self {
        Self { name, header, rank: 0 }
    }

    /// A column that may be left out; the larger its rank, the sooner.
    pub(crate) const fn ranked(name: &'static str, header: &'static str, rank: u8) -> Self {
        Self { name, header, rank }
    }
}

/// What stands in a row below a column.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    shown: String,
    value: Key,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Text(String),
    Number(u128),
}

impl Cell {
    /// Nothing.
    pub(crate) fn nothing() -> Self {
        Self { shown: "-".to_owned(), value: Key::Text(String::new()) }
    }

    /// A text, which may be anybody's: nothing in it moves the cursor.
    pub(crate) fn text(text: &str) -> Self {
        let shown: String = text.chars().map(|next| if next.is_control() { '�' } else { next }).collect();
        Self { value: Key::Text(shown.clone()), shown }
    }

    /// A number.
    pub(crate) fn number(number: impl Into<u64>) -> Self {
        let number = number.into();
        Self { shown: format::grouped(number), value: Key::Number(number.into()) }
    }

    /// A number that may have 128 bits.
    pub(crate) fn large(number: u128) -> Self {
        Self { shown: number.to_string(), value: Key::Number(number) }
    }

    /// An amount, with four decimals in a table.
    pub(crate) fn tao(amount: Rao) -> Self {
        Self { shown: format::tao(amount), value: Key::Number(amount.get().into()) }
    }

    /// An amount, with two decimals in a table.
    pub(crate) fn tao_brief(amount: Rao) -> Self {
        Self { shown: format::tao_brief(amount), value: Key::Number(amount.get().into()) }
    }

    /// A u16 fraction.
    pub(crate) fn fraction(fraction: u16) -> Self {
        Self { shown: format::fraction(fraction), value: Key::Number(fraction.into()) }
    }

    /// An address, by its first characters in a table.
    pub(crate) fn account(account: &AccountId) -> Self {
        Self { shown: format::short(account), value: Key::Text(ss58(account)) }
    }

    /// The same shown otherwise.
    pub(crate) fn shown_as(self, shown: impl Into<String>) -> Self {
        Self { shown: shown.into(), ..self }
    }

    fn is_number(&self) -> bool {
        matches!(self.value, Key::Number(_))
    }

    fn width(&self) -> usize {
        self.shown.chars().count()
    }
}

/// A list with its columns.
#[derive(Debug)]
pub(crate) struct Listing<const N: usize> {
    columns: [Column; N],
    rows: Vec<[Cell; N]>,
    footer: Option<[Cell; N]>,
}

impl<const N: usize> Listing<N> {
    /// An empty list.
    pub(crate) fn new(columns: [Column; N]) -> Self {
        Self { columns, rows: Vec::new(), footer: None }
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, row: [Cell; N]) {
        self.rows.push(row);
    }

    /// Sums and the like, below the rows of a table.
    pub(crate) fn foot(&mut self, footer: [Cell; N]) {
        self.footer = Some(footer);
    }

    /// Writes it as the arguments say.
    ///
    /// # Errors
    /// [`CliError::NoSuchColumn`], and those of writing.
    pub(crate) fn write(mut self, args: &ListArgs, output: &mut Output) -> Result<(), CliError> {
        if let Some(name) = &args.sort {
            self.sort(name, args.sort_order)?;
        }
        Ok(if args.csv { self.write_csv(output) } else { self.write_table(output) }?)
    }

    fn sort(&mut self, name: &str, order: Option<SortOrder>) -> Result<(), CliError> {
        let wanted = name.to_lowercase();
        let Some(place) = self.columns.iter().position(|column| column.name == wanted) else {
            let known = self.columns.iter().map(|column| column.name).collect();
            return Err(CliError::NoSuchColumn { name: name.to_owned(), known });
        };
        let are_numbers = self.rows.iter().any(|row| row[place].is_number());
        let order = order.unwrap_or(if are_numbers { SortOrder::Desc } else { SortOrder::Asc });
        let compare = |a: &[Cell; N], b: &[Cell; N]| -> Ordering {
            let ascending = a[place].value.cmp(&b[place].value);
            if order == SortOrder::Asc { ascending } else { ascending.reverse() }
        };
        self.rows.sort_by(compare);
        Ok(())
    }

    fn write_csv(&self, output: &mut Output) -> io::Result<()> {
        writeln!(output, "{}", self.columns.map(|column| column.name.to_owned()).join(","))?;
        for row in &self.rows {
            writeln!(output, "{}", row.each_ref().map(|cell| csv(&cell.value)).join(","))?;
        }
        Ok(())
    }

    fn write_table(&self, output: &mut Output) -> io::Result<()> {
        let mut table = Table::new();
        let width = table::width();
        let shown = self.fitting(width.into());
        table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        let bold = env::var_os("NO_COLOR").is_none();
        let header = |place: &usize| {
            let cell = TableCell::new(self.columns[*place].header);
            if bold { cell.add_attribute(Attribute::Bold) } else { cell }
        };
        table.set_header(shown.iter().map(header));
        for row in self.rows.iter().chain(&self.footer) {
            table.add_row(shown.iter().map(|place| &row[*place].shown));
        }
        for (column, place) in table.column_iter_mut().zip(&shown) {
            let is_last = Some(place) == shown.last();
            column.set_padding((0, if is_last { 0 } else { GAP as u16 }));
            let are_numbers = self.rows.iter().any(|row| row[*place].is_number());
            column.set_cell_alignment(if are_numbers { CellAlignment::Right } else { CellAlignment::Left });
        }
        writeln!(output, "{}", table.trim_fmt())?;
        let left_out: Vec<&str> =
            (0..N).filter(|place| !shown.contains(place)).map(|place| self.columns[place].name).collect();
        if !left_out.is_empty() {
            let mut line = "not shown, but in a wider terminal and with --csv:".to_owned();
            for name in left_out {
                if line.chars().count() + 1 + name.len() > usize::from(width) {
                    writeln!(output, "{line}")?;
                    line.clear();
                }
                line.push(' ');
                line.push_str(name);
            }
            writeln!(output, "{line}")?;
        }
        Ok(())
    }

    /// The places of the columns that fit.
    fn fitting(&self, width: usize) -> Vec<usize> {
        let mut shown: Vec<usize> = (0..N).collect();
        let of = |place: &usize| {
            let cells = self.rows.iter().chain(&self.footer).map(|row| row[*place].width());
            cells.chain([self.columns[*place].header.chars().count()]).max().unwrap_or_default() + GAP
        };
        while shown.iter().map(of).sum::<usize>() > width + GAP {
            let least = shown.iter().enumerate().max_by_key(|(_, place)| self.columns[**place].rank);
            match least {
                Some((index, place)) if self.columns[*place].rank > 0 => drop(shown.remove(index)),
                _ => break,
            }
        }
        shown
    }
}

fn csv(value: &Key) -> String {
    match value {
        Key::Number(number) => number.to_string(),
        Key::Text(text) if text.contains([',', '"', '\n']) => format!("\"{}\"", text.replace('"', "\"\"")),
        Key::Text(text) => text.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing() -> Listing<3> {
        let mut listing = Listing::new([
            Column::always("uid", "UID"),
            Column::ranked("name", "NAME", 2),
            Column::ranked("stake", "STAKE τ", 1),
        ]);
        listing.push([Cell::number(0u64), Cell::text("a, \"b\""), Cell::tao(Rao::new(1_500_000_000))]);
        listing.push([Cell::number(1u64), Cell::text("\u{1b}[2J"), Cell::tao(Rao::new(20_000_000_000))]);
        listing
    }

    #[test]
    fn what_matters_least_is_left_out_where_there_is_no_room() {
        let listing = listing();
        assert_eq!(listing.fitting(80), [0, 1, 2]);
        assert_eq!(listing.fitting(14), [0, 2]);
        assert_eq!(listing.fitting(3), [0]);
        assert_eq!(listing.fitting(0), [0], "something is always shown");
    }

    #[test]
    fn numbers_are_sorted_from_the_largest_and_texts_by_the_alphabet() {
        let mut listing = listing();
        listing.sort("stake", None).expect("a column");
        assert_eq!(listing.rows[0][0].shown, "1");
        listing.sort("STAKE", Some(SortOrder::Asc)).expect("a column");
        assert_eq!(listing.rows[0][0].shown, "0");
        let error = listing.sort("stakes", None).expect_err("no column");
        assert!(error.to_string().contains("uid, name, stake"), "{error}");
    }

    #[test]
    fn a_strangers_text_is_shown_without_what_it_would_do() {
        assert_eq!(Cell::text("\u{1b}[2J").shown, "�[2J");
        assert_eq!(csv(&Cell::text("a, \"b\"").value), "\"a, \"\"b\"\"\"");
    }
}
