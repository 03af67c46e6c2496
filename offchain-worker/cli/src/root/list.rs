//! `yarrow root list`: the root validators with their stake and their votes.

use std::io::Write as _;

use chain::{
    Contracts,
    parameters::{Unit, Value},
    ss58,
};
use primitives::{
    AccountId, ProtocolBlock, Rao, RootNetwork as _, Staking as _,
    root::{MAX_ROOT_VALIDATORS, RootWeights},
};
use serde_json::{Value as Json, json};

use super::weights::weights_json;
use crate::{
    error::CliError,
    format,
    impossible::Impossible,
    listing::{Cell, Column, ListArgs, Listing},
    market::{Page, PageArgs},
    output::Output,
    subnets::protocol_block,
};

/// Votes that a line of the list shows, the largest first.
const SHOWN: usize = 4;

/// Options of `yarrow root list`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    page: PageArgs,
    #[command(flatten)]
    list: ListArgs,
}

/// A root validator.
pub(super) struct Validator {
    pub(super) hotkey: AccountId,
    pub(super) coldkey: Option<AccountId>,
    pub(super) take: u16,
    pub(super) stake: Rao,
    pub(super) vote: Option<RootWeights>,
}

/// All root validators, in the order in which they came.
pub(super) fn validators(page: &Page, contracts: &Contracts) -> Result<Vec<Validator>, CliError> {
    let hotkeys = page.view(contracts.root().root_validators())?;
    let stakes = page.view(contracts.staking().total_stakes(hotkeys.clone()))?;
    let read = |(hotkey, stake): (AccountId, Rao)| {
        let delegate = page.view(contracts.staking().delegate(hotkey))?;
        Ok(Validator {
            hotkey,
            coldkey: delegate.as_ref().map(|delegate| delegate.owner),
            take: delegate.map_or(0, |delegate| delegate.take),
            stake,
            vote: page.view(contracts.root().root_weights(hotkey))?,
        })
    };
    hotkeys.into_iter().zip(stakes).map(read).collect()
}

/// A root validator that must be one.
///
/// # Errors
/// [`Impossible::HotKeyNotRegistered`].
pub(super) fn validator(page: &Page, contracts: &Contracts, hotkey: AccountId) -> Result<Validator, CliError> {
    let found = validators(page, contracts)?.into_iter().find(|validator| validator.hotkey == hotkey);
    found.ok_or_else(|| Impossible::HotKeyNotRegistered(hotkey).into())
}

impl Validator {
    pub(super) fn report(&self, now: ProtocolBlock) -> Json {
        let vote = self.vote.as_ref();
        json!({
            "hotkey": ss58(&self.hotkey),
            "coldkey": self.coldkey.as_ref().map(ss58),
            "stake_rao": self.stake.get(),
            "take": self.take,
            "updated_at": vote.map(|vote| vote.updated_at.get()),
            "updated": vote.map(|vote| now.since(vote.updated_at)),
            "weights": vote.map(|vote| weights_json(&vote.weights)).unwrap_or_default(),
        })
    }

    fn row(&self, now: ProtocolBlock) -> [Cell; 6] {
        let coldkey = self.coldkey.as_ref().map_or_else(Cell::nothing, Cell::account);
        let take = Unit::Parts(u16::MAX.into()).normalized(Value::One(self.take.into()));
        let updated = self.vote.as_ref().map(|vote| now.since(vote.updated_at));
        [
            Cell::account(&self.hotkey),
            coldkey,
            Cell::tao_brief(self.stake),
            Cell::number(self.take).shown_as(take),
            updated.map_or_else(Cell::nothing, Cell::number),
            self.vote.as_ref().map_or_else(Cell::nothing, |vote| Cell::text(&summary(vote))),
        ]
    }
}

/// The largest weights of a vote: `1:75% 2:25%`.
fn summary(vote: &RootWeights) -> String {
    let sum: u64 = vote.weights.iter().map(|(_, weight)| u64::from(*weight)).sum();
    let mut weights = vote.weights.clone();
    weights.sort_by_key(|(netuid, weight)| (std::cmp::Reverse(*weight), *netuid));
    let percent = |weight: u16| (u64::from(weight) * 100 + sum / 2) / sum.max(1);
    let mut shown: Vec<String> =
        weights.iter().take(SHOWN).map(|(netuid, weight)| format!("{netuid}:{}%", percent(*weight))).collect();
    shown.extend(weights.len().checked_sub(SHOWN).filter(|more| *more > 0).map(|more| format!("… {more} more")));
    if shown.is_empty() { "none".to_owned() } else { shown.join(" ") }
}

/// Lists them at one block.
pub(super) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let market = args.page.connect()?;
    let (contracts, page) = (market.contracts, market.page(args.page.at())?);
    let now = protocol_block(&page, &contracts)?;
    let validators = validators(&page, &contracts)?;
    output.report(&json!({
        "block": page.block.number,
        "protocol_block": now.get(),
        "max_validators": MAX_ROOT_VALIDATORS,
        "validators": validators.iter().map(|validator| validator.report(now)).collect::<Vec<_>>(),
    }))?;
    let mut listing = Listing::new([
        Column::always("hotkey", "HOTKEY"),
        Column::ranked("coldkey", "COLDKEY", 3),
        Column::always("stake", "STAKE τ"),
        Column::ranked("take", "TAKE", 2),
        Column::ranked("updated", "UPDATED", 1),
        Column::ranked("votes", "VOTES", 4),
    ]);
    validators.iter().for_each(|validator| listing.push(validator.row(now)));
    if args.list.is_csv() {
        return listing.write(&args.list, output);
    }
    let block = format::grouped(now.get());
    writeln!(output, "Root validators {}/{MAX_ROOT_VALIDATORS}   block {block}", validators.len())?;
    listing.write(&args.list, output)
}
