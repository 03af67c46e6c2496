//! A sequence: who sends what, and when.

use std::thread;

use primitives::{
    AccountId, Clock, Hash, ProtocolBlock, Rao, Settlement as _, Staking as _, Stewardship as _, Tao as _,
};
use psp22::PSP22 as _;
use scale::{Decode, Encode};

use crate::{
    Answer, Chain, Contracts, KINDS, Kind, Reach, Setup, Tally,
    check::Watch,
    dice::Dice,
    memory::Memory,
    message::{Message, Sent, decode},
    setup::STRANGER,
};

/// Messages between two checks of everything.
const CHECK_ALL: u64 = 100;

/// A sequence under way.
pub struct Play<'a> {
    chain: &'a mut dyn Chain,
    pub(crate) contracts: Contracts,
    pub(crate) dice: Dice,
    pub(crate) memory: Memory,
    pub(crate) clock: Clock,
    now_ms: u64,
    seed: u64,
}

/// Says on the way out of a failure how it comes about again.
struct Trace {
    seed: u64,
    number: u64,
    kind: &'static str,
}

impl Drop for Trace {
    fn drop(&mut self) {
        if thread::panicking() {
            let Self { seed, number, kind } = self;
            eprintln!("seed {seed} failed at message {number}, {kind}; YARROW_SEQUENCE_SEED={seed} sends it again");
        }
    }
}

impl<'a> Play<'a> {
    /// Connects the contracts, which were just deployed as `setup` says.
    pub fn begin(chain: &'a mut dyn Chain, contracts: Contracts, setup: Setup, seed: u64) -> Self {
        let allocated = setup.allocation().into_iter().map(|(_, amount)| amount.get()).sum();
        let clock = Clock { genesis_ms: 0, block_ms: 1 };
        let (dice, memory) = (Dice::new(seed), Memory::new(Rao::new(allocated)));
        let mut play = Self { chain, contracts, dice, memory, clock, now_ms: 0, seed };
        play.clock = play.ask(play.staking().clock());
        play.now_ms = play.clock.genesis_ms;
        let deployer = contracts.deployer;
        play.must(Sent::write(deployer, play.tao().set_minter(Some(contracts.settlement))));
        play.must(Sent::write(deployer, play.staking().connect(contracts.registry, contracts.settlement)));
        play.must(Sent::write(deployer, play.stewardship().connect(contracts.settlement)));
        play.must(Sent::write(deployer, play.settlement().connect(contracts.root)));
        for coldkey in play.memory.coldkeys.clone() {
            for spender in [contracts.staking, contracts.registry] {
                play.must(Sent::write(coldkey, play.token().approve(spender, u128::MAX)));
            }
        }
        for subnet in setup.subnets() {
            play.memory.stakes.insert((subnet.owner_hotkey, subnet.owner));
        }
        play.memory.netuids = play.netuids().into_iter().collect();
        play
    }

    /// Sends `messages` of them and checks the invariants after each; returns what was answered.
    ///
    /// # Panics
    /// Where an invariant does not hold.
    pub fn run(&mut self, messages: u64) -> Vec<(&'static str, Answer)> {
        let mut trace = Trace { seed: self.seed, number: 0, kind: "before the first" };
        let mut answers = Vec::new();
        for number in 1..=messages {
            self.pass_some_time();
            let (kind, sent) = self.choose();
            (trace.number, trace.kind) = (number, kind.name);
            answers.push((kind.name, self.send(kind, sent)));
            if number % CHECK_ALL == 0 || number == messages {
                trace.kind = "the check of everything";
                self.check_all();
            }
        }
        trace.kind = "the withdrawal of all stake";
        self.withdraw_all();
        answers
    }

    /// Counts answers.
    pub fn tally(answers: &[(&'static str, Answer)]) -> Tally {
        let mut tally = Tally::default();
        for (kind, answer) in answers {
            tally.count(kind, answer);
        }
        tally
    }

    fn choose(&mut self) -> (&'static Kind, Sent) {
        let all: u64 = KINDS.iter().map(|kind| kind.weight).sum();
        loop {
            let mut left = self.dice.below(all);
            let chosen = KINDS.iter().find(|kind| match left.checked_sub(kind.weight) {
                Some(rest) => {
                    left = rest;
                    false
                }
                None => true,
            });
            let kind = chosen.expect("less than all weights together");
            if let Some(sent) = (kind.choose)(self) {
                return (kind, sent);
            }
        }
    }

    /// Sends a message and checks what must hold whatever it was.
    fn send(&mut self, kind: &Kind, sent: Sent) -> Answer {
        let Sent { caller, contract, input, read, note } = sent;
        self.chain.endow(caller);
        let watch = Watch::on_someone_else(self, caller);
        let before = self.chain.fingerprint();
        let answer = match self.chain.call(caller, contract, &input) {
            Ok(bytes) => {
                let answer = read(&bytes);
                if answer == Answer::Done {
                    note(&mut self.memory, &bytes);
                }
                answer
            }
            Err(error) => Answer::Undone(error),
        };
        match (&answer, kind.reach) {
            (Answer::Undone(_), Reach::Nobody) | (Answer::Done | Answer::Refused(_), Reach::Accounts) => {}
            (Answer::Done, Reach::View) | (Answer::Refused(_), Reach::Contracts) => {}
            _ => panic!("{} of {:?}: {answer:?}", kind.name, kind.reach),
        }
        if answer == Answer::Done && kind.reach == Reach::Accounts {
            watch.check(self, kind.name);
            self.check_accounts();
        } else {
            assert_eq!(self.chain.fingerprint(), before, "{answer:?} of {} changed something", kind.name);
        }
        if let Some(netuid) = self.memory.settled.take() {
            self.check_settled(netuid);
        }
        answer
    }

    /// Mostly none, often some blocks, sometimes epochs, rarely enough for what takes weeks or for a halving.
    fn pass_some_time(&mut self) {
        let blocks = match self.dice.below(1_000) {
            0..600 => 0,
            600..850 => self.dice.below(3),
            850..940 => self.dice.below(25),
            940..985 => self.dice.below(800),
            985..995 => self.dice.below(8_000),
            995..999 => self.dice.below(250_000),
            _ => self.dice.below(3_000_000),
        };
        self.pass_blocks(blocks);
    }

    /// Lets blocks pass.
    pub(crate) fn pass_blocks(&mut self, blocks: u64) {
        self.now_ms += blocks * self.clock.block_ms;
        self.chain.set_time(self.now_ms);
    }

    /// Lets time pass until a block begins, if it lies ahead and not further than `blocks`.
    pub(crate) fn wait_for(&mut self, block: ProtocolBlock, blocks: u64) {
        let wait = block.since(self.block());
        if wait <= blocks {
            self.pass_blocks(wait);
        }
    }

    /// The current protocol block.
    pub(crate) fn block(&self) -> ProtocolBlock {
        self.clock.block(self.now_ms)
    }

    /// Host time in ms.
    pub(crate) fn now_ms(&self) -> u64 {
        self.now_ms
    }

    /// Sends a message that must be done.
    pub(crate) fn must(&mut self, sent: Sent) {
        let answer = self.chain.call(sent.caller, sent.contract, &sent.input).map(|bytes| (sent.read)(&bytes));
        assert_eq!(answer, Ok(Answer::Done));
    }

    /// The answer to a message that is then undone.
    pub(crate) fn would(&mut self, sent: &Sent) -> Answer {
        match self.chain.try_call(sent.caller, sent.contract, &sent.input) {
            Ok(bytes) => (sent.read)(&bytes),
            Err(error) => Answer::Undone(error),
        }
    }

    /// The answer to a message that only reads.
    pub(crate) fn ask<Args: Encode, R: Decode>(&mut self, message: Message<Args, R>) -> R {
        let message = message.params();
        let answer = self.chain.call(STRANGER, *message.callee(), &message.exec_input().encode());
        decode(&answer.expect("a contract that is only asked answers"))
    }

    /// The hash of a contract's code.
    pub(crate) fn code_hash(&mut self, contract: AccountId) -> Hash {
        self.chain.code_hash(contract)
    }
}
