//! Things that were looked at, one row each: what `yarrow doctor` and `yarrow config check` say.

use std::{fmt, io::Write};

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use crate::{error::CliError, output::Output, table};

/// How a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    Ok,
    Warn,
    Fail,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ok => "OK",
            Self::Warn => "WARN",
            Self::Fail => "FAIL",
        })
    }
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Row {
    what: String,
    status: Status,
    /// What was found.
    found: String,
    /// What to do about it, where something is to be done.
    fix: Option<String>,
}

/// What was looked at so far.
#[derive(Debug, Default)]
pub(crate) struct Rows(Vec<Row>);

#[derive(Serialize)]
struct Report<'a> {
    ok: bool,
    checks: &'a [Row],
}

impl Rows {
    /// It is as it must be.
    pub(crate) fn ok(&mut self, what: &str, found: impl Into<String>) {
        self.push(what, Status::Ok, found.into(), None);
    }

    /// It works, but not for ever or not for everything.
    pub(crate) fn warn(&mut self, what: &str, found: impl Into<String>, fix: impl Into<String>) {
        self.push(what, Status::Warn, found.into(), Some(fix.into()));
    }

    /// It does not work.
    pub(crate) fn fail(&mut self, what: &str, found: impl Into<String>, fix: impl Into<String>) {
        self.push(what, Status::Fail, found.into(), Some(fix.into()));
    }

    /// What was found, or why it could not be looked at.
    pub(crate) fn add(&mut self, what: &str, found: Result<String, impl Into<CliError>>) {
        match found {
            Ok(found) => self.ok(what, found),
            Err(error) => self.error(what, error),
        }
    }

    /// It could not be looked at, which is as bad as if it did not work; the error's hint is the fix.
    pub(crate) fn error(&mut self, what: &str, error: impl Into<CliError>) {
        let error = error.into();
        let fix = error.hint().map(String::from);
        self.push(what, Status::Fail, error.to_string(), fix);
    }

    fn push(&mut self, what: &str, status: Status, found: String, fix: Option<String>) {
        self.0.push(Row { what: what.to_owned(), status, found, fix });
    }

    /// Writes all rows.
    ///
    /// # Errors
    /// [`CliError::ChecksFailed`] if a row failed.
    pub(crate) fn finish(self, output: &mut Output) -> Result<(), CliError> {
        let count = |status| self.0.iter().filter(|row| row.status == status).count();
        let failed = count(Status::Fail);
        output.report(&Report { ok: failed == 0, checks: &self.0 })?;
        writeln!(output, "{}", self.table())?;
        writeln!(output, "\n{} OK, {} WARN, {failed} FAIL", count(Status::Ok), count(Status::Warn))?;
        if failed == 0 { Ok(()) } else { Err(CliError::ChecksFailed(failed)) }
    }

    fn table(&self) -> String {
        let mut table = Table::new();
        table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(table::width()).set_header(["CHECK", "", "FOUND"]);
        for Row { what, status, found, fix } in &self.0 {
            let fix = fix.as_ref().map(|fix| format!("\n→ {fix}")).unwrap_or_default();
            table.add_row([what, &status.to_string(), &format!("{found}{fix}")]);
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        table.trim_fmt()
    }
}
