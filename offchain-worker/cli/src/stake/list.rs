//! `yarrow stake list`.

use std::io::Write as _;

use chain::{ss58, tao};
use primitives::{AccountId, Rao};
use psp22::PSP22 as _;
use serde_json::{Value, json};

use super::positions::{Candidates, Position, SearchArgs, plus};
use crate::{
    error::CliError,
    format,
    listing::{Cell, Column, ListArgs, Listing},
    market::PageArgs,
    output::Output,
    wallet::WatchArgs,
};

/// Options of `yarrow stake list`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    watch: WatchArgs,
    #[command(flatten)]
    search: SearchArgs,
    #[command(flatten)]
    page: PageArgs,
    #[command(flatten)]
    list: ListArgs,
}

const COLUMNS: [Column; 7] = [
    Column::always("hotkey", "HOTKEY"),
    Column::ranked("name", "NAME", 3),
    Column::always("stake", "STAKE τ"),
    Column::ranked("total", "OF ALL τ", 2),
    Column::ranked("take", "TAKE", 4),
    Column::ranked("subnets", "SUBNETS", 1),
    Column::ranked("owner", "OWNER", 5),
];

/// Reads the stakes at one block and writes them.
pub(super) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let coldkey = args.watch.coldkey()?;
    let names = args.watch.wallet.hotkeys()?;
    let market = args.page.connect()?;
    let page = market.page(args.page.at())?;
    let mut candidates = Candidates::find(&market, &page, &args.search, &args.watch.wallet, &[coldkey])?;
    candidates.add(names.iter().map(|(_, hotkey)| *hotkey));
    let positions = candidates.positions(&market, &page, coldkey)?;
    let free = Rao::from_psp22(page.view(market.contracts.token().balance_of(coldkey))?).unwrap_or(Rao::ZERO);
    let staked = positions.iter().fold(Rao::ZERO, |sum, position| plus(sum, position.stake));
    let name = |hotkey: &AccountId| names.iter().find(|(_, known)| known == hotkey).map(|(name, _)| name.as_str());
    output.report(&json!({
        "block": page.block.number,
        "coldkey": ss58(&coldkey),
        "free_rao": free.get(),
        "staked_rao": staked.get(),
        "stakes": positions.iter().map(|position| report(position, name(&position.hotkey))).collect::<Vec<_>>(),
    }))?;
    let mut listing = Listing::new(COLUMNS);
    for position in &positions {
        listing.push(row(position, name(&position.hotkey)));
    }
    if !args.list.is_csv() {
        let block = format::grouped(page.block.number.into());
        writeln!(output, "Coldkey {}   block {block}", ss58(&coldkey))?;
    }
    listing.write(&args.list, output)?;
    if !args.list.is_csv() {
        writeln!(output, "staked {}, free {}", tao(staked), tao(free))?;
    }
    Ok(())
}

fn report(position: &Position, name: Option<&str>) -> Value {
    let Position { hotkey, delegate, stake, netuids } = position;
    json!({
        "hotkey": ss58(hotkey),
        "name": name,
        "owner": ss58(&delegate.owner),
        "take": delegate.take,
        "stake_rao": stake.get(),
        "hotkey_stake_rao": delegate.total_stake.get(),
        "netuids": netuids.iter().map(|netuid| netuid.get()).collect::<Vec<_>>(),
    })
}

fn row(position: &Position, name: Option<&str>) -> [Cell; 7] {
    let Position { hotkey, delegate, stake, netuids } = position;
    let netuids: Vec<String> = netuids.iter().map(|netuid| netuid.get().to_string()).collect();
    [
        Cell::account(hotkey),
        name.map_or_else(Cell::nothing, Cell::text),
        Cell::tao(*stake),
        Cell::tao(delegate.total_stake),
        Cell::fraction(delegate.take),
        if netuids.is_empty() { Cell::nothing() } else { Cell::text(&netuids.join(" ")) },
        Cell::account(&delegate.owner),
    ]
}
