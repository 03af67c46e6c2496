//! Callees that fail in every way there is.

use primitives::{StakingError, tao::TokenError};
use yarrow_e2e::Puppet;

use super::*;

fn misbehaviours() -> Vec<(&'static str, Puppet)> {
    let answer = |reverts, data: &[u8]| Puppet::Answer { reverts, data: data.to_vec() };
    vec![
        ("the callee reverts with an error", answer(true, &[0, 1, 1])),
        ("the callee returns an error without reverting", answer(false, &[0, 1, 1])),
        ("the callee does not know the message", answer(true, &[1, 1])),
        ("the callee returns nothing", answer(false, &[])),
        ("the callee returns garbage", answer(false, &[0xff; 64])),
        ("the callee reverts with garbage", answer(true, &[0xff; 64])),
        ("the callee returns more than fits", Puppet::Flood(20_000)),
        ("the callee traps", Puppet::Trap),
        ("the callee burns all gas", Puppet::Spin),
    ]
}

#[test]
fn a_callee_that_fails_lies_or_burns_all_gas_undoes_the_whole_message_and_nothing_else() {
    let mut world = world();
    for attempt in attempts(&mut world) {
        for &callee in &attempt.callees {
            let good = world.code_hash(callee);
            for (why, puppet) in misbehaviours() {
                let bad = world.upload(puppet.wasm());
                world.possess(callee, bad);
                attempt.assert_fails(&mut world, why);
            }
            world.possess(callee, good);
        }
    }
    for attempt in attempts(&mut world) {
        assert!(attempt.succeeds(&mut world), "{} after everybody behaves again", attempt.name);
    }
}

#[test]
fn staking_names_what_the_token_says_and_calls_everything_else_a_refusal() {
    let mut world = world();
    let answers = [
        (Puppet::Answer { reverts: false, data: vec![0, 1, 1] }, TokenError::InsufficientBalance),
        (Puppet::Answer { reverts: true, data: vec![0, 1, 1] }, TokenError::InsufficientBalance),
        (Puppet::Answer { reverts: false, data: vec![9; 9] }, TokenError::Refused),
        (Puppet::Trap, TokenError::Refused),
    ];
    for (puppet, expected) in answers {
        let code_hash = world.upload(puppet.wasm());
        world.possess(world.tao, code_hash);
        let error = world.refused(BOB, world.staking().remove_stake(VALIDATOR, STAKE));
        assert_eq!(error, StakingError::Token(expected), "{puppet:?}");
    }
}

#[test]
fn a_token_that_is_no_contract_takes_no_stake() {
    let mut world = World::new();
    let nowhere = account("no contract");
    let staking = world.deploy::<StakingError>("staking", (nowhere, 12_000_u64)).expect("it was deployed");
    world.staking = staking;
    world.ok(BOB, world.staking().associate_hotkey(BOB));
    let error = world.refused(BOB, world.staking().add_stake(BOB, STAKE));
    assert_eq!(error, StakingError::Token(TokenError::Refused));
}
