//! Which neuron makes room for a newcomer on a full subnet, which ones go when a subnet is trimmed, and which subnet makes
//! room for another.

use alloc::{vec, vec::Vec};

/// What pruning knows of a neuron or of a subnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// What it was paid at the last epoch, in RAO; a subnet's share of all emission.
    pub emission: u64,
    /// The block at which it took its uid, or was registered.
    pub registered_at: u64,
}

/// Whom pruning spares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protection {
    /// The block for which immunity is judged.
    pub now: u64,
    /// Blocks from registration in which a neuron is immune.
    pub immunity_period: u64,
    /// Non-immune neurons that are left before immune ones are taken.
    pub min_non_immune: usize,
    /// The uid that is never taken: the subnet owner's.
    pub exempt: Option<usize>,
}

impl Protection {
    fn is_immune(&self, neuron: &Candidate) -> bool {
        self.now.saturating_sub(neuron.registered_at) < self.immunity_period
    }

    fn spares(&self, uid: usize, neuron: &Candidate) -> bool {
        self.exempt == Some(uid) || neuron.registered_at == self.now
    }
}

/// The uid with the lowest (emission, registration block, uid) among the non-immune, or among the immune
/// while no more than `min_non_immune` others are left; `None` if nobody may be taken
/// (`get_neuron_to_prune`, subnets/registration.rs). A neuron of the block `now` is never taken, so that a uid and a
/// registration block name one neuron.
pub fn neuron_to_prune(neurons: impl IntoIterator<Item = Candidate>, protection: &Protection) -> Option<usize> {
    let (mut immune, mut non_immune) = (None, None);
    let mut non_immune_count = 0_usize;
    for (uid, neuron) in neurons.into_iter().enumerate() {
        if protection.spares(uid, &neuron) {
            continue;
        }
        let lowest = if protection.is_immune(&neuron) {
            &mut immune
        } else {
            non_immune_count = non_immune_count.saturating_add(1);
            &mut non_immune
        };
        if lowest.is_none_or(|(so_far, _)| neuron < so_far) {
            *lowest = Some((neuron, uid));
        }
    }
    let chosen = if non_immune_count > protection.min_non_immune { non_immune } else { immune };
    chosen.map(|(_, uid)| uid)
}

/// The uids that go, in ascending order, so that `left` neurons are left: those with the lowest (emission, registration
/// block, uid) that are neither immune nor exempt. `None` if these are 80 % or more of `left`
/// (`trim_to_max_allowed_uids`, subnets/uids.rs).
pub fn neurons_to_trim(neurons: &[Candidate], protection: &Protection, left: usize) -> Option<Vec<usize>> {
    let stays = |(uid, neuron): (usize, &Candidate)| protection.spares(uid, neuron) || protection.is_immune(neuron);
    let staying: Vec<bool> = neurons.iter().enumerate().map(stays).collect();
    let protected = staying.iter().filter(|&&stays| stays).count();
    if protected.saturating_mul(5) >= left.saturating_mul(4) {
        return None;
    }
    let mut going = vec![false; neurons.len()];
    for _ in left..neurons.len() {
        let others = neurons.iter().zip(staying.iter().zip(&mut going)).enumerate();
        let others = others.filter(|(_, (_, (&stays, goes)))| !stays && !**goes);
        let (_, (_, (_, goes))) = others.min_by_key(|(_, (neuron, _))| **neuron)?;
        *goes = true;
    }
    Some((0..).zip(going).filter(|&(_, goes)| goes).map(|(uid, _)| uid).collect())
}

/// The place in the list of the subnet with the lowest (share, registration block) among those registered at least
/// `immunity` blocks before `now`; the first of equals (`get_subnet_to_prune`, coinbase/root.rs of v1.2.5).
pub fn subnet_to_prune(subnets: impl IntoIterator<Item = Candidate>, now: u64, immunity: u64) -> Option<usize> {
    let is_old_enough = |(_, subnet): &(usize, Candidate)| now >= subnet.registered_at.saturating_add(immunity);
    let (index, _) = subnets.into_iter().enumerate().filter(is_old_enough).min_by_key(|&(_, subnet)| subnet)?;
    Some(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROTECTION: Protection = Protection { now: 1_000, immunity_period: 100, min_non_immune: 1, exempt: None };

    fn neurons(of: &[(u64, u64)]) -> impl Iterator<Item = Candidate> + '_ {
        of.iter().map(|&(emission, registered_at)| Candidate { emission, registered_at })
    }

    #[test]
    fn the_least_paid_goes_then_the_oldest_then_the_lowest_uid() {
        let least_paid = [(7, 10), (5, 20), (6, 10)];
        assert_eq!(neuron_to_prune(neurons(&least_paid), &PROTECTION), Some(1));
        let oldest = [(5, 30), (5, 20), (5, 40)];
        assert_eq!(neuron_to_prune(neurons(&oldest), &PROTECTION), Some(1));
        let lowest_uid = [(9, 20), (5, 20), (5, 20)];
        assert_eq!(neuron_to_prune(neurons(&lowest_uid), &PROTECTION), Some(1));
    }

    #[test]
    fn an_immune_neuron_stays_while_enough_others_are_left() {
        let young_and_poor = [(9, 10), (0, 901), (8, 10)];
        assert_eq!(neuron_to_prune(neurons(&young_and_poor), &PROTECTION), Some(2));
    }

    #[test]
    fn immunity_ends_after_its_period_to_the_block() {
        let neurons_of = [(9, 10), (9, 10), (0, 900)];
        assert_eq!(neuron_to_prune(neurons(&neurons_of), &PROTECTION), Some(2));
        let a_block_before = Protection { now: 999, ..PROTECTION };
        assert_eq!(neuron_to_prune(neurons(&neurons_of), &a_block_before), Some(0));
    }

    #[test]
    fn an_immune_neuron_goes_when_too_few_others_would_be_left() {
        let one_old = [(0, 10), (3, 950), (2, 960)];
        assert_eq!(neuron_to_prune(neurons(&one_old), &PROTECTION), Some(2));
    }

    #[test]
    fn the_exempt_neuron_never_goes_and_does_not_count() {
        let protection = Protection { exempt: Some(0), ..PROTECTION };
        assert_eq!(neuron_to_prune(neurons(&[(0, 1), (5, 10), (4, 20)]), &protection), Some(2));
        assert_eq!(neuron_to_prune(neurons(&[(0, 1), (5, 10), (9, 990)]), &protection), Some(2));
    }

    #[test]
    fn a_neuron_of_the_same_block_never_goes_and_does_not_count() {
        let protection = Protection { immunity_period: 0, ..PROTECTION };
        assert_eq!(neuron_to_prune(neurons(&[(0, 1_000), (5, 999), (4, 998)]), &protection), Some(2));
        assert_eq!(neuron_to_prune(neurons(&[(0, 1_000), (0, 1_000), (5, 10)]), &protection), None);
    }

    #[test]
    fn nobody_goes_when_everyone_is_protected() {
        let protection = Protection { exempt: Some(0), ..PROTECTION };
        assert_eq!(neuron_to_prune(neurons(&[(0, 1)]), &protection), None);
        assert_eq!(neuron_to_prune(neurons(&[]), &PROTECTION), None);
        assert_eq!(neuron_to_prune(neurons(&[(0, 1)]), &PROTECTION), None);
    }

    fn trimmed(of: &[(u64, u64)], protection: &Protection, left: usize) -> Option<Vec<usize>> {
        neurons_to_trim(&neurons(of).collect::<Vec<_>>(), protection, left)
    }

    #[test]
    fn the_least_paid_are_trimmed_then_the_oldest_then_the_lowest_uids() {
        let of = [(9, 10), (5, 20), (7, 10), (5, 10), (5, 20), (8, 10)];
        assert_eq!(trimmed(&of, &PROTECTION, 3), Some(vec![1, 3, 4]));
        assert_eq!(trimmed(&of, &PROTECTION, 4), Some(vec![1, 3]));
        assert_eq!(trimmed(&of, &PROTECTION, 6), Some(vec![]));
    }

    #[test]
    fn the_immune_the_exempt_and_those_of_the_same_block_are_not_trimmed() {
        let protection = Protection { immunity_period: 0, exempt: Some(0), ..PROTECTION };
        let of = [(0, 1), (0, 1_000), (6, 1), (5, 1), (7, 1)];
        assert_eq!(trimmed(&of, &protection, 3), Some(vec![2, 3]));
    }

    #[test]
    fn nobody_is_trimmed_where_the_protected_would_be_four_fifths() {
        let of = [(0, 950), (0, 950), (0, 950), (0, 950), (5, 1), (6, 1), (7, 1)];
        assert_eq!(trimmed(&of, &PROTECTION, 5), None);
        assert_eq!(trimmed(&of, &PROTECTION, 6), Some(vec![4]));
    }

    #[test]
    fn the_subnet_with_the_lowest_share_goes_then_the_oldest_then_the_first() {
        let lowest = |of: &[(u64, u64)]| subnet_to_prune(neurons(of), 1_000, 100);
        assert_eq!(lowest(&[(7, 10), (5, 20), (6, 10)]), Some(1));
        assert_eq!(lowest(&[(5, 30), (5, 20), (5, 40)]), Some(1));
        assert_eq!(lowest(&[(6, 20), (5, 20), (5, 20)]), Some(1));
    }

    #[test]
    fn a_subnet_is_spared_until_its_immunity_has_passed() {
        assert_eq!(subnet_to_prune(neurons(&[(0, 901), (5, 900)]), 1_000, 100), Some(1));
        assert_eq!(subnet_to_prune(neurons(&[(0, 901), (5, 901)]), 1_000, 100), None);
    }
}
