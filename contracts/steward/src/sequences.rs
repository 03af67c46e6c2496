//! Random sequences of what changes neurons and subnets; after each step every column says the same as every member.

use std::collections::BTreeMap;

use ink::env::{test::count_used_storage_cells, DefaultEnvironment};
use primitives::{
    registry::{GenesisSubnet, SubnetIdentity},
    AccountId, Hyperparameter, Netuid, ProtocolBlock, Rao, RegistryError, Uid,
};
use registry::{
    neurons,
    storage::{Cells, SubnetRecord},
};

use crate::{
    dissolution, subnets,
    swaps::{self, Swap},
    trimming,
};

/// Hotkeys that come and go; those of the first subnets' owners are among them.
const HOTKEYS: u64 = 40;

/// Numbers that look random: splitmix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    fn hotkey(&mut self) -> AccountId {
        hotkey(self.below(HOTKEYS))
    }
}

/// The coldkey that owns every subnet.
fn owner() -> AccountId {
    [1; 32].into()
}

/// The owner of the contract.
fn governance() -> AccountId {
    [2; 32].into()
}

/// The hotkey of a number.
fn hotkey(number: u64) -> AccountId {
    let mut account = [9; 32];
    account[..8].copy_from_slice(&number.to_be_bytes());
    account.into()
}

fn subnet(number: u64) -> GenesisSubnet {
    GenesisSubnet {
        owner: owner(),
        owner_hotkey: hotkey(number),
        identity: SubnetIdentity::default(),
        hyperparameters: vec![
            Hyperparameter::MinAllowedUids(1),
            Hyperparameter::MaxAllowedUids(12),
            Hyperparameter::ImmunityPeriod(3),
            Hyperparameter::MinNonImmuneUids(0),
        ],
    }
}

/// Does something or is refused; returns what it was.
fn step(cells: &mut Cells, netuid: Netuid, dice: &mut Dice, now: ProtocolBlock) -> &'static str {
    let done = match dice.below(100) {
        0..=59 => cells.subnet(netuid).and_then(|record| {
            let newcomer = dice.hotkey();
            neurons::ensure_unregistered(cells, netuid, newcomer)?;
            neurons::seat(cells, netuid, record, newcomer, now).map(|_| "register")
        }),
        60..=69 => {
            let paid = |record: SubnetRecord| (0..record.subnet.neurons).map(|_| Rao::new(dice.below(5))).collect();
            let paid = cells.subnet(netuid).map(paid);
            paid.map(|paid| cells.set_emission(netuid, 0, paid)).map(|()| "record an epoch")
        }
        70..=77 => {
            let max = 1 + u16::try_from(dice.below(11)).expect("small");
            let trimmed = trimming::trim(cells, netuid, max, governance(), governance(), now);
            trimmed.map(|_| "trim").inspect(|_| allow_twelve(cells, netuid))
        }
        78..=94 => {
            let swap = Swap { coldkey: dice.hotkey(), old: dice.hotkey(), new: dice.hotkey(), now };
            // `staking` refuses a new hotkey that has a seat or is the old one.
            let is_registered = listed(cells).iter().any(|&netuid| cells.uid(netuid, swap.new).is_some());
            if is_registered || swap.old == swap.new {
                return "not swap";
            }
            match dice.below(4) {
                0 => swaps::everywhere(cells, swap).map(|()| "swap"),
                _ => swaps::on_one(cells, netuid, swap).map(|_| "swap on one"),
            }
        }
        95 => dissolution::dissolve(cells, netuid, owner(), governance(), now).map(|_| "dissolve"),
        _ => dissolution::sweep(cells, netuid, 5).map(|_| "sweep"),
    };
    done.unwrap_or("refused")
}

fn allow_twelve(cells: &mut Cells, netuid: Netuid) {
    let mut record = cells.subnet(netuid).expect("it was trimmed");
    record.hyperparameters.max_allowed_uids = 12;
    cells.subnets.insert(netuid, &record);
}

fn listed(cells: &Cells) -> Vec<Netuid> {
    cells.directory.get_or_default().subnets.into_iter().map(|listed| listed.netuid).collect()
}

fn check(cells: &Cells, what: &str) {
    for netuid in listed(cells) {
        let record = cells.subnet(netuid).expect("it is listed");
        let count = record.subnet.neurons;
        assert!(count <= record.hyperparameters.max_allowed_uids, "{what}");
        let all = neurons::page(cells, netuid, Uid::new(0), 99);
        assert_eq!((all.len(), cells.candidates(netuid, count).len()), (count.into(), count.into()), "{what}");
        let by_hotkey: BTreeMap<_, _> = (0..HOTKEYS)
            .map(hotkey)
            .filter_map(|hotkey| Some((hotkey, cells.members.get((netuid, hotkey))?)))
            .collect();
        assert_eq!(by_hotkey.len(), all.len(), "{what}");
        for (uid, neuron) in (0..).map(Uid::new).zip(all) {
            let member = &by_hotkey[&neuron.hotkey];
            assert_eq!((member.uid, member.registered_at), (uid, neuron.registered_at), "{what}");
        }
    }
}

#[ink::test]
fn members_and_columns_agree_whatever_happens() {
    for seed in 0..12 {
        let mut dice = Dice(seed);
        let mut cells = Cells::default();
        let genesis = (0..8).map(subnet).collect();
        let mut now = ProtocolBlock::new(1);
        subnets::open_genesis(&mut cells, &governance(), genesis, now).expect("valid subnets");
        let mut seen = BTreeMap::<_, u32>::new();
        for number in 0..600 {
            now = now.after(dice.below(3));
            // Swaps are limited to one in 1000 blocks of each coldkey.
            now = if dice.below(50) == 0 { now.after(1_000) } else { now };
            let netuid = Netuid::new(1 + u16::try_from(dice.below(8)).expect("small"));
            let what = step(&mut cells, netuid, &mut dice, now);
            *seen.entry(what).or_default() += 1;
            check(&cells, &format!("seed {seed}, step {number}: {what}"));
        }
        for what in ["register", "record an epoch", "trim", "swap", "swap on one", "refused"] {
            assert!(seen.contains_key(what), "seed {seed} never came to {what}: {seen:?}");
        }
        end(&mut cells, now);
    }
}

/// Dissolves and sweeps all there is: nothing is left but lists, and when coldkeys swapped.
fn end(cells: &mut Cells, now: ProtocolBlock) {
    for netuid in (1..=8).map(Netuid::new) {
        match dissolution::dissolve(cells, netuid, governance(), governance(), now) {
            Ok(_) | Err(RegistryError::SubnetNotExists(_)) => {}
            Err(error) => panic!("{error:?}"),
        }
        while dissolution::sweep(cells, netuid, 5).is_ok() {}
    }
    let swappers: Vec<_> = (0..HOTKEYS).map(hotkey).filter(|coldkey| cells.key_swaps.contains(coldkey)).collect();
    let on_one = (1..=8).flat_map(|netuid| swappers.iter().map(move |&coldkey| (Netuid::new(netuid), coldkey)));
    let on_one: Vec<_> = on_one.filter(|swap| cells.subnet_key_swaps.contains(swap)).collect();
    let contract = ink::env::account_id::<DefaultEnvironment>();
    let left = count_used_storage_cells::<DefaultEnvironment>(&contract).expect("the directory is left");
    // The directory and the list of running subnets.
    assert_eq!(left, swappers.len() + on_one.len() + 2);
    swappers.iter().for_each(|coldkey| cells.key_swaps.remove(coldkey));
    on_one.iter().for_each(|swap| cells.subnet_key_swaps.remove(swap));
}
