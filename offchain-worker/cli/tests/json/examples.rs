//! For each command the fewest arguments with which it does its work in a [`Place`](crate::program::Place), or cannot:
//! `examples.json`. They run in their order, on one chain.

use serde::Deserialize;

/// A command, its arguments, and what comes of it.
#[derive(Debug, Deserialize)]
pub(crate) struct Example {
    /// Its words.
    pub(crate) command: String,
    /// What follows them.
    pub(crate) arguments: Vec<String>,
    /// What comes of it.
    pub(crate) expected: Expected,
}

/// What comes of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum Expected {
    /// It fails with this exit code: what it needs takes more than a devnet.
    Fails(i32),
    /// It ends, or goes on for long.
    Succeeds(Success),
}

/// How a command succeeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Success {
    /// It is done.
    Done,
    /// It goes on for long, and says so when it is ready.
    Ready,
}

/// All examples.
pub(crate) fn examples() -> Vec<Example> {
    serde_json::from_str(&crate::file("cli/tests/json/examples.json")).expect("examples.json has examples")
}

impl Example {
    /// The whole command, with the addresses and paths that stand for what differs.
    pub(crate) fn given(&self) -> Vec<String> {
        let account = |uri: &str| chain::ss58(&keys::Signer::from_uri(uri).expect("a development key").account());
        let stand_ins = [
            ("{models}", concat!(env!("CARGO_MANIFEST_DIR"), "/../../artifacts/models").to_owned()),
            ("{validator}", account("//validator")),
            ("{miner}", account("//miner")),
            ("{alice}", account("//Alice")),
            ("{bob}", account("//Bob")),
            ("{stranger}", account("//stranger")),
        ];
        let fill = |argument: &str| {
            stand_ins.iter().fold(argument.to_owned(), |argument, (name, value)| argument.replace(name, value))
        };
        let words = self.command.split(' ').chain(self.arguments.iter().map(String::as_str));
        words.map(fill).chain(["--json".to_owned()]).collect()
    }
}
