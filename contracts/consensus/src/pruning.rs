//! Which neuron makes room for a newcomer on a full subnet.

/// What pruning knows of a neuron.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// What it was paid at the last epoch, in RAO.
    pub emission: u64,
    /// The block at which it took its uid.
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

/// The uid with the lowest (emission, registration block, uid) among the non-immune, or among the immune
/// while no more than `min_non_immune` others are left; `None` if nobody may be taken
/// (`get_neuron_to_prune`, subnets/registration.rs). A neuron of the block `now` is never taken, so that a uid and a
/// registration block name one neuron.
pub fn neuron_to_prune(neurons: impl IntoIterator<Item = Candidate>, protection: &Protection) -> Option<usize> {
    let (mut immune, mut non_immune) = (None, None);
    let mut non_immune_count = 0_usize;
    for (uid, neuron) in neurons.into_iter().enumerate() {
        if protection.exempt == Some(uid) || neuron.registered_at == protection.now {
            continue;
        }
        let age = protection.now.saturating_sub(neuron.registered_at);
        let lowest = if age < protection.immunity_period {
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
}
