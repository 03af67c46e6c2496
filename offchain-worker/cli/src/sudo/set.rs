//! `yarrow sudo set`: one hyperparameter of a subnet. What it may be is known before anything is sent.

use chain::{
    At,
    parameters::{Parameter, ParameterError, Rules},
};
use primitives::Stewardship as _;

use crate::{
    error::CliError,
    impossible::Impossible,
    market::Page,
    output::Output,
    subnets::{NetuidArgs, OwnerArgs, authority, rules, subnet},
    write::{Change, Step, Value, WriteError},
};

/// Options of `yarrow sudo set`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    owner: OwnerArgs,
    #[command(flatten)]
    netuid: NetuidArgs,
    /// The hyperparameter; `yarrow sudo get` lists them
    #[arg(long, alias = "parameter", value_name = "NAME", value_parser = |name: &str| Parameter::find(name))]
    param: &'static Parameter,
    /// Its new value: the contract's number, a fraction such as 0.5 or 50%, an amount such as τ0.1, true or false, or for
    /// alpha_values two fractions such as 0.7,0.9
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    value: String,
}

/// Sets it in the name of whom the key is: the subnet's owner, or governance.
pub(super) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let Args { owner, param, value, .. } = args;
    let netuid = args.netuid.netuid;
    let account = owner.who.account()?;
    let market = owner.chain.connect()?;
    let contracts = market.contracts;
    let page = market.page(At::Head)?;
    subnet(&page, &contracts, netuid)?;
    let in_force = rules(&page, &contracts, netuid)?;
    let by = authority(&page, &contracts, account)?;
    let change = param.parse(value, &in_force, by).map_err(Impossible::from)?;
    let wanted = param.unit.parse(value).map(|value| param.unit.describe(value));
    let wanted =
        wanted.map_err(|source| ParameterError::Value { name: param.name, source }).map_err(Impossible::from)?;
    let param = *param;
    let shown = move |rules: &Rules| param.unit.describe(param.read(rules));
    if wanted == shown(&in_force) {
        return Err(WriteError::NothingToDo("that is its value already").into());
    }
    let read = move |page: &Page| Ok(Value::Text(shown(&rules(page, &contracts, netuid)?)));
    let name = param.name;
    let step = Step {
        title: format!("Set {name} of subnet {netuid} to {wanted}"),
        done: format!("Set {name} of subnet {netuid} to {wanted}"),
        message: contracts.stewardship().set_hyperparameter(netuid, change).into(),
        changes: vec![Change::to(name, Value::Text(wanted), read)],
    };
    owner.change(&market, step, Vec::new(), output)
}
