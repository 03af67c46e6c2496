//! `yarrow weights commit`, `reveal` and `set`: a validator's weights by hand. A worker does it by itself.
//!
//! What is committed to is on the disk before the commitment is sent, and stays until it is revealed ([`kept`]).

mod commit;
mod kept;
mod reveal;
mod row;
mod set;

use chain::{Chain, Contracts, Snapshot, last_result};
use consensus::weights::{Facts, Timing};
use primitives::{
    AccountId, Netuid, ProtocolBlock, Rao, Registry as _, SettlementError, Staking as _, Uid, registry::UIDS_PER_PAGE,
};
use worker::WorkerError;

use self::row::Row;
pub(super) use self::{
    commit::{Args as CommitArgs, run as commit},
    reveal::{Args as RevealArgs, run as reveal},
    set::{Args as SetArgs, run as set},
};
pub(crate) use self::{
    kept::KeptError,
    row::{Decimal, RowError},
};
use crate::{
    error::CliError,
    market::{ChainArgs, Market, Page},
    output::Output,
    subnets::{NetuidArgs, subnet},
    wallet::HotkeySignerArgs,
    write::{Done, Step, Write, WriteArgs, perform},
};

/// What all of them need.
#[derive(Debug, clap::Args)]
struct ValidatorArgs {
    #[command(flatten)]
    chain: ChainArgs,
    #[command(flatten)]
    netuid: NetuidArgs,
    #[command(flatten)]
    who: HotkeySignerArgs,
    #[command(flatten)]
    write: WriteArgs,
}

/// A row of weights.
#[derive(Debug, clap::Args)]
struct RowArgs {
    /// The uids that are weighed: 1,2,5
    #[arg(long, short = 'u', value_name = "UIDS", value_delimiter = ',', required = true)]
    uids: Vec<u16>,
    /// A weight for each, in the same order: 0.3,0.5,0.2; only their proportion counts
    #[arg(long, short = 'w', value_name = "WEIGHTS", value_delimiter = ',', required = true)]
    weights: Vec<Decimal>,
    /// The version of the validator's software; the lowest that the subnet takes if not given
    #[arg(long, value_name = "N")]
    version_key: Option<u64>,
}

impl ValidatorArgs {
    /// Sends one message of the hotkey's.
    fn send(
        &self,
        market: &Market,
        step: Step<Result<(), SettlementError>>,
        notes: Vec<String>,
        unlock: impl FnOnce() -> Result<keys::Signer, crate::wallet::WalletError>,
        output: &mut Output,
    ) -> Result<Option<Vec<Done<()>>>, CliError> {
        let write = Write { by: self.who.account()?, spends: Rao::ZERO, taker: None, steps: vec![step], notes };
        perform(market, write, &self.write, unlock, output)
    }
}

/// What decides whether weights of a hotkey are taken, as things are now.
fn facts(page: &Page, contracts: &Contracts, netuid: Netuid, hotkey: AccountId) -> Result<Facts, CliError> {
    let found = subnet(page, contracts, netuid)?;
    let rules = page.view(contracts.registry().hyperparameters(netuid))?.ok_or(WorkerError::NoSuchSubnet(netuid))?;
    let uid = page.view(contracts.registry().uid(netuid, hotkey))?.ok_or(WorkerError::NotRegistered(netuid))?;
    let result = last_result(page, contracts, netuid)?;
    let permit = result.and_then(|result| result.permits.get(uid.index()).copied()).unwrap_or(false);
    let stake = page.view(contracts.staking().delegate(hotkey))?.map_or(Rao::ZERO, |delegate| delegate.total_stake);
    Ok(Facts {
        neurons: found.neurons,
        uid: Some(uid.get()),
        is_owner: found.owner_hotkey == hotkey,
        permit,
        stake: stake.get(),
        stake_threshold: rules.stake_threshold.get(),
        version_key: rules.weights_version_key,
        timing: Timing::Reveal,
        min_allowed_weights: rules.min_allowed_weights,
        max_weight_limit: rules.max_weights_limit,
    })
}

/// The registration block of every uid of a subnet.
fn registration_blocks<C: Chain + ?Sized>(
    page: &Snapshot<C>,
    contracts: &Contracts,
    netuid: Netuid,
    neurons: u16,
) -> Result<Vec<ProtocolBlock>, CliError> {
    let mut blocks = Vec::with_capacity(neurons.into());
    for first in (0..neurons).step_by(UIDS_PER_PAGE.into()) {
        blocks.extend(page.view(contracts.registry().registration_blocks(netuid, Uid::new(first), UIDS_PER_PAGE))?);
    }
    Ok(blocks)
}
