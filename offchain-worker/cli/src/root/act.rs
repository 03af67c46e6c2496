//! `yarrow root register`, `set-weights` and `epoch`: what changes who votes, how, and what follows from it.

use chain::{At, Contracts, ss58};
use consensus::weights::quantise;
use primitives::{
    Netuid, Rao, RootError, RootNetwork as _, Staking as _,
    root::{MAX_ROOT_VALIDATORS, ROOT_TEMPO, ROOT_WEIGHTS_RATE_LIMIT, RootWeight},
};

use super::{list::validator, weights::shares_text};
use crate::{
    error::CliError,
    impossible::Impossible,
    market::{Market, Page},
    output::Output,
    subnets::OwnerArgs,
    wallet::HotkeyArgs,
    weights::{Decimal, RowError},
    write::{Change, Step, Value, Write, perform},
};

/// Options of `yarrow root register`.
#[derive(Debug, clap::Args)]
pub(super) struct RegisterArgs {
    #[command(flatten)]
    owner: OwnerArgs,
    #[command(flatten)]
    hotkey: HotkeyArgs,
}

/// Makes a hotkey a root validator.
pub(super) fn register(args: &RegisterArgs, output: &mut Output) -> Result<(), CliError> {
    let hotkey = args.hotkey.account(&args.owner.who.wallet)?;
    let market = args.owner.chain.connect()?;
    let contracts = market.contracts;
    let page = market.page(At::Head)?;
    let is_validator =
        move |page: &Page| Ok(Value::from(page.view(contracts.root().root_validators())?.contains(&hotkey)));
    let step = Step {
        title: format!("Make {} a root validator", ss58(&hotkey)),
        done: format!("Made {} a root validator", ss58(&hotkey)),
        message: contracts.root().root_register(hotkey).into(),
        changes: vec![Change::to("root validator", true.into(), is_validator)],
    };
    let notes = outvoted(&page, &contracts)?.into_iter().collect();
    send(&args.owner, &market, step, notes, output)
}

/// Who makes room, where there are as many as there may be.
fn outvoted(page: &Page, contracts: &Contracts) -> Result<Option<String>, CliError> {
    let validators = page.view(contracts.root().root_validators())?;
    if validators.len() < MAX_ROOT_VALIDATORS {
        return Ok(None);
    }
    let stakes = page.view(contracts.staking().total_stakes(validators.clone()))?;
    let lowest = validators.iter().zip(stakes).min_by_key(|(_, stake)| *stake);
    Ok(lowest.map(|(hotkey, stake)| {
        format!(
            "of {MAX_ROOT_VALIDATORS} the one with the least stake makes room: {}, {}",
            ss58(hotkey),
            chain::tao(stake)
        )
    }))
}

/// Options of `yarrow root set-weights`.
#[derive(Debug, clap::Args)]
pub(super) struct VoteArgs {
    #[command(flatten)]
    owner: OwnerArgs,
    #[command(flatten)]
    hotkey: HotkeyArgs,
    /// The subnets that are voted for: 1,2; none takes the vote back
    #[arg(long, visible_alias = "netuid", short = 'n', value_name = "N,N", value_delimiter = ',', num_args = 0.., required = true)]
    netuids: Vec<u16>,
    /// A weight for each, in the same order: 0.7,0.3; only their proportion counts
    #[arg(long, short = 'w', value_name = "WEIGHTS", value_delimiter = ',', num_args = 0..)]
    weights: Vec<Decimal>,
}

/// Votes for a hotkey.
pub(super) fn vote(args: &VoteArgs, output: &mut Output) -> Result<(), CliError> {
    let hotkey = args.hotkey.account(&args.owner.who.wallet)?;
    if args.netuids.len() != args.weights.len() {
        let unequal = RowError::Unequal { uids: args.netuids.len(), weights: args.weights.len() };
        return Err(Impossible::from(unequal).into());
    }
    let scores: Vec<u64> = args.weights.iter().map(|weight| weight.scaled()).collect();
    let weights: Vec<RootWeight> = args.netuids.iter().copied().map(Netuid::new).zip(quantise(&scores)).collect();
    let market = args.owner.chain.connect()?;
    let contracts = market.contracts;
    validator(&market.page(At::Head)?, &contracts, hotkey)?;
    let read = move |page: &Page| {
        let vote = page.view(contracts.root().root_weights(hotkey))?;
        Ok(Value::Text(shown(vote.map(|vote| vote.weights).unwrap_or_default())))
    };
    let step = Step {
        title: format!("Vote for {} subnets with {}", weights.len(), ss58(&hotkey)),
        done: format!("Voted for {} subnets with {}", weights.len(), ss58(&hotkey)),
        message: contracts.root().set_root_weights(hotkey, weights.clone()).into(),
        changes: vec![Change::to("votes", Value::Text(shown(weights)), read)],
    };
    let notes = vec![
        format!("it counts from the next root epoch on: `yarrow root epoch`"),
        format!("the next vote is possible {ROOT_WEIGHTS_RATE_LIMIT} blocks later"),
    ];
    send(&args.owner, &market, step, notes, output)
}

/// `1:65535 2:32768`, in order of netuid.
fn shown(mut weights: Vec<RootWeight>) -> String {
    weights.sort_unstable();
    let weights: Vec<String> = weights.iter().map(|(netuid, weight)| format!("{netuid}:{weight}")).collect();
    if weights.is_empty() { "none".to_owned() } else { weights.join(" ") }
}

/// Options of `yarrow root epoch`.
#[derive(Debug, clap::Args)]
pub(super) struct EpochArgs {
    #[command(flatten)]
    owner: OwnerArgs,
}

/// Computes the shares anew.
pub(super) fn epoch(args: &EpochArgs, output: &mut Output) -> Result<(), CliError> {
    let market = args.owner.chain.connect()?;
    let contracts = market.contracts;
    let shares = market.page(At::Head)?.view(contracts.root().preview_shares())?;
    let read = move |page: &Page| Ok(Value::Text(shares_text(&page.view(contracts.root().shares())?)));
    let step = Step {
        title: "Divide the emission by the votes of now".to_owned(),
        done: "Divided the emission by the votes of now".to_owned(),
        message: contracts.root().root_epoch().into(),
        changes: vec![Change::to("shares", Value::Text(shares_text(&shares)), read)],
    };
    let notes = vec![format!("the next root epoch is possible {ROOT_TEMPO} blocks later")];
    send(&args.owner, &market, step, notes, output)
}

fn send(
    owner: &OwnerArgs,
    market: &Market,
    step: Step<Result<(), RootError>>,
    notes: Vec<String>,
    output: &mut Output,
) -> Result<(), CliError> {
    let write = Write { by: owner.who.account()?, spends: Rao::ZERO, taker: None, steps: vec![step], notes };
    perform(market, write, &owner.write, || owner.who.signer(), output).map(drop)
}
