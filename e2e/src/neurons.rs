//! Subnets and neurons: starting, registering by work, moving through epochs.

use consensus::work::meets_difficulty;
use primitives::{AccountId, Cycle, Netuid, Registry, Stewardship, Uid, work};

use crate::World;

impl World {
    /// Registers `hotkey` of `coldkey` on a subnet by work.
    #[track_caller]
    pub fn register(&mut self, netuid: Netuid, coldkey: AccountId, hotkey: AccountId) -> Uid {
        let target = self.read(self.registry().work_target(netuid)).expect("the subnet exists");
        let nonce = work_nonce(&target, &hotkey, &coldkey);
        self.ok(coldkey, self.registry().register_by_work(netuid, hotkey, target.challenge, nonce))
    }

    /// Starts a subnet in its owner's name.
    #[track_caller]
    pub fn start(&mut self, netuid: Netuid) {
        let subnet = self.read(self.registry().subnet(netuid)).expect("the subnet exists");
        self.ok(subnet.owner, self.stewardship().start_subnet(netuid));
    }

    /// The current epoch of a started subnet.
    #[track_caller]
    pub fn epoch(&mut self, netuid: Netuid) -> u64 {
        let block = self.block();
        self.cycle(netuid).epoch_at(block)
    }

    /// Moves time to the first block of the epoch `epochs` after the current one.
    #[track_caller]
    pub fn pass_epochs(&mut self, netuid: Netuid, epochs: u64) {
        let begins = self.cycle(netuid).starts_at(self.epoch(netuid) + epochs);
        let clock = self.clock();
        self.set_time(clock.starts_at_ms(begins));
    }

    fn cycle(&mut self, netuid: Netuid) -> Cycle {
        let subnet = self.read(self.registry().subnet(netuid)).expect("the subnet exists");
        subnet.cycle.expect("the subnet was started")
    }
}

/// The lowest nonce whose seal for `hotkey` and the `coldkey` that registers it meets the target.
pub fn work_nonce(target: &work::WorkTarget, hotkey: &AccountId, coldkey: &AccountId) -> u64 {
    let prefix = work::prefix(&target.challenge, hotkey, coldkey);
    let meets = |&nonce: &u64| meets_difficulty(&work::seal(&prefix, nonce), target.difficulty);
    (0..).find(meets).expect("some nonce of 2^64 meets the target")
}
