//! Which chain a command is about, and the market on it.

use std::{
    io::{self, Write as _},
    ops::Deref,
    path::{Path, PathBuf},
};

use chain::{Artifacts, At, Chain, ChainExt as _, Contracts, Profile, Snapshot, check_interfaces};
use primitives::Hash;

use crate::{connect::connect_to, error::CliError, format, preferences::Preferences};

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
    /// Which contracts, where the chain is a node's: the record that `yarrow deploy` wrote; deployment.json if not given
    #[arg(long, value_name = "FILE", env = "YARROW_DEPLOYMENT")]
    deployment: Option<PathBuf>,
}

/// Which chain, and when.
#[derive(Debug, clap::Args)]
pub(crate) struct PageArgs {
    #[command(flatten)]
    chain: ChainArgs,
    /// Read the chain as it was after this block, of those whose state it keeps
    #[arg(long, value_name = "NUMBER|HASH", value_parser = block)]
    at_block: Option<At>,
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

    /// The record of a deployment that was named.
    pub(crate) fn deployment(&self) -> Option<&Path> {
        self.deployment.as_deref()
    }

    /// Whether an option or the environment names a chain.
    pub(crate) fn is_named(&self) -> bool {
        self.network.is_some()
    }

    /// Connects, and warns if other code runs there than this release has.
    ///
    /// # Errors
    /// Those of [`connect_to`].
    pub(crate) fn connect(&self) -> Result<Market, CliError> {
        let (market, other) = Market::open(&self.place()?, self.deployment())?;
        for OtherCode { contract, there, here } in other {
            let (there, here) = (format::hash(&there), format::hash(&here));
            writeln!(
                io::stderr(),
                "warning: {contract} runs the code {there}, this release has {here}; `yarrow verify` says more"
            )?;
        }
        Ok(market)
    }
}

impl PageArgs {
    /// Connects like [`ChainArgs::connect`].
    ///
    /// # Errors
    /// Those of [`connect_to`].
    pub(crate) fn connect(&self) -> Result<Market, CliError> {
        self.chain.connect()
    }

    /// The block to read.
    pub(crate) fn at(&self) -> At {
        self.at_block.unwrap_or(At::Head)
    }
}

/// A contract whose code is not this release's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OtherCode {
    /// Its name.
    pub(crate) contract: &'static str,
    /// The hash of its code on the chain.
    pub(crate) there: Hash,
    /// The hash of its code in the artifacts.
    pub(crate) here: Hash,
}

impl Market {
    /// Connects to the chain at a place, and says which contracts run other code than this release has.
    ///
    /// # Errors
    /// Those of [`connect_to`], and [`InterfaceError`](chain::InterfaceError) of contracts that this program does not
    /// understand: nothing of them is read or sent. Code of this release is understood.
    pub(crate) fn open(place: &str, deployment: Option<&Path>) -> Result<(Self, Vec<OtherCode>), CliError> {
        let (chain, contracts) = connect_to(place, deployment)?;
        let market = Self { chain, contracts };
        let page = market.page(At::Head)?;
        let other = market.other_code(&page)?;
        if other.as_ref().is_none_or(|other| !other.is_empty()) {
            check_interfaces(&page, &contracts)?;
        }
        Ok((market, other.unwrap_or_default()))
    }

    /// The market as it is after a block, for all reads of a command.
    ///
    /// # Errors
    /// If the chain does not know the block, or cannot be asked.
    pub(crate) fn page(&self, at: At) -> Result<Page<'_>, CliError> {
        Ok(self.chain.deref().snapshot_at(at)?)
    }

    /// The contracts that run other code than the artifacts of this release; nothing where there are no artifacts.
    pub(crate) fn other_code(&self, page: &Page<'_>) -> Result<Option<Vec<OtherCode>>, CliError> {
        let Ok(artifacts) = Artifacts::find(None) else { return Ok(None) };
        let mut other = Vec::new();
        for (name, contract) in self.contracts.all() {
            let Ok(bundle) = artifacts.contract(name) else { return Ok(None) };
            let Some(there) = self.chain.code_hash(page.block.into(), contract)? else { continue };
            let mut builds = Profile::ALL.into_iter().filter_map(|profile| artifacts.contract_of(profile, name).ok());
            if builds.all(|build| build.code_hash != there) {
                other.push(OtherCode { contract: name, there, here: bundle.code_hash });
            }
        }
        Ok(Some(other))
    }
}

fn block(text: &str) -> Result<At, &'static str> {
    if let Ok(number) = text.parse() {
        return Ok(At::Number(number));
    }
    let bytes = text.strip_prefix("0x").and_then(|digits| hex::decode(digits).ok());
    let hash = bytes.and_then(|bytes| bytes.try_into().ok());
    hash.map(At::Block).ok_or("a block is named by its number, or its hash: 0x and 64 hexadecimal digits")
}
