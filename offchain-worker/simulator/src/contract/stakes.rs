//! The stakes of a case as amounts on the chain: all times one factor, so that they are nearly the whole supply and
//! what epochs pay is little beside them.

use consensus::supply;
use primitives::{Rao, staking::MIN_STAKE};

use super::NativeOnly;
use crate::{Case, network::Action};

/// What of the supply is left to be emitted. An epoch emits little of it, and still enough to tell a millionth.
const LEFT: u64 = 100_000_000_000_000;
/// What is minted at deployment.
pub(super) const TREASURY: Rao = Rao::new(supply::CAP - LEFT);
/// Most that is staked on all neurons.
const MOST: u64 = 20_000_000_000_000_000;

/// Stakes in the case's numbers.
pub(super) type Stakes = Vec<u64>;

/// The stakes of every epoch.
pub(super) fn of_epochs(case: &Case) -> Vec<Stakes> {
    let mut stakes: Stakes = case.network.neurons.iter().map(|neuron| neuron.stake).collect();
    let mut epochs = Vec::with_capacity(case.epochs.len());
    for epoch in &case.epochs {
        for action in &epoch.actions {
            match action {
                Action::SetStakes(all) => stakes.clone_from(all),
                Action::SetStake { uid, stake } => {
                    if let Some(old) = stakes.get_mut(usize::from(*uid)) {
                        *old = *stake;
                    }
                }
                _ => {}
            }
        }
        epochs.push(stakes.clone());
    }
    epochs
}

/// Stakes with which an epoch gives permits to `permitted` and nobody else, but perhaps to the owner, if it gives as
/// many as returned. They are those of the case, or more for whoever would have too little.
pub(super) fn for_permits(stakes: &[u64], permitted: &[bool], owner: Option<u16>) -> (Stakes, u16) {
    let is_owner = |uid: usize| owner.map(usize::from) == Some(uid);
    let others =
        stakes.iter().zip(permitted).enumerate().filter(|(uid, (_, permitted))| !**permitted && !is_owner(*uid));
    let most = others.map(|(_, (stake, _))| *stake).max().unwrap_or(0);
    let more = most.saturating_add((sum(stakes) / 1_000_000).max(1).try_into().unwrap_or(u64::MAX));
    let raised = |(&stake, &permitted): (&u64, &bool)| if permitted && stake <= most { more } else { stake };
    let stakes: Stakes = stakes.iter().zip(permitted).map(raised).collect();
    let least = stakes.iter().zip(permitted).filter(|(_, permitted)| **permitted).map(|(stake, _)| *stake).min();
    let permits = stakes.iter().filter(|stake| Some(**stake) >= least).count();
    (stakes, u16::try_from(permits).unwrap_or(u16::MAX))
}

fn sum(stakes: &[u64]) -> u128 {
    stakes.iter().map(|stake| u128::from(*stake)).sum()
}

/// The factor from the case's numbers to RAO.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    times: u128,
    over: u128,
}

impl Scale {
    /// The largest whole factor, or the fraction, with which none of some stakes is more than there may be.
    pub(super) fn of<'a>(stakes: impl Iterator<Item = &'a Stakes>) -> Self {
        let most = stakes.map(|stakes| sum(stakes)).max().unwrap_or(0).max(1);
        let supply = u128::from(MOST);
        if most > supply { Self { times: supply, over: most } } else { Self { times: supply / most, over: 1 } }
    }

    /// A stake on the chain.
    pub(super) fn amount(&self, stake: u64) -> Rao {
        let scaled = u128::from(stake).saturating_mul(self.times) / self.over;
        Rao::new(u64::try_from(scaled).unwrap_or(u64::MAX))
    }

    /// Stakes on the chain.
    pub(super) fn amounts(&self, stakes: &Stakes) -> Result<Vec<Rao>, NativeOnly> {
        let amount = |(uid, &stake): (u16, &u64)| match self.amount(stake) {
            scaled if stake > 0 && scaled < MIN_STAKE => Err(NativeOnly::SmallStake { uid, scaled }),
            scaled => Ok(scaled),
        };
        (0..=u16::MAX).zip(stakes).map(amount).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stakes_keep_their_ratios_and_fit_the_supply() {
        let scale = |stakes: &Stakes| Scale::of([stakes.clone()].iter());
        let small = vec![1, 2, 0];
        let amounts = scale(&small).amounts(&small).expect("large enough");
        assert_eq!(amounts, [6_666_666_666_666_666, 13_333_333_333_333_332, 0].map(Rao::new));
        let large = vec![u64::MAX, u64::MAX, u64::MAX - 1];
        let amounts = scale(&large).amounts(&large).expect("large enough");
        assert_eq!(amounts, [6_666_666_666_666_666; 3].map(Rao::new));
        let far = vec![1, u64::MAX];
        assert!(matches!(scale(&far).amounts(&far), Err(NativeOnly::SmallStake { uid: 0, .. })));
    }

    #[test]
    fn whoever_is_permitted_has_most_stake_while_permits_are_given() {
        let of = |stakes: &[u64], permitted: &[bool], owner| for_permits(stakes, permitted, owner);
        assert_eq!(of(&[3, 2, 1], &[true, true, false], None), (vec![3, 2, 1], 2));
        assert_eq!(of(&[3, 2, 1], &[false, false, true], None), (vec![3, 2, 4], 1));
        assert_eq!(of(&[5, 5, 0], &[true, false, true], None), (vec![6, 5, 6], 2));
        assert_eq!(of(&[9, 2, 1], &[false, true, false], Some(0)), (vec![9, 2, 1], 2), "the owner has one anyway");
    }
}
