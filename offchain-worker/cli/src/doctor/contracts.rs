//! The contracts: whether they are there, are those of this release, know each other, and run.

use chain::{At, check_connections, check_interfaces, ss58};
use primitives::{GuardError, Guarded as _};

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
    let other = match market.other_code(page) {
        Ok(Some(other)) => other,
        // The row `artifacts` says what is wrong with them.
        Ok(None) => return rows.warn(WHAT, "there are no artifacts to compare it with", "see the row `artifacts`"),
        Err(error) => return rows.error(WHAT, error),
    };
    if other.is_empty() {
        return rows.ok(WHAT, "the contracts run the code of this release's artifacts");
    }
    let other: Vec<String> =
        other.iter().map(|other| format!("{} runs {}", other.contract, format::hash(&other.there))).collect();
    let fix = "use the release that the deployment is of; if it was never upgraded, somebody has replaced code: \
               `yarrow verify` and `yarrow explain upgrade` say more";
    rows.fail(WHAT, other.join(", "), fix);
}

fn connections(market: &Market, page: &Page<'_>, rows: &mut Rows) {
    const WHAT: &str = "connections";
    let checks = match check_connections(&*market.chain, page.block.into(), &market.contracts) {
        Ok(checks) => checks,
        Err(error) => return rows.error(WHAT, error),
    };
    let broken =
        checks.iter().filter_map(|check| Some(format!("{}: {}", check.subject, check.outcome.as_ref().err()?)));
    let broken: Vec<String> = broken.collect();
    if broken.is_empty() {
        return rows.ok(WHAT, "each contract knows those that call it");
    }
    let fix =
        "`yarrow deploy` goes on with a deployment that was interrupted; `yarrow verify` compares it with its record";
    rows.fail(WHAT, broken.join(", "), fix);
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
