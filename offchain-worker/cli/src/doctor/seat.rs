//! A hotkey's place on a subnet: whether it may work there, and earns.

use chain::At;
use primitives::{
    AccountId, Netuid, Registry as _, Settlement as _, Staking as _, Uid,
    axon::ServedAxon,
    model::CommittedModel,
    registry::Subnet,
    settlement::{EpochResult, RESULT_PAGE, Schedule, WeightCommit},
};

use super::{axon, fees};
use crate::{
    checks::Rows,
    error::CliError,
    format,
    market::{Market, Page},
};

/// Protocol blocks before the end of its window at which a commitment should have been revealed.
const LATE: u64 = 20;

/// A registered hotkey as of one block.
struct Seat {
    uid: Uid,
    is_owner: bool,
    /// Its stake as the next epoch counts it, in RAO.
    stake: primitives::Rao,
    threshold: primitives::Rao,
    /// What the last settled epoch says of its uids.
    result: Option<EpochResult>,
    schedule: Schedule,
    commits: Vec<WeightCommit>,
    has_weights: bool,
    axon: Option<ServedAxon>,
    model: Option<CommittedModel>,
}

/// Looks at a subnet, and at a hotkey on it; returns the subnet's task.
pub(super) fn look(market: &Market, netuid: Netuid, hotkey: Option<AccountId>, rows: &mut Rows) -> Option<String> {
    let found = market.page(At::Head).and_then(|page| {
        let subnet = page.view(market.contracts.registry().subnet(netuid))?;
        let identity = page.view(market.contracts.registry().identity(netuid))?.unwrap_or_default();
        Ok((page, subnet, String::from_utf8_lossy(&identity.task).into_owned()))
    });
    let (page, subnet, task) = match found {
        Ok((page, Some(subnet), task)) => (page, subnet, task),
        Ok((_, None, _)) => {
            rows.fail("subnet", format!("there is no subnet {netuid}"), "`yarrow subnets list` lists those there are");
            return None;
        }
        Err(error) => {
            rows.error("subnet", error);
            return None;
        }
    };
    let Some(cycle) = subnet.cycle else {
        let fix = "its owner has to start it (`yarrow subnets start`)";
        rows.fail("subnet", format!("subnet {netuid} was not started: nothing is earned there"), fix);
        return Some(task);
    };
    rows.ok("subnet", format!("{netuid}, task {task}, {} neurons, tempo {}", subnet.neurons, cycle.tempo));
    if let Some(hotkey) = hotkey {
        match read(market, &page, netuid, &subnet, hotkey) {
            Ok(Some(seat)) => seat.look(market, netuid, hotkey, rows),
            Ok(None) => rows.fail(
                "seat",
                format!("{} is not registered on subnet {netuid}", chain::ss58(&hotkey)),
                format!("`yarrow subnets register --netuid {netuid}` burns TAO for it, `yarrow miner register` works"),
            ),
            Err(error) => rows.error("seat", error),
        }
    }
    Some(task)
}

/// Reads everything about a hotkey; nothing if it is not registered.
fn read(
    market: &Market,
    page: &Page<'_>,
    netuid: Netuid,
    subnet: &Subnet,
    hotkey: AccountId,
) -> Result<Option<Seat>, CliError> {
    let (registry, settlement) = (|| market.contracts.registry(), || market.contracts.settlement());
    let Some(uid) = page.view(registry().uid(netuid, hotkey))? else { return Ok(None) };
    let stakes = page.view(market.contracts.staking().stakes(netuid, uid, 1))?;
    let rules = page.view(registry().hyperparameters(netuid))?.unwrap_or_default();
    let page_of_uid = u8::try_from(uid.index() / RESULT_PAGE).unwrap_or(u8::MAX);
    Ok(Some(Seat {
        uid,
        is_owner: subnet.owner_hotkey == hotkey,
        stake: stakes.of.first().copied().unwrap_or_default(),
        threshold: rules.stake_threshold,
        result: page.view(settlement().epoch_result(netuid, page_of_uid))?,
        schedule: page.view(settlement().schedule(netuid, hotkey))?,
        commits: page.view(settlement().weight_commits(netuid, hotkey))?,
        has_weights: page.view(settlement().weights(netuid, uid))?.is_some(),
        axon: page.view(registry().axon(netuid, hotkey))?,
        model: page.view(registry().model(netuid, hotkey))?,
    }))
}

impl Seat {
    fn look(&self, market: &Market, netuid: Netuid, hotkey: AccountId, rows: &mut Rows) {
        rows.ok("seat", format!("uid {} of subnet {netuid}", self.uid));
        if self.validates() {
            self.right_to_validate(netuid, rows);
            self.windows(rows);
            self.pace(rows);
            self.weights(rows);
            self.version_key(rows);
        }
        fees::look(market, netuid, hotkey, self.validates(), rows);
        if self.mines() {
            self.endpoint(market, netuid, &hotkey, rows);
        }
    }

    /// Whether it shows what miners show: an endpoint or a model.
    fn mines(&self) -> bool {
        self.axon.is_some() || self.model.is_some()
    }

    fn validates(&self) -> bool {
        self.has_permit() || self.has_weights || !self.mines()
    }

    fn has_permit(&self) -> bool {
        self.is_owner || self.of_result(|result| &result.permits)
    }

    /// What the last settled epoch says of the uid in one of its columns; nothing of a uid that came after it.
    fn of_result(&self, column: impl Fn(&EpochResult) -> &Vec<bool>) -> bool {
        let value = |result| column(result).get(self.uid.index() % RESULT_PAGE).copied();
        self.result.as_ref().and_then(value).unwrap_or(false)
    }

    fn right_to_validate(&self, netuid: Netuid, rows: &mut Rows) {
        if self.has_permit() {
            rows.ok(
                "permit",
                if self.is_owner { "as the subnet owner's hotkey, always" } else { "until the next epoch" },
            );
        } else {
            let fix = "stake more on the hotkey (`yarrow stake add`) and wait for the end of the epoch; a miner needs none, \
                       but an endpoint or a model (`yarrow explain permit`)";
            rows.fail("permit", format!("none on subnet {netuid}: its weights are refused"), fix);
        }
        let found = format!("{} staked, the threshold is {}", chain::tao(self.stake), chain::tao(self.threshold));
        if self.stake >= self.threshold || self.is_owner {
            rows.ok("stake", found);
        } else {
            rows.fail("stake", found, "stake more on the hotkey: below the threshold it counts as having none");
        }
    }

    /// Epochs, and what is to be revealed in them.
    fn windows(&self, rows: &mut Rows) {
        let Schedule { now, epoch, next_epoch, settled_until, .. } = self.schedule;
        let left = next_epoch.since(now);
        let count =
            |is: fn(u64, u64) -> bool| self.commits.iter().filter(|commit| is(commit.reveal_epoch, epoch)).count();
        let (expired, due) = (count(|reveal, now| reveal < now), count(|reveal, now| reveal == now));
        let found = format!(
            "epoch {epoch} for {left} more blocks, {} to be revealed in it, {} expired",
            commitments(due),
            commitments(expired)
        );
        if expired > 0 {
            let fix =
                "weights that were committed were not revealed: let one worker run all the time, which reveals in time";
            rows.warn("windows", found, fix);
        } else if due > 0 && left < LATE {
            rows.fail("windows", found, "reveal now: start the worker that committed, or `yarrow weights reveal`");
        } else {
            rows.ok("windows", found);
        }
        let behind = epoch.saturating_sub(settled_until);
        let found = format!("epochs before {settled_until} are settled, the current one is {epoch}");
        if behind > 1 {
            let fix = "nobody is paid until somebody settles: a worker does, or anybody who calls `settle`";
            rows.warn("settling", found, fix);
        } else {
            rows.ok("settling", found);
        }
    }

    fn pace(&self, rows: &mut Rows) {
        let Schedule { now, next_commit, next_epoch, epoch, commit_reveal, .. } = self.schedule;
        let what = if commit_reveal { "commit" } else { "set weights" };
        if next_commit <= now {
            return rows.ok("rate limit", format!("it may {what} now"));
        }
        let found = format!("it may {what} from block {}", format::grouped(next_commit.get()));
        let has_committed = self.commits.iter().any(|commit| commit.epoch == epoch);
        if next_commit >= next_epoch && commit_reveal && !has_committed {
            return rows.warn("rate limit", found, "this epoch passes without weights of it; nothing is to be done");
        }
        rows.ok("rate limit", found);
    }

    fn weights(&self, rows: &mut Rows) {
        const WHAT: &str = "weights";
        match (self.has_weights, &self.result) {
            (true, Some(_)) if !self.of_result(|result| &result.active) => {
                let fix = "start a worker: a validator without recent weights has no vote and no dividends";
                rows.fail(WHAT, "in force, but too old to count at the last epoch", fix);
            }
            (true, _) => rows.ok(WHAT, "in force"),
            (false, _) => {
                rows.warn(WHAT, "none in force", "a worker sets some within two epochs; until then nothing is earned");
            }
        }
    }

    fn version_key(&self, rows: &mut Rows) {
        let found = match self.schedule.version_key {
            0 => "the subnet asks for none".to_owned(),
            key => format!("the subnet asks for {key}, which workers of this release send"),
        };
        rows.ok("version key", found);
    }

    fn endpoint(&self, market: &Market, netuid: Netuid, hotkey: &AccountId, rows: &mut Rows) {
        const WHAT: &str = "endpoint of the miner";
        let location = self.model.as_ref().map(|committed| committed.model.location.is_empty());
        match (&self.axon, location) {
            (Some(served), _) => {
                let settings =
                    market.page(At::Head).and_then(|page| Ok(page.view(market.contracts.registry().settings())?));
                match settings {
                    Ok(settings) => axon::look(&served.axon, settings.endpoints, netuid, hotkey, rows),
                    Err(error) => rows.error(WHAT, error),
                }
            }
            (None, Some(true)) => {
                let fix = "announce an endpoint (`yarrow miner serve`), or publish with --location";
                rows.fail(WHAT, "none, and the model has no location: nobody can fetch it", fix);
            }
            (None, _) => rows.ok(WHAT, "none announced: the published model is measured"),
        }
    }
}

/// So many commitments, in words.
fn commitments(count: usize) -> String {
    match count {
        0 => "no commitment".to_owned(),
        1 => "1 commitment".to_owned(),
        count => format!("{count} commitments"),
    }
}
