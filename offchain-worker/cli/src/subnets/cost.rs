//! `yarrow subnets burn-cost` and `get-identity`: two looks at what a newcomer asks first.

use std::io::Write as _;

use chain::{Amount, ss58};
use primitives::{Netuid, Rao, Registry as _};
use serde_json::{Map, Value, json};

use super::{
    NetuidArgs, owner,
    page::{self, rules, subnet},
};
use crate::{error::CliError, format, market::PageArgs, output::Output};

/// Options of `yarrow subnets burn-cost`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    page: PageArgs,
    /// The subnet on which somebody wants to register, rather than a new one
    #[arg(long, value_name = "N", value_parser = |text: &str| text.parse().map(Netuid::new))]
    netuid: Option<Netuid>,
}

/// Says what a new subnet costs, or a place on one.
pub(super) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let market = args.page.connect()?;
    let (contracts, page) = (market.contracts, market.page(args.page.at())?);
    let block = page.block.number;
    let Some(netuid) = args.netuid else {
        let cost = page.view(contracts.registry().subnet_lock_cost())?;
        output.report(&json!({ "block": block, "lock_cost_rao": cost.get() }))?;
        writeln!(output, "A new subnet takes a lock of {}, which comes back when it is dissolved", Amount(cost))?;
        return Ok(());
    };
    subnet(&page, &contracts, netuid)?;
    let rules = rules(&page, &contracts, netuid)?;
    let open = &rules.hyperparameters;
    let burn = page.view(contracts.registry().burn_cost(netuid))?.filter(|_| open.registration_allowed);
    let difficulty = Some(rules.difficulty).filter(|_| open.pow_registration_allowed);
    output.report(&json!({
        "block": block,
        "netuid": netuid.get(),
        "burn_cost_rao": burn.map(Rao::get),
        "min_burn_rao": open.min_burn.get(),
        "max_burn_rao": open.max_burn.get(),
        "difficulty": difficulty,
    }))?;
    match burn {
        Some(burn) => writeln!(
            output,
            "A place on subnet {netuid} costs {}, between {} and {}; it is recycled",
            Amount(burn),
            Amount(open.min_burn),
            Amount(open.max_burn)
        )?,
        None => writeln!(output, "Registration by burn is closed on subnet {netuid}")?,
    }
    match difficulty {
        Some(difficulty) => {
            writeln!(output, "or work of difficulty {}: `yarrow miner register`", format::grouped(difficulty))?
        }
        None => writeln!(output, "Registration by work is closed there")?,
    }
    Ok(())
}

/// Options of `yarrow subnets get-identity`.
#[derive(Debug, clap::Args)]
pub(super) struct IdentityArgs {
    #[command(flatten)]
    page: PageArgs,
    #[command(flatten)]
    netuid: NetuidArgs,
}

/// Shows what a subnet says of itself.
pub(super) fn identity(args: &IdentityArgs, output: &mut Output) -> Result<(), CliError> {
    let market = args.page.connect()?;
    let (contracts, page) = (market.contracts, market.page(args.page.at())?);
    let netuid = args.netuid.netuid;
    let found = subnet(&page, &contracts, netuid)?;
    let said = owner::fields(&page::identity(&page, &contracts, netuid)?);
    let members: Map<String, Value> =
        said.iter().map(|(name, text)| ((*name).to_owned(), text.as_str().into())).collect();
    output.report(&json!({ "netuid": netuid.get(), "owner": ss58(&found.owner), "identity": members }))?;
    writeln!(output, "Subnet {netuid}, owned by {}", ss58(&found.owner))?;
    for (name, text) in said {
        writeln!(output, "{name:<11} {}", if text.is_empty() { "-" } else { &text })?;
    }
    Ok(())
}
