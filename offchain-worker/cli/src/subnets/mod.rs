//! `yarrow subnets`: what subnets there are, what is on each, and what their owners and newcomers do.

mod cost;
mod emission;
mod graph;
mod list;
mod owner;
mod page;
mod register;
mod show;

use clap::Subcommand;
use primitives::Netuid;

pub(crate) use self::{
    emission::Emission,
    graph::{endpoint, trimmed},
    owner::OwnerArgs,
    page::{authority, protocol_block, rules, subnet, text},
};
use crate::{error::CliError, output::Output, sudo};

/// Options of `yarrow subnets`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

/// Which subnet.
#[derive(Debug, clap::Args)]
pub(crate) struct NetuidArgs {
    /// The subnet
    #[arg(long, value_name = "N", value_parser = |text: &str| text.parse().map(Netuid::new))]
    pub(crate) netuid: Netuid,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List all subnets, with their part of the emission and what it costs to enter
    #[command(visible_alias = "l")]
    List(list::Args),
    /// Show a subnet and its metagraph: every neuron with its stake, what it earns and whether it may be pruned
    #[command(visible_alias = "metagraph")]
    Show(show::Args),
    /// Register a subnet for a lock
    Create(owner::CreateArgs),
    /// Register a hotkey on a subnet for a burn (`yarrow miner register` works for a place instead)
    Register(register::Args),
    /// List the hyperparameters of a subnet
    Hyperparameters(sudo::GetArgs),
    /// Say what a new subnet costs, or with --netuid what a place on a subnet does
    #[command(alias = "burn_cost")]
    BurnCost(cost::Args),
    /// Begin a subnet's epochs
    Start(owner::OneArgs),
    /// Change what a subnet says of itself
    #[command(alias = "set_identity")]
    SetIdentity(owner::SetIdentityArgs),
    /// Show what a subnet says of itself
    #[command(alias = "get_identity")]
    GetIdentity(cost::IdentityArgs),
    /// End a subnet; its lock goes back to its owner
    Dissolve(owner::OneArgs),
}

/// Runs the subcommand.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    match &args.command {
        Command::List(args) => list::run(args, output),
        Command::Show(args) => show::run(args, output),
        Command::Create(args) => owner::create(args, output),
        Command::Register(args) => register::run(args, output),
        Command::Hyperparameters(args) => sudo::get(args, output),
        Command::BurnCost(args) => cost::run(args, output),
        Command::Start(args) => owner::start(args, output),
        Command::SetIdentity(args) => owner::set_identity(args, output),
        Command::GetIdentity(args) => cost::identity(args, output),
        Command::Dissolve(args) => owner::dissolve(args, output),
    }
}
