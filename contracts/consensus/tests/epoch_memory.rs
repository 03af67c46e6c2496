//! What an epoch allocates, counted without ever subtracting what is freed, because the contracts'
//! allocator frees nothing.

use consensus::epoch::{pack, run, Inputs, Neuron, Parameters, Row, Setting, StakeBasis};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct Counting;

thread_local! {
    static ALLOCATED: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is passed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATED.set(ALLOCATED.get() + layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const NEURONS: u16 = 256;
const VALIDATORS: u16 = 64;

/// Rows in which every validator has an entry for every neuron.
fn dense(step: u16) -> Vec<Vec<u32>> {
    let value = |uid: u16, target: u16| uid.wrapping_mul(step).wrapping_add(target * 251) | 1;
    let row = |uid| (0..NEURONS).map(|target| pack(target, value(uid, target))).collect();
    (0..VALIDATORS).map(row).collect()
}

fn rows(entries: &[Vec<u32>]) -> Vec<Row<'_>> {
    (0..).zip(entries).map(|(uid, entries)| Row { uid, entries }).collect()
}

/// Bytes allocated for the inputs and by the epoch.
fn allocated(yuma3: bool, liquid_alpha: bool) -> usize {
    ALLOCATED.set(0);
    let parameters = Parameters {
        kappa: 32_767,
        bonds_penalty: 65_535,
        bonds_moving_average: 900_000,
        yuma3,
        liquid_alpha,
        alpha_low: 45_875,
        alpha_high: 58_982,
        alpha_sigmoid_steepness: 1_000,
        max_validators: VALIDATORS,
        activity_cutoff: 5_000,
        stake_threshold: 0,
        tempo: 360,
    };
    let neuron = |uid| Neuron {
        stake: if uid < VALIDATORS { 1_000_000_000 + u64::from(uid) } else { 0 },
        last_update: 1_000,
        registered_at: 1,
        permit: uid < VALIDATORS,
        committed_at: None,
    };
    let neurons: Vec<_> = (0..NEURONS).map(neuron).collect();
    let (weights, bonds) = (dense(997), dense(499));
    let outcome = run(&Inputs {
        setting: Setting {
            parameters: &parameters,
            block: 1_361,
            last_epoch: Some(1_000),
            owner: None,
            basis: StakeBasis::Staked,
            neurons: &neurons,
        },
        weights: &rows(&weights),
        bonds: &rows(&bonds),
    });
    let entries: usize = outcome.bonds.iter().map(|row| row.entries.len()).sum();
    assert!(entries > 10_000, "the epoch is not dense: {entries} bonds");
    ALLOCATED.get()
}

#[test]
fn a_dense_epoch_of_256_uids_and_64_validators_allocates_less_than_700_kib() {
    for (yuma3, liquid_alpha) in [(false, false), (true, false), (true, true)] {
        let kib = allocated(yuma3, liquid_alpha).div_ceil(1024);
        println!("yuma3 {yuma3}, liquid alpha {liquid_alpha}: {kib} KiB with inputs");
        assert!(kib < 700, "{kib} KiB");
    }
}
