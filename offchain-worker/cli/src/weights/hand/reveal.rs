//! `yarrow weights reveal`: a row that was committed to, from where it was kept, or as it was typed.

use std::io::Write as _;

use chain::{At, Contracts};
use primitives::{
    AccountId, Hash, Netuid, Registry as _, Settlement as _, Uid,
    settlement::WeightCommit,
    weights::{WeightEntry, WeightsPayload},
};
use serde_json::json;

use super::{
    Decimal, Row, ValidatorArgs,
    commit::{Salt, salt},
    kept::{Kept, Shelf, Whose},
    registration_blocks,
};
use crate::{
    error::CliError,
    format,
    impossible::Impossible,
    market::Page,
    output::Output,
    subnets::subnet,
    write::{Change, Step, Value},
};

/// Options of `yarrow weights reveal`.
#[derive(Debug, clap::Args)]
pub(in crate::weights) struct Args {
    #[command(flatten)]
    validator: ValidatorArgs,
    /// The uids that were committed to, if the commitment was not kept here
    #[arg(long, short = 'u', value_name = "UIDS", value_delimiter = ',', requires = "salt")]
    uids: Vec<u16>,
    /// Their weights as they were typed then
    #[arg(long, short = 'w', value_name = "WEIGHTS", value_delimiter = ',', requires = "uids")]
    weights: Vec<Decimal>,
    /// The salt of then
    #[arg(long, value_name = "HEX", value_parser = salt, requires = "weights")]
    salt: Option<Salt>,
    /// The version key of then; the lowest that the commitment may show if not given
    #[arg(long, value_name = "N", requires = "salt")]
    version_key: Option<u64>,
}

/// Reveals the oldest commitment whose window is open.
pub(in crate::weights) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let validator = &args.validator;
    let netuid = validator.netuid.netuid;
    let hotkey = validator.who.account()?;
    let market = validator.chain.connect()?;
    let contracts = market.contracts;
    let page = market.page(At::Head)?;
    subnet(&page, &contracts, netuid)?;
    let whose = Whose { settlement: contracts.settlement, netuid, hotkey };
    let shelf = Shelf::of(&validator.who.wallet)?;
    let made = page.view(contracts.settlement().weight_commits(netuid, hotkey))?;
    let known = match &args.salt {
        Some(Salt(bytes)) => typed(args, bytes, &whose, &made, &page, &contracts)?,
        None => shelf.of_hotkey(&whose)?,
    };
    let epoch = page.view(contracts.settlement().schedule(netuid, hotkey))?.epoch;
    let Some((commit, kept)) = due(&made, &known, epoch) else {
        return Err(Impossible::NothingToReveal { netuid: netuid.get(), made: made.len() }.into());
    };
    let hash = commit.hash;
    let step = Step {
        title: format!("Reveal the weights of {} uids on subnet {netuid}", kept.payload.entries.len()),
        done: format!("Revealed the weights of {} uids on subnet {netuid}", kept.payload.entries.len()),
        message: contracts.settlement().reveal_weights(netuid, hotkey, kept.payload.clone()).into(),
        changes: vec![
            Change::to(
                "weights in force",
                Value::Text(format!("committed at block {}", commit.committed_at)),
                move |page| in_force(page, &contracts, netuid, hotkey),
            ),
            Change::to("commitment", Value::Nothing, move |page| pending(page, &contracts, netuid, hotkey, hash)),
        ],
    };
    let Some(_) = validator.send(&market, step, Vec::new(), || validator.who.signer(), output)? else { return Ok(()) };
    // A reveal drops the older commitments as well.
    let older = made.iter().take_while(|older| older.hash != hash).map(|older| older.hash);
    older.chain([hash]).try_for_each(|done| shelf.forget(&done)).map_err(crate::wallet::WalletError::from)?;
    output.report(&json!({ "hash": format::hash(&hash) }))?;
    writeln!(output, "   `yarrow weights show --netuid {netuid}` lists what is in force")?;
    Ok(())
}

/// The commitment to reveal: the oldest in its window, else the first that waits for it, else the last.
fn due<'a>(made: &'a [WeightCommit], known: &'a [Kept], epoch: u64) -> Option<(&'a WeightCommit, &'a Kept)> {
    let find = |commit: &'a WeightCommit| Some((commit, known.iter().find(|kept| kept.hash() == commit.hash)?));
    let mut known_of = made.iter().filter_map(find).collect::<Vec<_>>();
    known_of.sort_by_key(|(commit, _)| match commit.reveal_epoch.cmp(&epoch) {
        std::cmp::Ordering::Equal => 0,
        std::cmp::Ordering::Greater => 1,
        std::cmp::Ordering::Less => 2,
    });
    known_of.into_iter().next()
}

/// What was typed, for each commitment that it could be.
fn typed(
    args: &Args,
    salt: &[u8],
    whose: &Whose,
    made: &[WeightCommit],
    page: &Page,
    contracts: &Contracts,
) -> Result<Vec<Kept>, CliError> {
    let row = Row::new(&args.uids, &args.weights).map_err(Impossible::from)?;
    let neurons = subnet(page, contracts, whose.netuid)?.neurons;
    let registered_at = registration_blocks(page, contracts, whose.netuid, neurons)?;
    let entry = |(uid, value): (Uid, u16)| {
        let registered_at = registered_at.get(uid.index()).copied().unwrap_or_default();
        WeightEntry { uid, registered_at, value }
    };
    let payload = |commit: &WeightCommit| WeightsPayload {
        commit_epoch: commit.epoch,
        version_key: args.version_key.unwrap_or(commit.version_key),
        entries: row.weights().map(entry).collect(),
        evidence: Hash::default(),
        salt: salt.to_vec(),
    };
    Ok(made.iter().map(|commit| Kept { whose: *whose, payload: payload(commit) }).collect())
}

fn in_force(page: &Page, contracts: &Contracts, netuid: Netuid, hotkey: AccountId) -> Result<Value, CliError> {
    let Some(uid) = page.view(contracts.registry().uid(netuid, hotkey))? else { return Ok(Value::Nothing) };
    let row = page.view(contracts.settlement().weights(netuid, uid))?;
    Ok(row.map_or(Value::Nothing, |row| Value::Text(format!("committed at block {}", row.committed_at))))
}

fn pending(
    page: &Page,
    contracts: &Contracts,
    netuid: Netuid,
    hotkey: AccountId,
    hash: Hash,
) -> Result<Value, CliError> {
    let made = page.view(contracts.settlement().weight_commits(netuid, hotkey))?;
    let is_there = made.iter().any(|made| made.hash == hash);
    let text: String = format::hash(&hash).chars().take(18).collect();
    Ok(if is_there { Value::Text(format!("{text}…")) } else { Value::Nothing })
}
