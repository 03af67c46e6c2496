//! Transactions: handed in one at a time per account, then watched until a finalized block has them or cannot any longer.
//!
//! What may have been handed in is never signed anew before its fate is known: the same bytes are handed in again, which
//! a chain includes once at most, until they are in a finalized block, another transaction has taken their nonce, or the
//! last block that could include them is finalized.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use primitives::{AccountId, Hash};
use subxt::rpcs::{UserError, client::rpc_params};
use tokio::time::{Instant, sleep};

use super::{
    blocks::{Body, PACE, transaction_hash},
    host::HostChain,
    link::NoAnswer,
    runtime::{Life, PalletCall, Runtime, hex_of},
};
use crate::{ChainError, DispatchFailure, Label, Signer};

/// The pause before a transaction that did not reach a pool, or may have left it, is handed in again.
const AGAIN: Duration = Duration::from_secs(3);
/// The pause after the pool did not take a transaction for a reason that passes.
const PAUSE: Duration = Duration::from_millis(300);

/// A transaction that may be in a pool.
#[derive(Debug)]
pub(super) struct Ticket {
    account: AccountId,
    nonce: u64,
    hash: Hash,
    hex: String,
    life: Life,
}

/// What came of a transaction.
pub(super) enum Fate {
    /// It is in a block, at a place.
    Included(Arc<Body>, u32),
    /// It is in none, and will not be.
    Lost,
}

/// What a node's pool has against a transaction.
#[derive(Debug, PartialEq, Eq)]
enum Objection {
    /// It has it already.
    Known,
    /// With another nonce, or a little later, it may take it.
    Passing,
    /// It will never take it.
    Final(DispatchFailure),
}

/// The turns of the accounts that hand in transactions.
#[derive(Default)]
pub(super) struct Queue {
    turns: Mutex<BTreeMap<AccountId, Arc<tokio::sync::Mutex<Turn>>>>,
}

/// An account's turn, and what is not known of its transactions.
#[derive(Default)]
struct Turn {
    /// Whether nothing is in the pool any more that an earlier process has handed in.
    is_settled: bool,
    /// Transactions of this process that nobody waits for any longer.
    unresolved: Vec<Ticket>,
}

impl Queue {
    fn turn(&self, account: AccountId) -> Arc<tokio::sync::Mutex<Turn>> {
        Arc::clone(self.turns.lock().unwrap_or_else(PoisonError::into_inner).entry(account).or_default())
    }

    /// Waits for what an account has underway that nobody else waits for: what an earlier process has left in the pool,
    /// and what this one has given up waiting for. Only then is it known what the account has done.
    pub(super) async fn settle(
        &self,
        host: &HostChain,
        account: AccountId,
        deadline: Instant,
    ) -> Result<(), ChainError> {
        let turn = self.turn(account);
        let mut turn = turn.lock().await;
        if !turn.is_settled {
            wait_for_pending(host, account, deadline).await?;
            turn.is_settled = true;
        }
        while let Some(ticket) = turn.unresolved.last() {
            watch(host, ticket, &"an earlier transaction of this key".into(), deadline).await?;
            turn.unresolved.pop();
        }
        Ok(())
    }

    /// Waits until the fate of a transaction is known; if it takes too long, whoever settles waits on.
    pub(super) async fn fate(
        &self,
        host: &HostChain,
        ticket: Ticket,
        message: &Label,
        deadline: Instant,
    ) -> Result<Fate, ChainError> {
        let fate = watch(host, &ticket, message, deadline).await;
        if fate.is_err() {
            self.turn(ticket.account).lock().await.unresolved.push(ticket);
        }
        fate
    }

    /// Signs a call with the account's next nonce and hands it in.
    pub(super) async fn hand_in(
        &self,
        host: &HostChain,
        runtime: &Runtime,
        signer: &Signer,
        call: &PalletCall,
        message: &Label,
        deadline: Instant,
    ) -> Result<Ticket, ChainError> {
        let turn = self.turn(signer.account());
        let _turn = turn.lock().await;
        loop {
            let ticket = sign(host, runtime, signer, call, deadline).await?;
            match host.link.ask_once::<String>("author_submitExtrinsic", rpc_params![&ticket.hex], deadline).await {
                // Without an answer it may have arrived: whoever watches it hands it in again.
                Ok(_) | Err(NoAnswer::Failed(_)) => return Ok(ticket),
                Err(NoAnswer::Refused(error)) => match objection(&error, signer.account()) {
                    Objection::Known => return Ok(ticket),
                    Objection::Final(failure) => {
                        return Err(ChainError::Dispatch { message: message.clone(), failure });
                    }
                    Objection::Passing if Instant::now() + PAUSE < deadline => sleep(PAUSE).await,
                    Objection::Passing => return Err(host.link.lost(NoAnswer::Refused(error))),
                },
            }
        }
    }
}

async fn sign(
    host: &HostChain,
    runtime: &Runtime,
    signer: &Signer,
    call: &PalletCall,
    deadline: Instant,
) -> Result<Ticket, ChainError> {
    let head = host.head(deadline).await?;
    let life = Life { birth: head.number, birth_hash: head.hash };
    let account = signer.account();
    let nonce = host.next_nonce(account, deadline).await?;
    let bytes = runtime.sign(call, signer, nonce, life).ok_or_else(|| host.not_understood())?;
    Ok(Ticket { account, nonce, hash: transaction_hash(&bytes), hex: hex_of(&bytes), life })
}

async fn watch(host: &HostChain, ticket: &Ticket, message: &Label, deadline: Instant) -> Result<Fate, ChainError> {
    let mut next = ticket.life.birth.saturating_add(1);
    let mut again = Instant::now() + AGAIN;
    while Instant::now() < deadline {
        match look(host, ticket, &mut next, deadline).await {
            Ok(Some(fate)) => return Ok(fate),
            // Nothing yet, or nobody who says anything: the link has tried as long as it made sense.
            Ok(None) | Err(NoAnswer::Failed(_) | NoAnswer::Refused(_)) => {}
        }
        if Instant::now() >= again {
            if is_nonce_taken(host, ticket, &mut next, deadline).await {
                return Ok(Fate::Lost);
            }
            // What the pool says of it does not matter: the blocks tell.
            let _ = host.link.ask_once::<String>("author_submitExtrinsic", rpc_params![&ticket.hex], deadline).await;
            again = Instant::now() + AGAIN;
        }
        sleep(PACE).await;
    }
    Err(ChainError::OutcomeUnknown { message: message.clone() })
}

/// Looks through the finalized blocks from `next` on.
async fn look(host: &HostChain, ticket: &Ticket, next: &mut u32, deadline: Instant) -> Result<Option<Fate>, NoAnswer> {
    let head = host.blocks.recent_head(&host.link, deadline).await?;
    while *next <= head.number.min(ticket.life.end()) {
        let Some(body) = host.blocks.body(&host.link, *next, deadline).await? else { return Ok(None) };
        if let Some(place) = body.place_of(&ticket.hash) {
            return Ok(Some(Fate::Included(body, place)));
        }
        *next += 1;
    }
    Ok((head.number > ticket.life.end()).then_some(Fate::Lost))
}

/// Whether a transaction that is not this one has used its nonce in the blocks that were looked through.
async fn is_nonce_taken(host: &HostChain, ticket: &Ticket, next: &mut u32, deadline: Instant) -> bool {
    let Ok(head) = host.head(deadline).await else { return false };
    let Ok(nonce) = host.nonce_at(head.hash, ticket.account, deadline).await else { return false };
    // Blocks that were finalized since then are looked through first.
    nonce > ticket.nonce && head.number < *next
}

/// Waits until the state counts all of an account's transactions that are in the node's pool.
async fn wait_for_pending(host: &HostChain, account: AccountId, deadline: Instant) -> Result<(), ChainError> {
    loop {
        let next = host.next_nonce(account, deadline).await?;
        let head = host.head(deadline).await?;
        if next <= host.nonce_at(head.hash, account, deadline).await? {
            return Ok(());
        }
        if Instant::now() + PAUSE >= deadline {
            return Err(ChainError::OutcomeUnknown { message: "an earlier transaction of this key".into() });
        }
        sleep(PAUSE).await;
    }
}

/// What a node's refusal of a transaction means; the codes are those of Substrate's transaction pool.
fn objection(error: &UserError, account: AccountId) -> Objection {
    let data = error.data.as_deref().map(|data| data.get()).unwrap_or_default();
    let says = |sign: &str| error.message.contains(sign) || data.contains(sign);
    match error.code {
        1013 => Objection::Known,
        // Banned for a while, priority too low, pool full.
        1012 | 1014 | 1016 => Objection::Passing,
        1010 if says("outdated") || says("ancient birth block") || says("exhaust the resources") => Objection::Passing,
        1010 if says("Inability to pay") => Objection::Final(DispatchFailure::FeeNotCovered(account)),
        _ => Objection::Final(DispatchFailure::Other(format!("{}: {data}", error.message).into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(code: i32, data: &str) -> UserError {
        let data = serde_json::value::to_raw_value(data).expect("a string");
        UserError { code, message: "Invalid Transaction".to_owned(), data: Some(data) }
    }

    #[test]
    fn only_what_passes_is_tried_again() {
        let account = AccountId::from([1; 32]);
        assert_eq!(objection(&error(1013, ""), account), Objection::Known);
        for passing in [
            error(1014, "priority too low"),
            error(1010, "Transaction is outdated"),
            error(1010, "Transaction has an ancient birth block"),
            error(1016, ""),
        ] {
            assert_eq!(objection(&passing, account), Objection::Passing, "{passing}");
        }
        let poor = error(1010, "Inability to pay some fees (e.g. account balance too low)");
        assert_eq!(objection(&poor, account), Objection::Final(DispatchFailure::FeeNotCovered(account)));
        let forged = objection(&error(1010, "Transaction has a bad signature"), account);
        assert!(matches!(forged, Objection::Final(DispatchFailure::Other(name)) if name.contains("bad signature")));
    }
}
