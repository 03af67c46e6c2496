//! The steps of a deployment, and whether each was made.
//!
//! Nothing is remembered beside the chain. A contract was made if there is one at its address; what the contracts were told
//! afterwards is read from them. What no message shows is found by asking as the contract that is or is not connected:
//! a contract that does not know the caller says so before it looks at anything else.

use primitives::{
    AccountId, Guard, Guarded as _, Netuid, ProtocolBlock, Registry as _, RegistryError, Settlement as _,
    SettlementError, Staking as _, StakingError, Stewardship as _, Tao as _, Uid,
};

use super::{
    DeployError, DeploymentConfig,
    part::{Part, Parts},
};
use crate::{
    At, Call, Chain, ChainError, Contracts, DispatchFailure, Instantiation, Label, Message, Output, Refusal, Reply,
    reply,
};

/// A step of a deployment.
#[derive(Clone, Debug)]
pub struct Step {
    /// What is called: `tao.new`, `staking.connect`.
    pub label: Label,
    /// Whose step it is.
    pub part: Part,
    /// What it holds of the deployer's native balance at most, in the host's smallest unit.
    pub deposit: u128,
    /// Whether it was made already.
    pub is_made: bool,
    pub(super) action: Action,
}

/// What a step sends.
#[derive(Clone, Debug)]
pub(super) enum Action {
    /// A contract, which will be at this address.
    Create(Instantiation, AccountId),
    /// A message that answers nothing or an error.
    Tell(Call, Decode),
}

/// Finds the error in the answer to a message.
pub(super) type Decode = fn(Label, AccountId, &Output) -> Result<(), ChainError>;

/// Contracts some of which may not be there yet, and what those that are there know, at one block.
pub(super) struct Site<'a, C: ?Sized> {
    pub(super) chain: &'a C,
    pub(super) at: At,
    pub(super) contracts: Contracts,
    pub(super) is_there: &'a Parts<bool>,
}

impl<C: Chain + ?Sized> Site<'_, C> {
    /// What is to be told once the contracts are there; `deposit` is what one step holds at most.
    pub(super) fn tellings(
        &self,
        deployer: AccountId,
        config: &DeploymentConfig,
        deposit: u128,
    ) -> Result<Vec<Step>, DeployError> {
        let contracts = &self.contracts;
        let telling = |part: Part, is_made, (call, decode): (Call, Decode)| Step {
            label: format!("{}.{}", part.name(), name(&call)).into(),
            part,
            deposit,
            is_made,
            action: Action::Tell(call, decode),
        };
        let (registry, settlement, root) = (contracts.registry, contracts.settlement, contracts.root);
        let mut steps = vec![
            telling(Part::Tao, self.has_minter()?, message(contracts.tao().set_minter(Some(settlement)))),
            telling(Part::Staking, self.staking_knows()?, message(contracts.staking().connect(registry, settlement))),
            telling(Part::Registry, self.registry_knows()?, message(contracts.stewardship().connect(settlement))),
            telling(Part::Settlement, self.settlement_knows()?, message(contracts.settlement().connect(root))),
        ];
        let guards = self.guards()?;
        for step in &steps {
            let guard = guards.iter().find(|(part, ..)| *part == step.part).and_then(|(.., guard)| guard.as_ref());
            if let Some(guard) = guard.filter(|guard| !step.is_made && guard.owner != deployer) {
                return Err(DeployError::OwnedByAnother { part: step.part, owner: guard.owner });
            }
        }
        for (part, contract, guard) in &guards {
            // What another owner does with its contract is no step of this deployment.
            let is_anothers = guard.as_ref().is_some_and(|guard| guard.owner != deployer);
            if config.guardian.is_some() {
                let is_made = guard.as_ref().is_some_and(|guard| guard.guardian == config.guardian);
                let call = contracts.guarded(*contract).set_guardian(config.guardian);
                steps.push(telling(*part, is_made || is_anothers, message(call)));
            }
        }
        for (part, contract, guard) in &guards {
            let is_anothers = guard.as_ref().is_some_and(|guard| guard.owner != deployer);
            if let Some(owner) = config.owner.filter(|owner| *owner != deployer) {
                let is_made = guard.as_ref().is_some_and(|guard| guard.pending_owner == Some(owner));
                let call = contracts.guarded(*contract).offer_ownership(Some(owner));
                steps.push(telling(*part, is_made || is_anothers, message(call)));
            }
        }
        Ok(steps)
    }

    /// The guards of the contracts that others call; none of one that is not there.
    pub(super) fn guards(&self) -> Result<Vec<(Part, AccountId, Option<Guard>)>, ChainError> {
        let parts = [Part::Tao, Part::Staking, Part::Registry, Part::Settlement, Part::Root];
        let guards = parts.into_iter().zip(self.contracts.all()).map(|(part, (_, contract))| {
            let guard = match *self.is_there.of(part) {
                true => Some(self.ask(nobody(), self.contracts.guarded(contract).guard())?),
                false => None,
            };
            Ok((part, contract, guard))
        });
        guards.collect()
    }

    /// Whether `tao` is minted by `settlement`; another minter is an error.
    pub(super) fn has_minter(&self) -> Result<bool, DeployError> {
        if !self.is_there.of(Part::Tao) {
            return Ok(false);
        }
        let expected = self.contracts.settlement;
        match self.ask(nobody(), self.contracts.tao().minter())? {
            None => Ok(false),
            Some(found) if found == expected => Ok(true),
            Some(found) => Err(DeployError::ConnectedElsewhere { part: Part::Tao, found, expected }),
        }
    }

    /// Whether `staking` knows `registry` and `settlement`.
    pub(super) fn staking_knows(&self) -> Result<bool, ChainError> {
        let Contracts { registry, settlement, .. } = self.contracts;
        let (mut staking, mut again) = (self.contracts.staking(), self.contracts.staking());
        let (netuid, uid, block) = (Netuid::new(0), Uid::new(0), ProtocolBlock::default());
        Ok(*self.is_there.of(Part::Staking)
            && self.is_known(registry, staking.take_seats(netuid, Vec::new()))?
            && self.is_known(settlement, again.pay(netuid, uid, Vec::new(), block))?)
    }

    /// Whether `registry` knows `settlement`.
    pub(super) fn registry_knows(&self) -> Result<bool, ChainError> {
        let record = self.contracts.registry().record_epoch(Netuid::new(0), Uid::new(0), Vec::new(), None);
        Ok(*self.is_there.of(Part::Registry) && self.is_known(self.contracts.settlement, record)?)
    }

    /// Whether `settlement` knows `root`.
    pub(super) fn settlement_knows(&self) -> Result<bool, ChainError> {
        let shares = self.contracts.settlement().set_shares(Vec::new());
        Ok(*self.is_there.of(Part::Settlement) && self.is_known(self.contracts.root, shares)?)
    }

    /// Whether a contract lets `caller` in with a message that is only for whom it is connected to.
    fn is_known<R: Reply>(&self, caller: AccountId, message: impl Into<Message<R>>) -> Result<bool, ChainError> {
        match self.ask(caller, message) {
            Ok(_) => Ok(true),
            Err(ChainError::Refused { refusal: refusal @ Refusal::Settlement(SettlementError::Guard(_)), message }) => {
                Err(ChainError::Refused { message, refusal })
            }
            Err(ChainError::Refused { refusal, .. }) => Ok(!is_about_caller(&refusal)),
            // It went on until it had to be paid for.
            Err(ChainError::Dispatch { failure: DispatchFailure::DepositNotCovered(_), .. }) => Ok(true),
            Err(error) => Err(error),
        }
    }

    fn ask<R: Reply>(&self, caller: AccountId, message: impl Into<Message<R>>) -> Result<R::Value, ChainError> {
        let call = message.into().call;
        let simulation = self.chain.simulate(self.at, caller, &call)?;
        reply::decode::<R>(call.label(), call.contract, &simulation.output)
    }
}

fn is_about_caller(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::Staking(StakingError::CallerNotRegistry(_) | StakingError::CallerNotSettlement(_))
            | Refusal::Registry(RegistryError::CallerNotSettlement(_))
            | Refusal::Settlement(SettlementError::CallerNotRoot(_))
    )
}

fn message<R: Reply<Value = ()>>(message: impl Into<Message<R>>) -> (Call, Decode) {
    (message.into().call, reply::decode::<R>)
}

/// The name of a message without its interface.
fn name(call: &Call) -> String {
    let label = call.label();
    label.rsplit('.').next().unwrap_or(&label).to_owned()
}

/// Who asks where it does not matter.
fn nobody() -> AccountId {
    [0; 32].into()
}
