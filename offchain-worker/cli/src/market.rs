//! Which chain a command is about, and the market on it.

use std::{
    io::{self, Write as _},
    ops::Deref,
};

use chain::{Artifacts, At, Chain, ChainExt as _, Contracts, Snapshot};
use primitives::{AccountId, Hash};

use crate::{connect::connect, error::CliError, format, preferences::Preferences};

/// The chain where nothing else is chosen: the manifest that `yarrow devnet` writes.
const DEFAULT: &str = "devnet.json";

/// Which chain.
#[derive(Debug, clap::Args)]
pub(crate) struct ChainArgs {
    /// The chain: an endpoint, or the manifest of a devnet or deployment; devnet.json if nothing else is configured
    #[arg(
        long,
        visible_alias = "chain",
        alias = "subtensor.chain_endpoint",
        value_name = "ENDPOINT",
        env = "YARROW_NETWORK"
    )]
    network: Option<String>,
}

/// Which chain, and when.
#[derive(Debug, clap::Args)]
pub(crate) struct PageArgs {
    #[command(flatten)]
    chain: ChainArgs,
    /// Read the chain as it was after the block with this hash, of the recent ones whose state is kept
    #[arg(long, value_name = "HASH", value_parser = block_hash)]
    at_block: Option<Hash>,
}

/// A chain with the contracts of one deployment.
pub(crate) struct Market {
    /// The chain.
    pub(crate) chain: Box<dyn Chain>,
    /// The contracts.
    pub(crate) contracts: Contracts,
}

/// The market at one block.
pub(crate) type Page<'a> = Snapshot<'a, dyn Chain>;

impl ChainArgs {
    /// What was named, or else configured.
    ///
    /// # Errors
    /// If the configuration cannot be read.
    pub(crate) fn place(&self) -> Result<String, CliError> {
        match &self.network {
            Some(network) => Ok(network.clone()),
            None => Ok(Preferences::read()?.network.unwrap_or_else(|| DEFAULT.to_owned())),
        }
    }

    /// Whether an option or the environment names a chain.
    pub(crate) fn is_named(&self) -> bool {
        self.network.is_some()
    }

    /// Connects, and warns if other code runs there than this release has.
    ///
    /// # Errors
    /// Those of [`connect`].
    pub(crate) fn connect(&self) -> Result<Market, CliError> {
        let (chain, contracts) = connect(&self.place()?)?;
        let market = Market { chain, contracts };
        market.warn_of_other_code()?;
        Ok(market)
    }
}

impl PageArgs {
    /// Connects like [`ChainArgs::connect`].
    ///
    /// # Errors
    /// Those of [`connect`].
    pub(crate) fn connect(&self) -> Result<Market, CliError> {
        self.chain.connect()
    }

    /// The block to read.
    pub(crate) fn at(&self) -> At {
        self.at_block.map_or(At::Head, At::Block)
    }
}

impl Market {
    /// The market as it is after a block, for all reads of a command.
    ///
    /// # Errors
    /// If the chain does not know the block, or cannot be asked.
    pub(crate) fn page(&self, at: At) -> Result<Page<'_>, CliError> {
        Ok(self.chain.deref().snapshot_at(at)?)
    }

    /// The name of a contract by its address.
    pub(crate) fn name_of(&self, contract: AccountId) -> &'static str {
        self.contracts
            .all()
            .into_iter()
            .find(|(_, account)| *account == contract)
            .map_or("a contract", |(name, _)| name)
    }

    /// Says so if contracts run other code than the artifacts of this release, where there are artifacts.
    fn warn_of_other_code(&self) -> Result<(), CliError> {
        let Ok(artifacts) = Artifacts::find(None) else { return Ok(()) };
        let page = self.page(At::Head)?;
        for (name, contract) in self.contracts.all() {
            let Ok(bundle) = artifacts.contract(name) else { continue };
            let there = self.chain.code_hash(page.block.into(), contract)?;
            if let Some(there) = there.filter(|there| *there != bundle.code_hash) {
                let (there, here) = (format::hash(&there), format::hash(&bundle.code_hash));
                writeln!(
                    io::stderr(),
                    "warning: {name} runs the code {there}, this release has {here}; `yarrow verify` says more"
                )?;
            }
        }
        Ok(())
    }
}

fn block_hash(text: &str) -> Result<Hash, &'static str> {
    let bytes = hex::decode(text.strip_prefix("0x").unwrap_or(text)).ok();
    bytes.and_then(|bytes| bytes.try_into().ok()).ok_or("a block's hash is 32 bytes in hexadecimal digits")
}
