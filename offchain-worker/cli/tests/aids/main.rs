//! What helps around the market's commands, as users run it: explanations, completions, conversions, configuration.

mod completions;
mod config;
mod convert;
mod explain;
mod yarrow;
