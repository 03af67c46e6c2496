//! What speed is worth: nothing below a floor. A miner that answers faster than a distant one can is near, not good;
//! rewarding that would move all miners into one data centre.

use std::time::Duration;

/// Full credit, in millionths.
pub const FULL_CREDIT_PPM: u32 = 1_000_000;

/// The credit of a latency in millionths: full up to `floor`, none from `deadline` on, and falling evenly in between.
/// With a deadline at or below the floor every answer in time has full credit.
pub fn latency_credit(latency: Duration, floor: Duration, deadline: Duration) -> u32 {
    if latency <= floor && latency <= deadline {
        return FULL_CREDIT_PPM;
    }
    let left = deadline.saturating_sub(latency).as_nanos();
    let span = deadline.saturating_sub(floor).as_nanos();
    let credit = left.saturating_mul(FULL_CREDIT_PPM.into()).checked_div(span).unwrap_or(0);
    u32::try_from(credit).unwrap_or(FULL_CREDIT_PPM).min(FULL_CREDIT_PPM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credit_is_full_to_the_floor_and_falls_evenly_to_nothing_at_the_deadline() {
        let ms = Duration::from_millis;
        let credit = |latency| latency_credit(ms(latency), ms(500), ms(4_500));
        assert_eq!([0, 1, 499, 500].map(credit), [1_000_000; 4]);
        assert_eq!([1_500, 2_500, 4_499].map(credit), [750_000, 500_000, 250]);
        assert_eq!([4_500, 60_000].map(credit), [0, 0]);
    }

    #[test]
    fn a_deadline_below_the_floor_leaves_no_room_between() {
        let ms = Duration::from_millis;
        assert_eq!(latency_credit(ms(100), ms(500), ms(200)), FULL_CREDIT_PPM);
        assert_eq!(latency_credit(ms(300), ms(500), ms(200)), 0);
    }
}
