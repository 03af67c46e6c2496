//! The contracts: whether they are there, are those of this release, know each other, and run.

use chain::{Artifacts, At, check_interfaces, ss58};
use primitives::{GuardError, Guarded as _, Tao as _};

use crate::{
    checks::Rows,
    error::CliError,
    format,
    market::{Market, Page},
};

/// Looks at the contracts of a market.
pub(super) fn look(market: &Market, rows: &mut Rows) {
    let page = match market.page(At::Head) {
        Ok(page) => page,
        Err(error) => return rows.error("contracts", error),
    };
    match are_there(market, &page) {
        Ok(missing) if missing.is_empty() => rows.ok("contracts", "there is a contract at each address"),
        Ok(missing) => {
            let fix = "check that the endpoint and the addresses are of the same chain and deployment";
            return rows.fail("contracts", format!("there is none at {}", missing.join(", ")), fix);
        }
        Err(error) => return rows.error("contracts", error),
    }
    code(market, &page, rows);
    match check_interfaces(&page, &market.contracts) {
        Ok(()) => rows.ok("interface", "the contracts are of the version that this program understands"),
        Err(error) => return rows.error("interface", error),
    }
    connections(market, &page, rows);
    pauses(market, &page, rows);
}

/// Names and addresses without a contract.
fn are_there(market: &Market, page: &Page<'_>) -> Result<Vec<String>, CliError> {
    let mut missing = Vec::new();
    for (name, contract) in market.contracts.all() {
        if market.chain.code_hash(page.block.into(), contract)?.is_none() {
            missing.push(format!("{} ({name})", ss58(&contract)));
        }
    }
    Ok(missing)
}

/// Compares what runs with the artifacts of this release.
fn code(market: &Market, page: &Page<'_>, rows: &mut Rows) {
    const WHAT: &str = "code";
    // The row `artifacts` says what is wrong with them.
    let Ok(artifacts) = Artifacts::find(None) else {
        return rows.warn(WHAT, "there are no artifacts to compare it with", "see the row `artifacts`");
    };
    let mut other = Vec::new();
    for (name, contract) in market.contracts.all() {
        match (artifacts.contract(name), market.chain.code_hash(page.block.into(), contract)) {
            (Ok(bundle), Ok(Some(there))) if bundle.code_hash == there => {}
            (Ok(_), Ok(Some(there))) => other.push(format!("{name} runs {}", format::hash(&there))),
            (Ok(_), Ok(None)) => other.push(format!("{name} is not there")),
            (Err(error), _) => return rows.error(WHAT, error),
            (_, Err(error)) => return rows.error(WHAT, error),
        }
    }
    if other.is_empty() {
        return rows.ok(WHAT, "the contracts run the code of this release's artifacts");
    }
    let fix = "use the release that the deployment is of; if it was never upgraded, somebody has replaced code: \
               `yarrow verify` and `yarrow explain upgrade` say more";
    rows.fail(WHAT, other.join(", "), fix);
}

fn connections(market: &Market, page: &Page<'_>, rows: &mut Rows) {
    const WHAT: &str = "connections";
    match page.view(market.contracts.tao().minter()) {
        Ok(Some(minter)) if minter == market.contracts.settlement => rows.ok(WHAT, "settlement mints"),
        Ok(_) => rows.fail(
            WHAT,
            "tao.set_minter: settlement does not mint",
            "`yarrow deploy` goes on with a deployment that was interrupted",
        ),
        Err(error) => rows.error(WHAT, error),
    }
}

fn pauses(market: &Market, page: &Page<'_>, rows: &mut Rows) {
    const WHAT: &str = "pauses";
    let mut paused = Vec::new();
    for (name, contract) in market.contracts.all() {
        let guard = match page.view(market.contracts.guarded(contract).guard()) {
            Ok(guard) => guard,
            Err(error) => return rows.error(WHAT, error),
        };
        if let Err(GuardError::Paused { until_ms }) = guard.ensure_running(page.block.timestamp_ms) {
            let left = until_ms.saturating_sub(page.block.timestamp_ms) / 1_000;
            paused.push(format!("{name} is paused for {} at most", format::seconds(left)));
        }
    }
    if paused.is_empty() {
        return rows.ok(WHAT, "no contract is paused");
    }
    let fix = "wait, since pauses lapse by themselves, or ask the guardian (`yarrow explain pause`)";
    rows.fail(WHAT, paused.join(", "), fix);
}
