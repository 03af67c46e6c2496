//! What was asked for, in words, and what to say where it makes no sense.

use std::{env, process::ExitCode};

use clap::{ArgMatches, Command, error::ErrorKind};

use crate::{
    class::Class,
    output::{Failure, Output},
};

/// The words of the command that was asked for: `stake add`.
pub(crate) fn words(matches: &ArgMatches) -> String {
    let mut words = Vec::new();
    let mut matches = matches;
    while let Some((name, inner)) = matches.subcommand() {
        words.push(name);
        matches = inner;
    }
    words.join(" ")
}

/// Says what was wrong with the arguments, or what was asked about them; the exit code is that of a failure's class.
pub(crate) fn explain(error: &clap::Error, command: Command) -> ExitCode {
    // Nothing is left to do if even this cannot be written.
    let _ = error.print();
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return ExitCode::SUCCESS;
    }
    let arguments: Vec<String> =
        env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
    let is_json = arguments
        .iter()
        .take_while(|argument| *argument != "--")
        .any(|argument| ["--json", "--json-output", "--json-out"].contains(&argument.as_str()));
    if is_json {
        let rendered = error.render().to_string();
        let (message, rest) = rendered.split_once("\n\n").unwrap_or((&rendered, ""));
        let failure = Failure {
            class: Class::Usage,
            code: Class::Usage.code(),
            name: format!("{:?}", error.kind()),
            message: message.strip_prefix("error: ").unwrap_or(message).trim().to_owned(),
            hint: rest.lines().find(|line| line.starts_with("Usage:")).map(str::to_owned),
        };
        let _ = Output::new(intended(command, &arguments), true).finish(Some(&failure));
    }
    ExitCode::from(Class::Usage.code())
}

/// The words of the command as far as there are commands of such names.
fn intended(command: Command, arguments: &[String]) -> String {
    let mut words = Vec::new();
    let mut command = &command;
    for argument in arguments.iter().filter(|argument| !argument.starts_with('-')) {
        let Some(inner) = command.find_subcommand(argument) else { break };
        words.push(inner.get_name());
        command = inner;
    }
    words.join(" ")
}
