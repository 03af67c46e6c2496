//! `yarrow explain`: what the market's words mean here, in texts that take their numbers from the contracts' own
//! constants.

mod facts;
mod page;
mod topic;

use serde::Serialize;
use thiserror::Error;

pub(crate) use self::topic::of_error;
use self::topic::{TOPICS, Topic};
use crate::{error::CliError, output::Output};

/// Options of `yarrow explain`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A topic, one of its other names, or the name of an error; without one all topics are listed
    topic: Option<String>,
}

/// Why nothing is explained.
#[derive(Debug, Error)]
pub(crate) enum ExplainError {
    /// There is no text of this name.
    #[error("there is no topic {topic:?}")]
    UnknownTopic {
        /// What was asked for.
        topic: String,
        /// Topics with names like it.
        near: Vec<&'static str>,
    },
}

impl ExplainError {
    /// What to do about it.
    pub(crate) fn hint(&self) -> String {
        let Self::UnknownTopic { near, .. } = self;
        if near.is_empty() {
            return "`yarrow explain` lists the topics".to_owned();
        }
        let near: Vec<String> = near.iter().map(|name| format!("`yarrow explain {name}`")).collect();
        format!("did you mean {}?", near.join(" or "))
    }
}

#[derive(Serialize)]
struct TopicReport {
    topic: &'static str,
    summary: String,
    text: String,
    also: Vec<&'static str>,
    errors: Vec<&'static str>,
    see: Vec<&'static str>,
}

#[derive(Serialize)]
struct Line {
    topic: &'static str,
    summary: String,
}

#[derive(Serialize)]
struct ListReport {
    topics: Vec<Line>,
}

/// Writes a topic, or the list of all.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let Some(asked) = &args.topic else {
        let line = |topic: &Topic| Line { topic: topic.name, summary: topic.summary() };
        output.report(&ListReport { topics: TOPICS.iter().map(line).collect() })?;
        return Ok(page::list(output)?);
    };
    let unknown = || ExplainError::UnknownTopic { topic: asked.clone(), near: Topic::near(asked) };
    let topic = Topic::find(asked).ok_or_else(unknown)?;
    output.report(&TopicReport {
        topic: topic.name,
        summary: topic.summary(),
        text: topic.text(),
        also: topic.also().collect(),
        errors: topic.errors().collect(),
        see: topic.see().collect(),
    })?;
    Ok(page::topic(topic, output)?)
}
