//! Which input is in which request.

use evaluator::tasks::ItemRandom;

use super::LiveRules;

/// How many requests there are and what they hold, equal for all miners of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// Inputs that count: the first of the pool.
    pub(super) items: usize,
    /// Inputs that do not: the rest of the pool.
    pub(super) decoys: usize,
    /// Inputs of a request that it has first.
    fresh: usize,
    /// Inputs of a request that another one has too.
    repeated: usize,
    /// Requests; at least two, so that an input can be in another one.
    requests: usize,
}

impl Shape {
    pub(super) fn new(rules: &LiveRules, items: usize) -> Self {
        let inputs = rules.inputs.clamp(2, crate::wire::MAX_INPUTS);
        let repeated = rules.repeated.clamp(1, inputs / 2);
        let fresh = inputs - repeated;
        let wanted = items + (items * rules.decoys_percent).div_ceil(100);
        let requests = wanted.div_ceil(fresh).max(2);
        Self { items, decoys: requests * fresh - items, fresh, repeated, requests }
    }
}

/// The requests to one miner, as places in the pool of inputs. Every input of the pool is in one request; some are
/// in the one before it too.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) requests: Vec<Vec<usize>>,
}

impl Plan {
    /// The plan that `seed` decides.
    pub(super) fn new(shape: &Shape, seed: &[u8; 32]) -> Self {
        let mut random = ItemRandom::new("live", seed, 0);
        let mut order: Vec<usize> = (0..shape.items + shape.decoys).collect();
        shuffle(&mut order, &mut random);
        let fresh: Vec<&[usize]> = order.chunks(shape.fresh).collect();
        let mut requests: Vec<Vec<usize>> = Vec::with_capacity(shape.requests);
        for (at, own) in fresh.iter().enumerate() {
            // The order is random, so the first ones of the next request are any of it.
            let next = fresh[(at + 1) % fresh.len()];
            let mut request = [own, &next[..shape.repeated]].concat();
            shuffle(&mut request, &mut random);
            requests.push(request);
        }
        shuffle(&mut requests, &mut random);
        Self { requests }
    }
}

fn shuffle<T>(list: &mut [T], random: &mut ItemRandom) {
    for last in (1..list.len()).rev() {
        list.swap(last, random.below(last as u32 + 1) as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_requests_have_one_size_and_hold_every_input_once_and_some_in_two() {
        for items in [0, 1, 57, 58, 59, 1_024, 3_000] {
            let shape = Shape::new(&LiveRules::default(), items);
            let plan = Plan::new(&shape, &[items as u8; 32]);
            let mut times = vec![0; shape.items + shape.decoys];
            for request in &plan.requests {
                assert_eq!(request.len(), 64);
                let mut distinct = request.clone();
                distinct.sort_unstable();
                distinct.dedup();
                assert_eq!(distinct.len(), 64, "an input stands twice in one request");
                request.iter().for_each(|input| times[*input] += 1);
            }
            assert!(times.iter().all(|times| (1..=2).contains(times)));
            assert_eq!(times.iter().filter(|times| **times == 2).count(), 6 * plan.requests.len());
            assert!(shape.decoys * 100 >= items * 12);
        }
    }

    #[test]
    fn another_seed_is_another_order() {
        let shape = Shape::new(&LiveRules::default(), 100);
        let [one, same, other] = [[1; 32], [1; 32], [2; 32]].map(|seed| Plan::new(&shape, &seed).requests);
        assert_eq!(one, same);
        assert_ne!(one, other);
    }
}
