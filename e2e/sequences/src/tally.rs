//! How often which message was done and refused.

use std::{collections::BTreeMap, fmt};

use crate::{Answer, KINDS, Kind, Reach};

/// Counts of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Count {
    done: u64,
    refused: BTreeMap<String, u64>,
}

/// Counts of all kinds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<&'static str, Count>);

impl Tally {
    pub(crate) fn count(&mut self, kind: &'static str, answer: &Answer) {
        let count = self.0.entry(kind).or_default();
        match answer {
            Answer::Done => count.done += 1,
            Answer::Refused(error) => *count.refused.entry(names(error)).or_default() += 1,
            Answer::Undone(_) => *count.refused.entry("no answer".into()).or_default() += 1,
        }
    }

    /// Adds another sequence's counts.
    pub fn add(&mut self, other: Self) {
        for (kind, count) in other.0 {
            let own = self.0.entry(kind).or_default();
            own.done += count.done;
            for (error, refused) in count.refused {
                *own.refused.entry(error).or_default() += refused;
            }
        }
    }

    /// How often a kind of message was done.
    pub fn done(&self, kind: &str) -> u64 {
        self.0.get(kind).map_or(0, |count| count.done)
    }

    /// How often a kind of message was refused.
    pub fn refused(&self, kind: &str) -> u64 {
        self.0.get(kind).map_or(0, |count| count.refused.values().sum())
    }

    /// The kinds that accounts may send and of which none was done.
    pub fn missing(&self) -> Vec<&'static str> {
        let is_sent = |kind: &&Kind| matches!(kind.reach, Reach::Accounts | Reach::View);
        KINDS.iter().filter(is_sent).map(|kind| kind.name).filter(|name| self.done(name) == 0).collect()
    }
}

/// A line for each kind: how often it was done and refused, and by which errors.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<36}{:>9}{:>9}", "message", "done", "refused")?;
        for (kind, Count { done, refused }) in &self.0 {
            let mut errors: Vec<_> = refused.iter().collect();
            errors.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
            let errors: Vec<_> = errors.into_iter().map(|(error, count)| format!("{error} {count}")).collect();
            writeln!(f, "{kind:<36}{done:>9}{:>9}  {}", self.refused(kind), errors.join(", "))?;
        }
        Ok(())
    }
}

/// The names of an error without its values: `Staking(AmountTooLow { min: Rao(5) })` is `Staking AmountTooLow`.
fn names(error: &str) -> String {
    let mut names = Vec::new();
    let mut rest = error;
    loop {
        let end = rest.find(['(', ' ', '{', ')']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        names.push(name);
        match after.strip_prefix('(') {
            Some(inner) if is_error(inner) => rest = inner,
            _ => return names.join(" "),
        }
    }
}

/// Whether what an error holds is an error; types of values are tuple structs of numbers and accounts.
fn is_error(inner: &str) -> bool {
    const VALUES: [&str; 5] = ["Netuid", "Uid", "Rao", "ProtocolBlock", "AccountId"];
    inner.starts_with(|first: char| first.is_ascii_uppercase()) && !VALUES.iter().any(|value| inner.starts_with(value))
}
