//! Where a coldkey has stakes.
//!
//! The contract knows a stake by hotkey and coldkey and has no list of either. So hotkeys are asked for one by one: those
//! that have a seat on a subnet or on root, those of the wallet, and those that are named; with `--search-events` also
//! those of which any block tells that the coldkey staked there.

use std::collections::BTreeMap;

use chain::ChainExt as _;
use indicatif::ProgressBar;
use primitives::{
    AccountId, Netuid, Rao, Registry as _, RootNetwork as _, Staking as _, Uid,
    registry::{MAX_NEURONS_PER_PAGE, Neuron},
    staking::{Delegate, StakeAdded, StakeMoved, StakeTransferred},
};

use crate::{
    error::CliError,
    market::{Market, Page},
    wallet::{WalletArgs, hotkey},
};

/// Where to look for stakes beside the hotkeys that have a seat.
#[derive(Debug, clap::Args)]
pub(crate) struct SearchArgs {
    /// Look at these hotkeys too, by name or address
    #[arg(long, value_name = "NAME|SS58,..", value_delimiter = ',')]
    include_hotkeys: Vec<String>,
    /// Search the events of all blocks for stakes on hotkeys that have no seat any more; takes long on a long chain
    #[arg(long)]
    search_events: bool,
}

/// Hotkeys on which somebody may have staked, with the subnets on which they have a seat.
#[derive(Debug, Default)]
pub(crate) struct Candidates(BTreeMap<AccountId, Vec<Netuid>>);

/// What a coldkey has on a hotkey.
pub(crate) struct Position {
    /// The hotkey.
    pub(crate) hotkey: AccountId,
    /// The hotkey as its nominators see it.
    pub(crate) delegate: Delegate,
    /// The coldkey's part.
    pub(crate) stake: Rao,
    /// The subnets on which the hotkey has a seat.
    pub(crate) netuids: Vec<Netuid>,
}

impl Candidates {
    /// Gathers them for some coldkeys.
    ///
    /// # Errors
    /// If the chain cannot be read, or a named hotkey is none.
    pub(crate) fn find(
        market: &Market,
        page: &Page<'_>,
        args: &SearchArgs,
        wallet: &WalletArgs,
        coldkeys: &[AccountId],
    ) -> Result<Self, CliError> {
        let mut found = Self::default();
        for netuid in page.view(market.contracts.registry().netuids())? {
            for neuron in neurons(market, page, netuid)? {
                found.0.entry(neuron.hotkey).or_default().push(netuid);
            }
        }
        found.add(page.view(market.contracts.root().root_validators())?);
        for named in &args.include_hotkeys {
            found.add([hotkey(named, wallet)?]);
        }
        if args.search_events {
            found.add_from_events(market, page, coldkeys)?;
        }
        Ok(found)
    }

    /// More of them.
    pub(crate) fn add(&mut self, hotkeys: impl IntoIterator<Item = AccountId>) {
        for hotkey in hotkeys {
            self.0.entry(hotkey).or_default();
        }
    }

    fn add_from_events(&mut self, market: &Market, page: &Page<'_>, coldkeys: &[AccountId]) -> Result<(), CliError> {
        let (chain, staking, until) = (&market.chain, market.contracts.staking, page.block.number);
        for (_, StakeAdded { hotkey, coldkey, .. }) in chain.history_of(staking, until)? {
            self.add(coldkeys.contains(&coldkey).then_some(hotkey));
        }
        for (_, StakeMoved { to, coldkey, .. }) in chain.history_of(staking, until)? {
            self.add(coldkeys.contains(&coldkey).then_some(to));
        }
        for (_, StakeTransferred { hotkey, to, .. }) in chain.history_of(staking, until)? {
            self.add(coldkeys.contains(&to).then_some(hotkey));
        }
        Ok(())
    }

    /// What a coldkey has on them, the largest first.
    ///
    /// # Errors
    /// If the chain cannot be read.
    pub(crate) fn positions(
        &self,
        market: &Market,
        page: &Page<'_>,
        coldkey: AccountId,
    ) -> Result<Vec<Position>, CliError> {
        let staking = || market.contracts.staking();
        // On standard error, if that is a terminal.
        let progress = ProgressBar::new(self.0.len() as u64);
        let mut positions = Vec::new();
        for (hotkey, netuids) in &self.0 {
            progress.inc(1);
            let stake = page.view(staking().stake_of(*hotkey, coldkey))?;
            if stake.is_zero() {
                continue;
            }
            if let Some(delegate) = page.view(staking().delegate(*hotkey))? {
                positions.push(Position { hotkey: *hotkey, delegate, stake, netuids: netuids.clone() });
            }
        }
        progress.finish_and_clear();
        positions.sort_by_key(|position| std::cmp::Reverse(position.stake));
        Ok(positions)
    }
}

/// All neurons of a subnet.
fn neurons(market: &Market, page: &Page<'_>, netuid: Netuid) -> Result<Vec<Neuron>, CliError> {
    let mut found: Vec<Neuron> = Vec::new();
    for first in (0..=u16::MAX).step_by(usize::from(MAX_NEURONS_PER_PAGE)) {
        let next: Vec<Neuron> =
            page.view(market.contracts.registry().neurons(netuid, Uid::new(first), MAX_NEURONS_PER_PAGE))?;
        let is_last = next.len() < usize::from(MAX_NEURONS_PER_PAGE);
        found.extend(next);
        if is_last {
            break;
        }
    }
    Ok(found)
}

/// The sum; no supply of TAO reaches where it would stop.
pub(crate) fn plus(sum: Rao, amount: Rao) -> Rao {
    Rao::new(sum.get().saturating_add(amount.get()))
}
