//! `yarrow weights commit`: the hash of a row, revealed an epoch later.

use std::io::Write as _;

use chain::{At, Contracts};
use primitives::{
    AccountId, Cycle, Hash, Netuid, Settlement as _, Uid,
    settlement::{Schedule, WeightCommit},
    weights::{MAX_SALT, MIN_SALT, WeightEntry, WeightsPayload},
};
use serde_json::json;

use super::{
    Row, RowArgs, ValidatorArgs, facts,
    kept::{Kept, Shelf, Whose},
    registration_blocks,
    row::RowError,
};
use crate::{
    error::CliError,
    format,
    impossible::Impossible,
    market::Page,
    output::Output,
    subnets::subnet,
    wallet::WalletError,
    write::{Change, Step, Value},
};

/// Bytes of a salt that is drawn.
const SALT: usize = 32;

/// Options of `yarrow weights commit`.
#[derive(Debug, clap::Args)]
pub(in crate::weights) struct Args {
    #[command(flatten)]
    validator: ValidatorArgs,
    #[command(flatten)]
    row: RowArgs,
    /// 16 to 64 bytes in hexadecimal digits that nobody can guess; drawn at random if not given
    #[arg(long, value_name = "HEX", value_parser = salt)]
    salt: Option<Salt>,
}

/// The bytes of a salt.
#[derive(Clone, Debug)]
pub(super) struct Salt(pub(super) Vec<u8>);

pub(super) fn salt(text: &str) -> Result<Salt, String> {
    let bytes = hex::decode(text.strip_prefix("0x").unwrap_or(text)).ok();
    let fits = |bytes: &Vec<u8>| (MIN_SALT..=MAX_SALT).contains(&bytes.len());
    let bytes = bytes.filter(fits);
    bytes.map(Salt).ok_or_else(|| format!("a salt is {MIN_SALT} to {MAX_SALT} bytes in hexadecimal digits"))
}

/// Commits to a row and keeps what it is.
pub(in crate::weights) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let Args { validator, row, salt } = args;
    let netuid = validator.netuid.netuid;
    let hotkey = validator.who.account()?;
    let row_of = Row::new(&row.uids, &row.weights).map_err(Impossible::from)?;
    let market = validator.chain.connect()?;
    let contracts = market.contracts;
    let page = market.page(At::Head)?;
    let known = facts(&page, &contracts, netuid, hotkey)?;
    let schedule = page.view(contracts.settlement().schedule(netuid, hotkey))?;
    let version_key = row.version_key.unwrap_or(schedule.version_key);
    let warning = row_of.check(version_key, &known).map_err(Impossible::from)?;

    let registered_at = registration_blocks(&page, &contracts, netuid, known.neurons)?;
    let entry = |(uid, value): (Uid, u16)| {
        registered_at.get(uid.index()).map(|block| WeightEntry { uid, registered_at: *block, value })
    };
    let payload = WeightsPayload {
        commit_epoch: schedule.epoch,
        version_key,
        entries: row_of.weights().filter_map(entry).collect(),
        evidence: Hash::default(),
        salt: match salt {
            Some(Salt(bytes)) => bytes.clone(),
            None => drawn()?,
        },
    };
    let kept = Kept { whose: Whose { settlement: contracts.settlement, netuid, hotkey }, payload };
    let hash = kept.hash();
    let shelf = Shelf::of(&validator.who.wallet)?;

    let step = Step {
        title: format!("Commit to weights of {} uids on subnet {netuid}", row_of.uids.len()),
        done: format!("Committed to weights of {} uids on subnet {netuid}", row_of.uids.len()),
        message: contracts.settlement().commit_weights(netuid, hash).into(),
        // A commitment of another epoch than the payload's cannot be revealed.
        changes: vec![Change::to("commitment", Value::Text(described(&hash, schedule.epoch)), move |page| {
            commitment(page, &contracts, netuid, hotkey, hash)
        })],
    };
    let unlock = || {
        let signer = validator.who.signer()?;
        shelf.keep(&kept)?;
        Ok(signer)
    };
    let sent = validator.send(&market, step, notes(&schedule, warning), unlock, output);
    if matches!(&sent, Err(CliError::Chain(chain::ChainError::Refused { .. }))) {
        shelf.forget(&hash).map_err(WalletError::from)?;
    }
    let Some(done) = sent? else { return Ok(()) };
    let Some(block) = done.first().map(|done| done.receipt.block) else { return Ok(()) };
    let page = market.page(block.into())?;
    let cycle = subnet(&page, &contracts, netuid)?.cycle;
    let made = page.view(contracts.settlement().weight_commits(netuid, hotkey))?;
    let made = made.into_iter().find(|made| made.hash == hash);
    say_when(&hash, made.zip(cycle), &shelf, output)
}

fn drawn() -> Result<Vec<u8>, CliError> {
    let mut salt = vec![0; SALT];
    getrandom::fill(&mut salt).map_err(std::io::Error::other)?;
    Ok(salt)
}

fn notes(schedule: &Schedule, warning: Option<RowError>) -> Vec<String> {
    let next = format::grouped(schedule.next_epoch.get());
    let mut notes = vec![format!("this epoch, {}, ends at block {next}", schedule.epoch)];
    notes.extend(warning.map(|warning| format!("as things are the reveal is refused: {}", warning.name())));
    notes
}

/// The commitment of a hash on the chain.
fn commitment(
    page: &Page,
    contracts: &Contracts,
    netuid: Netuid,
    hotkey: AccountId,
    hash: Hash,
) -> Result<Value, CliError> {
    let made = page.view(contracts.settlement().weight_commits(netuid, hotkey))?;
    let made = made.into_iter().find(|made| made.hash == hash);
    Ok(made.map_or(Value::Nothing, |made| Value::Text(described(&made.hash, made.epoch))))
}

fn described(hash: &Hash, epoch: u64) -> String {
    let hash: String = format::hash(hash).chars().take(18).collect();
    format!("{hash}… in epoch {epoch}")
}

/// Says when it is to be revealed, and where it is kept until then.
fn say_when(
    hash: &Hash,
    made: Option<(WeightCommit, Cycle)>,
    shelf: &Shelf,
    output: &mut Output,
) -> Result<(), CliError> {
    let path = shelf.path(hash);
    let window = made.map(|(made, cycle)| {
        [made.reveal_epoch, made.reveal_epoch.saturating_add(1)].map(|epoch| cycle.starts_at(epoch).get())
    });
    output.report(&json!({
        "hash": format::hash(hash),
        "reveal_opens": window.map(|[opens, _]| opens),
        "reveal_closes": window.map(|[_, closes]| closes),
        "kept": path.display().to_string(),
    }))?;
    if let Some([opens, closes]) = window.map(|window| window.map(format::grouped)) {
        writeln!(output, "   reveal it from block {opens} on and before block {closes}: `yarrow weights reveal`")?;
    }
    writeln!(output, "   kept in {}", path.display())?;
    Ok(())
}
