//! `--json` on the whole tree of commands: each prints one object that docs/cli.schema.json describes, whatever happens, and
//! none asks, hangs, or prints something else.

mod examples;
mod program;
mod schema;

use std::{fs, path::Path};

use clap::Command;
use examples::{Expected, Success, examples};
use program::{Place, Printed};
use serde_json::Value;

/// Descriptions that are no command's.
const SHARED: [&str; 5] = ["success", "failure", "write", "address", "hash"];

/// A file of this repository, below `offchain-worker`.
fn file(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The words of every command that does something, but for what is hidden.
fn commands() -> Vec<String> {
    let mut words = Vec::new();
    collect(&yarrow_cli::command(), "", &mut words);
    words
}

fn collect(command: &Command, words: &str, found: &mut Vec<String>) {
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set() && inner.get_name() != "help") {
        let words = format!("{words} {}", inner.get_name()).trim().to_owned();
        if inner.has_subcommands() { collect(inner, &words, found) } else { found.push(words) }
    }
}

/// The one object that was printed, held against the schema.
fn object(words: &str, printed: &Printed) -> Value {
    let [line] = &printed.lines[..] else { panic!("{words} prints one line: {:?}", printed.lines) };
    let object: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{words}: {error}: {line}"));
    assert_eq!((&object["schema"], &object["command"]), (&1.into(), &words.into()), "{object}");
    schema::check(&object);
    object
}

#[test]
fn every_command_has_an_example_and_a_description_and_there_are_no_others() {
    let mut commands = commands();
    commands.sort();
    let mut examples: Vec<String> = examples().into_iter().map(|example| example.command).collect();
    examples.sort_unstable();
    examples.dedup();
    assert_eq!(examples, commands);
    let mut described = schema::names();
    described.retain(|name| !SHARED.contains(&name.as_str()));
    described.sort_unstable();
    assert_eq!(described, commands);
    let mut alternatives = schema::alternatives();
    alternatives.sort();
    commands.push("failure".to_owned());
    commands.sort();
    assert_eq!(alternatives, commands);
}

#[test]
fn every_command_prints_one_object_that_its_description_fits() {
    let place = Place::new();
    schema::check(&place.ready);
    for example in examples() {
        let given = example.given();
        let given: Vec<&str> = given.iter().map(String::as_str).collect();
        let is_long = example.expected == Expected::Succeeds(Success::Ready);
        let printed = if is_long { place.run_until_ready(&given) } else { place.run(&given) };
        let object = object(&example.command, &printed);
        let code = match example.expected {
            Expected::Succeeds(Success::Done) => Some(0),
            Expected::Fails(code) => Some(code),
            Expected::Succeeds(Success::Ready) => printed.code,
        };
        let is_success = matches!(example.expected, Expected::Succeeds(_));
        assert_eq!((printed.code, &object["success"]), (code, &is_success.into()), "{object}");
        let in_object = object["error"]["code"].as_i64();
        assert!(in_object.is_none() || in_object == code.map(i64::from), "{object}");
    }
}

#[test]
fn a_mistake_in_the_arguments_of_any_command_is_an_object_too() {
    let place = Place::new();
    for words in commands() {
        let given: Vec<&str> = words.split(' ').chain(["--json", "--no-such-option"]).collect();
        let printed = place.run(&given);
        let object = object(&words, &printed);
        assert_eq!((printed.code, &object["error"]["class"]), (Some(2), &"usage".into()), "{object}");
        assert!(object["error"]["message"].as_str().is_some_and(|text| text.contains("--no-such-option")), "{object}");
    }
}
