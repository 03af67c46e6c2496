//! How much, and on which hotkeys.

use chain::Amount;
use primitives::{AccountId, Rao};

use crate::{
    error::CliError,
    wallet::{HotkeyArgs, WalletArgs, hotkey},
    write::WriteError,
};

/// How much.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(super) struct AmountArgs {
    /// How much: 1.5 or τ1.5 in TAO, 1500000000rao
    #[arg(long, value_name = "AMOUNT")]
    amount: Option<Amount>,
    /// All that there is
    #[arg(long, visible_aliases = ["all-tokens", "stake-all", "unstake-all"])]
    all: bool,
}

impl AmountArgs {
    /// The amount, of what there is.
    pub(super) fn of(&self, all: Rao) -> Rao {
        self.amount.map_or(all, |Amount(amount)| amount)
    }

    /// The amount for each of several, of what there is for all of them together.
    pub(super) fn each(&self, all: Rao, count: usize) -> Rao {
        self.amount.map_or_else(
            || Rao::new(all.get().checked_div(u64::try_from(count).unwrap_or(u64::MAX)).unwrap_or_default()),
            |Amount(amount)| amount,
        )
    }
}

/// Which hotkeys: one, some, or all of the wallet.
#[derive(Debug, clap::Args)]
pub(super) struct HotkeysArgs {
    #[command(flatten)]
    hotkey: HotkeyArgs,
    /// These hotkeys, by name or address
    #[arg(long, value_name = "NAME|SS58,..", value_delimiter = ',', conflicts_with = "all_hotkeys")]
    include_hotkeys: Vec<String>,
    /// All hotkeys of the wallet
    #[arg(long)]
    all_hotkeys: bool,
    /// But not these, by name or address
    #[arg(long, value_name = "NAME|SS58,..", value_delimiter = ',', requires = "all_hotkeys")]
    exclude_hotkeys: Vec<String>,
}

impl HotkeysArgs {
    /// Their addresses, each once.
    ///
    /// # Errors
    /// If one cannot be found, or none is left.
    pub(super) fn accounts(&self, wallet: &WalletArgs) -> Result<Vec<AccountId>, CliError> {
        let mut accounts = Vec::new();
        if self.all_hotkeys {
            let excluded = read(&self.exclude_hotkeys, wallet)?;
            accounts = read(&wallet.hotkey_names()?, wallet)?;
            accounts.retain(|account| !excluded.contains(account));
        } else if self.include_hotkeys.is_empty() {
            accounts.push(self.hotkey.account(wallet)?);
        } else {
            for account in read(&self.include_hotkeys, wallet)? {
                if !accounts.contains(&account) {
                    accounts.push(account);
                }
            }
        }
        if accounts.is_empty() {
            Err(WriteError::NothingToDo("no hotkey is left to do it for").into())
        } else {
            Ok(accounts)
        }
    }
}

fn read(named: &[String], wallet: &WalletArgs) -> Result<Vec<AccountId>, CliError> {
    Ok(named.iter().map(|named| hotkey(named, wallet)).collect::<Result<_, _>>()?)
}
