//! Messages of the settlement.

use primitives::{
    AccountId, Netuid, Registry as _, Settlement as _, SettlementError, Uid,
    settlement::SETTLE_STEPS,
    weights::{WeightEntry, WeightsPayload, commit_hash},
};

use crate::{
    message::{Sent, decode},
    play::Play,
};

/// Blocks that a validator or a keeper waits for a window or for the end of an epoch.
const PATIENCE: u64 = 800;

/// Weights of any neurons of a subnet, rarely twice of one or of nobody.
fn entries(play: &mut Play, netuid: Netuid) -> Vec<WeightEntry> {
    let neurons = play.neurons(netuid);
    let mut entries = Vec::new();
    for (uid, neuron) in (0..).map(Uid::new).zip(neurons) {
        if play.dice.one_in(2) {
            let value = u16::try_from(play.dice.up_to(65_535)).expect("16 bits");
            entries.push(WeightEntry { uid, registered_at: neuron.registered_at, value });
        }
    }
    match (play.dice.below(30), entries.first().copied()) {
        (0, Some(first)) => entries.push(first),
        (1, Some(first)) => entries.push(WeightEntry { uid: Uid::new(play.dice.small(u16::MAX)), ..first }),
        _ => {}
    }
    entries
}

pub(super) fn commit(play: &mut Play) -> Option<Sent> {
    let netuid = taking(play, true);
    let hotkey = play.registered(netuid);
    let schedule = play.ask(play.settlement().schedule(netuid, hotkey)).ok();
    let (commit_epoch, version_key) = schedule.map_or((0, 0), |schedule| (schedule.epoch, schedule.version_key));
    let salt = if play.dice.one_in(20) { play.dice.bytes(80) } else { play.dice.hash().to_vec() };
    let entries = entries(play, netuid);
    let payload = WeightsPayload { commit_epoch, version_key, entries, evidence: play.dice.hash(), salt };
    let hash = commit_hash(&play.contracts.settlement, netuid, &hotkey, &payload);
    let sent = Sent::write(hotkey, play.settlement().commit_weights(netuid, hash));
    Some(sent.then(move |memory, _| memory.committed(netuid, hotkey, payload)))
}

/// Commits of one hotkey on some subnets, rarely for a list that is too short.
pub(super) fn batch_commit(play: &mut Play) -> Option<Sent> {
    let netuid = taking(play, true);
    let hotkey = play.registered(netuid);
    let mut netuids: Vec<_> = (0..play.dice.below(3)).map(|_| play.netuid()).collect();
    netuids.push(netuid);
    let mut payloads = Vec::new();
    for &netuid in &netuids {
        let schedule = play.ask(play.settlement().schedule(netuid, hotkey)).ok();
        let (commit_epoch, version_key) = schedule.map_or((0, 0), |schedule| (schedule.epoch, schedule.version_key));
        let (entries, salt) = (entries(play, netuid), play.dice.hash().to_vec());
        payloads.push((netuid, WeightsPayload { commit_epoch, version_key, entries, evidence: [0; 32], salt }));
    }
    let settlement = play.contracts.settlement;
    let hash = |(netuid, payload): &(_, _)| commit_hash(&settlement, *netuid, &hotkey, payload);
    let mut hashes: Vec<_> = payloads.iter().map(hash).collect();
    if play.dice.one_in(12) {
        hashes.pop();
    }
    let sent = Sent::write(hotkey, play.settlement().batch_commit_weights(netuids, hashes));
    Some(sent.then(move |memory, _| {
        payloads.into_iter().for_each(|(netuid, payload)| memory.committed(netuid, hotkey, payload));
    }))
}

/// All that a hotkey has committed on a subnet and is remembered, or the oldest of it.
pub(super) fn batch_reveal(play: &mut Play) -> Option<Sent> {
    let &(netuid, hotkey, _) = play.memory.payloads.first()?;
    let own = play.memory.payloads.iter().filter(|(of, by, _)| (*of, *by) == (netuid, hotkey));
    let mut payloads: Vec<_> = own.map(|(_, _, payload)| payload.clone()).collect();
    if play.dice.one_in(2) {
        payloads.truncate(1);
    }
    let commits = play.ask(play.settlement().weight_commits(netuid, hotkey));
    let cycle = play.subnet(netuid).and_then(|subnet| subnet.cycle);
    if let Some((cycle, commit)) = cycle.zip(commits.first()) {
        play.wait_for(cycle.starts_at(commit.reveal_epoch), PATIENCE);
    }
    Some(Sent::write(play.sender(), play.settlement().batch_reveal_weights(netuid, hotkey, payloads)))
}

/// Mostly waits until the window opens.
pub(super) fn reveal(play: &mut Play) -> Option<Sent> {
    if play.memory.payloads.is_empty() {
        return None;
    }
    let place = play.dice.index(play.memory.payloads.len());
    let (netuid, hotkey, mut payload) = play.memory.payloads[place].clone();
    let commits = play.ask(play.settlement().weight_commits(netuid, hotkey));
    let hash = commit_hash(&play.contracts.settlement, netuid, &hotkey, &payload);
    let commit = commits.iter().find(|commit| commit.hash == hash);
    let cycle = play.subnet(netuid).and_then(|subnet| subnet.cycle);
    let opens = cycle.zip(commit).map(|(cycle, commit)| cycle.starts_at(commit.reveal_epoch));
    let closes = cycle.zip(commit).map(|(cycle, commit)| cycle.starts_at(commit.reveal_epoch + 1));
    if closes.is_none_or(|closes| closes <= play.block()) {
        // It was revealed or dropped, or its window is over: it is enough to be told so now and then.
        play.memory.payloads.remove(place);
        if !play.dice.one_in(8) {
            return None;
        }
    }
    if let Some(opens) = opens {
        let patience = if play.dice.one_in(8) { 0 } else { PATIENCE };
        play.wait_for(opens, patience);
    }
    if play.dice.one_in(15) {
        payload.version_key ^= 1;
    }
    Some(Sent::write(play.sender(), play.settlement().reveal_weights(netuid, hotkey, payload)))
}

/// A subnet that takes weights by commit and reveal, or directly, if one is found.
fn taking(play: &mut Play, by_commit: bool) -> Netuid {
    let mut netuid = play.netuid();
    for _ in 0..3 {
        let parameters = play.ask(play.registry().hyperparameters(netuid));
        if parameters.is_some_and(|parameters| parameters.commit_reveal_enabled == by_commit) {
            break;
        }
        netuid = play.netuid();
    }
    netuid
}

pub(super) fn set(play: &mut Play) -> Option<Sent> {
    let netuid = taking(play, false);
    let by = play.registered(netuid);
    let schedule = play.ask(play.settlement().schedule(netuid, by)).ok();
    let version_key = schedule.map_or(0, |schedule| schedule.version_key);
    let weights = entries(play, netuid).into_iter().map(|entry| (entry.uid, entry.value)).collect();
    Some(Sent::write(by, play.settlement().set_weights(netuid, weights, version_key)))
}

/// Rows of one hotkey on one or two subnets.
pub(super) fn batch_set(play: &mut Play) -> Option<Sent> {
    let netuid = taking(play, false);
    let by = play.registered(netuid);
    let netuids = if play.dice.one_in(2) { vec![netuid] } else { vec![play.netuid(), netuid] };
    let mut rows = Vec::new();
    for &netuid in &netuids {
        rows.push(entries(play, netuid).into_iter().map(|entry| (entry.uid, entry.value)).collect());
    }
    let version_keys = vec![0; if play.dice.one_in(12) { 5 } else { netuids.len() }];
    Some(Sent::write(by, play.settlement().batch_set_weights(netuids, rows, version_keys)))
}

/// Mostly waits until there is something to settle.
pub(super) fn settle(play: &mut Play) -> Option<Sent> {
    let netuid = play.netuid();
    let by: AccountId = play.sender();
    if let Ok(schedule) = play.ask(play.settlement().schedule(netuid, by))
        && !schedule.settle_due
        && !play.dice.one_in(3)
    {
        play.wait_for(schedule.next_epoch, PATIENCE);
    }
    let max_steps = play.dice.pick(&[0, 1, 2, 7, SETTLE_STEPS, SETTLE_STEPS, SETTLE_STEPS, u32::MAX]);
    let sent = Sent::write(by, play.settlement().settle(netuid, max_steps));
    Some(sent.then(move |memory, answer| {
        let is_settled = decode::<Result<bool, SettlementError>>(answer) == Ok(true);
        memory.settled = Some(netuid).filter(|_| is_settled);
    }))
}

pub(super) fn set_engine(play: &mut Play) -> Option<Sent> {
    let by = play.governance(play.contracts.settlement);
    let engine = if play.dice.one_in(5) { play.anyone() } else { play.contracts.engine };
    Some(Sent::write(by, play.settlement().set_engine(engine)))
}
