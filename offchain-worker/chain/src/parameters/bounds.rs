//! What a hyperparameter may be, found by asking the rule.
//!
//! What is allowed is an interval, so it is enough to find one value inside and to halve towards both ends.

use primitives::Authority;

use super::{Parameter, Rules, Unit, Value};

/// The values that somebody may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The lowest.
    pub low: i128,
    /// The highest.
    pub high: i128,
}

/// No hyperparameter has values outside of these.
const ALL: Bounds = Bounds { low: i16::MIN as i128, high: u64::MAX as i128 };

impl Bounds {
    /// The bounds as people read them, fractions also as such.
    pub fn show(self, unit: Unit) -> String {
        let Self { low, high } = self;
        let each = match unit {
            Unit::PairOfParts(parts) => Unit::Parts(parts),
            unit => unit,
        };
        let one = |number| each.describe(Value::One(number));
        match unit {
            Unit::Switch => "true or false".to_owned(),
            Unit::PairOfParts(_) => format!("two values from {} to {}, the lower first", one(low), one(high)),
            _ if high == ALL.high => format!("{} or more", one(low)),
            _ => format!("{} to {}", one(low), one(high)),
        }
    }
}

impl Parameter {
    /// The values that `authority` may set under the rules in force; of a pair, those of both. `None` where it may set
    /// none.
    pub fn bounds(&self, rules: &Rules, authority: Authority) -> Option<Bounds> {
        let passes = |value| {
            let change = self.change(value);
            change.is_some_and(|change| rules.hyperparameters.clone().apply(change, authority).is_ok())
        };
        match self.read(rules) {
            Value::One(now) => interval(now, |number| passes(Value::One(number))),
            Value::Pair(_, _) => {
                let Bounds { high, .. } = interval(0, |number| passes(Value::Pair(number, number)))?;
                let Bounds { low, .. } = interval(high, |number| passes(Value::Pair(number, high)))?;
                Some(Bounds { low, high })
            }
        }
    }
}

/// The interval in which `passes` holds, given where it may.
fn interval(likely: i128, passes: impl Fn(i128) -> bool) -> Option<Bounds> {
    // Every interval of the rules holds a power of two, 0, or the value in force.
    let inside = [likely, 0].into_iter().chain((0..64).map(|power| 1 << power)).find(|&number| passes(number))?;
    Some(Bounds { low: last(inside, ALL.low, &passes), high: last(inside, ALL.high, &passes) })
}

/// The last number from `inside` towards `end` that passes.
fn last(inside: i128, end: i128, passes: &impl Fn(i128) -> bool) -> i128 {
    let (mut good, mut bad) = (inside, end);
    if passes(end) {
        return end;
    }
    while good.abs_diff(bad) > 1 {
        let middle = (good + bad) / 2;
        if passes(middle) { good = middle } else { bad = middle }
    }
    good
}
