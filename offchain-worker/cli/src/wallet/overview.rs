//! `yarrow wallet overview`: what a wallet's hotkeys do on the subnets.

use std::io::Write as _;

use chain::{last_result, ss58, tao};
use primitives::{
    AccountId, Netuid, ProtocolBlock, Rao, Registry as _, Settlement as _, Staking as _, Uid, settlement::EpochResult,
};
use psp22::PSP22 as _;
use serde_json::{Value, json};

use super::{WalletArgs, WalletError, hotkey, place::hotkeys};
use crate::{
    error::CliError,
    format,
    listing::{Cell, Column, ListArgs, Listing},
    market::{Market, Page, PageArgs},
    output::Output,
    stake::plus,
};

/// Options of `yarrow wallet overview`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    wallet: WalletArgs,
    /// The hotkeys of all wallets
    #[arg(long)]
    all: bool,
    /// Only these subnets
    #[arg(short = 'n', long, value_name = "N,..", value_delimiter = ',')]
    netuids: Vec<u16>,
    /// Only these hotkeys, by name or address; addresses of any hotkey
    #[arg(long, value_name = "NAME|SS58,..", value_delimiter = ',')]
    include_hotkeys: Vec<String>,
    /// But not these, by name or address
    #[arg(long, value_name = "NAME|SS58,..", value_delimiter = ',')]
    exclude_hotkeys: Vec<String>,
    #[command(flatten)]
    page: PageArgs,
    #[command(flatten)]
    list: ListArgs,
}

const COLUMNS: [Column; 14] = [
    Column::ranked("coldkey", "COLDKEY", 13),
    Column::always("hotkey", "HOTKEY"),
    Column::always("uid", "UID"),
    Column::ranked("active", "ACTIVE", 10),
    Column::ranked("stake", "STAKE τ", 1),
    Column::ranked("consensus", "CONSENSUS", 9),
    Column::ranked("incentive", "INCENTIVE", 3),
    Column::ranked("dividends", "DIVIDENDS", 4),
    Column::ranked("emission", "EMISSION ρ", 2),
    Column::ranked("vtrust", "VTRUST", 8),
    Column::ranked("vpermit", "VPERMIT", 7),
    Column::ranked("updated", "UPDATED", 5),
    Column::ranked("axon", "AXON", 6),
    Column::ranked("hotkey_ss58", "HOTKEY_SS58", 11),
];

/// A hotkey that is looked at.
struct Hotkey {
    wallet: String,
    name: String,
    account: AccountId,
}

/// A hotkey on a subnet.
struct Seat<'a> {
    hotkey: &'a Hotkey,
    uid: Uid,
    stake: Rao,
    /// Blocks since its weights were last updated.
    updated: Option<u64>,
    axon: Option<String>,
}

/// Reads everything at one block and writes a table for each subnet.
pub(super) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let hotkeys = chosen(args)?;
    let market = args.page.connect()?;
    let page = market.page(args.page.at())?;
    let now = page.view(market.contracts.staking().clock())?.block(page.block.timestamp_ms);
    let netuids = page.view(market.contracts.registry().netuids())?;
    if let Some(missing) = args.netuids.iter().map(|netuid| Netuid::new(*netuid)).find(|one| !netuids.contains(one)) {
        return Err(worker::WorkerError::NoSuchSubnet(missing).into());
    }
    let mut reports = Vec::new();
    for netuid in netuids {
        if !args.netuids.is_empty() && !args.netuids.contains(&netuid.get()) {
            continue;
        }
        let seats = seats(&market, &page, netuid, &hotkeys, now)?;
        if seats.is_empty() {
            continue;
        }
        let result = last_result(&page, &market.contracts, netuid)?;
        reports.push(json!({
            "netuid": netuid.get(),
            "neurons": seats.iter().map(|seat| seat.report(result.as_ref())).collect::<Vec<_>>(),
        }));
        write_subnet(args, netuid, &seats, result.as_ref(), output)?;
    }
    let free = match args.all {
        false => Some(free_balance(args, &market, &page)?),
        true => None,
    };
    if !args.list.is_csv() {
        if reports.is_empty() {
            writeln!(output, "None of {} hotkeys is registered on a subnet.", hotkeys.len())?;
        }
        if let Some(free) = free {
            writeln!(output, "Wallet balance: {}", tao(free))?;
        }
    }
    Ok(output.report(&json!({
        "block": page.block.number,
        "protocol_block": now.get(),
        "free_rao": free.map(|free| free.get()),
        "subnets": reports,
    }))?)
}

fn free_balance(args: &Args, market: &Market, page: &Page<'_>) -> Result<Rao, CliError> {
    let coldkey = super::who::coldkey(&args.wallet)?;
    let free = page.view(market.contracts.token().balance_of(coldkey))?;
    Ok(Rao::from_psp22(free).unwrap_or(Rao::ZERO))
}

/// The hotkeys that are to be looked at.
fn chosen(args: &Args) -> Result<Vec<Hotkey>, CliError> {
    let wallets = if args.all {
        keys::wallets(&args.wallet.path()?).map_err(WalletError::from)?
    } else {
        vec![args.wallet.coldkey()?.wallet]
    };
    let mut found = Vec::new();
    for wallet in &wallets {
        for (name, account) in hotkeys(wallet).map_err(WalletError::from)? {
            found.push(Hotkey { wallet: wallet.name().to_owned(), name, account });
        }
    }
    let is_meant = |of: &Hotkey, named: &[String]| named.iter().any(|one| *one == of.name || *one == ss58(&of.account));
    if !args.include_hotkeys.is_empty() {
        found.retain(|of| is_meant(of, &args.include_hotkeys));
        for named in &args.include_hotkeys {
            let account = hotkey(named, &args.wallet)?;
            if !found.iter().any(|of| of.account == account) {
                found.push(Hotkey { wallet: "-".to_owned(), name: format::short(&account), account });
            }
        }
    }
    found.retain(|of| !is_meant(of, &args.exclude_hotkeys));
    Ok(found)
}

fn seats<'a>(
    market: &Market,
    page: &Page<'_>,
    netuid: Netuid,
    hotkeys: &'a [Hotkey],
    now: ProtocolBlock,
) -> Result<Vec<Seat<'a>>, CliError> {
    let contracts = &market.contracts;
    let mut seats = Vec::new();
    for hotkey in hotkeys {
        let Some(uid) = page.view(contracts.registry().uid(netuid, hotkey.account))? else { continue };
        let stakes = page.view(contracts.staking().stakes(netuid, uid, 1))?;
        let row = page.view(contracts.settlement().weights(netuid, uid))?;
        let axon = page.view(contracts.registry().axon(netuid, hotkey.account))?;
        seats.push(Seat {
            hotkey,
            uid,
            stake: stakes.of.first().copied().unwrap_or(Rao::ZERO),
            updated: row.map(|row| now.since(row.updated_at)),
            axon: axon.map(|served| format::axon(&served.axon)),
        });
    }
    seats.sort_by_key(|seat| seat.uid);
    Ok(seats)
}

fn write_subnet(
    args: &Args,
    netuid: Netuid,
    seats: &[Seat<'_>],
    result: Option<&EpochResult>,
    output: &mut Output,
) -> Result<(), CliError> {
    let mut listing = Listing::new(COLUMNS);
    for seat in seats {
        listing.push(seat.row(result));
    }
    if seats.len() > 1 {
        let mut footer = COLUMNS.map(|_| Cell::text(""));
        footer[4] = Cell::tao_brief(seats.iter().map(|seat| seat.stake).fold(Rao::ZERO, plus));
        footer[8] = Cell::number(seats.iter().map(|seat| seat.emission(result)).fold(Rao::ZERO, plus).get());
        listing.foot(footer);
    }
    if !args.list.is_csv() {
        writeln!(output, "Subnet {netuid}")?;
    }
    listing.write(&args.list, output)?;
    if !args.list.is_csv() {
        writeln!(output)?;
    }
    Ok(())
}

impl Seat<'_> {
    fn emission(&self, result: Option<&EpochResult>) -> Rao {
        let of = |column: &[Rao]| column.get(self.uid.index()).copied().unwrap_or(Rao::ZERO);
        result.map_or(Rao::ZERO, |result| plus(of(&result.server_emission), of(&result.validator_emission)))
    }

    fn fraction(&self, column: Option<&Vec<u16>>) -> u16 {
        column.and_then(|column| column.get(self.uid.index())).copied().unwrap_or(0)
    }

    fn flag(&self, column: Option<&Vec<bool>>) -> bool {
        column.and_then(|column| column.get(self.uid.index())).copied().unwrap_or(false)
    }

    fn row(&self, result: Option<&EpochResult>) -> [Cell; 14] {
        let fraction = |column| Cell::fraction(self.fraction(column));
        let flag = |column| Cell::text(if self.flag(column) { "*" } else { "-" });
        [
            Cell::text(&self.hotkey.wallet),
            Cell::text(&self.hotkey.name),
            Cell::number(self.uid.get()),
            flag(result.map(|result| &result.active)),
            Cell::tao_brief(self.stake),
            fraction(result.map(|result| &result.consensus)),
            fraction(result.map(|result| &result.incentive)),
            fraction(result.map(|result| &result.dividends)),
            Cell::number(self.emission(result).get()),
            fraction(result.map(|result| &result.validator_trust)),
            flag(result.map(|result| &result.permits)),
            self.updated.map_or_else(Cell::nothing, Cell::number),
            self.axon.as_deref().map_or_else(Cell::nothing, Cell::text),
            Cell::account(&self.hotkey.account),
        ]
    }

    /// Fractions are those of 65535.
    fn report(&self, result: Option<&EpochResult>) -> Value {
        json!({
            "uid": self.uid.get(),
            "wallet": self.hotkey.wallet,
            "name": self.hotkey.name,
            "hotkey": ss58(&self.hotkey.account),
            "active": self.flag(result.map(|result| &result.active)),
            "stake_rao": self.stake.get(),
            "consensus": self.fraction(result.map(|result| &result.consensus)),
            "incentive": self.fraction(result.map(|result| &result.incentive)),
            "dividends": self.fraction(result.map(|result| &result.dividends)),
            "emission_rao": self.emission(result).get(),
            "validator_trust": self.fraction(result.map(|result| &result.validator_trust)),
            "validator_permit": self.flag(result.map(|result| &result.permits)),
            "updated": self.updated,
            "axon": self.axon,
        })
    }
}
