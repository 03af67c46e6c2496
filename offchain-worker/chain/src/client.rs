//! Typed reads, dry runs and transactions on any [`Chain`].

use std::ops::RangeInclusive;

use primitives::AccountId;

use crate::{At, Block, Chain, ChainError, Deposit, Gas, Message, Receipt, Reply, Signer, reply};

/// Blocks whose events are asked for at the same time.
const BLOCKS_AT_A_TIME: u32 = 512;

/// A call that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submitted<T> {
    /// What the message returned.
    pub value: T,
    /// Where it is, what it cost, what it emitted.
    pub receipt: Receipt,
}

/// A call that would pass now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DryRun<T> {
    /// What the message would return.
    pub value: T,
    /// The gas that it would use; what its fee follows from.
    pub gas: Gas,
    /// The gas limit that it needs.
    pub gas_limit: Gas,
    /// The deposit that it would take.
    pub deposit: Deposit,
}

/// Typed access to a chain; implemented for every one.
///
/// A message that returns `Result<T, E>` yields its `T`; its `E` becomes [`ChainError::Refused`].
pub trait ChainExt: Chain {
    /// The chain as it is after its newest block, and stays for all reads of the snapshot.
    ///
    /// # Errors
    /// Those of [`Chain::block`].
    fn snapshot(&self) -> Result<Snapshot<'_, Self>, ChainError> {
        self.snapshot_at(At::Head)
    }

    /// The chain as it was after a block.
    ///
    /// # Errors
    /// Those of [`Chain::block`].
    fn snapshot_at(&self, at: At) -> Result<Snapshot<'_, Self>, ChainError> {
        Ok(Snapshot { chain: self, block: self.block(at)? })
    }

    /// What a message answers after the newest block. What belongs together is read through one
    /// [`ChainExt::snapshot`].
    ///
    /// # Errors
    /// Those of [`Chain::simulate`], and of a reply: [`ChainError::Refused`], [`ChainError::Misunderstood`],
    /// [`ChainError::Undecodable`].
    fn view<R: Reply>(&self, message: impl Into<Message<R>>) -> Result<R::Value, ChainError> {
        simulate(self, At::Head, nobody(), &message.into()).map(|dry_run| dry_run.value)
    }

    /// What a message of `caller` would do now. Changes nothing.
    ///
    /// # Errors
    /// Those of [`ChainExt::submit`].
    fn dry_run<R: Reply>(
        &self,
        caller: AccountId,
        message: impl Into<Message<R>>,
    ) -> Result<DryRun<R::Value>, ChainError> {
        simulate(self, At::Head, caller, &message.into())
    }

    /// Sends a message in a transaction and waits for its block.
    ///
    /// # Errors
    /// Those of [`Chain::execute`], and of a reply: [`ChainError::Refused`], [`ChainError::Misunderstood`],
    /// [`ChainError::Undecodable`].
    fn submit<R: Reply>(
        &self,
        signer: &Signer,
        message: impl Into<Message<R>>,
    ) -> Result<Submitted<R::Value>, ChainError> {
        let call = message.into().call;
        let receipt = self.execute(signer, &call)?;
        let value = reply::decode::<R>(call.label(), call.contract, &receipt.output)?;
        Ok(Submitted { value, receipt })
    }

    /// The events of one type that a contract emitted in a range of blocks, with their block numbers, oldest first.
    ///
    /// # Errors
    /// Those of [`Chain::events`].
    fn events_of<E: ink::env::Event + scale::Decode>(
        &self,
        contract: AccountId,
        blocks: RangeInclusive<u32>,
    ) -> Result<Vec<(u32, E)>, ChainError> {
        let events = self.events(blocks)?.into_iter().filter(|event| event.contract == contract);
        Ok(events.filter_map(|event| Some((event.block, event.decode()?))).collect())
    }

    /// All events of one type that a contract emitted until a block, as [`ChainExt::events_of`] gives them. They are asked
    /// for some blocks at a time, so that no answer outgrows what a connection carries.
    ///
    /// # Errors
    /// Those of [`Chain::events`].
    fn history_of<E: ink::env::Event + scale::Decode>(
        &self,
        contract: AccountId,
        until: u32,
    ) -> Result<Vec<(u32, E)>, ChainError> {
        let mut history = Vec::new();
        for first in (0..=until).step_by(BLOCKS_AT_A_TIME as usize) {
            let last = first.saturating_add(BLOCKS_AT_A_TIME - 1).min(until);
            history.extend(self.events_of(contract, first..=last)?);
        }
        Ok(history)
    }
}

impl<C: Chain + ?Sized> ChainExt for C {}

/// Reads that are all at one block.
#[derive(Debug)]
pub struct Snapshot<'a, C: ?Sized> {
    chain: &'a C,
    /// The block.
    pub block: Block,
}

impl<C: Chain + ?Sized> Snapshot<'_, C> {
    /// What a message answers at this block.
    ///
    /// # Errors
    /// Those of [`ChainExt::view`], and [`ChainError::UnknownBlock`] if the chain keeps the block no longer.
    pub fn view<R: Reply>(&self, message: impl Into<Message<R>>) -> Result<R::Value, ChainError> {
        simulate(self.chain, self.block.into(), nobody(), &message.into()).map(|dry_run| dry_run.value)
    }

    /// An account's free native balance at this block.
    ///
    /// # Errors
    /// Those of [`Chain::balance`].
    pub fn balance(&self, account: AccountId) -> Result<u128, ChainError> {
        self.chain.balance(self.block.into(), account)
    }
}

/// Who asks in a view. No view of the contracts looks at its caller.
fn nobody() -> AccountId {
    [0; 32].into()
}

fn simulate<R: Reply>(
    chain: &(impl Chain + ?Sized),
    at: At,
    caller: AccountId,
    message: &Message<R>,
) -> Result<DryRun<R::Value>, ChainError> {
    let call = &message.call;
    let simulation = chain.simulate(at, caller, call)?;
    let value = reply::decode::<R>(call.label(), call.contract, &simulation.output)?;
    let crate::Simulation { gas_consumed: gas, gas_required: gas_limit, deposit, .. } = simulation;
    Ok(DryRun { value, gas, gas_limit, deposit })
}
