//! How a topic looks to people: as wide as the terminal, but no wider than a text reads well.

use std::io::{self, Write};

use super::topic::{TOPICS, Topic};
use crate::table;

/// Most columns of a line of text.
const WIDEST: usize = 100;

/// Writes the list of topics.
pub(super) fn list(output: &mut impl Write) -> io::Result<()> {
    let longest = TOPICS.iter().map(|topic| topic.name.len()).max().unwrap_or(0);
    let indent = " ".repeat(longest + 2);
    for topic in TOPICS {
        let first = format!("{:longest$}  ", topic.name);
        for line in wrap(&topic.summary(), &first, &indent, width()) {
            writeln!(output, "{line}")?;
        }
    }
    writeln!(output, "\n`yarrow explain TOPIC` says more, also by the name of an error.")
}

/// Writes a topic.
pub(super) fn topic(topic: Topic, output: &mut impl Write) -> io::Result<()> {
    let width = width();
    let mut line = |text: &str, first: &str, indent: &str| {
        wrap(text, first, indent, width).iter().try_for_each(|line| writeln!(output, "{line}"))
    };
    line(&topic.summary(), &format!("{}: ", topic.name), "")?;
    line("", "", "")?;
    for paragraph in topic.text().split('\n') {
        match paragraph.strip_prefix("- ") {
            Some(item) => line(item, "- ", "  ")?,
            None => line(paragraph, "", "")?,
        }
    }
    let lists: [(&str, Vec<&str>); 3] =
        [("Also: ", topic.also().collect()), ("Errors: ", topic.errors().collect()), ("See: ", topic.see().collect())];
    line("", "", "")?;
    for (title, names) in lists.into_iter().filter(|(_, names)| !names.is_empty()) {
        line(&names.join(", "), title, "  ")?;
    }
    Ok(())
}

fn width() -> usize {
    usize::from(table::width()).min(WIDEST)
}

/// Lines of at most `width` characters, but for a word that is longer; the first begins with `first`, the others with
/// `indent`. What stands between backticks is one word.
fn wrap(text: &str, first: &str, indent: &str, width: usize) -> Vec<String> {
    let mut lines = vec![first.to_owned()];
    let mut empty = true;
    for word in words(text) {
        let line = lines.last_mut().expect("there is a first line");
        if empty {
            line.push_str(&word);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(&word);
        } else {
            lines.push(format!("{indent}{word}"));
        }
        empty = false;
    }
    lines
}

/// The words of a text; what stands between backticks is one, so that a command can be copied.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut is_open = false;
    for piece in text.split_whitespace() {
        match words.last_mut() {
            Some(last) if is_open => {
                last.push(' ');
                last.push_str(piece);
            }
            _ => words.push(piece.to_owned()),
        }
        is_open ^= piece.matches('`').count() % 2 == 1;
    }
    words
}
