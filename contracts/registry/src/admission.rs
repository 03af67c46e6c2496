//! What it takes to register on a subnet: the burn's price, the difficulty of work, the challenge, the caps.
//!
//! Nothing here changes by itself: prices are stored as of their last event and brought forward to the block of
//! the call. The burn is a continuous auction (its price is its only brake besides the cap per block), work has an
//! interval in which its difficulty stays and three times the target may enter.

use consensus::{price, work::meets_difficulty, work::Adjustment};
use ink::{
    env::hash::{Blake2x256, HashOutput},
    prelude::vec::Vec,
};
use primitives::{
    registry::{INITIAL_BURN, INITIAL_DIFFICULTY},
    work::{prefix, seal, WorkTarget},
    AccountId, Hash, Hyperparameters, Netuid, ProtocolBlock, Rao, RegistryError,
};

/// Seals kept for one challenge; with the last of them the challenge changes, so that the list is bounded even
/// on a subnet whose epochs are not settled.
pub(crate) const MAX_USED_SEALS: usize = 256;

const DOMAIN: &[u8] = b"yarrow/work/1";

/// Work that was done: a nonce for a challenge.
pub(crate) struct Work {
    /// The challenge it was done for.
    pub(crate) challenge: Hash,
    /// The nonce that was found.
    pub(crate) nonce: u64,
}

/// The state of registration on a subnet.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Admission {
    /// The burn right after the last change.
    burn: Rao,
    /// The block of that change.
    burn_set_at: ProtocolBlock,
    /// The difficulty of the interval that began at `interval_start`.
    difficulty: u64,
    interval_start: ProtocolBlock,
    /// Registrations by work since then.
    work_registrations: u16,
    /// The block of the last registration.
    last_registration: ProtocolBlock,
    /// Registrations in that block.
    block_registrations: u16,
    /// What work must be made for.
    challenge: Hash,
    /// The last bytes of the seals used for it.
    used_seals: Vec<u64>,
}

impl Admission {
    /// The state of a subnet that is registered at `now`.
    pub fn new(challenge: Hash, now: ProtocolBlock) -> Self {
        Self {
            burn: INITIAL_BURN,
            burn_set_at: now,
            difficulty: INITIAL_DIFFICULTY,
            interval_start: now,
            work_registrations: 0,
            last_registration: now,
            block_registrations: 0,
            challenge,
            used_seals: Vec::new(),
        }
    }

    /// The price of a registration by burn at `now`.
    pub(crate) fn burn_cost(&self, now: ProtocolBlock, rules: &Hyperparameters) -> Rao {
        let factor = price::decay_factor(rules.burn_half_life);
        let (min, max) = (rules.min_burn.get(), rules.max_burn.get());
        Rao::new(price::decayed(self.burn.get(), factor, now.since(self.burn_set_at), min, max))
    }

    /// What a registration by work takes at `now`.
    pub(crate) fn work_target(&self, now: ProtocolBlock, rules: &Hyperparameters) -> WorkTarget {
        let mut current = self.clone();
        current.adjust_difficulty(now, rules);
        WorkTarget { challenge: current.challenge, difficulty: current.difficulty }
    }

    /// Admits a newcomer who burns at most `limit`, and raises the price; returns what it burns.
    ///
    /// # Errors
    /// `TooManyRegistrationsThisBlock`, `PriceAboveLimit`.
    pub(crate) fn by_burn(
        &mut self,
        now: ProtocolBlock,
        rules: &Hyperparameters,
        limit: Rao,
    ) -> Result<Rao, RegistryError> {
        self.count_in_block(now, rules)?;
        let price = self.burn_cost(now, rules);
        if price > limit {
            return Err(RegistryError::PriceAboveLimit { price, limit });
        }
        let millionths = u32::from(rules.burn_increase_milli).saturating_mul(1_000);
        let raised = price::bumped(price.get(), millionths, rules.min_burn.get(), rules.max_burn.get());
        (self.burn, self.burn_set_at) = (Rao::new(raised), now);
        Ok(price)
    }

    /// Admits a newcomer of `coldkey` whose nonce for the challenge is good enough; returns the difficulty it met.
    ///
    /// # Errors
    /// `TooManyRegistrationsThisBlock`, `TooManyRegistrationsThisInterval`, `InvalidWorkBlock`,
    /// `InvalidDifficulty`, `WorkRepeated`.
    pub(crate) fn by_work(
        &mut self,
        now: ProtocolBlock,
        rules: &Hyperparameters,
        (coldkey, hotkey): (&AccountId, &AccountId),
        work: &Work,
    ) -> Result<u64, RegistryError> {
        self.count_in_block(now, rules)?;
        self.adjust_difficulty(now, rules);
        if self.work_registrations >= rules.target_registrations_per_interval.saturating_mul(3) {
            return Err(RegistryError::TooManyRegistrationsThisInterval);
        }
        if work.challenge != self.challenge {
            return Err(RegistryError::InvalidWorkBlock);
        }
        let difficulty = self.difficulty;
        let seal = seal(&prefix(&work.challenge, hotkey, coldkey), work.nonce);
        if !meets_difficulty(&seal, difficulty) {
            return Err(RegistryError::InvalidDifficulty { difficulty });
        }
        self.use_seal(&seal)?;
        self.work_registrations = self.work_registrations.saturating_add(1);
        Ok(difficulty)
    }

    /// Brings both prices forward to `now` by the rules that held until now, so that new ones hold from now on.
    pub fn settle_prices(&mut self, now: ProtocolBlock, rules: &Hyperparameters) {
        (self.burn, self.burn_set_at) = (self.burn_cost(now, rules), now);
        self.adjust_difficulty(now, rules);
    }

    /// Sets the difficulty of the current interval.
    pub fn set_difficulty(&mut self, difficulty: u64) {
        self.difficulty = difficulty;
    }

    /// Asks for work on another challenge from now on.
    pub(crate) fn set_challenge(&mut self, challenge: Hash) {
        self.challenge = challenge;
        self.used_seals.clear();
    }

    fn count_in_block(&mut self, now: ProtocolBlock, rules: &Hyperparameters) -> Result<(), RegistryError> {
        if self.last_registration != now {
            (self.last_registration, self.block_registrations) = (now, 0);
        }
        if self.block_registrations >= rules.max_registrations_per_block {
            return Err(RegistryError::TooManyRegistrationsThisBlock);
        }
        self.block_registrations = self.block_registrations.saturating_add(1);
        Ok(())
    }

    fn adjust_difficulty(&mut self, now: ProtocolBlock, rules: &Hyperparameters) {
        let (min, max) = (rules.min_difficulty, rules.max_difficulty);
        let interval = u64::from(rules.adjustment_interval);
        let intervals = now.since(self.interval_start).checked_div(interval).unwrap_or(0);
        if intervals > 0 {
            let rule =
                Adjustment { target: rules.target_registrations_per_interval, alpha: rules.adjustment_alpha, min, max };
            let (difficulty, covered) = rule.over_intervals(self.difficulty, self.work_registrations, intervals);
            self.difficulty = difficulty;
            self.interval_start = self.interval_start.after(covered.saturating_mul(interval));
            self.work_registrations = 0;
        }
        self.difficulty = self.difficulty.min(max).max(min);
    }

    fn use_seal(&mut self, seal: &Hash) -> Result<(), RegistryError> {
        // A good seal begins with zeros; its end tells it from the others.
        let [.., a, b, c, d, e, f, g, h] = *seal;
        let end = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
        if self.used_seals.contains(&end) {
            return Err(RegistryError::WorkRepeated);
        }
        self.used_seals.push(end);
        if self.used_seals.len() >= MAX_USED_SEALS {
            self.set_challenge(hash(&(DOMAIN, self.challenge, seal)));
        }
        Ok(())
    }
}

/// The first challenge of a subnet: blake2b-256 of SCALE(domain, this contract, netuid, registration block).
pub fn first_challenge(registry: &AccountId, netuid: Netuid, registered_at: ProtocolBlock) -> Hash {
    hash(&(DOMAIN, registry, netuid, registered_at))
}

fn hash<T: ink::scale::Encode>(value: &T) -> Hash {
    let mut hash = <Blake2x256 as HashOutput>::Type::default();
    ink::env::hash_encoded::<Blake2x256, _>(value, &mut hash);
    hash
}

#[cfg(test)]
mod tests {
    use primitives::Hyperparameter;

    use super::*;

    fn keys() -> [AccountId; 2] {
        [[8; 32], [9; 32]].map(AccountId::from)
    }

    fn block(number: u64) -> ProtocolBlock {
        ProtocolBlock::new(number)
    }

    /// Rules with `changes`, in which as many as asked for may enter in a block.
    fn rules(changes: &[Hyperparameter]) -> Hyperparameters {
        let mut rules = Hyperparameters { max_registrations_per_block: u16::MAX, ..Hyperparameters::default() };
        for &change in changes {
            rules.apply(change, primitives::Authority::Governance).expect("within bounds");
        }
        rules
    }

    fn opened() -> Admission {
        Admission::new([1; 32], block(100))
    }

    /// Rules under which every nonce will do.
    fn easy() -> Hyperparameters {
        rules(&[Hyperparameter::MinDifficulty(1)])
    }

    fn opened_easily() -> Admission {
        let mut admission = opened();
        admission.set_difficulty(1);
        admission
    }

    fn work(admission: &mut Admission, now: u64, rules: &Hyperparameters, nonce: u64) -> Result<u64, RegistryError> {
        let work = Work { challenge: admission.challenge, nonce };
        let [coldkey, hotkey] = keys();
        admission.by_work(block(now), rules, (&coldkey, &hotkey), &work)
    }

    #[test]
    fn the_burn_halves_in_its_half_life_down_to_its_lowest() {
        let rules = Hyperparameters::default();
        let admission = opened();
        assert_eq!(admission.burn_cost(block(100), &rules), Rao::ONE_TAO);
        let halved = admission.burn_cost(block(460), &rules).get();
        assert!((499_999_000..=500_000_000).contains(&halved), "{halved}");
        assert_eq!(admission.burn_cost(block(100_000), &rules), Rao::new(500_000));
    }

    #[test]
    fn the_burn_rises_by_its_factor_with_each_registration_by_burn_only() {
        let rules = easy();
        let mut admission = opened_easily();
        let paid = [(); 3].map(|()| admission.by_burn(block(100), &rules, Rao::new(u64::MAX)));
        assert_eq!(paid, [1_000_000_000, 1_260_000_000, 1_587_600_000].map(|price| Ok(Rao::new(price))));
        work(&mut admission, 100, &rules, 1).expect("every nonce will do");
        assert_eq!(admission.burn_cost(block(100), &rules), Rao::new(2_000_376_000));
    }

    #[test]
    fn a_burn_above_the_limit_is_refused() {
        let limit = Rao::new(999_999_999);
        let refused = opened().by_burn(block(100), &Hyperparameters::default(), limit);
        assert_eq!(refused, Err(RegistryError::PriceAboveLimit { price: Rao::ONE_TAO, limit }));
    }

    #[test]
    fn the_cap_per_block_counts_both_kinds_and_starts_again_in_the_next_block() {
        let rules = Hyperparameters { max_registrations_per_block: 2, ..easy() };
        let mut admission = opened_easily();
        admission.by_burn(block(150), &rules, Rao::ONE_TAO).expect("the first of two");
        work(&mut admission, 150, &rules, 1).expect("the second of two");
        let refused = Err(RegistryError::TooManyRegistrationsThisBlock);
        assert_eq!(work(&mut admission, 150, &rules, 2), refused);
        assert_eq!(admission.by_burn(block(150), &rules, Rao::new(u64::MAX)), refused.map(Rao::new));
        work(&mut admission, 151, &rules, 2).expect("the first of the next block");
    }

    #[test]
    fn three_times_the_target_may_enter_by_work_in_an_interval_and_any_number_by_burn() {
        let rules = Hyperparameters { target_registrations_per_interval: 1, ..easy() };
        let mut admission = opened_easily();
        for nonce in 0..3 {
            work(&mut admission, 199, &rules, nonce).expect("below the cap");
            admission.by_burn(block(199), &rules, Rao::new(u64::MAX)).expect("no cap");
        }
        let refused = work(&mut admission, 199, &rules, 3);
        assert_eq!(refused, Err(RegistryError::TooManyRegistrationsThisInterval));
        admission.by_burn(block(199), &rules, Rao::new(u64::MAX)).expect("no cap");
        // Three where one was wanted: twice as hard from the next interval on.
        assert_eq!(admission.work_target(block(200), &rules).difficulty, 2);
    }

    #[test]
    fn the_difficulty_halves_with_every_interval_without_work_down_to_its_lowest() {
        let rules = rules(&[Hyperparameter::MinDifficulty(1_000_000)]);
        let difficulties = [199, 200, 299, 300, 500, 10_000].map(|now| {
            let target = opened().work_target(block(now), &rules);
            assert_eq!(target.challenge, [1; 32]);
            target.difficulty
        });
        assert_eq!(difficulties, [10_000_000, 5_000_000, 5_000_000, 2_500_000, 1_000_000, 1_000_000]);
    }

    #[test]
    fn work_for_another_challenge_or_below_the_difficulty_is_refused() {
        let mut admission = opened();
        let elsewhere = Work { challenge: [2; 32], nonce: 1 };
        let [coldkey, hotkey] = keys();
        let other = admission.by_work(block(100), &easy(), (&coldkey, &hotkey), &elsewhere);
        assert_eq!(other, Err(RegistryError::InvalidWorkBlock));
        admission.set_difficulty(u64::MAX / 4);
        let weak = work(&mut admission, 100, &easy(), 1);
        assert_eq!(weak, Err(RegistryError::InvalidDifficulty { difficulty: u64::MAX / 4 }));
    }

    #[test]
    fn a_seal_counts_once_until_the_challenge_changes() {
        let rules = easy();
        let mut admission = opened_easily();
        work(&mut admission, 100, &rules, 5).expect("every nonce will do");
        assert_eq!(work(&mut admission, 100, &rules, 5), Err(RegistryError::WorkRepeated));
        admission.set_challenge([3; 32]);
        work(&mut admission, 100, &rules, 5).expect("the seal is another one");
    }

    #[test]
    fn the_challenge_changes_before_the_list_of_used_seals_outgrows_its_cell() {
        let rules = Hyperparameters { target_registrations_per_interval: u16::MAX, ..easy() };
        let mut admission = opened_easily();
        for nonce in 1..256 {
            work(&mut admission, 100, &rules, nonce).expect("every nonce will do");
        }
        assert_eq!(admission.challenge, [1; 32]);
        work(&mut admission, 100, &rules, 256).expect("every nonce will do");
        assert_ne!(admission.challenge, [1; 32]);
        assert!(admission.used_seals.is_empty());
    }

    #[test]
    fn a_new_half_life_or_limit_holds_from_its_block_on() {
        let old = rules(&[Hyperparameter::MinBurn(Rao::new(800_000_000))]);
        let new = rules(&[Hyperparameter::MinBurn(Rao::new(1))]);
        let mut admission = opened();
        admission.settle_prices(block(1_000), &old);
        assert_eq!(admission.burn_cost(block(1_000), &new), Rao::new(800_000_000));
        assert_eq!(admission.burn_cost(block(1_000), &old), Rao::new(800_000_000));
        let halved = admission.burn_cost(block(1_360), &new).get();
        assert!((399_999_000..=400_000_000).contains(&halved), "{halved}");
    }

    #[test]
    fn limits_hold_for_a_difficulty_of_the_same_interval() {
        let admission = opened();
        let higher = rules(&[Hyperparameter::MinDifficulty(30_000_000)]);
        assert_eq!(admission.work_target(block(100), &higher).difficulty, 30_000_000);
    }

    #[test]
    fn first_challenges_differ_by_contract_subnet_and_block() {
        let challenges = [(1, 1, 1), (2, 1, 1), (1, 2, 1), (1, 1, 2)].map(|(registry, netuid, at)| {
            first_challenge(&AccountId::from([registry; 32]), Netuid::new(netuid), block(at))
        });
        for (index, challenge) in challenges.iter().enumerate() {
            assert!(!challenges[..index].contains(challenge));
        }
    }
}
