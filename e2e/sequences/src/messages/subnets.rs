//! Messages of the registry about subnets.

use primitives::{
    AccountId, Hyperparameter as H, Netuid, Rao, Registry as _, Staking as _, Stewardship as _,
    axon::Endpoints,
    registry::{Settings, Subnet, SubnetIdentity},
};

use crate::{message::Sent, play::Play};

pub(super) fn connect(play: &mut Play) -> Option<Sent> {
    let contracts = play.contracts;
    let by = play.governance(contracts.registry);
    Some(Sent::write(by, play.stewardship().connect(contracts.settlement)))
}

/// Texts that are in order, or rarely too long or not texts.
fn identity(play: &mut Play) -> SubnetIdentity {
    let mut text = || {
        let letters = play.dice.index(12);
        if play.dice.one_in(30) { play.dice.bytes(300) } else { b"intelligence"[..letters].to_vec() }
    };
    let [name, url, description, task] = [(); 4].map(|()| text());
    SubnetIdentity { name, url, description, task, task_hash: play.dice.hash() }
}

pub(super) fn register_subnet(play: &mut Play) -> Option<Sent> {
    let (by, hotkey) = (play.coldkey(), play.hotkey());
    let by = play.owner_of(hotkey).unwrap_or(by);
    let cost = play.ask(play.registry().subnet_lock_cost());
    let limit = if play.dice.one_in(6) { Rao::new(play.dice.up_to(cost.get())) } else { cost };
    let identity = identity(play);
    let sent = Sent::write(by, play.stewardship().register_subnet(hotkey, identity, limit));
    Some(sent.then(move |memory, answer| {
        let netuid = crate::message::decode::<Result<Netuid, primitives::RegistryError>>(answer);
        let netuid = netuid.expect("it was registered");
        assert!(memory.netuids.insert(netuid), "{netuid:?} was used before");
        memory.staked(hotkey, by);
    }))
}

/// A subnet and its owner, or rarely somebody else.
fn owned(play: &mut Play) -> (Netuid, AccountId) {
    let netuid = play.netuid();
    let owner = play.subnet(netuid).map(|subnet| subnet.owner);
    let owner = owner.unwrap_or_else(|| play.coldkey());
    (netuid, play.mostly(owner))
}

/// A subnet and its owner or the contract's, or rarely somebody else.
fn governed(play: &mut Play) -> (Netuid, AccountId) {
    let (netuid, owner) = owned(play);
    if play.dice.one_in(4) { (netuid, owner) } else { (netuid, play.governance(play.contracts.registry)) }
}

/// Mostly one that waits for it.
pub(super) fn start_subnet(play: &mut Play) -> Option<Sent> {
    let (netuid, by) = owned(play);
    let is_started = play.subnet(netuid).is_some_and(|subnet| subnet.cycle.is_some());
    if is_started && !play.dice.one_in(10) {
        return None;
    }
    Some(Sent::write(by, play.stewardship().start_subnet(netuid)))
}

pub(super) fn set_identity(play: &mut Play) -> Option<Sent> {
    let ((netuid, by), identity) = (owned(play), identity(play));
    Some(Sent::write(by, play.stewardship().set_identity(netuid, identity)))
}

/// Two subnets stay, mostly.
pub(super) fn dissolve_subnet(play: &mut Play) -> Option<Sent> {
    if play.netuids().len() < 3 && !play.dice.one_in(4) {
        return None;
    }
    let (netuid, by) = governed(play);
    let sent = Sent::write(by, play.stewardship().dissolve_subnet(netuid));
    Some(sent.then(move |memory, _| memory.dissolved(netuid)))
}

pub(super) fn sweep(play: &mut Play) -> Option<Sent> {
    let existing = play.netuids();
    let gone: Vec<_> = play.memory.netuids.iter().copied().filter(|netuid| !existing.contains(netuid)).collect();
    let netuid = if gone.is_empty() { play.netuid() } else { play.dice.pick(&gone) };
    let limit = play.dice.small(6);
    Some(Sent::write(play.sender(), play.stewardship().sweep(netuid, limit)))
}

pub(super) fn set_settings(play: &mut Play) -> Option<Sent> {
    let subnet_limit = if play.dice.one_in(6) { play.dice.small(u16::MAX) } else { 2 + play.dice.small(4) };
    let endpoints = play.dice.pick(&[Endpoints::Public, Endpoints::Local]);
    let by = play.governance(play.contracts.registry);
    Some(Sent::write(by, play.stewardship().set_settings(Settings { subnet_limit, endpoints })))
}

pub(super) fn set_hyperparameter(play: &mut Play) -> Option<Sent> {
    let (netuid, by) = governed(play);
    let change = hyperparameter(play);
    Some(Sent::write(by, play.stewardship().set_hyperparameter(netuid, change)))
}

/// Any change, mostly one under which the subnet goes on.
fn hyperparameter(play: &mut Play) -> H {
    let dice = &mut play.dice;
    let (any_16, any_64) = (dice.small(u16::MAX), dice.up_to(u64::MAX));
    let mostly = !dice.one_in(5);
    match dice.below(36) {
        0 => H::Tempo(if dice.one_in(4) { any_16 } else { 1 + dice.small(400) }),
        1 => H::Kappa(any_16),
        2 => H::MaxAllowedUids(if mostly { 4 + dice.small(12) } else { any_16 }),
        3 => H::MaxAllowedValidators(if mostly { 1 + dice.small(8) } else { any_16 }),
        4 => H::MinAllowedWeights(if mostly { dice.small(3) } else { dice.small(20) }),
        5 => H::MaxWeightsLimit(if mostly { u16::MAX } else { any_16 }),
        6 => H::ImmunityPeriod(if mostly { dice.small(60) } else { any_16 }),
        7 => H::ActivityCutoffFactorMilli(dice.below(60_000) as u32),
        8 => H::WeightsVersionKey(if mostly { dice.below(3) } else { any_64 }),
        9 => H::WeightsSetRateLimit(if mostly { dice.below(4) } else { dice.below(200) }),
        10 => H::CommitRevealEnabled(dice.one_in(2)),
        11 => H::RevealPeriodEpochs(if mostly { 1 + dice.small(3) } else { any_16 }),
        12 => H::BondsMovingAverage(dice.below(1_100_000) as u32),
        13 => H::BondsPenalty(any_16),
        14 => H::LiquidAlphaEnabled(dice.one_in(2)),
        15 => H::AlphaValues { low: any_16, high: dice.small(u16::MAX) },
        16 => H::AlphaSigmoidSteepness(i16::from_ne_bytes(any_16.to_ne_bytes())),
        17 => H::Yuma3Enabled(dice.one_in(2)),
        18 => H::StakeThreshold(Rao::new(if mostly { 0 } else { dice.up_to(1 << 50) })),
        19 => H::RegistrationAllowed(mostly),
        20 => H::PowRegistrationAllowed(mostly),
        21 => H::TargetRegistrationsPerInterval(dice.small(8)),
        22 => H::MaxRegistrationsPerBlock(dice.small(8)),
        23 => H::AdjustmentInterval(if mostly { 1 + dice.small(300) } else { any_16 }),
        24 => H::AdjustmentAlpha(any_64),
        25 => H::Difficulty(if mostly { 1 + dice.below(20) } else { any_64 }),
        26 => H::MinDifficulty(if mostly { 1 } else { dice.below(1_000) }),
        27 => H::MaxDifficulty(if mostly { u64::MAX / 4 } else { any_64 }),
        28 => H::MinBurn(Rao::new(dice.up_to(1 << 40))),
        29 => H::MaxBurn(Rao::new(if mostly { 100_000_000_000 } else { any_64 })),
        30 => H::BurnHalfLife(if mostly { 1 + dice.small(400) } else { any_16 }),
        31 => H::BurnIncreaseMilli(900 + dice.small(2_300)),
        32 => H::OwnerCut(dice.small(13_000)),
        33 => H::ServingRateLimit(dice.below(20)),
        34 => H::MinAllowedUids(if mostly { 1 + dice.small(4) } else { any_16 }),
        _ => H::MinNonImmuneUids(if mostly { dice.small(4) } else { any_16 }),
    }
}

pub(super) fn trim(play: &mut Play) -> Option<Sent> {
    let (netuid, by) = governed(play);
    let Subnet { neurons, .. } = play.subnet(netuid)?;
    let least = play.ask(play.registry().hyperparameters(netuid))?.min_allowed_uids;
    let fewer = neurons.saturating_sub(play.dice.small(5)).max(least);
    let max = if play.dice.one_in(6) { play.dice.small(300) } else { fewer };
    Some(Sent::write(by, play.stewardship().trim_to_max_allowed_uids(netuid, max)))
}

/// Mostly one whose owner has given way.
pub(super) fn take_over(play: &mut Play) -> Option<Sent> {
    let netuid = play.netuid();
    let owner = play.subnet(netuid).map(|subnet| subnet.owner);
    let successor = owner.and_then(|owner| play.ask(play.staking().swapped_to(owner)));
    if successor.is_none() && !play.dice.one_in(10) {
        return None;
    }
    Some(Sent::write(play.sender(), play.stewardship().take_over_subnet(netuid)))
}

pub(super) fn set_steward(play: &mut Play) -> Option<Sent> {
    let by = play.governance(play.contracts.registry);
    let steward = if play.dice.one_in(5) { play.anyone() } else { play.contracts.steward };
    Some(Sent::write(by, play.registry().set_steward(steward)))
}
