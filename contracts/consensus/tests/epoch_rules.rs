//! Rules of the epoch, each on the smallest subnet that shows it.
//!
//! Uids 0, 1, 2 are validators of equal stake, 3 and 4 are miners; everyone registered at block 1,
//! was last seen at block 100, and the epoch runs at block 110.

use consensus::epoch::{pack, run, unpack, Inputs, Neuron, Outcome, Parameters, Row, Setting, StakeBasis};
use consensus::payout::pay;

struct Subnet {
    parameters: Parameters,
    neurons: Vec<Neuron>,
    owner: Option<u16>,
    basis: StakeBasis,
    last_epoch: Option<u64>,
    weights: Vec<(u16, Vec<(u16, u16)>)>,
    bonds: Vec<(u16, Vec<(u16, u16)>)>,
}

const HALF: u16 = 32_767;
const ALL: u16 = 65_535;

impl Subnet {
    fn new() -> Self {
        let neuron = |uid| Neuron {
            stake: if uid < 3 { 1_000 } else { 0 },
            last_update: 100,
            registered_at: 1,
            permit: uid < 3,
            committed_at: None,
        };
        Self {
            parameters: Parameters {
                kappa: HALF,
                bonds_penalty: ALL,
                bonds_moving_average: 900_000,
                yuma3: true,
                liquid_alpha: false,
                alpha_low: 6_553,
                alpha_high: 58_982,
                alpha_sigmoid_steepness: 1_000,
                max_validators: 3,
                activity_cutoff: 50,
                stake_threshold: 0,
                tempo: 10,
            },
            neurons: (0..5).map(neuron).collect(),
            owner: None,
            basis: StakeBasis::Staked,
            last_epoch: Some(100),
            weights: Vec::new(),
            bonds: Vec::new(),
        }
    }

    /// All validators agree on both miners.
    fn agreed() -> Self {
        let mut subnet = Self::new();
        subnet.weights = (0..3).map(|uid| (uid, vec![(3, ALL), (4, ALL)])).collect();
        subnet
    }

    fn run(&self) -> Outcome {
        run(&Inputs {
            setting: Setting {
                parameters: &self.parameters,
                block: 110,
                last_epoch: self.last_epoch,
                owner: self.owner,
                basis: self.basis,
                neurons: &self.neurons,
            },
            weights: &borrow(&packed(&self.weights)),
            bonds: &borrow(&packed(&self.bonds)),
        })
    }
}

fn packed(rows: &[(u16, Vec<(u16, u16)>)]) -> Vec<(u16, Vec<u32>)> {
    rows.iter().map(|(uid, row)| (*uid, row.iter().map(|&(uid, value)| pack(uid, value)).collect())).collect()
}

fn borrow(rows: &[(u16, Vec<u32>)]) -> Vec<Row<'_>> {
    rows.iter().map(|(uid, entries)| Row { uid: *uid, entries }).collect()
}

/// The bond of a validator towards a neuron, if it has one.
fn bond(outcome: &Outcome, uid: u16, target: u16) -> Option<u16> {
    let row = outcome.bonds.iter().find(|row| row.uid == uid)?;
    row.entries.iter().map(|&entry| unpack(entry)).find(|&(uid, _)| uid == target).map(|(_, bond)| bond)
}

#[test]
fn agreeing_validators_split_dividends_and_their_miners_incentive() {
    let outcome = Subnet::agreed().run();
    assert_eq!(outcome.consensus, [0, 0, 0, HALF, HALF]);
    assert_eq!(outcome.incentive, [0, 0, 0, HALF, HALF]);
    // A third of 65535 each, rounded down more than once.
    assert_eq!(outcome.dividends, [21_844, 21_844, 21_844, 0, 0]);
    assert_eq!(outcome.validator_trust, [ALL, ALL, ALL, 0, 0]);
}

#[test]
fn a_validator_without_weights_votes_for_nothing() {
    let mut subnet = Subnet::agreed();
    subnet.weights.pop();
    assert_eq!(subnet.run().consensus, [0, 0, 0, HALF, HALF]);
    subnet.weights.pop();
    assert_eq!(subnet.run().consensus, [0; 5]);
}

#[test]
fn consensus_is_the_largest_weight_at_kappa_zero_and_the_smallest_at_kappa_one() {
    let mut subnet = Subnet::new();
    subnet.weights = vec![(0, vec![(3, ALL)]), (1, vec![(3, ALL), (4, ALL)]), (2, vec![(3, 1), (4, 3)])];
    subnet.parameters.kappa = 0;
    assert_eq!(subnet.run().consensus, [0, 0, 0, ALL, 49_151]);
    subnet.parameters.kappa = ALL;
    assert_eq!(subnet.run().consensus, [0, 0, 0, 16_383, 0]);
}

#[test]
fn weights_towards_oneself_count_for_the_owner_only() {
    let mut subnet = Subnet::agreed();
    subnet.weights[0].1 = vec![(0, ALL)];
    subnet.weights[1].1 = vec![(0, ALL)];
    subnet.weights[2].1 = vec![(2, ALL)];
    assert_eq!(subnet.run().consensus, [0; 5]);
    subnet.owner = Some(0);
    assert_eq!(subnet.run().consensus, [ALL, 0, 0, 0, 0]);
}

#[test]
fn weights_do_not_count_towards_neurons_registered_since_the_last_update() {
    let mut subnet = Subnet::agreed();
    subnet.neurons[4].registered_at = 99;
    assert_eq!(subnet.run().incentive, [0, 0, 0, HALF, HALF]);
    subnet.neurons[4].registered_at = 100;
    assert_eq!(subnet.run().incentive, [0, 0, 0, ALL, 0]);
}

#[test]
fn committed_weights_do_not_count_towards_neurons_registered_after_the_commit() {
    let mut subnet = Subnet::agreed();
    subnet.neurons[4].registered_at = 90;
    for validator in &mut subnet.neurons[..3] {
        validator.committed_at = Some(90);
    }
    assert_eq!(subnet.run().incentive, [0, 0, 0, HALF, HALF]);
    subnet.neurons[4].registered_at = 91;
    assert_eq!(subnet.run().incentive, [0, 0, 0, ALL, 0]);
}

#[test]
fn inactive_validators_have_no_vote() {
    let mut subnet = Subnet::agreed();
    subnet.weights.pop();
    subnet.weights.pop();
    subnet.neurons[1].last_update = 59;
    subnet.neurons[2].last_update = 59;
    let outcome = subnet.run();
    assert_eq!(outcome.active, [true, false, false, true, true]);
    assert_eq!(outcome.consensus, [0, 0, 0, HALF, HALF]);
    assert_eq!(outcome.dividends, [ALL, 0, 0, 0, 0]);
}

#[test]
fn stake_below_the_threshold_counts_for_the_owner_only() {
    let mut subnet = Subnet::agreed();
    subnet.parameters.stake_threshold = 1_001;
    assert_eq!(subnet.run().stake_weight, [0; 5]);
    subnet.owner = Some(1);
    let outcome = subnet.run();
    assert_eq!(outcome.stake_weight, [0, ALL, 0, 0, 0]);
    assert_eq!(outcome.permits, [false, true, false, false, false]);
}

#[test]
fn genesis_counts_every_neuron_alike_but_pays_only_for_weights() {
    let mut subnet = Subnet::agreed();
    subnet.parameters.stake_threshold = 1_000_000;
    subnet.basis = StakeBasis::Genesis;
    for neuron in &mut subnet.neurons {
        neuron.stake = 0;
    }
    let outcome = subnet.run();
    // A fifth of 65535, rounded down twice.
    assert_eq!(outcome.stake_weight, [13_106; 5]);
    assert_eq!(outcome.permits, [false, false, true, true, true]);
    let payout = pay(&outcome.shares, 1_000);
    assert_eq!(payout.incentive, [0, 0, 0, 250, 250]);
    assert_eq!(payout.dividends, [166, 166, 166, 0, 0]);
    assert_eq!(payout.remainder, 2);

    subnet.weights.clear();
    assert_eq!(pay(&subnet.run().shares, 1_000).remainder, 1_000);

    // A neuron that came at the epoch's block is none of it yet.
    subnet.neurons[4].registered_at = 110;
    assert_eq!(subnet.run().permits, [false, true, true, true, false]);
}

#[test]
fn bonds_towards_neurons_registered_since_the_last_epoch_end() {
    let mut subnet = Subnet::new();
    subnet.bonds = vec![(0, vec![(3, ALL), (4, ALL)])];
    subnet.neurons[3].registered_at = 100;
    subnet.neurons[4].registered_at = 101;
    let outcome = subnet.run();
    assert_eq!((bond(&outcome, 0, 3), bond(&outcome, 0, 4)), (Some(58_981), None));

    subnet.last_epoch = None;
    assert_eq!(bond(&subnet.run(), 0, 3), None);
    subnet.neurons[3].registered_at = 99;
    assert_eq!(bond(&subnet.run(), 0, 3), Some(58_981));
}

#[test]
fn of_several_rows_of_bonds_of_a_validator_and_entries_for_a_neuron_the_first_counts() {
    let mut subnet = Subnet::agreed();
    subnet.bonds = vec![(0, vec![(3, 0)]), (1, vec![(3, 500)])];
    let once = subnet.run();
    subnet.bonds = vec![(0, vec![(3, 0), (3, ALL)]), (1, vec![(3, 500), (3, ALL)]), (0, vec![(3, ALL), (4, ALL)])];
    assert_eq!(subnet.run(), once);
}

#[test]
fn bonds_end_with_the_permit() {
    let mut subnet = Subnet::agreed();
    subnet.parameters.max_validators = 2;
    let outcome = subnet.run();
    assert_eq!(outcome.permits, [false, true, true, false, false]);
    assert_eq!(outcome.bonds.iter().map(|row| row.uid).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn penalty_moves_bonds_from_the_submitted_to_the_clipped_weight() {
    let mut subnet = Subnet::agreed();
    subnet.weights[0].1 = vec![(3, ALL)];
    // New bonds replace the old ones at once.
    subnet.parameters.bonds_moving_average = 0;
    for (penalty, expected) in [(0, ALL), (ALL, HALF), (ALL / 5, 58_981)] {
        subnet.parameters.bonds_penalty = penalty;
        let outcome = subnet.run();
        assert_eq!(outcome.consensus, [0, 0, 0, HALF, HALF]);
        assert_eq!(bond(&outcome, 0, 3), Some(expected), "penalty {penalty}");
        assert_eq!(bond(&outcome, 1, 3), Some(HALF));
    }
}

#[test]
fn an_explicit_zero_lets_a_liquid_bond_decay_and_a_missing_weight_ends_it() {
    let mut subnet = Subnet::agreed();
    subnet.parameters.liquid_alpha = true;
    subnet.parameters.bonds_penalty = 0;
    subnet.bonds = vec![(0, vec![(4, ALL)]), (1, vec![(4, ALL)])];
    subnet.weights[0].1 = vec![(3, ALL)];
    subnet.weights[1].1 = vec![(3, ALL), (4, 0)];
    let outcome = subnet.run();
    assert_eq!(bond(&outcome, 0, 4), None);
    let decayed = bond(&outcome, 1, 4).expect("a bond");
    // Sold at nearly the fastest speed, 58982/65535.
    assert!((6_553..7_000).contains(&decayed), "{decayed}");
}

#[test]
fn classic_bonds_are_scaled_to_the_largest_towards_a_neuron() {
    let mut subnet = Subnet::agreed();
    subnet.parameters.yuma3 = false;
    subnet.parameters.max_validators = 2;
    subnet.neurons[0].stake = 0;
    subnet.neurons[1].stake = 1_000;
    subnet.neurons[2].stake = 3_000;
    let outcome = subnet.run();
    // A third of 65535, rounded down more than once.
    assert_eq!((bond(&outcome, 1, 3), bond(&outcome, 2, 3)), (Some(21_844), Some(ALL)));
    assert_eq!(outcome.dividends, [0, 16_383, 49_151, 0, 0]);
}
