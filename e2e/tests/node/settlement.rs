//! One settlement through `ink_e2e`, from stake and weights to TAO.

use primitives::Rao;

use crate::{
    market::{Market, STAKE, miner, validator},
    process::Node,
};

#[test]
fn ink_e2e_settles_an_epoch_that_pays_a_validator_and_a_miner() {
    let Some(node) = Node::start() else { return };
    let mut market = Market::open(&node);
    let first = market.settle().result;
    assert_eq!((&first.permits[..], &first.stake[..]), (&[true, false][..], &[STAKE, Rao::ZERO][..]));

    market.set_weights();
    let second = market.settle();
    let result = &second.result;
    assert!(result.epoch > first.epoch, "{} after {}", result.epoch, first.epoch);
    assert_eq!((&result.incentive[..], &result.dividends[..]), (&[0, u16::MAX][..], &[u16::MAX, 0][..]));
    let [mined, validated] = [result.server_emission[1], result.validator_emission[0]];
    assert!(mined > Rao::ZERO && mined.get().abs_diff(validated.get()) <= 1, "half each: {mined} and {validated}");
    assert_eq!(market.stake_on(&miner()), mined);
    // Where nobody has weights, stake earns the validators' half.
    let dividends = first.validator_emission[0].get() + validated.get();
    assert_eq!(market.stake_on(&validator()).get(), STAKE.get() + dividends);
}
