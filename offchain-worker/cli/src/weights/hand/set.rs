//! `yarrow weights set`: weights at once, where a subnet has commit and reveal off.

use chain::{At, Contracts};
use primitives::{AccountId, Netuid, Registry as _, Settlement as _};

use super::{Row, RowArgs, ValidatorArgs, facts};
use crate::{
    error::CliError,
    impossible::Impossible,
    market::Page,
    output::Output,
    write::{Change, Step, Value},
};

/// Options of `yarrow weights set`.
#[derive(Debug, clap::Args)]
pub(in crate::weights) struct Args {
    #[command(flatten)]
    validator: ValidatorArgs,
    #[command(flatten)]
    row: RowArgs,
}

/// Sets a row.
pub(in crate::weights) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let Args { validator, row } = args;
    let netuid = validator.netuid.netuid;
    let hotkey = validator.who.account()?;
    let row_of = Row::new(&row.uids, &row.weights).map_err(Impossible::from)?;
    let market = validator.chain.connect()?;
    let contracts = market.contracts;
    let page = market.page(At::Head)?;
    let known = facts(&page, &contracts, netuid, hotkey)?;
    let version_key = row.version_key.unwrap_or(known.version_key);
    let step = Step {
        title: format!("Set the weights of {} uids on subnet {netuid}", row_of.uids.len()),
        done: format!("Set the weights of {} uids on subnet {netuid}", row_of.uids.len()),
        message: contracts.settlement().set_weights(netuid, row_of.weights().collect(), version_key).into(),
        changes: vec![Change::to("weights", Value::Text(shown(row_of.weights())), move |page| {
            in_force(page, &contracts, netuid, hotkey)
        })],
    };
    validator.send(&market, step, Vec::new(), || validator.who.signer(), output).map(drop)
}

fn in_force(page: &Page, contracts: &Contracts, netuid: Netuid, hotkey: AccountId) -> Result<Value, CliError> {
    let Some(uid) = page.view(contracts.registry().uid(netuid, hotkey))? else { return Ok(Value::Nothing) };
    let row = page.view(contracts.settlement().weights(netuid, uid))?;
    Ok(row.map_or(Value::Nothing, |row| Value::Text(shown(row.weights))))
}

/// `0:65535 2:32768`.
fn shown(weights: impl IntoIterator<Item = (primitives::Uid, u16)>) -> String {
    let mut weights: Vec<_> = weights.into_iter().collect();
    weights.sort_unstable();
    weights.iter().map(|(uid, value)| format!("{uid}:{value}")).collect::<Vec<_>>().join(" ")
}
