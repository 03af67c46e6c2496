//! `yarrow sudo get` and `yarrow subnets hyperparameters`: the rules of a subnet as btcli lists them.

use std::io::Write as _;

use chain::parameters::{Bounds, PARAMETERS, Parameter, Rules, Unit, Value};
use primitives::{Authority, ProtocolBlock, registry::Subnet};
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::{
    error::CliError,
    format,
    listing::{Cell, Column, ListArgs, Listing},
    market::PageArgs,
    output::Output,
    subnets::{NetuidArgs, protocol_block, rules, subnet},
};

/// Options of `yarrow sudo get`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    page: PageArgs,
    #[command(flatten)]
    netuid: NetuidArgs,
    /// Only this hyperparameter, with what it may be
    #[arg(long, value_name = "NAME", value_parser = |name: &str| Parameter::find(name))]
    param: Option<&'static Parameter>,
    #[command(flatten)]
    list: ListArgs,
}

/// A hyperparameter as JSON has it.
#[derive(Debug, Serialize)]
struct Line {
    hyperparameter: &'static str,
    value: Json,
    normalized: String,
    owner_settable: bool,
    description: &'static str,
    /// What the subnet's owner may set it to; null if nothing.
    owner_bounds: Option<[Json; 2]>,
    governance_bounds: Option<[Json; 2]>,
}

impl Line {
    fn of(parameter: &'static Parameter, rules: &Rules) -> Self {
        let value = parameter.read(rules);
        let unit = parameter.unit;
        let bounds = |authority| {
            parameter.bounds(rules, authority).map(|Bounds { low, high }| [low, high].map(|end| number(unit, end)))
        };
        Self {
            hyperparameter: parameter.name,
            value: match value {
                Value::One(one) => number(unit, one),
                Value::Pair(low, high) => json!([number(unit, low), number(unit, high)]),
            },
            normalized: unit.normalized(value),
            owner_settable: parameter.is_owners(),
            description: parameter.description,
            owner_bounds: bounds(Authority::SubnetOwner),
            governance_bounds: bounds(Authority::Governance),
        }
    }
}

/// A number of the contract; TAO in RAO.
fn number(unit: Unit, number: i128) -> Json {
    if unit == Unit::Switch {
        return (number != 0).into();
    }
    u64::try_from(number).map(Json::from).or_else(|_| i64::try_from(number).map(Json::from)).unwrap_or(Json::Null)
}

/// Lists them at one block.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let market = args.page.connect()?;
    let (contracts, page) = (market.contracts, market.page(args.page.at())?);
    let netuid = args.netuid.netuid;
    let found = subnet(&page, &contracts, netuid)?;
    let rules = rules(&page, &contracts, netuid)?;
    let now = protocol_block(&page, &contracts)?;
    let chosen = PARAMETERS.iter().filter(|one| args.param.is_none_or(|wanted| wanted.name == one.name));
    let lines: Vec<Line> = chosen.map(|parameter| Line::of(parameter, &rules)).collect();
    output.report(&json!({
        "netuid": netuid.get(),
        "block": page.block.number,
        "protocol_block": now.get(),
        "subnet_is_active": found.started_at.is_some(),
        "hyperparameters": lines,
    }))?;
    match args.param {
        Some(parameter) => write_one(parameter, &rules, output),
        None => write_all(netuid.get(), &found, now, &rules, &args.list, output),
    }
}

fn write_all(
    netuid: u16,
    found: &Subnet,
    now: ProtocolBlock,
    rules: &Rules,
    list: &ListArgs,
    output: &mut Output,
) -> Result<(), CliError> {
    let mut listing = Listing::new([
        Column::always("hyperparameter", "HYPERPARAMETER"),
        Column::always("value", "VALUE"),
        Column::ranked("normalized", "NORMALIZED", 2),
        Column::ranked("owner_settable", "OWNER SETTABLE", 1),
        Column::ranked("description", "DESCRIPTION", 3),
    ]);
    for parameter in PARAMETERS {
        let (unit, value) = (parameter.unit, parameter.read(rules));
        listing.push([
            Cell::text(parameter.name),
            Cell::text(&unit.show(value)),
            fraction(unit, value),
            Cell::text(if parameter.is_owners() { "yes" } else { "no" }),
            Cell::text(parameter.description),
        ]);
    }
    if list.is_csv() {
        return listing.write(list, output);
    }
    let state = if found.started_at.is_some() { "active" } else { "not started" };
    writeln!(output, "Subnet {netuid}, {state}   block {}", format::grouped(now.get()))?;
    listing.write(list, output)?;
    writeln!(output, "`yarrow sudo get --netuid {netuid} --param NAME` says what one means and may be")?;
    Ok(())
}

/// What a fraction is of one; nothing beside what is no fraction.
fn fraction(unit: Unit, value: Value) -> Cell {
    let normalized = unit.normalized(value);
    if normalized == unit.show(value) { Cell::nothing() } else { Cell::text(&normalized) }
}

fn write_one(parameter: &Parameter, rules: &Rules, output: &mut Output) -> Result<(), CliError> {
    let value = parameter.read(rules);
    let bounds = |authority| match parameter.bounds(rules, authority) {
        Some(bounds) => bounds.show(parameter.unit),
        None => "nothing".to_owned(),
    };
    writeln!(output, "{}: {}", parameter.name, parameter.description)?;
    if let Some(alias) = parameter.alias {
        writeln!(output, "also        {alias}")?;
    }
    writeln!(output, "value       {}", parameter.unit.describe(value))?;
    writeln!(output, "owner       may set it to {}", bounds(Authority::SubnetOwner))?;
    writeln!(output, "governance  may set it to {}", bounds(Authority::Governance))?;
    Ok(())
}
