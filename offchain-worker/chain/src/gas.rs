//! What calls cost.

use std::collections::BTreeMap;

use scale::{Decode, Encode};

use crate::{Deposit, label::Label};

/// A weight: what pallet-contracts calls gas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Gas {
    /// Time on the reference machine, in picoseconds.
    pub ref_time: u64,
    /// Bytes of storage proof; what a parachain pays for.
    pub proof_size: u64,
}

impl Gas {
    /// What a message of the contracts may cost on every supported host; resumable ones take a step limit to keep to it.
    pub const BUDGET: Self = Self { ref_time: 300_000_000_000, proof_size: u64::MAX };

    fn max(self, other: Self) -> Self {
        Self { ref_time: self.ref_time.max(other.ref_time), proof_size: self.proof_size.max(other.proof_size) }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            ref_time: self.ref_time.saturating_add(other.ref_time),
            proof_size: self.proof_size.saturating_add(other.proof_size),
        }
    }
}

/// What the calls of one message cost together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GasUse {
    /// How many calls there were.
    pub count: u64,
    /// The dearest in each dimension.
    pub max: Gas,
    /// All together.
    pub total: Gas,
    /// The largest deposit that one of them took, in the host's smallest unit.
    pub deposit: u128,
}

impl GasUse {
    /// These calls and another one.
    #[must_use]
    pub fn and(self, gas: Gas, deposit: Deposit) -> Self {
        Self {
            count: self.count.saturating_add(1),
            max: self.max.max(gas),
            total: self.total.plus(gas),
            deposit: self.deposit.max(deposit.charged()),
        }
    }
}

/// What executed calls cost, by message; failed calls count too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GasLog(BTreeMap<Label, GasUse>);

impl GasLog {
    /// The cost of a message such as `registry.register_by_work`, if it was called.
    pub fn get(&self, label: &str) -> Option<GasUse> {
        self.0.get(label).copied()
    }

    /// All messages that were called, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, GasUse)> {
        self.0.iter().map(|(label, usage)| (label.as_ref(), *usage))
    }

    pub(crate) fn record(&mut self, label: Label, gas: Gas, deposit: Deposit) {
        let entry = self.0.entry(label).or_default();
        *entry = entry.and(gas, deposit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_logged_with_its_dearest_call_in_each_dimension() {
        let mut log = GasLog::default();
        log.record("tao.transfer".into(), Gas { ref_time: 5, proof_size: 1 }, Deposit::Charged(10));
        log.record("tao.transfer".into(), Gas { ref_time: 3, proof_size: 2 }, Deposit::Refunded(90));
        log.record("tao.burn".into(), Gas { ref_time: 7, proof_size: 7 }, Deposit::Charged(0));
        let (max, total) = (Gas { ref_time: 5, proof_size: 2 }, Gas { ref_time: 8, proof_size: 3 });
        let transfer = GasUse { count: 2, max, total, deposit: 10 };
        assert_eq!(log.get("tao.transfer"), Some(transfer));
        assert_eq!(log.get("tao.mint"), None);
        assert_eq!(log.iter().map(|(label, _)| label).collect::<Vec<_>>(), ["tao.burn", "tao.transfer"]);
    }
}
