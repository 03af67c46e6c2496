//! The host's own currency: what pays fees and deposits.

use primitives::AccountId;
use subxt::{
    dynamic::{Value, tx},
    ext::scale_value::Composite,
};
use tokio::time::Instant;

use super::{
    action::after_inclusion,
    blocks::Header,
    host::HostChain,
    queue::{Fate, Queue},
    records,
};
use crate::{At, Block, ChainError, DispatchFailure, Label, Signer};

/// Sends an amount in the host's smallest unit, once; the block that it is in.
pub(super) async fn transfer(
    host: &HostChain,
    queue: &Queue,
    signer: &Signer,
    to: AccountId,
    amount: u128,
    deadline: Instant,
) -> Result<Block, ChainError> {
    let (message, account) = (Label::from("Balances.transfer_keep_alive"), signer.account());
    let fields = [
        ("dest".to_owned(), Value::unnamed_variant("Id", [Value::from_bytes(to.0)])),
        ("value".to_owned(), Value::u128(amount)),
    ];
    let call = tx("Balances", "transfer_keep_alive", Composite::Named(fields.into()));
    queue.settle(host, account, deadline).await?;
    loop {
        let best = host.best(deadline).await?;
        let runtime = host.runtime(best, deadline).await?;
        let ticket = queue.hand_in(host, &runtime, signer, &call, &message, deadline).await?;
        let Fate::Included(body, place) = queue.fate(host, ticket, &message, deadline).await? else {
            // Its nonce is free again, or somebody else's: from the beginning.
            continue;
        };
        let done = outcome(host, body.header, place, account, &message, deadline).await;
        return done.map_err(|error| after_inclusion(error, &message));
    }
}

/// The block of a transfer that is in one, if it was done there.
async fn outcome(
    host: &HostChain,
    header: Header,
    place: u32,
    account: AccountId,
    message: &Label,
    deadline: Instant,
) -> Result<Block, ChainError> {
    let runtime = host.runtime(header.parent, deadline).await?;
    let events = host.events(header.hash, deadline).await?;
    let effects = records::effects(&runtime, header.number, events, place, account);
    match effects.and_then(|effects| effects.outcome) {
        Some(Ok(())) => host.block(At::Block(header.hash), deadline).await,
        Some(Err(name)) => {
            let failure = DispatchFailure::named(name.into(), account, None);
            Err(ChainError::Dispatch { message: message.clone(), failure })
        }
        None => Err(host.not_understood()),
    }
}
