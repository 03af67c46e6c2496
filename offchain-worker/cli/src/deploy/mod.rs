//! `yarrow deploy` and `yarrow verify`: the contracts on a chain, and whether they are the ones that they should be.
//!
//! [`config`] says what is wanted, [`record`] what is there. The work is in `chain`: every step looks first whether it was
//! made, so that a deployment that was interrupted goes on, and one that is complete changes nothing.

mod config;
mod error;
mod record;
mod verify;

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use chain::{Artifacts, Chain, Part, Plan, Signer, ss58};
use primitives::AccountId;
use serde_json::{Value, json};

use self::config::Config;
pub(crate) use self::{
    error::DeploymentError,
    record::Record,
    verify::{Args as VerifyArgs, run as verify},
};
use crate::{
    connect, error::CliError, format, output::Output, population::Key, table::Rows, wallet::ColdkeyArgs, write::consent,
};

/// Where the record of a deployment is if nobody says otherwise.
pub(crate) const RECORD: &str = "deployment.json";

/// Options of `yarrow deploy`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What to deploy, in TOML (docs/deploy.md)
    #[arg(long, value_name = "deploy.toml")]
    config: PathBuf,
    /// The chain, rather than the one of the file: ws:// or wss:// URLs of its nodes, separated by commas
    #[arg(long, value_name = "URL")]
    node: Option<String>,
    /// The record to write when all is there
    #[arg(long, value_name = "FILE", env = "YARROW_DEPLOYMENT", default_value = RECORD)]
    deployment: PathBuf,
    #[command(flatten)]
    coldkey: ColdkeyArgs,
    /// Say which steps are left and what they hold, and send nothing; needs no password
    #[arg(long)]
    dry_run: bool,
    /// Do it without asking
    #[arg(short = 'y', long, visible_alias = "no-prompt", conflicts_with = "dry_run")]
    yes: bool,
}

/// Deploys what is not there yet, and writes the record.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let config = Config::read(&args.config)?;
    let node = args.node.as_ref().or(config.node.as_ref()).ok_or(DeploymentError::NoNode)?;
    let artifacts = Artifacts::find(None).map_err(chain::DeployError::from).map_err(DeploymentError::from)?;
    let chain = connect::chain(node)?;
    let deployer = deployer(args, &config)?;
    let wanted = config.deployment(deployer)?;
    let plan = chain::plan(&*chain, deployer, &artifacts, &wanted).map_err(DeploymentError::from)?;
    let kept = Record::find(&args.deployment)?;
    if let Some(kept) = &kept {
        expect_same(kept, &plan, &args.deployment)?;
    }
    let left = plan.steps.iter().filter(|step| !step.is_made).count();
    if args.dry_run {
        write_plan(&plan, &*chain, deployer, output)?;
        writeln!(output, "Nothing was sent.")?;
        return Ok(());
    }
    if left > 0 && !args.yes {
        write_plan(&plan, &*chain, deployer, output)?;
        consent(output)?;
    }
    let mut number = 0;
    let deployment = plan.execute(&*chain, &signer(args, &config)?, |step| {
        number += 1;
        // Nothing is left to do if even this cannot be written.
        let _ = writeln!(io::stderr(), "{number:>2} of {left}  {}", step.label);
    });
    let deployment = deployment.map_err(DeploymentError::from)?;
    let nodes = node.split(',').map(|url| url.trim().to_owned()).collect();
    let record = match kept {
        // The block of the last step and the endpoints that were written down stay.
        Some(kept) if left == 0 => kept,
        _ => Record::new(&plan.host, nodes, deployer, &wanted, &deployment),
    };
    record.write(&args.deployment)?;
    write_record(&record, &args.deployment, left, output)
}

/// Who deploys.
fn deployer(args: &Args, config: &Config) -> Result<AccountId, CliError> {
    match &config.deployer {
        Some(uri) => Ok(Key::new(uri.clone())?.signer.account()),
        None => Ok(args.coldkey.account()?),
    }
}

fn signer(args: &Args, config: &Config) -> Result<Signer, CliError> {
    match &config.deployer {
        Some(uri) => Ok(Key::new(uri.clone())?.signer),
        None => Ok(args.coldkey.signer()?),
    }
}

/// Refuses to write over the record of something else.
fn expect_same(kept: &Record, plan: &Plan, path: &Path) -> Result<(), DeploymentError> {
    let other = |what| Err(DeploymentError::OtherRecord { path: path.to_owned(), what });
    if kept.genesis != format::hash(&plan.host.genesis) {
        return other("another genesis");
    }
    if kept.contracts(path)? != plan.addresses.contracts() {
        return other("other addresses");
    }
    Ok(())
}

fn write_plan(plan: &Plan, chain: &dyn Chain, deployer: AccountId, output: &mut Output) -> Result<(), CliError> {
    let currency = &plan.host.currency;
    let balance = chain.balance(plan.block.into(), deployer)?;
    let steps = plan
        .steps
        .iter()
        .map(|step| json!({ "step": step.label, "made": step.is_made, "deposit": step.deposit.to_string() }));
    output.report(&json!({
        "dry_run": true,
        "chain": plan.host.name,
        "profile": plan.profile.name(),
        "reason": plan.reason,
        "deployer": ss58(&deployer),
        "balance": balance.to_string(),
        "deposit": plan.deposit().to_string(),
        "steps": steps.collect::<Vec<_>>(),
        "contracts": addresses(plan),
    }))?;
    writeln!(output, "On {}, in the profile {}: {}", plan.host.name, plan.profile, plan.reason)?;
    let mut rows = Rows::new(&["STEP", "STATE", "DEPOSIT AT MOST"], &[0, 1]);
    for step in &plan.steps {
        let (state, deposit) = match step.is_made {
            true => ("made", "-".to_owned()),
            false => ("to do", currency.amount(step.deposit)),
        };
        rows.push([step.label.to_string(), state.to_owned(), deposit]);
    }
    writeln!(output, "{}", rows.finish())?;
    writeln!(output, "{} has {}", ss58(&deployer), currency.amount(balance))?;
    writeln!(output, "and needs at most {} for deposits, and fees beside", currency.amount(plan.deposit()))?;
    Ok(())
}

fn addresses(plan: &Plan) -> Value {
    let addresses = plan.addresses.iter().map(|(part, address)| (part.name().to_owned(), Value::from(ss58(address))));
    Value::Object(addresses.collect())
}

fn write_record(record: &Record, path: &Path, made: usize, output: &mut Output) -> Result<(), CliError> {
    output.report(&json!({
        "dry_run": false,
        "steps_made": made,
        "record": path.display().to_string(),
        "deployment": record,
    }))?;
    let mut rows = Rows::new(&["CONTRACT", "ADDRESS", "CODE HASH"], &[0, 1, 2]);
    for part in Part::ALL {
        if let Some(entry) = record.contracts.get(part.name()) {
            let code_hash = entry.code_hash.get(..10).unwrap_or(&entry.code_hash);
            rows.push([part.name().to_owned(), entry.address.clone(), format!("{code_hash}…")]);
        }
    }
    writeln!(output, "{}", rows.finish())?;
    match made {
        0 => writeln!(output, "✅ All of it was there: nothing was sent. Its record is {}", path.display())?,
        _ => writeln!(
            output,
            "✅ Deployed in {made} steps until block {}. Its record is {}",
            record.block,
            path.display()
        )?,
    }
    Ok(())
}
