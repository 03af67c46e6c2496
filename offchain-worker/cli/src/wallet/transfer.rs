//! `yarrow wallet transfer`: free TAO to another account.

use chain::{Amount, At, parse_ss58, tao};
use primitives::{AccountId, Rao};
use psp22::PSP22 as _;

use super::ColdkeyArgs;
use crate::{
    error::CliError,
    format,
    market::ChainArgs,
    output::Output,
    write::{Change, Step, Write, WriteArgs, WriteError, perform},
};

/// Options of `yarrow wallet transfer`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Who gets it
    #[arg(long, visible_alias = "dest", value_name = "ADDRESS", value_parser = parse_ss58)]
    destination: AccountId,
    /// How much: 1.5 or τ1.5 in TAO, 1500000000rao
    #[arg(long, value_name = "AMOUNT", required_unless_present = "all", conflicts_with = "all")]
    amount: Option<Amount>,
    /// All free TAO
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    chain: ChainArgs,
    #[command(flatten)]
    coldkey: ColdkeyArgs,
    #[command(flatten)]
    write: WriteArgs,
}

/// Transfers an amount.
pub(super) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let (by, to) = (args.coldkey.account()?, args.destination);
    if by == to {
        return Err(WriteError::NothingToDo("the account that pays is the one that gets it").into());
    }
    let market = args.chain.connect()?;
    let (contracts, page) = (market.contracts, market.page(At::Head)?);
    let amount = match args.amount {
        Some(Amount(amount)) => amount,
        None => Rao::from_psp22(page.view(contracts.token().balance_of(by))?).unwrap_or(Rao::ZERO),
    };
    if amount.is_zero() {
        return Err(WriteError::NothingToDo("there is no TAO to transfer").into());
    }
    let theirs = format::short(&to);
    let step = Step {
        title: format!("Transfer {} to {theirs}", tao(amount)),
        done: format!("Transferred {} to {theirs}", tao(amount)),
        message: contracts.token().transfer(to, amount.to_psp22(), Vec::new()).into(),
        changes: vec![
            Change::pays("free TAO", contracts, by, amount),
            Change::gets(format!("free TAO of {theirs}"), contracts, to, amount),
        ],
    };
    let write = Write { by, spends: amount, taker: None, steps: vec![step], notes: Vec::new() };
    perform(&market, write, &args.write, || args.coldkey.signer(), output)?;
    Ok(())
}
