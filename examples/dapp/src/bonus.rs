//! How a bonus is divided.

use ink::prelude::vec::Vec;
use primitives::{AccountId, Rao};

use crate::Metagraph;

/// What each hotkey of a page gets of a bonus for the whole subnet; those that get nothing are left out.
///
/// Incentives are fractions of 65,535 that settling rounded down, and amounts are rounded down as well: all together get the
/// bonus at most.
pub(crate) fn shares(page: &Metagraph, bonus: Rao) -> Vec<(AccountId, Rao)> {
    let share = |incentive: u16| {
        let whole = u128::from(bonus.get()).checked_mul(incentive.into())?;
        u64::try_from(whole.checked_div(u16::MAX.into())?).ok().map(Rao::new)
    };
    let shares = page.neurons.iter().filter_map(|neuron| Some((neuron.hotkey, share(neuron.incentive)?)));
    shares.filter(|(_, amount)| !amount.is_zero()).collect()
}

#[cfg(test)]
mod tests {
    use primitives::{ProtocolBlock, Uid};

    use super::*;
    use crate::MetagraphNeuron;

    fn page(incentives: &[u16]) -> Metagraph {
        let neuron =
            |(uid, &incentive): (u16, &u16)| MetagraphNeuron { uid: Uid::new(uid), hotkey: hotkey(uid), incentive };
        let neurons = (0..).zip(incentives).map(neuron).collect();
        Metagraph { epoch: 1, block: ProtocolBlock::new(9), neurons }
    }

    fn hotkey(uid: u16) -> AccountId {
        [u8::try_from(uid).unwrap(); 32].into()
    }

    #[test]
    fn a_bonus_is_divided_by_incentive_and_rounded_down() {
        // A third of 65,535 is 21,845.
        let shares = shares(&page(&[0, 21_845, 43_690]), Rao::new(100));
        assert_eq!(shares, [(hotkey(1), Rao::new(33)), (hotkey(2), Rao::new(66))]);
    }

    #[test]
    fn a_bonus_of_the_whole_supply_does_not_overflow() {
        let whole = Rao::new(21_000_000_000_000_000);
        assert_eq!(shares(&page(&[u16::MAX]), whole), [(hotkey(0), whole)]);
    }

    #[test]
    fn who_gets_nothing_is_left_out() {
        assert_eq!(shares(&page(&[0, 1]), Rao::new(65_534)), []);
        assert_eq!(shares(&page(&[0, 1]), Rao::new(65_535)), [(hotkey(1), Rao::new(1))]);
    }
}
