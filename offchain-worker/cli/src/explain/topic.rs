//! The topics: a text file each, with a line that says it all, paragraphs, and lists of other names, of errors and of
//! topics that go with it.

use super::facts;

/// A topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Topic {
    /// What it is called.
    pub(super) name: &'static str,
    file: &'static str,
}

macro_rules! topics {
    ($($name:literal),* $(,)?) => {
        /// All topics, sorted by name.
        pub(super) const TOPICS: &[Topic] =
            &[$(Topic { name: $name, file: include_str!(concat!("topics/", $name, ".txt")) }),*];
    };
}

topics![
    "axon",
    "bonds",
    "burn",
    "children",
    "coldkey",
    "commit-reveal",
    "consensus",
    "copying",
    "deposit",
    "dividends",
    "emission",
    "epoch",
    "evidence",
    "exit-codes",
    "fees",
    "fresh-stake",
    "gas",
    "halving",
    "hotkey",
    "hyperparameters",
    "immunity",
    "incentive",
    "liquid-alpha",
    "lock",
    "model",
    "netuid",
    "outcomes",
    "pause",
    "permit",
    "protocol-block",
    "pruning",
    "rao",
    "rate-limits",
    "recycle",
    "registration",
    "root",
    "sandbox",
    "score",
    "seed",
    "staking",
    "take",
    "task",
    "tempo",
    "uid",
    "upgrade",
    "version-key",
    "vtrust",
    "weights",
    "work",
    "yuma",
];

/// Lists at the end of a file.
const ALSO: &str = "Also: ";
const ERRORS: &str = "Errors: ";
const SEE: &str = "See: ";

/// How alike two names must be for one to be suggested for the other, as clap has it for commands.
const ALIKE: f64 = 0.75;
/// Most names that are suggested.
const SUGGESTIONS: usize = 3;

impl Topic {
    /// The topic of a name, of one of its other names, or of an error's name.
    pub(super) fn find(asked: &str) -> Option<Self> {
        let asked = normal(asked);
        TOPICS.iter().copied().find(|topic| topic.names().any(|name| normal(name) == asked))
    }

    /// Topics whose names are like what was asked for, the likest first.
    pub(super) fn near(asked: &str) -> Vec<&'static str> {
        let asked = normal(asked);
        let likeness = |topic: &Self| {
            let names = topic.names().map(normal);
            names.map(|name| strsim::jaro_winkler(&name, &asked)).fold(0.0, f64::max)
        };
        let mut alike: Vec<_> = TOPICS.iter().map(|topic| (likeness(topic), topic.name)).collect();
        alike.retain(|(likeness, _)| *likeness >= ALIKE);
        alike.sort_by(|one, other| other.0.total_cmp(&one.0));
        alike.into_iter().take(SUGGESTIONS).map(|(_, name)| name).collect()
    }

    /// The line that says it all.
    pub(super) fn summary(self) -> String {
        facts::fill(self.file.lines().next().unwrap_or_default())
    }

    /// What follows it: paragraphs with an empty line between them.
    pub(super) fn text(self) -> String {
        let is_list = |line: &&str| [ALSO, ERRORS, SEE].iter().any(|list| line.starts_with(list));
        let lines: Vec<&str> = self.file.lines().skip(1).take_while(|line| !is_list(line)).collect();
        facts::fill(lines.join("\n").trim())
    }

    /// Its other names.
    pub(super) fn also(self) -> impl Iterator<Item = &'static str> {
        self.list(ALSO)
    }

    /// The errors that it explains.
    pub(super) fn errors(self) -> impl Iterator<Item = &'static str> {
        self.list(ERRORS)
    }

    /// The topics that go with it.
    pub(super) fn see(self) -> impl Iterator<Item = &'static str> {
        self.list(SEE)
    }

    fn names(self) -> impl Iterator<Item = &'static str> {
        [self.name].into_iter().chain(self.also()).chain(self.errors())
    }

    fn list(self, list: &'static str) -> impl Iterator<Item = &'static str> {
        let line = self.file.lines().find_map(|line| line.strip_prefix(list));
        line.into_iter().flat_map(|line| line.split(", "))
    }
}

/// The topic that explains an error.
pub(crate) fn of_error(name: &str) -> Option<&'static str> {
    TOPICS.iter().find(|topic| topic.errors().any(|error| error == name)).map(|topic| topic.name)
}

/// A name without what people write in one way or another.
fn normal(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_name_leads_to_two_topics() {
        let mut seen = BTreeSet::new();
        for name in TOPICS.iter().flat_map(|topic| topic.names()) {
            assert!(seen.insert(normal(name)), "{name}");
        }
    }

    #[test]
    fn topics_that_go_with_others_are_there() {
        for topic in TOPICS {
            for other in topic.see() {
                assert!(TOPICS.iter().any(|topic| topic.name == other), "{}: {other}", topic.name);
            }
        }
    }
}
