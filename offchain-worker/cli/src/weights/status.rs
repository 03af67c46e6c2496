//! `yarrow weights status`: when a hotkey may do what, as the contract says.

use std::io::Write;

use chain::parse_ss58;
use primitives::{
    AccountId, Cycle, Netuid, ProtocolBlock, Registry as _, Settlement as _,
    settlement::{Schedule, WeightCommit, WeightsRow},
};
use serde_json::{Value, json};

use super::SubnetArgs;
use crate::{error::CliError, format, output::Output, table::Rows};

/// Options of `yarrow weights status`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    subnet: SubnetArgs,
    /// The validator's hotkey, in SS58
    #[arg(long, value_name = "SS58", value_parser = parse_ss58)]
    hotkey: AccountId,
}

/// What the chain says of a hotkey at one block.
struct Status {
    uid: Option<u16>,
    schedule: Schedule,
    commits: Vec<WeightCommit>,
    row: Option<WeightsRow>,
    cycle: Option<Cycle>,
}

/// Reads all of it at one block and writes it.
pub(super) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let SubnetArgs { page, netuid } = &args.subnet;
    let market = page.connect()?;
    let (contracts, page) = (market.contracts, market.page(page.at())?);
    let number = Netuid::new(*netuid);
    let schedule = page.view(contracts.settlement().schedule(number, args.hotkey))?;
    let uid = page.view(contracts.registry().uid(number, args.hotkey))?;
    let row = uid.map(|uid| page.view(contracts.settlement().weights(number, uid))).transpose()?.flatten();
    let status = Status {
        uid: uid.map(|uid| uid.get()),
        schedule,
        commits: page.view(contracts.settlement().weight_commits(number, args.hotkey))?,
        row,
        cycle: page.view(contracts.registry().subnet(number))?.and_then(|subnet| subnet.cycle),
    };
    output.report(&status.report(*netuid, &args.hotkey))?;
    status.write(*netuid, output)
}

impl Status {
    /// The blocks from which and until which a commitment may be revealed, while the tempo stays.
    fn window(&self, commit: &WeightCommit) -> Option<[ProtocolBlock; 2]> {
        let cycle = self.cycle?;
        Some([commit.reveal_epoch, commit.reveal_epoch.saturating_add(1)].map(|epoch| cycle.starts_at(epoch)))
    }

    fn report(&self, netuid: u16, hotkey: &AccountId) -> Value {
        let schedule = &self.schedule;
        let commit = |commit: &WeightCommit| {
            let [opens, closes] = self.window(commit).map_or([None; 2], |window| window.map(|block| Some(block.get())));
            json!({
                "hash": format::hash(&commit.hash),
                "epoch": commit.epoch,
                "committed_at": commit.committed_at.get(),
                "reveal_epoch": commit.reveal_epoch,
                "reveal_opens": opens,
                "reveal_closes": closes,
            })
        };
        let row = self.row.as_ref().map(|row| {
            json!({
                "committed_at": row.committed_at.get(),
                "updated_at": row.updated_at.get(),
                "evidence": format::hash(&row.evidence),
            })
        });
        json!({
            "netuid": netuid,
            "hotkey": chain::ss58(hotkey),
            "uid": self.uid,
            "now": schedule.now.get(),
            "epoch": schedule.epoch,
            "epoch_start": schedule.epoch_start.get(),
            "next_epoch": schedule.next_epoch.get(),
            "settled_until": schedule.settled_until,
            "settle_due": schedule.settle_due,
            "commit_reveal": schedule.commit_reveal,
            "next_commit": schedule.next_commit.get(),
            "version_key": schedule.version_key,
            "seed": format::hash(&schedule.seed),
            "commits": self.commits.iter().map(commit).collect::<Vec<_>>(),
            "row": row,
        })
    }

    fn write(&self, netuid: u16, output: &mut impl Write) -> Result<(), CliError> {
        let Schedule { now, epoch, epoch_start, next_epoch, settled_until, settle_due, next_commit, .. } =
            self.schedule;
        let block = |block: ProtocolBlock| format::grouped(block.get());
        let uid = self.uid.map_or_else(|| "not registered".to_owned(), |uid| format!("uid {uid}"));
        let way = if self.schedule.commit_reveal { "commit and reveal" } else { "set directly" };
        writeln!(output, "Subnet {netuid}, {uid}, weights by {way}")?;
        writeln!(output, "now       block {}", block(now))?;
        writeln!(output, "epoch     {epoch}, blocks {} to {}", block(epoch_start), block(next_epoch))?;
        writeln!(output, "settled   until epoch {settled_until}{}", if settle_due { "; one is due" } else { "" })?;
        let may = if next_commit <= now { "now".to_owned() } else { format!("from block {}", block(next_commit)) };
        writeln!(output, "may       {} {may}", if self.schedule.commit_reveal { "commit" } else { "set weights" })?;
        match &self.row {
            Some(row) => writeln!(
                output,
                "in force  committed {}, updated {}\nevidence  {}",
                block(row.committed_at),
                block(row.updated_at),
                format::hash(&row.evidence)
            )?,
            None => writeln!(output, "in force  nothing")?,
        }
        self.write_commits(output)
    }

    fn write_commits(&self, output: &mut impl Write) -> Result<(), CliError> {
        if self.commits.is_empty() {
            writeln!(output, "pending   nothing")?;
            return Ok(());
        }
        let mut table = Rows::new(&["EPOCH", "COMMITTED", "REVEAL FROM", "REVEAL BEFORE", "STATE"], &[4]);
        for commit in &self.commits {
            let [opens, closes] = self
                .window(commit)
                .map_or(["-", "-"].map(str::to_owned), |window| window.map(|block| format::grouped(block.get())));
            let state = match commit.reveal_epoch.cmp(&self.schedule.epoch) {
                std::cmp::Ordering::Less => "expired",
                std::cmp::Ordering::Equal => "to be revealed now",
                std::cmp::Ordering::Greater => "waiting",
            };
            let made = format::grouped(commit.committed_at.get());
            table.push([commit.epoch.to_string(), made, opens, closes, state.to_owned()]);
        }
        writeln!(output, "{}", table.finish())?;
        Ok(())
    }
}
