//! TAO's cap and emission schedule.

/// Cap of the supply in RAO: 21,000,000 TAO.
pub const CAP: u64 = 21_000_000_000_000_000;

/// Emission of a block in RAO before the first halving: 1 TAO.
pub const INITIAL_BLOCK_EMISSION: u64 = 1_000_000_000;

/// Number of halvings after which nothing is emitted.
pub const LAST_HALVING: u32 = 30;

/// How often emission has halved at `issuance` RAO: the largest `k` with
/// `CAP - issuance <= CAP / 2^k`, at most [`LAST_HALVING`].
///
/// The integer form of `floor(log2(1 / (1 - issuance / CAP)))` in `get_block_emission`,
/// coinbase/block_emission.rs. subtensor computes it in fixed point, which flips within about
/// 0.005 TAO of a threshold where this flips at it.
pub fn halvings(issuance: u64) -> u32 {
    let left = CAP.saturating_sub(issuance);
    (1..=LAST_HALVING).take_while(|&k| left <= CAP >> k).last().unwrap_or(0)
}

/// Emission of one block in RAO at `issuance` RAO: 1 TAO, half of it from half the supply on, a
/// quarter from three quarters on, and so forth; 0 from the last halving on and at the cap.
pub fn block_emission(issuance: u64) -> u64 {
    match halvings(issuance) {
        LAST_HALVING => 0,
        halvings => INITIAL_BLOCK_EMISSION >> halvings,
    }
}

/// What `blocks` blocks emit in RAO, starting from `issuance` RAO and each adding to it: exactly
/// the sum of [`block_emission`] block by block, in at most 30 steps.
pub fn accrue(issuance: u64, blocks: u64) -> u64 {
    let mut left = blocks;
    let mut issued = issuance;
    while left > 0 {
        let emission = block_emission(issued);
        // The first issuance that belongs to the next halving.
        let next = CAP.saturating_sub(CAP >> halvings(issued).saturating_add(1));
        let Some(until_next) = next.saturating_sub(issued).checked_next_multiple_of(emission) else {
            break;
        };
        let steps = until_next.checked_div(emission).unwrap_or(0).min(left);
        issued = issued.saturating_add(steps.saturating_mul(emission));
        left = left.saturating_sub(steps);
    }
    issued.saturating_sub(issuance)
}
