//! `yarrow wallet balance`: free and staked TAO, and the native currency that pays fees and deposits.

use std::io::Write as _;

use chain::{Currency, ss58};
use keys::KeyError;
use primitives::{AccountId, Rao};
use psp22::PSP22 as _;
use serde_json::json;

use super::{WalletError, WatchArgs, place::hotkeys};
use crate::{
    error::CliError,
    format,
    listing::{Cell, Column, ListArgs, Listing},
    market::{Market, Page, PageArgs},
    output::Output,
    stake::{Candidates, SearchArgs, plus},
};

/// Options of `yarrow wallet balance`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    watch: WatchArgs,
    /// The balances of all wallets
    #[arg(long, conflicts_with = "ss58")]
    all: bool,
    #[command(flatten)]
    search: SearchArgs,
    #[command(flatten)]
    page: PageArgs,
    #[command(flatten)]
    list: ListArgs,
}

const COLUMNS: [Column; 6] = [
    Column::always("wallet", "WALLET"),
    Column::ranked("coldkey", "COLDKEY", 3),
    Column::always("free", "FREE τ"),
    Column::ranked("staked", "STAKED τ", 1),
    Column::always("total", "TOTAL τ"),
    Column::ranked("native", "NATIVE", 2),
];

/// A coldkey and what it has.
struct Balance {
    name: String,
    coldkey: AccountId,
    free: Rao,
    staked: Rao,
    /// In the host's smallest unit.
    native: u128,
}

/// Reads the balances at one block and writes them.
pub(super) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let owners = owners(args)?;
    let market = args.page.connect()?;
    let page = market.page(args.page.at())?;
    let coldkeys: Vec<AccountId> = owners.iter().map(|(_, coldkey)| *coldkey).collect();
    let mut candidates = Candidates::find(&market, &page, &args.search, &args.watch.wallet, &coldkeys)?;
    candidates.add(known_hotkeys(args)?);
    let read = |(name, coldkey): (String, AccountId)| balance(&market, &page, &candidates, name, coldkey);
    let balances = owners.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let currency = market.chain.host()?.currency;
    let reports = balances.iter().map(|balance| {
        json!({
            "name": balance.name,
            "coldkey": ss58(&balance.coldkey),
            "free_rao": balance.free.get(),
            "staked_rao": balance.staked.get(),
            "total_rao": balance.total().get(),
            "native": balance.native.to_string(),
        })
    });
    output.report(&json!({
        "block": page.block.number,
        "native": { "symbol": currency.symbol, "decimals": currency.decimals },
        "wallets": reports.collect::<Vec<_>>(),
    }))?;
    let mut listing = Listing::new(COLUMNS);
    for balance in &balances {
        listing.push(balance.row(&currency));
    }
    if balances.len() > 1 {
        listing.foot(sums(&balances));
    }
    listing.write(&args.list, output)?;
    if !args.list.is_csv() {
        let block = format::grouped(page.block.number.into());
        writeln!(output, "block {block}; fees and deposits are paid in {}", currency.symbol)?;
    }
    Ok(())
}

/// Whose balances: names and coldkeys.
fn owners(args: &Args) -> Result<Vec<(String, AccountId)>, CliError> {
    if !args.all {
        return Ok(vec![(args.watch.name()?, args.watch.coldkey()?)]);
    }
    let wallets = keys::wallets(&args.watch.wallet.path()?).map_err(WalletError::from)?;
    // One broken file does not hide the others; `wallet list` shows it.
    Ok(wallets.iter().filter_map(|wallet| Some((wallet.name().to_owned(), wallet.coldkey_public().ok()?))).collect())
}

/// The hotkeys of the wallets that are looked at.
fn known_hotkeys(args: &Args) -> Result<Vec<AccountId>, CliError> {
    let hotkeys = if args.all {
        let wallets = keys::wallets(&args.watch.wallet.path()?).map_err(WalletError::from)?;
        let found = wallets.iter().map(hotkeys).collect::<Result<Vec<_>, KeyError>>().map_err(WalletError::from)?;
        found.concat()
    } else {
        args.watch.wallet.hotkeys()?
    };
    Ok(hotkeys.into_iter().map(|(_, hotkey)| hotkey).collect())
}

fn balance(
    market: &Market,
    page: &Page<'_>,
    candidates: &Candidates,
    name: String,
    coldkey: AccountId,
) -> Result<Balance, CliError> {
    let free = page.view(market.contracts.token().balance_of(coldkey))?;
    let positions = candidates.positions(market, page, coldkey)?;
    Ok(Balance {
        name,
        coldkey,
        free: Rao::from_psp22(free).unwrap_or(Rao::ZERO),
        staked: positions.iter().fold(Rao::ZERO, |sum, position| plus(sum, position.stake)),
        native: page.balance(coldkey)?,
    })
}

impl Balance {
    fn total(&self) -> Rao {
        plus(self.free, self.staked)
    }

    fn row(&self, currency: &Currency) -> [Cell; 6] {
        let native = format::native(self.native, currency.decimals);
        [
            Cell::text(&self.name),
            Cell::account(&self.coldkey),
            Cell::tao(self.free),
            Cell::tao(self.staked),
            Cell::tao(self.total()),
            Cell::large(self.native).shown_as(format!("{native} {}", currency.symbol)),
        ]
    }
}

fn sums(balances: &[Balance]) -> [Cell; 6] {
    let sum = |of: fn(&Balance) -> Rao| balances.iter().map(of).fold(Rao::ZERO, plus);
    [
        Cell::text("total"),
        Cell::text(""),
        Cell::tao(sum(|balance| balance.free)),
        Cell::tao(sum(|balance| balance.staked)),
        Cell::tao(sum(Balance::total)),
        Cell::text(""),
    ]
}
