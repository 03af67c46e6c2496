//! `--json` on the whole tree of commands: each prints one object that docs/cli.schema.json describes, whatever happens, and
//! none asks, hangs, or prints something else.

mod examples;
mod program;
mod schema;

use clap::Command;
use examples::{EXAMPLES, Expected};
use program::{Place, Printed};
use serde_json::Value;

/// The address of `//validator`, in examples.
const VALIDATOR: &str = "5GbVPzNr7ANGAWbDPL9KxB6DVZ26TDCKz2vuCQ1MSMaBagvq";
/// Descriptions that are no command's.
const SHARED: [&str; 4] = ["success", "failure", "address", "hash"];

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
    let mut examples: Vec<&str> = EXAMPLES.iter().map(|(words, ..)| *words).collect();
    examples.sort_unstable();
    examples.dedup();
    assert_eq!(examples, commands);
    let mut described = schema::names();
    described.retain(|name| !SHARED.contains(name));
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
    for (words, arguments, expected) in EXAMPLES {
        let models = concat!(env!("CARGO_MANIFEST_DIR"), "/../../artifacts/models");
        let arguments: Vec<String> = arguments
            .iter()
            .map(|argument| argument.replace("{models}", models).replace("{validator}", VALIDATOR))
            .collect();
        let given: Vec<&str> = words.split(' ').chain(arguments.iter().map(String::as_str)).chain(["--json"]).collect();
        let printed = if *expected == Expected::Ready { place.run_until_ready(&given) } else { place.run(&given) };
        let object = object(words, &printed);
        let code = match expected {
            Expected::Done => Some(0),
            Expected::Fails(code) => Some(*code),
            Expected::Ready => printed.code,
        };
        assert_eq!(
            (printed.code, &object["success"]),
            (code, &(!matches!(expected, Expected::Fails(_))).into()),
            "{object}"
        );
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
