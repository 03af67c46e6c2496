//! What those who send messages know: where the contracts are, and what they answer to questions.

use ink::env::call::FromAccountId;
use primitives::{
    AccountId, Guarded as _, Netuid, Rao, Registry as _, Staking as _, Uid,
    host::{RegistryMessages, SettlementMessages, StakingMessages, TaoMessages, TokenMessages, messages},
    registry::{Neuron, Subnet},
};
use psp22::PSP22 as _;

use crate::{
    message::{
        BurnableMessages, EngineMessages, GuardedMessages, MetadataMessages, RootMessages, StewardMessages,
        StewardshipMessages,
    },
    play::Play,
    setup::STRANGER,
};

/// The contracts' messages.
impl Play<'_> {
    pub(crate) fn tao(&self) -> TaoMessages {
        messages(self.contracts.tao)
    }

    pub(crate) fn token(&self) -> TokenMessages {
        messages(self.contracts.tao)
    }

    pub(crate) fn burnable(&self) -> BurnableMessages {
        BurnableMessages::from_account_id(self.contracts.tao)
    }

    pub(crate) fn metadata(&self) -> MetadataMessages {
        MetadataMessages::from_account_id(self.contracts.tao)
    }

    pub(crate) fn staking(&self) -> StakingMessages {
        messages(self.contracts.staking)
    }

    pub(crate) fn registry(&self) -> RegistryMessages {
        messages(self.contracts.registry)
    }

    pub(crate) fn stewardship(&self) -> StewardshipMessages {
        StewardshipMessages::from_account_id(self.contracts.registry)
    }

    pub(crate) fn steward(&self) -> StewardMessages {
        StewardMessages::from_account_id(self.contracts.steward)
    }

    pub(crate) fn root(&self) -> RootMessages {
        RootMessages::from_account_id(self.contracts.root)
    }

    pub(crate) fn engine(&self) -> EngineMessages {
        EngineMessages::from_account_id(self.contracts.engine)
    }

    pub(crate) fn settlement(&self) -> SettlementMessages {
        messages(self.contracts.settlement)
    }

    pub(crate) fn guarded(&self, contract: AccountId) -> GuardedMessages {
        GuardedMessages::from_account_id(contract)
    }
}

/// What is asked often.
impl Play<'_> {
    /// The subnets there are.
    pub(crate) fn netuids(&mut self) -> Vec<Netuid> {
        self.ask(self.registry().netuids())
    }

    /// A subnet there is, or rarely any number.
    pub(crate) fn netuid(&mut self) -> Netuid {
        let netuids = self.netuids();
        if netuids.is_empty() || self.dice.one_in(40) {
            return Netuid::new(self.dice.small(9));
        }
        self.dice.pick(&netuids)
    }

    pub(crate) fn subnet(&mut self, netuid: Netuid) -> Option<Subnet> {
        self.ask(self.registry().subnet(netuid))
    }

    /// The neurons of a subnet.
    pub(crate) fn neurons(&mut self, netuid: Netuid) -> Vec<Neuron> {
        self.ask(self.registry().neurons(netuid, Uid::new(0), u16::MAX))
    }

    /// A hotkey that is registered on a subnet, or rarely any.
    pub(crate) fn registered(&mut self, netuid: Netuid) -> AccountId {
        let neurons = self.neurons(netuid);
        if neurons.is_empty() || self.dice.one_in(20) {
            return self.hotkey();
        }
        self.dice.pick(&neurons).hotkey
    }

    /// Who owns a hotkey.
    pub(crate) fn owner_of(&mut self, hotkey: AccountId) -> Option<AccountId> {
        self.ask(self.staking().delegate(hotkey)).map(|delegate| delegate.owner)
    }

    /// The owner of a contract, or rarely somebody else.
    pub(crate) fn governance(&mut self, contract: AccountId) -> AccountId {
        let owner = self.ask(self.guarded(contract).guard()).owner;
        self.mostly(owner)
    }

    /// This account, or rarely any.
    pub(crate) fn mostly(&mut self, account: AccountId) -> AccountId {
        if self.dice.one_in(15) { self.sender() } else { account }
    }

    pub(crate) fn coldkey(&mut self) -> AccountId {
        self.dice.pick(&self.memory.coldkeys)
    }

    /// A hotkey, rarely one that gave way.
    pub(crate) fn hotkey(&mut self) -> AccountId {
        if !self.memory.gone.is_empty() && self.dice.one_in(40) {
            return self.dice.pick(&self.memory.gone);
        }
        self.dice.pick(&self.memory.hotkeys)
    }

    /// A hotkey that is or was somebody's, or rarely any.
    pub(crate) fn known_hotkey(&mut self) -> AccountId {
        if self.memory.stakes.is_empty() || self.dice.one_in(12) {
            return self.hotkey();
        }
        let place = self.dice.index(self.memory.stakes.len());
        self.memory.stakes.iter().nth(place).expect("within the set").0
    }

    /// Any account.
    pub(crate) fn anyone(&mut self) -> AccountId {
        match self.dice.below(10) {
            0..4 => self.coldkey(),
            4..7 => self.hotkey(),
            7 => STRANGER,
            8 => self.contracts.deployer,
            _ => self.dice.pick(&self.contracts.all()),
        }
    }

    /// Any account that can send a message: no contract.
    pub(crate) fn sender(&mut self) -> AccountId {
        match self.dice.below(8) {
            0..4 => self.coldkey(),
            4..6 => self.hotkey(),
            6 => STRANGER,
            _ => self.contracts.deployer,
        }
    }

    /// A coldkey's TAO in hand.
    pub(crate) fn balance(&mut self, account: AccountId) -> Rao {
        let balance = self.ask(self.token().balance_of(account));
        Rao::from_psp22(balance).expect("no balance passes the cap")
    }
}
