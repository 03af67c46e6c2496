//! `yarrow subnets register`: a place on a subnet for a burn. `yarrow miner register` works for one instead.

use std::io::Write as _;

use chain::{Amount, At, ss58};
use primitives::Registry as _;
use serde_json::json;
use worker::WorkerError;

use super::{
    NetuidArgs,
    owner::{OwnerArgs, costs},
    page::subnet,
};
use crate::{
    error::CliError,
    market::Page,
    output::Output,
    wallet::HotkeyArgs,
    write::{Change, Step, Value, Write, perform},
};

/// Options of `yarrow subnets register`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    owner: OwnerArgs,
    #[command(flatten)]
    hotkey: HotkeyArgs,
    #[command(flatten)]
    netuid: NetuidArgs,
    /// The most TAO to burn; what it costs now if not given
    #[arg(long, value_name = "AMOUNT")]
    limit: Option<Amount>,
}

/// Registers a hotkey for the coldkey that pays.
pub(super) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let OwnerArgs { chain, who, write } = &args.owner;
    let netuid = args.netuid.netuid;
    let hotkey = args.hotkey.account(&who.wallet)?;
    let coldkey = who.account()?;
    let market = chain.connect()?;
    let contracts = market.contracts;
    let page = market.page(At::Head)?;
    let found = subnet(&page, &contracts, netuid)?;
    let price = page.view(contracts.registry().burn_cost(netuid))?.ok_or(WorkerError::NoSuchSubnet(netuid))?;
    let limit = args.limit.map_or(price, |limit| limit.0);
    let uid_of = move |page: &Page| {
        let uid = page.view(contracts.registry().uid(netuid, hotkey))?;
        Ok(uid.map_or(Value::Nothing, |uid| Value::Number(uid.get().into())))
    };
    let title = |verb: &str| format!("{verb} {} on subnet {netuid}", ss58(&hotkey));
    let step = Step {
        title: format!("{}, {}", title("Register"), costs(price, limit)),
        done: title("Registered"),
        message: contracts.registry().register_by_burn(netuid, hotkey, limit).into(),
        changes: vec![
            Change::pays_at_most("free TAO", contracts, coldkey, (price, limit)),
            Change::to_something(format!("uid on subnet {netuid}"), uid_of),
        ],
    };
    let rules = page.view(contracts.registry().hyperparameters(netuid))?.unwrap_or_default();
    let mut notes = vec![
        format!("the coldkey {} pays and owns it", ss58(&coldkey)),
        "what is burned is recycled: it does not come back".to_owned(),
    ];
    if found.neurons >= rules.max_allowed_uids {
        notes.push(format!("the subnet is full: the neuron that earned least makes room ({} uids)", found.neurons));
    }
    let write_of = Write { by: coldkey, spends: limit, taker: Some(contracts.registry), steps: vec![step], notes };
    let Some(done) = perform(&market, write_of, write, || who.signer(), output)? else { return Ok(()) };
    let Some(uid) = done.first().map(|done| done.value.get()) else { return Ok(()) };
    output
        .report(&json!({ "netuid": netuid.get(), "uid": uid, "hotkey": ss58(&hotkey), "coldkey": ss58(&coldkey) }))?;
    writeln!(output, "   it is uid {uid} of subnet {netuid}")?;
    Ok(())
}
