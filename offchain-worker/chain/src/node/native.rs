//! The host's own currency: what pays fees and deposits.

use primitives::AccountId;
use subxt::{
    dynamic::{Value, tx},
    ext::scale_value::Composite,
};
use tokio::time::Instant;

use super::{
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
        let header = body.header;
        let runtime = host.runtime(header.parent, deadline).await?;
        let events = host.events(header.hash, deadline).await?;
        let effects = records::effects(&runtime, header.number, events, place, account);
        return match effects.and_then(|effects| effects.outcome) {
            Some(Ok(())) => host.block(At::Block(header.hash), deadline).await,
            Some(Err(name)) => {
                Err(ChainError::Dispatch { message, failure: DispatchFailure::named(name.into(), account, None) })
            }
            None => Err(host.not_understood()),
        };
    }
}
