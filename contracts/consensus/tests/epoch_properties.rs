//! What holds of every epoch, for networks made at random. That an epoch in steps is the epoch at once, for any bytes, is
//! in `e2e/fuzz`.

use consensus::emission;
use consensus::epoch::{pack, run, unpack, Inputs, Neuron, Outcome, Parameters, Row, Setting, StakeBasis};
use consensus::fixed::I32F32;
use consensus::payout::pay;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeMap;

type Rows = Vec<(u16, Vec<(u16, u16)>)>;

#[derive(Clone, Debug)]
struct Network {
    parameters: Parameters,
    neurons: Vec<Neuron>,
    owner: Option<u16>,
    last_epoch: Option<u64>,
    weights: Rows,
    bonds: Rows,
}

impl Network {
    fn setting(&self, block: u64, basis: StakeBasis) -> Setting<'_> {
        Setting {
            parameters: &self.parameters,
            block,
            last_epoch: self.last_epoch,
            owner: self.owner,
            basis,
            neurons: &self.neurons,
        }
    }

    fn run(&self, block: u64, basis: StakeBasis) -> Outcome {
        run(&Inputs {
            setting: self.setting(block, basis),
            weights: &borrow(&packed(&self.weights)),
            bonds: &borrow(&packed(&self.bonds)),
        })
    }
}

fn packed(rows: &Rows) -> Vec<(u16, Vec<u32>)> {
    rows.iter().map(|(uid, row)| (*uid, row.iter().map(|&(uid, value)| pack(uid, value)).collect())).collect()
}

fn borrow(rows: &[(u16, Vec<u32>)]) -> Vec<Row<'_>> {
    rows.iter().map(|(uid, entries)| Row { uid: *uid, entries }).collect()
}

fn parameters() -> impl Strategy<Value = Parameters> {
    let bonds = (any::<u16>(), any::<u32>(), any::<bool>(), any::<bool>());
    let alpha = (any::<u16>(), any::<u16>(), any::<i16>());
    let limits = (0_u16..40, 0_u64..200, 0_u64..100, 0_u64..50);
    (any::<u16>(), bonds, alpha, limits).prop_map(|(kappa, bonds, alpha, limits)| Parameters {
        kappa,
        bonds_penalty: bonds.0,
        bonds_moving_average: bonds.1 % 1_200_000,
        yuma3: bonds.2,
        liquid_alpha: bonds.3,
        alpha_low: alpha.0,
        alpha_high: alpha.1,
        alpha_sigmoid_steepness: alpha.2,
        max_validators: limits.0,
        activity_cutoff: limits.1,
        stake_threshold: limits.2,
        tempo: limits.3,
    })
}

/// A number that is small, huge or the largest.
fn hostile() -> impl Strategy<Value = u64> {
    prop_oneof![0..200_u64, any::<u64>(), Just(u64::MAX)]
}

fn hostile_neuron() -> impl Strategy<Value = Neuron> {
    let blocks = (hostile(), hostile(), proptest::option::of(hostile()));
    (hostile(), any::<bool>(), blocks).prop_map(|(stake, permit, blocks)| Neuron {
        stake,
        last_update: blocks.0,
        registered_at: blocks.1,
        permit,
        committed_at: blocks.2,
    })
}

/// Rows in any order, some twice, some towards uids that do not exist.
fn hostile_rows() -> impl Strategy<Value = Rows> {
    let uid = || prop_oneof![9 => 0..20_u16, 1 => any::<u16>()];
    let value = prop_oneof![Just(0), any::<u16>(), Just(u16::MAX)];
    vec((uid(), vec((uid(), value), 0..30)), 0..25)
}

fn hostile_network() -> impl Strategy<Value = Network> {
    let options = (proptest::option::of(0..25_u16), proptest::option::of(hostile()));
    let rows = (hostile_rows(), hostile_rows());
    (parameters(), vec(hostile_neuron(), 0..20), options, rows).prop_map(
        |(parameters, neurons, (owner, last_epoch), (weights, bonds))| Network {
            parameters,
            neurons,
            owner,
            last_epoch,
            weights,
            bonds,
        },
    )
}

/// Sorted rows of distinct uids of a network of `uids`.
fn orderly_rows(uids: u16) -> impl Strategy<Value = BTreeMap<u16, BTreeMap<u16, u16>>> {
    let row = proptest::collection::btree_map(0..uids, any::<u16>(), 0..usize::from(uids));
    proptest::collection::btree_map(0..uids, row, 0..usize::from(uids))
}

const UIDS: u16 = 12;

/// A network in which no two stakes are equal and everybody who has stake gets a permit.
fn orderly_network() -> impl Strategy<Value = Network> {
    let neuron = (any::<bool>(), 50..150_u64, 0..150_u64);
    let stakes = proptest::collection::btree_set(0..1_000_000_u64, usize::from(UIDS));
    let rows = (orderly_rows(UIDS), orderly_rows(UIDS));
    (parameters(), stakes.prop_shuffled(), vec(neuron, usize::from(UIDS)), rows).prop_map(
        |(mut parameters, stakes, neurons, (weights, bonds))| {
            parameters.max_validators = UIDS;
            let neuron = |(stake, (permit, last_update, registered_at))| Neuron {
                stake,
                last_update,
                registered_at,
                permit,
                committed_at: None,
            };
            let rows = |rows: BTreeMap<u16, BTreeMap<u16, u16>>| -> Rows {
                rows.into_iter().map(|(uid, row)| (uid, row.into_iter().collect())).collect()
            };
            Network {
                parameters,
                neurons: stakes.into_iter().zip(neurons).map(neuron).collect(),
                owner: None,
                last_epoch: Some(100),
                weights: rows(weights),
                bonds: rows(bonds),
            }
        },
    )
}

trait Shuffled {
    fn prop_shuffled(self) -> BoxedStrategy<Vec<u64>>;
}

impl<S: Strategy<Value = std::collections::BTreeSet<u64>> + 'static> Shuffled for S {
    fn prop_shuffled(self) -> BoxedStrategy<Vec<u64>> {
        self.prop_map(|set| set.into_iter().collect::<Vec<_>>()).prop_shuffle().boxed()
    }
}

fn sum(shares: &[I32F32]) -> i64 {
    shares.iter().map(|share| share.to_bits()).sum()
}

/// Rounding down loses less than the smallest unit per uid.
fn is_one_or_none(shares: &[I32F32]) -> bool {
    let (sum, one) = (sum(shares), I32F32::ONE.to_bits());
    let lost = shares.len() as i64;
    shares.iter().all(|&share| share >= I32F32::ZERO) && (sum == 0 || (sum <= one && sum + lost >= one))
}

/// Moves every uid `u` to `order[u]`.
fn relabelled(network: &Network, order: &[u16]) -> Network {
    let to = |uid: u16| order[usize::from(uid)];
    let rows = |rows: &Rows| -> Rows {
        let row = |(uid, row): &(u16, Vec<(u16, u16)>)| {
            (to(*uid), row.iter().map(|&(uid, value)| (to(uid), value)).collect())
        };
        rows.iter().map(row).collect()
    };
    Network {
        neurons: moved(&network.neurons, order),
        weights: rows(&network.weights),
        bonds: rows(&network.bonds),
        ..network.clone()
    }
}

fn moved<T: Clone>(values: &[T], order: &[u16]) -> Vec<T> {
    let mut moved = values.to_vec();
    for (value, &to) in values.iter().zip(order) {
        moved[usize::from(to)] = value.clone();
    }
    moved
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn hostile_inputs_never_panic_and_shares_sum_to_one_or_zero(
        network in hostile_network(),
        block in hostile(),
        genesis: bool,
        rao: u64,
    ) {
        let basis = if genesis { StakeBasis::Genesis } else { StakeBasis::Staked };
        let outcome = network.run(block, basis);
        let shares = &outcome.shares;
        for shares in [&shares.incentive, &shares.dividends, &shares.stake, &shares.active_stake] {
            prop_assert_eq!(shares.len(), network.neurons.len());
            prop_assert!(is_one_or_none(shares), "{shares:?}");
        }
        for row in &outcome.bonds {
            prop_assert!(outcome.permits[usize::from(row.uid)]);
            prop_assert!(row.entries.is_sorted_by(|&a, &b| unpack(a).0 < unpack(b).0));
        }
        let permits = outcome.permits.iter().filter(|&&permit| permit).count();
        prop_assert!(permits <= usize::from(network.parameters.max_validators) + 1);

        emission::split(shares, rao);
        let payout = pay(shares, rao);
        let paid: u128 =
            payout.incentive.iter().chain(&payout.dividends).map(|&amount| u128::from(amount)).sum();
        prop_assert_eq!(paid + u128::from(payout.remainder), u128::from(rao));
    }

    #[test]
    fn order_of_rows_and_entries_does_not_matter(network in orderly_network()) {
        let mut reversed = network.clone();
        for rows in [&mut reversed.weights, &mut reversed.bonds] {
            rows.reverse();
            rows.iter_mut().for_each(|(_, row)| row.reverse());
        }
        let by_uid = |mut outcome: Outcome| {
            outcome.bonds.sort_by_key(|row| row.uid);
            outcome
        };
        let (a, b) = (network.run(110, StakeBasis::Staked), reversed.run(110, StakeBasis::Staked));
        prop_assert_eq!(by_uid(a), by_uid(b));
    }

    #[test]
    fn relabelled_uids_get_the_relabelled_outcome(
        network in orderly_network(),
        order in Just((0..UIDS).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let before = network.run(110, StakeBasis::Staked);
        let after = relabelled(&network, &order).run(110, StakeBasis::Staked);
        prop_assert_eq!(after.consensus, moved(&before.consensus, &order));
        prop_assert_eq!(after.validator_trust, moved(&before.validator_trust, &order));
        prop_assert_eq!(after.permits, moved(&before.permits, &order));
        prop_assert_eq!(after.active, moved(&before.active, &order));
        prop_assert_eq!(after.shares.incentive, moved(&before.shares.incentive, &order));
        prop_assert_eq!(after.shares.dividends, moved(&before.shares.dividends, &order));
        let bonds = |outcome_bonds: &[consensus::epoch::BondsRow], to: &dyn Fn(u16) -> u16| {
            let mut cells = BTreeMap::new();
            for row in outcome_bonds {
                for (target, bond) in row.entries.iter().map(|&entry| unpack(entry)) {
                    cells.insert((to(row.uid), to(target)), bond);
                }
            }
            cells
        };
        let moved_bonds = bonds(&before.bonds, &|uid| order[usize::from(uid)]);
        prop_assert_eq!(bonds(&after.bonds, &|uid| uid), moved_bonds);
    }
}
