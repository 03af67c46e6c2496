//! The chain itself: whether it answers, runs contracts, and keeps time.

use std::{fs, path::Path};

use chain::{At, Block, Gas, Host};
use serde::Deserialize;
use transport::{btauth::MAX_AHEAD, clock};

use crate::{checks::Rows, connect::connect_to, error::CliError, format, market::Market};

/// Seconds without a block after which something may be wrong, and after which something is.
const OLD: [u64; 2] = [60, 600];

/// What a devnet's manifest says of its time.
#[derive(Deserialize)]
struct Pace {
    speed: u32,
}

/// Looks at the chain at a place; returns it if it answers.
pub(super) fn look(place: &str, deployment: Option<&Path>, rows: &mut Rows) -> Option<Market> {
    let market = match connect_to(place, deployment) {
        Ok((chain, contracts)) => Market { chain, contracts },
        Err(error) => {
            rows.error("endpoint", CliError::from(error));
            return None;
        }
    };
    let head = market.chain.block(At::Head);
    match head {
        Ok(block) => rows.ok("endpoint", format!("{place}, block {}", format::grouped(block.number.into()))),
        Err(error) => {
            rows.error("endpoint", error);
            return None;
        }
    }
    match market.chain.host() {
        Ok(host) => contracts_pallet(&host, rows),
        Err(error) => rows.error("pallet-contracts", error),
    }
    if let Ok(block) = head {
        time(&block, place, rows);
    }
    Some(market)
}

fn contracts_pallet(host: &Host, rows: &mut Rows) {
    const WHAT: &str = "pallet-contracts";
    let Host { name, version, .. } = host;
    let Some(limits) = host.limits else {
        let fix = "take a chain whose runtime has pallet-contracts; docs/deploy.md says what it must allow";
        return rows.fail(WHAT, format!("{name} {version} has none: it runs no contracts of this kind"), fix);
    };
    let found = format!(
        "{name} {version}: code up to {} KiB, {} ref_time a transaction",
        limits.code_bytes / 1024,
        format::grouped(limits.gas.ref_time)
    );
    if limits.gas.ref_time < Gas::BUDGET.ref_time {
        let fix = format!(
            "large messages need up to {}: settle large subnets in smaller steps, or take a chain that allows more",
            format::grouped(Gas::BUDGET.ref_time)
        );
        return rows.warn(WHAT, found, fix);
    }
    rows.ok(WHAT, found);
}

/// The age of the newest block, and this machine's clock beside the chain's.
fn time(block: &Block, place: &str, rows: &mut Rows) {
    let now_ms = clock::unix_nanos() / 1_000_000;
    let age = now_ms.saturating_sub(block.timestamp_ms) / 1_000;
    let ahead_ms = block.timestamp_ms.saturating_sub(now_ms);
    if let Some(speed) = speed(place).filter(|speed| *speed != 1) {
        return rows.ok("clock", format!("the chain is a devnet whose time runs {speed} times faster than this clock"));
    }
    let found = format!("the newest block is {} old", format::seconds(age));
    let fix =
        "look whether the node produces or imports blocks and has peers; if it does, this machine's clock is ahead";
    match age {
        age if age < OLD[0] => rows.ok("newest block", found),
        age if age < OLD[1] => rows.warn("newest block", found, fix),
        _ => rows.fail("newest block", found, fix),
    }
    let found = format!("this machine's clock is {} behind the newest block", format::seconds(ahead_ms / 1_000));
    if u128::from(ahead_ms) > MAX_AHEAD.as_millis() {
        let fix = format!(
            "synchronise the clock (chrony, systemd-timesyncd): signed requests are refused beyond {} s; a devnet \
             that runs faster than time is named by its manifest",
            MAX_AHEAD.as_secs()
        );
        return rows.fail("clock", found, fix);
    }
    rows.ok("clock", "agrees with the chain's");
}

/// How fast time runs on a devnet that is named by its manifest.
fn speed(place: &str) -> Option<u32> {
    let manifest = fs::read(Path::new(place)).ok()?;
    serde_json::from_slice::<Pace>(&manifest).ok().map(|pace| pace.speed)
}
