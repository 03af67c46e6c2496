//! Names that other people's tools make code of.

use crate::bundle::{Bundle, list, text};

/// What cannot name a parameter in JavaScript and TypeScript, in strict code.
const RESERVED: &str = "arguments await break case catch class const continue debugger default delete do else enum eval \
                        export extends false finally for function if implements import in instanceof interface let new \
                        null package private protected public return static super switch this throw true try typeof var \
                        void while with yield";

#[test]
fn no_argument_is_named_as_typescript_names_nothing() {
    for bundle in Bundle::all() {
        let spec = &bundle.json["spec"];
        let calls = ["constructors", "messages"].map(|kind| list(&spec[kind]));
        assert!(calls.iter().all(|calls| !calls.is_empty()), "{}: no calls", bundle.name);
        for call in calls.into_iter().flatten() {
            let names = list(&call["args"]).iter().map(|argument| text(&argument["label"]));
            let refused: Vec<&str> =
                names.filter(|name| RESERVED.split_whitespace().any(|word| word == *name)).collect();
            assert_eq!(refused, [""; 0], "{} {}", bundle.name, text(&call["label"]));
        }
    }
}
