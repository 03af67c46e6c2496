//! Root epochs: what votes and stakes make of the emission.

use primitives::{
    GuardError, SettlementError,
    registry::SubnetIdentity,
    root::{MAX_ROOT_VALIDATORS, ROOT_TEMPO, RootEpoch, Share},
    settlement::EmissionLedger,
};

use super::*;

/// What waits for a subnet, in RAO.
fn pending(world: &mut World, netuid: Netuid) -> u64 {
    world.read(world.settlement().pending_emission(netuid)).get()
}

/// The ledger of all emission, which must be balanced.
fn ledger(world: &mut World) -> EmissionLedger {
    let ledger = world.read(world.settlement().emission());
    let EmissionLedger { accrued, paid, pending, carried, .. } = ledger;
    assert_eq!(accrued.get(), paid.get() + pending.get() + carried.get());
    ledger
}

fn root_epoch(world: &mut World) -> Vec<Share> {
    let preview = world.read(world.root().preview_shares());
    world.ok(STRANGER, world.root().root_epoch());
    let shares = world.read(world.root().shares());
    assert_eq!(world.emitted(), [Emitted::new(world.root, RootEpoch { shares: shares.clone() })]);
    assert_eq!(shares, preview);
    shares
}

#[test]
fn subnets_share_equally_until_somebody_votes_and_by_votes_from_then_on() {
    let mut world = world();
    join(&mut world, ALICE, 300);
    world.pass_blocks(10);
    assert_eq!(root_epoch(&mut world), []);
    assert_eq!((pending(&mut world, FIRST), pending(&mut world, SECOND)), (5 * TAO, 5 * TAO));

    vote(&mut world, ALICE, &[(1, 3), (2, 1)]);
    world.pass_blocks(ROOT_TEMPO);
    // All stake is behind both, so only the weights decide; each share is rounded down.
    let shares = root_epoch(&mut world);
    assert_eq!(shares, [(FIRST, 750_000_000), (SECOND, 249_999_999)]);
    let equally = (10 + ROOT_TEMPO) * TAO / 2;
    assert_eq!((pending(&mut world, FIRST), pending(&mut world, SECOND)), (equally, equally));

    world.pass_blocks(ROOT_TEMPO);
    root_epoch(&mut world);
    let (first, second) = (pending(&mut world, FIRST) - equally, pending(&mut world, SECOND) - equally);
    assert_eq!(first + second + ledger(&mut world).carried.get(), ROOT_TEMPO * TAO);
    assert_eq!((first, second), (ROOT_TEMPO * 750_000_000, ROOT_TEMPO * 249_999_999));
}

#[test]
fn a_vote_weighs_as_the_stake_of_the_epoch_and_a_minority_hardly_counts() {
    let mut world = world();
    join(&mut world, ALICE, 80);
    join(&mut world, BOB, 20);
    vote(&mut world, ALICE, &[(1, u16::MAX)]);
    vote(&mut world, BOB, &[(2, 1)]);
    let share_of_second = |shares: Vec<Share>| shares[1].1;
    // Trust 0.8 and 0.2 become 0.9526 and 0.0474 by the sigmoid: 0.2 * 0.0474 of 0.2 * 0.0474 + 0.8 * 0.9526.
    let minority = share_of_second(root_epoch(&mut world));
    assert!((12_200_000..12_400_000).contains(&minority), "{minority}");
    world.stake(BOB, BOB, Rao::new(60 * TAO));
    world.pass_blocks(ROOT_TEMPO);
    let half = share_of_second(root_epoch(&mut world));
    assert!((499_999_999..=500_000_000).contains(&half), "{half}");
}

#[test]
fn a_vote_taken_back_leaves_equal_shares() {
    let mut world = world();
    join(&mut world, ALICE, 1);
    vote(&mut world, ALICE, &[(1, 1)]);
    root_epoch(&mut world);
    world.pass_blocks(ROOT_TEMPO);
    vote(&mut world, ALICE, &[]);
    assert_eq!(root_epoch(&mut world), []);
    let before = (pending(&mut world, FIRST), pending(&mut world, SECOND));
    assert_eq!(before, (ROOT_TEMPO * TAO, 0));
    world.pass_blocks(ROOT_TEMPO);
    root_epoch(&mut world);
    let gained = (pending(&mut world, FIRST) - before.0, pending(&mut world, SECOND) - before.1);
    assert_eq!(gained, (ROOT_TEMPO * TAO / 2, ROOT_TEMPO * TAO / 2));
}

#[test]
fn a_subnet_that_is_gone_has_no_share_and_its_emission_goes_to_the_others() {
    let mut world = world();
    join(&mut world, ALICE, 1);
    vote(&mut world, ALICE, &[(1, 1), (2, 1)]);
    root_epoch(&mut world);
    world.ok(account("second owner"), world.stewardship().dissolve_subnet(SECOND));
    world.pass_blocks(ROOT_TEMPO);
    assert_eq!(root_epoch(&mut world), [(FIRST, 1_000_000_000)]);
    world.pass_blocks(ROOT_TEMPO);
    root_epoch(&mut world);
    assert_eq!((pending(&mut world, FIRST), pending(&mut world, SECOND)), (2 * ROOT_TEMPO * TAO, 0));
    ledger(&mut world);
}

#[test]
fn the_subnet_with_the_least_share_is_the_one_to_be_pruned() {
    let mut world = world();
    join(&mut world, ALICE, 1);
    vote(&mut world, ALICE, &[(1, 1), (2, 2)]);
    world.pass_blocks(60_000);
    root_epoch(&mut world);
    assert_eq!(world.read(world.registry().subnet_to_prune()), Some(FIRST));
    vote(&mut world, ALICE, &[(1, 2), (2, 1)]);
    world.pass_blocks(ROOT_TEMPO);
    root_epoch(&mut world);
    assert_eq!(world.read(world.registry().subnet_to_prune()), Some(SECOND));
}

#[test]
fn a_root_epoch_is_due_once_in_a_tempo() {
    let mut world = world();
    assert_eq!(world.read(world.root().next_root_epoch()), ProtocolBlock::new(0));
    root_epoch(&mut world);
    let next_epoch = world.block().after(ROOT_TEMPO);
    world.pass_blocks(ROOT_TEMPO - 1);
    let now = world.block();
    let refused = world.refused(STRANGER, world.root().root_epoch());
    assert_eq!(refused, RootError::RootEpochNotDue { now, next_epoch });
    assert_eq!(world.read(world.root().next_root_epoch()), next_epoch);
    world.pass_blocks(1);
    root_epoch(&mut world);
}

#[test]
fn nobody_but_the_root_network_sets_shares_and_only_the_owner_names_it() {
    let mut world = world();
    let refused = world.refused(STRANGER, world.settlement().set_shares(vec![(FIRST, 1)]));
    assert_eq!(refused, SettlementError::CallerNotRoot(STRANGER));
    let refused = world.refused(STRANGER, world.settlement().connect(STRANGER));
    assert_eq!(refused, SettlementError::Guard(GuardError::CallerNotOwner(STRANGER)));

    world.ok(DEPLOYER, world.settlement().connect(STRANGER));
    let refused = world.refused(STRANGER, world.root().root_epoch());
    assert_eq!(refused, RootError::Settlement(SettlementError::CallerNotRoot(world.root)));
    assert_eq!(world.read(world.root().next_root_epoch()), ProtocolBlock::new(0), "it can be done again");
}

#[test]
fn a_root_epoch_of_64_validators_and_128_subnets_fits_one_message() {
    let mut world = world();
    world.fund(ALICE, Rao::new(200_000 * TAO));
    world.ok(ALICE, world.psp22().increase_allowance(world.registry, u128::from(u64::MAX)));
    for number in 3..=128 {
        world.pass_blocks(201_600);
        let hotkey = numbered(1_000 + number);
        let limit = Rao::new(u64::MAX);
        world.ok(ALICE, world.stewardship().register_subnet(hotkey, SubnetIdentity::default(), limit));
        world.start(Netuid::new(number));
    }
    // Weights far apart, and no two validators for the same subnets.
    for number in 0..u16::try_from(MAX_ROOT_VALIDATORS).expect("small") {
        let hotkey = numbered(number);
        join(&mut world, hotkey, 10 + u64::from(number));
        let netuids = (1..=128).filter(|netuid| (netuid + number) % 61 != 0);
        let weights: Vec<_> = netuids.map(|netuid| (netuid, 1 + netuid * number)).collect();
        vote(&mut world, hotkey, &weights);
    }
    let shares = {
        world.ok(STRANGER, world.root().root_epoch());
        let gas = world.gas();
        assert!(gas.ref_time() <= 150_000_000_000, "{gas:?}");
        world.read(world.root().shares())
    };
    assert_eq!(shares.len(), 128);
    let sum: u64 = shares.iter().map(|(_, share)| share).sum();
    assert!((999_999_872..=1_000_000_000).contains(&sum), "{sum}");
    ledger(&mut world);
}
