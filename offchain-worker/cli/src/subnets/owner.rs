//! What a subnet's owner does, and who wants to become one: each is one message of the coldkey.

use std::io::Write as _;

use chain::{Amount, At, ss58};
use primitives::{AccountId, Hash, Rao, Registry as _, RegistryError, Stewardship as _, registry::SubnetIdentity};
use serde_json::json;

use super::{
    NetuidArgs,
    page::{identity, subnet, text},
};
use crate::{
    error::CliError,
    format,
    market::{ChainArgs, Market, Page},
    output::Output,
    wallet::{ColdkeyArgs, HotkeyArgs},
    write::{Change, Step, Value, Write, WriteArgs, WriteError, perform},
};

/// What the owner of a subnet needs for all that it does.
#[derive(Debug, clap::Args)]
pub(crate) struct OwnerArgs {
    #[command(flatten)]
    pub(crate) chain: ChainArgs,
    #[command(flatten)]
    pub(crate) who: ColdkeyArgs,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

/// What a subnet says of itself.
#[derive(Debug, clap::Args)]
pub(super) struct IdentityArgs {
    /// Its name
    #[arg(long, value_name = "TEXT")]
    subnet_name: Option<String>,
    /// The address of a page about it
    #[arg(long, value_name = "URL")]
    subnet_url: Option<String>,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// The name of the task that its miners are measured by
    #[arg(long, value_name = "TASK")]
    task: Option<String>,
    /// The hash of the task's specification
    #[arg(long, value_name = "HASH", value_parser = hash)]
    task_hash: Option<Hash>,
}

fn hash(text: &str) -> Result<Hash, &'static str> {
    let bytes = hex::decode(text.strip_prefix("0x").unwrap_or(text)).ok();
    bytes.and_then(|bytes| bytes.try_into().ok()).ok_or("a hash is 32 bytes in hexadecimal digits")
}

impl IdentityArgs {
    /// What `before` becomes.
    fn over(&self, before: &SubnetIdentity) -> SubnetIdentity {
        let text = |new: &Option<String>, old: &Vec<u8>| {
            new.as_ref().map_or_else(|| old.clone(), |new| new.clone().into_bytes())
        };
        SubnetIdentity {
            name: text(&self.subnet_name, &before.name),
            url: text(&self.subnet_url, &before.url),
            description: text(&self.description, &before.description),
            task: text(&self.task, &before.task),
            task_hash: self.task_hash.unwrap_or(before.task_hash),
        }
    }
}

/// The texts of an identity with their names.
pub(super) fn fields(identity: &SubnetIdentity) -> [(&'static str, String); 5] {
    let SubnetIdentity { name, url, description, task, task_hash } = identity;
    let task_hash = if *task_hash == Hash::default() { String::new() } else { format::hash(task_hash) };
    [
        ("name", text(name)),
        ("url", text(url)),
        ("description", text(description)),
        ("task", text(task)),
        ("task_hash", task_hash),
    ]
}

/// Options of `yarrow subnets create`.
#[derive(Debug, clap::Args)]
pub(super) struct CreateArgs {
    #[command(flatten)]
    owner: OwnerArgs,
    #[command(flatten)]
    hotkey: HotkeyArgs,
    #[command(flatten)]
    identity: IdentityArgs,
    /// The most TAO to lock; what it costs now if not given
    #[arg(long, value_name = "AMOUNT")]
    limit: Option<Amount>,
}

/// Registers a subnet for a lock.
pub(super) fn create(args: &CreateArgs, output: &mut Output) -> Result<(), CliError> {
    let OwnerArgs { chain, who, write } = &args.owner;
    let owner_hotkey = args.hotkey.account(&who.wallet)?;
    let owner = who.account()?;
    let market = chain.connect()?;
    let contracts = market.contracts;
    let page = market.page(At::Head)?;
    let price = page.view(contracts.registry().subnet_lock_cost())?;
    let limit = args.limit.map_or(price, |limit| limit.0);
    let said = args.identity.over(&SubnetIdentity::default());
    let title = |verb: &str| format!("{verb} a subnet with the hotkey {}", ss58(&owner_hotkey));
    let step = Step {
        title: format!("{}, {}", title("Register"), costs(price, limit)),
        done: title("Registered"),
        message: contracts.stewardship().register_subnet(owner_hotkey, said, limit).into(),
        changes: vec![
            Change::pays_at_most("free TAO", contracts, owner, (price, limit)),
            Change::to_something("your newest subnet", move |page| newest_of(page, &contracts, owner)),
        ],
    };
    let mut notes = vec![format!("the coldkey {} pays and owns it", ss58(&owner))];
    notes.extend(notes_of_creation(&market, &page)?);
    let write_of = Write { by: owner, spends: limit, taker: Some(contracts.registry), steps: vec![step], notes };
    let Some(done) = perform(&market, write_of, write, || who.signer(), output)? else { return Ok(()) };
    let Some(netuid) = done.first().map(|done| done.value.get()) else { return Ok(()) };
    output.report(&json!({ "netuid": netuid }))?;
    writeln!(output, "   `yarrow subnets start --netuid {netuid}` begins its epochs")?;
    Ok(())
}

/// A price that may move until it is paid, as people read it.
pub(super) fn costs(price: Rao, limit: Rao) -> String {
    if price == limit {
        return format!("for {}", Amount(price));
    }
    format!("for {}, at most {}", Amount(price), Amount(limit))
}

fn newest_of(page: &Page, contracts: &chain::Contracts, owner: AccountId) -> Result<Value, CliError> {
    for netuid in page.view(contracts.registry().netuids())?.into_iter().rev() {
        if subnet(page, contracts, netuid)?.owner == owner {
            return Ok(Value::Number(netuid.get().into()));
        }
    }
    Ok(Value::Nothing)
}

fn notes_of_creation(market: &Market, page: &Page) -> Result<Vec<String>, CliError> {
    let registry = || market.contracts.registry();
    let mut notes = vec!["the lock comes back when the subnet is dissolved".to_owned()];
    let limit = page.view(registry().settings())?.subnet_limit;
    if page.view(registry().netuids())?.len() < usize::from(limit) {
        return Ok(notes);
    }
    if let Some(netuid) = page.view(registry().subnet_to_prune())? {
        notes.push(format!("there are {limit} subnets, as many as there may be: subnet {netuid} makes room"));
    }
    Ok(notes)
}

/// Options of `yarrow subnets start` and `yarrow subnets dissolve`.
#[derive(Debug, clap::Args)]
pub(super) struct OneArgs {
    #[command(flatten)]
    owner: OwnerArgs,
    #[command(flatten)]
    netuid: NetuidArgs,
}

/// Starts a subnet's epochs.
pub(super) fn start(args: &OneArgs, output: &mut Output) -> Result<(), CliError> {
    let netuid = args.netuid.netuid;
    let market = args.owner.chain.connect()?;
    let contracts = market.contracts;
    subnet(&market.page(At::Head)?, &contracts, netuid)?;
    let started = move |page: &Page| Ok(Value::from(subnet(page, &contracts, netuid)?.started_at.is_some()));
    let step = Step {
        title: format!("Start subnet {netuid}"),
        done: format!("Started subnet {netuid}"),
        message: contracts.stewardship().start_subnet(netuid).into(),
        changes: vec![Change::to("started", true.into(), started)],
    };
    args.owner.change(&market, step, Vec::new(), output)
}

/// Ends a subnet.
pub(super) fn dissolve(args: &OneArgs, output: &mut Output) -> Result<(), CliError> {
    let netuid = args.netuid.netuid;
    let market = args.owner.chain.connect()?;
    let contracts = market.contracts;
    let found = subnet(&market.page(At::Head)?, &contracts, netuid)?;
    let is_there = move |page: &Page| Ok(Value::from(page.view(contracts.registry().subnet(netuid))?.is_some()));
    let step = Step {
        title: format!("Dissolve subnet {netuid} with {} neurons for ever", found.neurons),
        done: format!("Dissolved subnet {netuid}"),
        message: contracts.stewardship().dissolve_subnet(netuid).into(),
        changes: vec![
            Change::gets("free TAO of its owner", contracts, found.owner, found.locked),
            Change::to(format!("subnet {netuid}"), false.into(), is_there),
        ],
    };
    let notes = vec!["its number is never used again, and its neurons earn no more".to_owned()];
    args.owner.change(&market, step, notes, output)
}

/// Options of `yarrow subnets set-identity`.
#[derive(Debug, clap::Args)]
pub(super) struct SetIdentityArgs {
    #[command(flatten)]
    owner: OwnerArgs,
    #[command(flatten)]
    netuid: NetuidArgs,
    #[command(flatten)]
    identity: IdentityArgs,
}

/// Changes what a subnet says of itself; what is not named stays.
pub(super) fn set_identity(args: &SetIdentityArgs, output: &mut Output) -> Result<(), CliError> {
    let netuid = args.netuid.netuid;
    let market = args.owner.chain.connect()?;
    let contracts = market.contracts;
    let page = market.page(At::Head)?;
    subnet(&page, &contracts, netuid)?;
    let before = identity(&page, &contracts, netuid)?;
    let said = args.identity.over(&before);
    let differs =
        |((name, now), (_, before)): ((&'static str, String), (&str, String))| (now != before).then_some((name, now));
    let changed = fields(&said).into_iter().zip(fields(&before)).filter_map(differs);
    let changes: Vec<Change> = changed
        .map(|(name, now)| {
            let read = move |page: &Page| {
                let found = fields(&identity(page, &contracts, netuid)?).into_iter().find(|(field, _)| *field == name);
                Ok(Value::Text(found.map(|(_, text)| text).unwrap_or_default()))
            };
            Change::to(name, Value::Text(now), read)
        })
        .collect();
    if changes.is_empty() {
        return Err(WriteError::NothingToDo("the subnet says so already").into());
    }
    let step = Step {
        title: format!("Change what subnet {netuid} says of itself"),
        done: format!("Changed what subnet {netuid} says of itself"),
        message: contracts.stewardship().set_identity(netuid, said).into(),
        changes,
    };
    args.owner.change(&market, step, Vec::new(), output)
}

impl OwnerArgs {
    /// Sends one message that spends nothing.
    pub(crate) fn change(
        &self,
        market: &Market,
        step: Step<Result<(), RegistryError>>,
        notes: Vec<String>,
        output: &mut Output,
    ) -> Result<(), CliError> {
        let write = Write { by: self.who.account()?, spends: Rao::ZERO, taker: None, steps: vec![step], notes };
        perform(market, write, &self.write, || self.who.signer(), output).map(drop)
    }
}
