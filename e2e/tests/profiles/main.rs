//! The contracts of the profile `u64` on a host whose own currency has 64 bits.

mod chain;

use primitives::{settlement::SETTLE_STEPS, staking::STAKE_HOLD};
use scale::Encode;
use yarrow_e2e::{
    GENESIS_MS, Psp22Messages, RegistryMessages, SettlementMessages, StakingMessages, StewardshipMessages, TaoMessages,
    messages, prelude::*, work_nonce,
};

use crate::chain::Chain;

const SUBNET: Netuid = Netuid::new(1);
const OWNER: AccountId = account("subnet owner");
const VALIDATOR: AccountId = account("subnet owner's hotkey");
const NOMINATOR: AccountId = account("nominator");
const STAKE: Rao = Rao::new(5_000_000_000);
const BLOCK_MS: u64 = 12_000;

/// The contracts of the profile.
struct Market {
    chain: Chain,
    tao: AccountId,
    staking: AccountId,
    registry: AccountId,
    settlement: AccountId,
}

impl Market {
    /// Deployed and connected, with one subnet, where the nominator has all TAO.
    fn open() -> Self {
        let mut chain = Chain::new(GENESIS_MS, &[DEPLOYER, OWNER, NOMINATOR]);
        let mut deploy = |name: &str, args: Vec<u8>| {
            let path = format!("{}/../artifacts/profiles/u64/{name}.wasm", env!("CARGO_MANIFEST_DIR"));
            let code = std::fs::read(&path).expect("scripts/build-contracts.sh builds it");
            chain.deploy(code, DEPLOYER, args).expect("the constructor returned")
        };
        let tao = deploy("tao", vec![(NOMINATOR, STAKE)].encode());
        let staking = deploy("staking", (tao, BLOCK_MS).encode());
        let genesis = vec![Setup::subnet("subnet owner", "subnet owner's hotkey")];
        let steward = deploy("steward", vec![]);
        let registry = deploy("registry", (tao, staking, steward, genesis).encode());
        let engine = deploy("engine", vec![]);
        let settlement = deploy("settlement", (tao, staking, registry, engine).encode());
        let mut market = Self { chain, tao, staking, registry, settlement };
        market.chain.ok(DEPLOYER, messages::<TaoMessages>(tao).set_minter(Some(settlement)));
        market.chain.ok(DEPLOYER, market.staking().connect(registry, settlement));
        market.chain.ok(DEPLOYER, market.stewardship().connect(settlement));
        market
    }

    fn token(&self) -> Psp22Messages {
        messages(self.tao)
    }

    fn staking(&self) -> StakingMessages {
        messages(self.staking)
    }

    fn registry(&self) -> RegistryMessages {
        messages(self.registry)
    }

    fn stewardship(&self) -> StewardshipMessages {
        messages(self.registry)
    }

    fn settlement(&self) -> SettlementMessages {
        messages(self.settlement)
    }

    fn balance(&mut self, account: AccountId) -> Rao {
        let balance = self.chain.call(account, self.token().balance_of(account));
        Rao::from_psp22(balance).expect("no balance passes the cap")
    }
}

#[test]
fn contracts_of_the_u64_profile_take_stake_settle_an_epoch_and_pay_out() {
    let mut market = Market::open();
    let target = market.chain.call(OWNER, market.registry().work_target(SUBNET)).expect("the subnet exists");
    let nonce = work_nonce(&target, &VALIDATOR, &OWNER);
    market.chain.ok(OWNER, market.registry().register_by_work(SUBNET, VALIDATOR, target.challenge, nonce));
    market.chain.ok(OWNER, market.stewardship().start_subnet(SUBNET));

    market.chain.ok(NOMINATOR, market.token().approve(market.staking, STAKE.to_psp22()));
    market.chain.ok(NOMINATOR, market.staking().add_stake(VALIDATOR, STAKE));
    assert_eq!(market.balance(NOMINATOR), Rao::ZERO);

    // The default tempo is as long as a deposit is held.
    market.chain.set_time(GENESIS_MS + (STAKE_HOLD + 1) * BLOCK_MS);
    market.chain.ok(NOMINATOR, market.settlement().settle(SUBNET, SETTLE_STEPS));
    assert!(market.chain.call(OWNER, market.settlement().epoch_result(SUBNET, 0)).is_some());

    let paid = market.chain.ok(NOMINATOR, market.staking().remove_stake(VALIDATOR, STAKE));
    assert_eq!((paid, market.balance(NOMINATOR)), (STAKE, STAKE));
}
