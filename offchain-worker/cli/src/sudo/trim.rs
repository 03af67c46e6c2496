//! `yarrow sudo trim`: a smaller subnet. Who goes is known before it is sent.

use chain::At;
use primitives::{Netuid, Stewardship as _};

use crate::{
    error::CliError,
    market::Page,
    output::Output,
    subnets::{NetuidArgs, OwnerArgs, rules, subnet, trimmed},
    write::{Change, Step, Value, WriteError},
};

/// Options of `yarrow sudo trim`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    owner: OwnerArgs,
    #[command(flatten)]
    netuid: NetuidArgs,
    /// The most uids from now on
    #[arg(long, value_name = "UIDS")]
    max: u16,
}

/// Trims a subnet of the signer's.
pub(super) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let (owner, netuid, max) = (&args.owner, args.netuid.netuid, args.max);
    let market = owner.chain.connect()?;
    let contracts = market.contracts;
    let page = market.page(At::Head)?;
    let neurons = subnet(&page, &contracts, netuid)?.neurons;
    if rules(&page, &contracts, netuid)?.hyperparameters.max_allowed_uids == max {
        return Err(WriteError::NothingToDo("the subnet is limited so already").into());
    }
    let limit =
        move |page: &Page| Ok(Value::Number(rules(page, &contracts, netuid)?.hyperparameters.max_allowed_uids.into()));
    let count = move |page: &Page| Ok(Value::Number(subnet(page, &contracts, netuid)?.neurons.into()));
    let step = Step {
        title: format!("Limit subnet {netuid} to {max} uids"),
        done: format!("Limited subnet {netuid} to {max} uids"),
        message: contracts.stewardship().trim_to_max_allowed_uids(netuid, max).into(),
        changes: vec![
            Change::to("max_allowed_uids", Value::Number(max.into()), limit),
            Change::to("neurons", Value::Number(neurons.min(max).into()), count),
        ],
    };
    let notes = notes(&trimmed(&page, &contracts, netuid, max)?, netuid);
    owner.change(&market, step, notes, output)
}

fn notes(going: &[u16], netuid: Netuid) -> Vec<String> {
    if going.is_empty() {
        return Vec::new();
    }
    vec![
        format!("these uids of subnet {netuid} go: {}", runs(going)),
        "who gets another uid begins anew there: immune, without weights".to_owned(),
    ]
}

/// Numbers in ascending order, neighbours as one: `2, 5-9`.
fn runs(numbers: &[u16]) -> String {
    let mut runs: Vec<(u16, u16)> = Vec::new();
    for &number in numbers {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(number) => *last = number,
            _ => runs.push((number, number)),
        }
    }
    let shown = |(first, last): (u16, u16)| if first == last { first.to_string() } else { format!("{first}-{last}") };
    runs.into_iter().map(shown).collect::<Vec<_>>().join(", ")
}
