//! docs/cli.schema.json, and what it says of an object that the program printed.

use std::sync::LazyLock;

use serde_json::{Value, json};

static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(&crate::file("../docs/cli.schema.json")).expect("docs/cli.schema.json is JSON")
});

/// The description of one kind of object: a command's words, or `failure`.
fn validator(name: &str) -> jsonschema::Validator {
    let mut schema = SCHEMA.clone();
    let place = name.replace('~', "~0").replace('/', "~1").replace(' ', "%20");
    let described = schema.as_object_mut().expect("an object");
    described.remove("oneOf");
    described.insert("$ref".to_owned(), json!(format!("#/$defs/{place}")));
    jsonschema::validator_for(&schema).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Passes for an object that is as its command's description says, or as that of failures.
pub(crate) fn check(object: &Value) {
    let command = object["command"].as_str().unwrap_or_else(|| panic!("a command: {object}"));
    let name = if object["success"] == false { "failure" } else { command };
    let errors: Vec<String> =
        validator(name).iter_errors(object).map(|error| format!("{} at {}", error, error.instance_path())).collect();
    assert!(errors.is_empty(), "{command}: {errors:#?}\n{object:#}");
}

/// The names of all descriptions.
pub(crate) fn names() -> Vec<String> {
    SCHEMA["$defs"].as_object().expect("descriptions").keys().cloned().collect()
}

/// The descriptions that the whole is one of.
pub(crate) fn alternatives() -> Vec<String> {
    let references = SCHEMA["oneOf"].as_array().expect("alternatives").iter();
    references
        .map(|one| one["$ref"].as_str().expect("a reference").replace("#/$defs/", "").replace("%20", " "))
        .collect()
}
