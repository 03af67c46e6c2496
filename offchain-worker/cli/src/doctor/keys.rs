//! The keys on this machine: there, and safe there.

use keys::readable_coldkeys;
use primitives::AccountId;

use crate::{
    checks::Rows,
    wallet::{HotkeyArgs, Place, WalletArgs, WalletError},
};

/// Which hotkey.
#[derive(Debug, clap::Args)]
pub(super) struct KeyArgs {
    #[command(flatten)]
    wallet: WalletArgs,
    #[command(flatten)]
    hotkey: HotkeyArgs,
}

/// Looks at the hotkey and at what lies beside it; returns its address. If it is asked about as one that works on a
/// subnet, it has to be there, and no coldkey may be readable beside it.
pub(super) fn look(args: &KeyArgs, works: bool, rows: &mut Rows) -> Option<AccountId> {
    if let Some(account) = args.hotkey.address() {
        rows.ok("hotkey", format!("{}, by its address: its file is elsewhere", chain::ss58(&account)));
        return Some(account);
    }
    let place = match args.hotkey.place(&args.wallet) {
        Ok(place) => place,
        Err(error) => {
            rows.error("hotkey", error);
            return None;
        }
    };
    let keystore = match place.read() {
        Ok(keystore) => keystore,
        Err(WalletError::NoKey { key, path }) if !works && !args.hotkey.is_named() => {
            rows.warn(
                "hotkey",
                format!("there is no {key} ({})", path.display()),
                "`yarrow wallet create` makes one; nothing but looking is possible without",
            );
            return None;
        }
        Err(error) => {
            rows.error("hotkey", error);
            return None;
        }
    };
    let lock = if keystore.is_encrypted() { "with a password" } else { "without a password" };
    rows.ok("hotkey", format!("{place}, {}, {lock}, readable by its owner only", chain::ss58(&keystore.account())));
    coldkeys(&place, works, rows);
    Some(keystore.account())
}

/// Whoever takes over a daemon has what it can read.
fn coldkeys(place: &Place, works: bool, rows: &mut Rows) {
    const WHAT: &str = "coldkeys";
    let readable = match readable_coldkeys(place.neighbours()) {
        Ok(readable) => readable,
        Err(error) => return rows.error(WHAT, WalletError::from(error)),
    };
    let Some(first) = readable.first() else {
        return rows.ok(WHAT, "none can be read beside the hotkey");
    };
    let found = match readable.len() {
        1 => format!("{} can be read", first.display()),
        count => format!("{} and {} more can be read", first.display(), count - 1),
    };
    let fix = "where a worker or miner runs, keep coldkeys on another machine: they need the hotkey alone";
    if works { rows.fail(WHAT, found, fix) } else { rows.warn(WHAT, found, fix) }
}
