//! What a command says: text for people, or with `--json` one object on one line, errors included.
//!
//! A command says both, and need not ask which is wanted: text is dropped under `--json`, and reports are without it. The
//! object is written when the command has ended, because only then it is known whether it succeeded.

use std::io::{self, Write};

use serde::Serialize;

use crate::{class::Class, error::CliError};

/// Version of the object; docs/json.md describes it.
pub(crate) const SCHEMA: u32 = 1;

/// Standard output, for people or for programs.
#[derive(Debug)]
pub(crate) struct Output {
    /// The command's words: `stake add`.
    command: String,
    json: bool,
    quiet: bool,
    /// The members of the object that the command reported, without braces.
    members: String,
}

/// How a failure looks to programs.
#[derive(Debug, Serialize)]
pub(crate) struct Failure {
    /// The class, which decides what can be done about it.
    pub(crate) class: Class,
    /// The exit code.
    pub(crate) code: u8,
    /// The error's own name: that of a contract's error where one refused.
    pub(crate) name: String,
    /// What people read.
    pub(crate) message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hint: Option<String>,
}

impl From<&CliError> for Failure {
    fn from(error: &CliError) -> Self {
        let class = error.class();
        let hint = error.hint().map(String::from);
        Self { class, code: class.code(), name: error.name(), message: error.to_string(), hint }
    }
}

impl Output {
    /// What a command of these words writes to.
    pub(crate) fn new(command: String, json: bool) -> Self {
        Self { command, json, quiet: false, members: String::new() }
    }

    /// Whether programs read it; then nobody is asked anything.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// From now on only errors are said to people; programs read the same object.
    pub(crate) fn be_quiet(&mut self) {
        self.quiet = true;
    }

    /// Adds the fields of a report to the object.
    ///
    /// # Errors
    /// If it is no object that JSON can hold.
    pub(crate) fn report(&mut self, report: &impl Serialize) -> io::Result<()> {
        if !self.json {
            return Ok(());
        }
        let text = serde_json::to_string(report)?;
        let members = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
        let members = members.ok_or_else(|| io::Error::other("a report is an object"))?;
        if !members.is_empty() {
            self.members.push(',');
            self.members.push_str(members);
        }
        Ok(())
    }

    /// Writes the object of a command that goes on for long, when it is ready.
    ///
    /// # Errors
    /// If standard output is closed.
    pub(crate) fn publish(&mut self) -> io::Result<()> {
        self.finish(None)?;
        self.members.clear();
        io::stdout().flush()
    }

    /// Writes the object, at the end of the command.
    ///
    /// # Errors
    /// If standard output is closed.
    pub(crate) fn finish(&self, failure: Option<&Failure>) -> io::Result<()> {
        if !self.json {
            return Ok(());
        }
        let command = serde_json::to_string(&self.command)?;
        let error = match failure {
            Some(failure) => format!(",\"error\":{}", serde_json::to_string(failure)?),
            None => String::new(),
        };
        let (success, members) = (failure.is_none(), &self.members);
        writeln!(io::stdout(), "{{\"schema\":{SCHEMA},\"command\":{command},\"success\":{success}{members}{error}}}")
    }
}

/// Text for people.
impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.json || self.quiet { Ok(bytes.len()) } else { io::stdout().write(bytes) }
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stdout().flush()
    }
}
