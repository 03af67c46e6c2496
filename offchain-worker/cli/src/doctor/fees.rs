//! Whether the hotkey's native balance lasts: transactions pay fees, and what they store is held as a deposit.

use chain::{At, Call, ChainError, Gas, Host};
use primitives::{AccountId, Netuid, Settlement as _};

use crate::{checks::Rows, error::CliError, format, market::Market};

/// Epochs for which the balance should last, and must.
const EPOCHS: [u128; 2] = [100, 5];
/// Epochs that nobody counts.
const MANY: u64 = 1_000_000;
/// Transactions of an epoch beside the commitment: the reveal and a settling.
const LARGE: u128 = 2;

/// Looks at a hotkey's balance, beside what an epoch costs a validator at most.
pub(super) fn look(market: &Market, netuid: Netuid, hotkey: AccountId, validates: bool, rows: &mut Rows) {
    const WHAT: &str = "native balance";
    let read =
        || -> Result<(u128, Host), ChainError> { Ok((market.chain.balance(At::Head, hotkey)?, market.chain.host()?)) };
    let (balance, host) = match read() {
        Ok(read) => read,
        Err(error) => return rows.error(WHAT, error),
    };
    let currency = &host.currency;
    let amount = |amount| format!("{} {}", format::native(amount, currency.decimals), currency.symbol);
    let free = balance.saturating_sub(currency.existential_deposit);
    let fix = format!("send {} of the host chain to {}", currency.symbol, chain::ss58(&hotkey));
    let found = amount(balance);
    if free == 0 {
        return rows.fail(WHAT, format!("{found}: the hotkey cannot pay for a transaction"), fix);
    }
    if !validates {
        return rows.ok(WHAT, found);
    }
    let cost = match epoch_cost(market, netuid, hotkey) {
        Ok(cost) => cost,
        Err(error) => return rows.error(WHAT, error),
    };
    let Some(epochs) = free.checked_div(cost) else {
        return rows.ok(WHAT, format!("{found}; this chain takes no fees"));
    };
    let lasts = u64::try_from(epochs).ok().filter(|epochs| *epochs < MANY).map_or("many".to_owned(), format::grouped);
    let found = format!("{found}: lasts for {lasts} epochs, each of {} at most", amount(cost));
    match epochs {
        epochs if epochs >= EPOCHS[0] => rows.ok(WHAT, found),
        epochs if epochs >= EPOCHS[1] => rows.warn(WHAT, found, fix),
        _ => rows.fail(WHAT, found, fix),
    }
}

/// What a commitment costs, and a reveal and a settling if each took all the gas that a message may.
fn epoch_cost(market: &Market, netuid: Netuid, hotkey: AccountId) -> Result<u128, CliError> {
    let call: Call = chain::Message::from(market.contracts.settlement().commit_weights(netuid, [0; 32])).call;
    let commit = market.chain.simulate(At::Head, hotkey, &call)?;
    let small = market.chain.fee(hotkey, &call, commit.gas_required)?;
    let limits = market.chain.host()?.limits.map_or(Gas::BUDGET, |limits| limits.gas);
    // The budget of a message bounds its time; how much proof it may have is the host's to say.
    let most = Gas { ref_time: Gas::BUDGET.ref_time, proof_size: limits.proof_size };
    let large = market.chain.fee(hotkey, &call, most)?;
    Ok(small.saturating_add(commit.deposit.charged()).saturating_add(large.saturating_mul(LARGE)))
}
