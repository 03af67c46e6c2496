//! The `yarrow` command, as a library so that tests can look at its commands: arguments parse into types, a function per command does the work and writes, and one
//! place turns an error into a message, a hint and an exit code.

mod anchor;
mod axon;
mod bench;
mod challenge;
mod checks;
mod class;
mod completions;
mod config;
mod connect;
mod daemon;
mod demo;
mod deploy;
mod devnet;
mod doctor;
mod error;
mod eval;
mod explain;
mod format;
mod gas;
mod impossible;
mod json_file;
mod listing;
mod localnet;
mod market;
mod miner;
mod models;
mod output;
mod population;
mod preferences;
mod replay;
mod root;
mod signals;
mod simulate;
mod stake;
mod status;
mod subnets;
mod sudo;
mod table;
mod toml_file;
mod usage;
mod utils;
mod wallet;
mod weights;
mod write;

use std::{
    env,
    io::{self, Write as _},
    process::ExitCode,
};

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use evaluator::{Evaluator, RunnerConfig};
use worker::WorkerError;

use crate::{
    class::Class,
    error::CliError,
    output::{Failure, Output},
};

/// A market for machine intelligence on any chain with pallet-contracts.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true)]
struct Cli {
    /// Print one JSON object on one line instead of text, errors included (described in docs/json.md)
    #[arg(long, global = true, display_order = 900, aliases = ["json-output", "json-out"])]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say where a neuron serves
    Axon(axon::Args),
    /// Measure what the sandbox costs on this machine
    Bench(bench::Args),
    /// Measure one item of a validator's round again, and show its way to what was committed
    Challenge(challenge::Args),
    /// Run the whole market on an embedded chain: models to scores to weights to TAO
    Demo(demo::Args),
    /// Write a script by which a shell completes commands and options
    Completions(completions::Args),
    /// Choose things once for all commands; check a worker's configuration
    #[command(subcommand, visible_alias = "c", alias = "conf")]
    Config(config::ConfigCommand),
    /// Put the contracts on a chain with pallet-contracts, or go on where that stopped
    Deploy(deploy::Args),
    /// Run a chain with the market on it for workers and miners on this machine
    Devnet(devnet::Args),
    /// Look at everything between this machine and an income, and say what to do where something is wrong
    Doctor(doctor::Args),
    /// Evaluate a model as validators do, on items of a seed of your choice
    Eval(eval::Args),
    /// Say what a word of the market means, or an error
    Explain(explain::Args),
    /// Measure what each message of the contracts costs
    Gas(gas::Args),
    /// Run a node with miners and validators on this machine
    Localnet(localnet::Args),
    /// Enter a subnet, publish a model, serve it
    Miner(miner::Args),
    /// Do a validator's round again from its evidence, and say where it differs
    Replay(replay::Args),
    /// Vote on how emission is divided over the subnets
    Root(root::Args),
    /// Replay a subnet's epochs from files, and compare them with what they must give
    Simulate(simulate::Args),
    /// Stake TAO on hotkeys, take it back, move it, list it
    #[command(visible_alias = "st")]
    Stake(stake::Args),
    /// Show which chain is behind an endpoint, and what is on it
    Status(status::Args),
    /// List subnets and their neurons, enter one, make one
    #[command(visible_alias = "s", aliases = ["subnet"])]
    Subnets(subnets::Args),
    /// Set the rules of a subnet, and what a hotkey takes
    #[command(visible_alias = "su")]
    Sudo(sudo::Args),
    /// Convert amounts
    #[command(subcommand)]
    Utils(utils::Command),
    /// Compare a deployment with its record and the artifacts
    Verify(deploy::VerifyArgs),
    /// Make, list, import and export keys; sign and verify
    #[command(visible_alias = "w", alias = "wallets")]
    Wallet(wallet::Args),
    /// Validate
    #[command(subcommand)]
    Worker(daemon::WorkerCommand),
    /// Show the weights of validators, when they may set them, and what became of them
    #[command(visible_alias = "wt", alias = "weight")]
    Weights(weights::Args),
    /// Run models for a parent process, inside its sandbox
    #[command(hide = true)]
    Sandbox,
}

/// This program, started again as `yarrow sandbox`, as the runner.
fn sandbox_config() -> Result<RunnerConfig, CliError> {
    let mut config = RunnerConfig::new(env::current_exe()?);
    config.arguments = vec!["sandbox".into()];
    Ok(config)
}

/// An evaluator whose sandbox is this program, started again as `yarrow sandbox`.
fn sandboxed_evaluator() -> Result<Evaluator, CliError> {
    let evaluator = Evaluator::new(sandbox_config()?).map_err(WorkerError::from)?;
    for weakness in evaluator.weaknesses() {
        writeln!(io::stderr(), "warning: models run less confined than they could on this host: {weakness}")?;
    }
    Ok(evaluator)
}

/// The definition of the whole command: its subcommands, options and help.
pub fn command() -> clap::Command {
    // Named here too, because a test that asks has another name.
    Cli::command().name("yarrow").bin_name("yarrow")
}

/// Runs the command that this process was started with.
pub fn main() -> ExitCode {
    let matches = match command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return usage::explain(&error, command()),
    };
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => return usage::explain(&error, command()),
    };
    if matches!(cli.command, Command::Sandbox) {
        return evaluator::serve_stdio();
    }
    let mut output = Output::new(usage::words(&matches), cli.json);
    let failure = run(cli.command, &mut output).err();
    if let Some(error) = &failure {
        let hint = error.hint().map(|hint| format!("\n{hint}")).unwrap_or_default();
        // Nothing is left to do if even this cannot be written.
        let _ = writeln!(io::stderr(), "error: {error}{hint}");
    }
    let failure = failure.as_ref().map(Failure::from);
    match output.finish(failure.as_ref()) {
        Ok(()) => ExitCode::from(failure.map_or(0, |failure| failure.code)),
        Err(_) => ExitCode::from(Class::File.code()),
    }
}

fn run(command: Command, output: &mut Output) -> Result<(), CliError> {
    match command {
        Command::Axon(args) => axon::run(&args, output),
        Command::Bench(args) => bench::run(&args, output),
        Command::Challenge(args) => challenge::run(&args, output),
        Command::Demo(args) => demo::run(&args, output),
        Command::Completions(args) => completions::run(&args, output),
        Command::Config(command) => command.run(output),
        Command::Worker(command) => command.run(output),
        Command::Deploy(args) => deploy::run(&args, output),
        Command::Devnet(args) => devnet::run(&args, output),
        Command::Doctor(args) => doctor::run(&args, output),
        Command::Eval(args) => eval::run(&args, output),
        Command::Explain(args) => explain::run(&args, output),
        Command::Gas(args) => gas::run(&args, output),
        Command::Localnet(args) => localnet::run(&args, output),
        Command::Miner(args) => miner::run(&args, output),
        Command::Replay(args) => replay::run(&args, output),
        Command::Root(args) => root::run(&args, output),
        Command::Simulate(args) => simulate::run(&args, output),
        Command::Stake(args) => stake::run(&args, output),
        Command::Status(args) => status::run(&args, output),
        Command::Subnets(args) => subnets::run(&args, output),
        Command::Sudo(args) => sudo::run(&args, output),
        Command::Utils(command) => command.run(output),
        Command::Verify(args) => deploy::verify(&args, output),
        Command::Wallet(args) => wallet::run(&args, output),
        Command::Weights(args) => weights::run(&args, output),
        // It speaks another protocol on standard output, and has begun already.
        Command::Sandbox => Ok(()),
    }
}
