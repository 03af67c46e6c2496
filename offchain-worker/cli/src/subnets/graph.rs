//! A subnet's metagraph as people read it: everything about every neuron, at one block.

use chain::{Chain, ChainError, Contracts, Snapshot, ss58};
use consensus::pruning::{Candidate, Protection, neuron_to_prune, neurons_to_trim};
use primitives::{
    AccountId, Netuid, ProtocolBlock, Rao, Settlement as _, Staking as _, axon::Axon, settlement::EpochResult,
};
use serde::{Serialize, Serializer};
use worker::{Metagraph, MetagraphNeuron};

use crate::{error::CliError, market::Page};

/// A neuron. Fractions are those of the last settled epoch, in parts of 65,535; they are 0 for whoever came since.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Neuron {
    pub(super) uid: u16,
    #[serde(serialize_with = "address")]
    pub(super) hotkey: AccountId,
    /// Who owns the hotkey.
    #[serde(serialize_with = "address_if_any")]
    pub(super) coldkey: Option<AccountId>,
    /// Whether it validates: it has weights in force, or earned dividends.
    pub(super) is_validator: bool,
    /// Whether it may set weights.
    pub(super) validator_permit: bool,
    /// Whether it is the subnet owner's, which is never pruned and always has a permit.
    pub(super) is_owner: bool,
    /// Staked on the hotkey, as an epoch counts it.
    pub(super) stake_rao: u64,
    pub(super) consensus: u16,
    pub(super) incentive: u16,
    pub(super) dividends: u16,
    pub(super) validator_trust: u16,
    /// What the last epoch paid for mining and for validating.
    pub(super) emission_rao: u64,
    /// Whether the epoch counted it as active.
    pub(super) active: bool,
    /// The protocol block of its weights.
    pub(super) updated_at: Option<u64>,
    /// Blocks since then.
    pub(super) updated: Option<u64>,
    pub(super) registered_at: u64,
    /// Blocks for which it is not pruned yet.
    pub(super) immune: u64,
    /// Its place among those who make room for newcomers, once the subnet is full: 1 is the next.
    pub(super) prune: Option<usize>,
    /// Where it serves.
    pub(super) axon: Option<String>,
}

fn address<S: Serializer>(account: &AccountId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&ss58(account))
}

fn address_if_any<S: Serializer>(account: &Option<AccountId>, serializer: S) -> Result<S::Ok, S::Error> {
    account.as_ref().map(ss58).serialize(serializer)
}

/// What must be known of a neuron beside what [`Metagraph`] has.
struct More {
    coldkey: Option<AccountId>,
    updated_at: Option<ProtocolBlock>,
}

/// All neurons of a subnet in order of uid.
pub(super) fn neurons<C: Chain + ?Sized>(
    page: &Snapshot<C>,
    contracts: &Contracts,
    metagraph: &Metagraph,
) -> Result<Vec<Neuron>, ChainError> {
    let order = prune_order(metagraph);
    let seen = metagraph.neurons.iter().zip(order).map(|(neuron, prune)| {
        let standing = Standing::of(metagraph, neuron);
        let coldkey = page.view(contracts.staking().delegate(neuron.hotkey))?.map(|delegate| delegate.owner);
        // Without a permit nobody has a row, but for one who had a permit before.
        let may_have_row = standing.permit || standing.validator_trust > 0 || standing.is_owner;
        let row = match may_have_row {
            true => page.view(contracts.settlement().weights(metagraph.netuid, neuron.uid))?,
            false => None,
        };
        let more = More { coldkey, updated_at: row.map(|row| row.updated_at) };
        Ok(describe(metagraph, neuron, &standing, &more, prune))
    });
    seen.collect()
}

fn describe(
    metagraph: &Metagraph,
    neuron: &MetagraphNeuron,
    standing: &Standing,
    more: &More,
    prune: Option<usize>,
) -> Neuron {
    let now = metagraph.block;
    let period = u64::from(metagraph.hyperparameters.immunity_period);
    Neuron {
        uid: neuron.uid.get(),
        hotkey: neuron.hotkey,
        coldkey: more.coldkey,
        is_validator: more.updated_at.is_some() || standing.dividends > 0,
        validator_permit: standing.permit,
        is_owner: standing.is_owner,
        stake_rao: neuron.stake.get(),
        consensus: standing.consensus,
        incentive: standing.incentive,
        dividends: standing.dividends,
        validator_trust: standing.validator_trust,
        emission_rao: standing.emission.get(),
        active: standing.active,
        updated_at: more.updated_at.map(ProtocolBlock::get),
        updated: more.updated_at.map(|block| now.since(block)),
        registered_at: neuron.registered_at.get(),
        immune: neuron.registered_at.after(period).since(now),
        prune,
        axon: neuron.axon.map(|served| endpoint(&served.axon)),
    }
}

/// What the last settled epoch says of a neuron.
#[derive(Default)]
struct Standing {
    is_owner: bool,
    permit: bool,
    active: bool,
    consensus: u16,
    incentive: u16,
    dividends: u16,
    validator_trust: u16,
    emission: Rao,
}

impl Standing {
    fn of(metagraph: &Metagraph, neuron: &MetagraphNeuron) -> Self {
        let is_owner = neuron.hotkey == metagraph.subnet.owner_hotkey;
        let nothing = Self { is_owner, permit: is_owner, ..Self::default() };
        let Some(result) = &metagraph.result else { return nothing };
        // What an epoch says of a uid is about whoever had it when the epoch ended.
        if neuron.registered_at >= result.block {
            return nothing;
        }
        let index = neuron.uid.index();
        let of = |column: &[u16]| column.get(index).copied().unwrap_or(0);
        let flag = |column: &[bool]| column.get(index).copied().unwrap_or(false);
        Self {
            is_owner,
            permit: is_owner || flag(&result.permits),
            active: flag(&result.active),
            consensus: of(&result.consensus),
            incentive: of(&result.incentive),
            dividends: of(&result.dividends),
            validator_trust: of(&result.validator_trust),
            emission: paid(result, index),
        }
    }
}

/// What an epoch paid to a uid, for mining and for validating.
fn paid(result: &EpochResult, index: usize) -> Rao {
    let of = |column: &[Rao]| column.get(index).map_or(0, |amount| amount.get());
    Rao::new(of(&result.server_emission).saturating_add(of(&result.validator_emission)))
}

/// What pruning and trimming go by.
fn candidates(metagraph: &Metagraph) -> (Vec<Candidate>, Protection) {
    let protection = Protection {
        now: metagraph.block.get(),
        immunity_period: metagraph.hyperparameters.immunity_period.into(),
        min_non_immune: metagraph.hyperparameters.min_non_immune_uids.into(),
        exempt: metagraph.neurons.iter().position(|neuron| neuron.hotkey == metagraph.subnet.owner_hotkey),
    };
    let candidate = |neuron: &MetagraphNeuron| Candidate {
        emission: Standing::of(metagraph, neuron).emission.get(),
        registered_at: neuron.registered_at.get(),
    };
    (metagraph.neurons.iter().map(candidate).collect(), protection)
}

/// Each neuron's place among those who make room for newcomers, as the rule picks them one after the other.
fn prune_order(metagraph: &Metagraph) -> Vec<Option<usize>> {
    let (mut candidates, protection) = candidates(metagraph);
    let mut order = vec![None; candidates.len()];
    for place in 1..=candidates.len() {
        let Some(uid) = neuron_to_prune(candidates.iter().copied(), &protection) else { break };
        order[uid] = Some(place);
        candidates[uid] = Candidate { emission: 0, registered_at: protection.now };
    }
    order
}

/// The uids that go if a subnet is trimmed to `max`; none if that is refused.
///
/// # Errors
/// If the subnet cannot be read.
pub(crate) fn trimmed(page: &Page, contracts: &Contracts, netuid: Netuid, max: u16) -> Result<Vec<u16>, CliError> {
    let metagraph = Metagraph::read(page, contracts, netuid)?;
    let (candidates, protection) = candidates(&metagraph);
    let going = neurons_to_trim(&candidates, &protection, max.into()).unwrap_or_default();
    Ok(going.into_iter().filter_map(|uid| u16::try_from(uid).ok()).collect())
}

/// An endpoint as address and port.
pub(crate) fn endpoint(axon: &Axon) -> String {
    match u32::try_from(axon.ip) {
        Ok(ip) if axon.ip_type == 4 => format!("{}:{}", std::net::Ipv4Addr::from(ip), axon.port),
        _ => format!("[{}]:{}", std::net::Ipv6Addr::from(axon.ip), axon.port),
    }
}

/// Columns whose sum is known.
#[derive(Debug, Serialize)]
pub(super) struct Sums {
    pub(super) stake_rao: u64,
    pub(super) emission_rao: u64,
    /// Of all incentives of the last settled epoch.
    pub(super) incentive: u64,
    /// Of all dividends of the last settled epoch.
    pub(super) dividends: u64,
    /// Whether incentives and dividends add up to one each, or to nothing where nobody earned any.
    pub(super) complete: bool,
}

impl Sums {
    pub(super) fn of(neurons: &[Neuron], result: Option<&EpochResult>) -> Self {
        let total = |of: fn(&Neuron) -> u64| neurons.iter().map(of).fold(0, u64::saturating_add);
        let fractions = |column: fn(&EpochResult) -> &[u16]| -> u64 {
            result.map(column).unwrap_or_default().iter().copied().map(u64::from).sum()
        };
        let (incentive, dividends) = (fractions(|result| &result.incentive), fractions(|result| &result.dividends));
        // Each fraction is rounded down.
        let one = u64::from(u16::MAX);
        let rounding = result.map_or(0, |result| result.incentive.len() as u64);
        let is_whole = |sum: u64| sum == 0 || (one.saturating_sub(rounding)..=one).contains(&sum);
        Self {
            stake_rao: total(|one| one.stake_rao),
            emission_rao: total(|one| one.emission_rao),
            incentive,
            dividends,
            complete: is_whole(incentive) && is_whole(dividends),
        }
    }
}
