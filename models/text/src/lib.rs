//! The two text predictors, apart from the tables they read, so that training runs the code that the guests run.
#![no_std]

pub mod mixer;
pub mod ngram;
