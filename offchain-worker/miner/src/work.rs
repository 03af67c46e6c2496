//! The search for a nonce whose seal meets a difficulty.

use consensus::work::meets_difficulty;
use primitives::{
    AccountId,
    work::{WorkTarget, prefix, seal},
};

/// Searches `tries` nonces from `start` on for a registration of `hotkey` that `coldkey` sends; `None` if none of
/// them is good enough.
///
/// About `target.difficulty` nonces must be tried on average. The search is deterministic: the first good nonce
/// at or after `start` is returned.
pub fn solve(target: &WorkTarget, hotkey: &AccountId, coldkey: &AccountId, start: u64, tries: u64) -> Option<u64> {
    let prefix = prefix(&target.challenge, hotkey, coldkey);
    (0..tries)
        .map(|step| start.wrapping_add(step))
        .find(|&nonce| meets_difficulty(&seal(&prefix, nonce), target.difficulty))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_solution_belongs_to_one_hotkey_and_one_coldkey() {
        let target = WorkTarget { challenge: [7; 32], difficulty: 500 };
        let [hotkey, coldkey, other] = [[1; 32], [2; 32], [3; 32]].map(AccountId::from);
        let nonce = solve(&target, &hotkey, &coldkey, 0, 100_000).expect("one in 500 nonces is good");
        let is_good =
            |hotkey, coldkey| meets_difficulty(&seal(&prefix(&target.challenge, hotkey, coldkey), nonce), 500);
        assert!(is_good(&hotkey, &coldkey));
        assert!(!is_good(&other, &coldkey));
        assert!(!is_good(&hotkey, &other));
        assert_eq!(solve(&target, &hotkey, &coldkey, 0, nonce), None);
    }
}
