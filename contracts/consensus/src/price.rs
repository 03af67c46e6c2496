//! What registrations cost: a subnet's lock and a neuron's burn.

/// Cost in RAO of registering a subnet at block `now`.
///
/// Twice the last lock at first, then falling by the last lock every `interval` blocks, never
/// below `min_lock` (`get_network_lock_cost`, coinbase/root.rs). `last_lock_block` is 0 before the
/// first registration, when the price starts from the last lock itself.
pub fn lock_cost(last_lock: u64, last_lock_block: u64, now: u64, min_lock: u64, interval: u64) -> u64 {
    let multiple = if last_lock_block == 0 { 1 } else { 2 };
    let per_block = last_lock.checked_div(interval).unwrap_or(0);
    let fallen = per_block.saturating_mul(now.saturating_sub(last_lock_block));
    last_lock.saturating_mul(multiple).saturating_sub(fallen).max(min_lock)
}

/// 1 in Q32.
const ONE_Q32: u64 = 1 << 32;

/// The largest Q32 factor whose power `half_life` is at most one half; 1 without a half-life
/// (`decay_factor_q32`, utils/misc.rs: bisection over a power rounded down at every product).
pub fn decay_factor(half_life: u16) -> u64 {
    if half_life == 0 {
        return ONE_Q32;
    }
    let (mut low, mut high) = (0, ONE_Q32);
    while high.saturating_sub(low) > 1 {
        let middle = low.saturating_add(high) >> 1;
        if power_q32(middle, half_life) > ONE_Q32 >> 1 {
            high = middle;
        } else {
            low = middle;
        }
    }
    low
}

/// The burn price in RAO after `blocks` blocks of decay by a Q32 `factor`, within `[min, max]`.
///
/// subtensor multiplies and rounds down once per block (`update_registration_prices_for_networks`,
/// subnets/registration.rs). Here the factor's power is computed first, so the price rounds down
/// once: below 1000 TAO it is at most 1 RAO under the block by block one, and over it by less than
/// `1 / (1 - factor)` RAO, which is `half_life / ln 2` (520 RAO at 360 blocks). Two decays in a
/// row round twice, so keep the price and block of the last registration and decay from there.
pub fn decayed(price: u64, factor: u64, blocks: u64, min: u64, max: u64) -> u64 {
    let mut power = 1 << 63;
    let mut square = factor.min(ONE_Q32) << 31;
    let mut left = blocks;
    while left > 0 {
        if left & 1 == 1 {
            power = product_q63(power, square);
        }
        square = product_q63(square, square);
        left >>= 1;
    }
    product_q63(price, power).min(max).max(min)
}

/// The burn price in RAO right after a registration: `price * multiplier`, rounded down, within
/// `[min, max]`; `multiplier` is in millionths, at least 1 (`bump_registration_price_after_registration`,
/// subnets/registration.rs).
pub fn bumped(price: u64, multiplier: u32, min: u64, max: u64) -> u64 {
    const MILLION: u32 = 1_000_000;
    let raised = u128::from(price).saturating_mul(u128::from(multiplier.max(MILLION)));
    let raised = raised.checked_div(u128::from(MILLION)).unwrap_or(0);
    u64::try_from(raised).unwrap_or(u64::MAX).min(max).max(min)
}

/// `base^exponent` in Q32 by squaring, rounded down at every product; `base` is at most 1.
fn power_q32(base: u64, exponent: u16) -> u64 {
    let mut power = ONE_Q32;
    let mut square = base;
    let mut left = exponent;
    while left > 0 {
        if left & 1 == 1 {
            power = product_q32(power, square);
        }
        square = product_q32(square, square);
        left >>= 1;
    }
    power
}

fn product_q32(a: u64, b: u64) -> u64 {
    low_64((u128::from(a).saturating_mul(u128::from(b))) >> 32)
}

fn product_q63(a: u64, b: u64) -> u64 {
    low_64((u128::from(a).saturating_mul(u128::from(b))) >> 63)
}

fn low_64(wide: u128) -> u64 {
    u64::try_from(wide).unwrap_or(u64::MAX)
}
