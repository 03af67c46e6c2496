//! Questions to miners that answer live instead of publishing a model.
//!
//! A live miner gets the items that the sandboxed models of the round get, without what came true, in small requests.
//! Among them are decoys, items of another draw that count for nothing, and some inputs come twice, in two requests: a
//! miner cannot tell which of its answers will be scored, and two answers to one input show that it does not answer by
//! the input. All requests of a round have the same form and size; the order is another for each miner.
//!
//! What a miner says is signed by it, so the exchanges of a round are evidence; but nobody can make them again, so such
//! an evaluation is marked as attested. What a miner does not say, says too late, or says in another form counts as
//! no information. If no miner at all answers, the fault is most likely ours, and nothing is said about anybody.
//!
//! Tasks of streams are not offered live: to ask for the next byte is to show those before it.

mod ask;
mod latency;
mod plan;

pub use ask::Exchange;
pub use latency::{FULL_CREDIT_PPM, latency_credit};

use std::time::Duration;

use evaluator::{Evaluation, Hash256, NoAnswer, Sample, tasks::Item};
use keys::Signer;
use primitives::{
    AccountId,
    axon::{Axon, Endpoints},
};
use thiserror::Error;
use ureq::Agent;

use crate::{http_client, threads, wire::Format};
use ask::Session;
use plan::Plan;

/// How live miners are asked.
#[derive(Clone, Copy, Debug)]
pub struct LiveRules {
    /// Inputs of a request, all together. Default: 64
    pub inputs: usize,
    /// Of these, inputs that another request has too. Default: 6
    pub repeated: usize,
    /// Decoys, as a part of the items that count, in percent; some more fill the last request. Default: 12
    pub decoys_percent: usize,
    /// Time for one request. Default: 5 s
    pub request: Duration,
    /// Time for all requests to a miner. Default: 120 s
    pub miner: Duration,
    /// Miners that are asked at the same time. Default: 32
    pub concurrent: usize,
    /// How bodies are written. Default: postcard
    pub format: Format,
    /// Which addresses are asked. Default: public ones
    pub endpoints: Endpoints,
}

impl Default for LiveRules {
    fn default() -> Self {
        Self {
            inputs: 64,
            repeated: 6,
            decoys_percent: 12,
            request: Duration::from_secs(5),
            miner: Duration::from_secs(120),
            concurrent: 32,
            format: Format::Postcard,
            endpoints: Endpoints::Public,
        }
    }
}

/// A neuron that serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiveMiner {
    /// Its hotkey, which signs its answers.
    pub hotkey: AccountId,
    /// Where it serves.
    pub axon: Axon,
}

/// What came of asking a miner.
#[derive(Clone, Debug)]
pub struct LiveReport {
    /// Who.
    pub hotkey: AccountId,
    /// What its answers are worth; attested.
    pub evaluation: Evaluation,
    /// How long its slowest answer took; nothing if there was none.
    pub slowest: Option<Duration>,
    /// All exchanges that ended with an answer that it signed, in their order.
    pub exchanges: Vec<Exchange>,
}

/// Why nobody was asked, or nothing can be said of anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LiveError {
    /// The task has streams.
    #[error("the task {task} is not asked live: its next byte would be shown")]
    Stream {
        /// The task.
        task: &'static str,
    },
    /// Not one of the miners answered anything. Most likely this machine has no network; nobody's score changes.
    #[error("none of {miners} miners answered; check this machine's network")]
    Silence {
        /// How many were asked.
        miners: usize,
    },
}

/// Asks live miners.
#[derive(Debug)]
pub struct LiveClient {
    rules: LiveRules,
    signer: Signer,
    agent: Agent,
}

impl LiveClient {
    /// A client that asks as `signer`, whose hotkey needs a validator's permit.
    pub fn new(rules: LiveRules, signer: Signer) -> Self {
        let agent = http_client::agent(rules.endpoints, 0);
        Self { rules, signer, agent }
    }

    /// Asks `miners` about the items of `sample` and reports in their order. `secret`, which only the validator knows
    /// before the round is over, decides decoys, repetitions and order.
    ///
    /// # Errors
    /// [`LiveError`].
    pub fn ask_all(
        &self,
        sample: &Sample,
        secret: &[u8; 32],
        miners: &[LiveMiner],
    ) -> Result<Vec<LiveReport>, LiveError> {
        let inputs = inputs(sample)?;
        let shape = plan::Shape::new(&self.rules, inputs.len());
        let decoys = Sample::draw(sample.task(), derive(b"decoys", secret, &[]), 0..shape.decoys as u32);
        let pool = [inputs, self::inputs(&decoys)?].concat();
        let asked = threads::map(miners, self.rules.concurrent, |miner| {
            let plan = Plan::new(&shape, &derive(b"order", secret, miner.hotkey.as_ref()));
            let session = Session { rules: &self.rules, signer: &self.signer, agent: &self.agent, miner };
            session.ask(sample.task().spec(), &pool, &plan)
        });
        let unheard = |said: &Result<_, NoAnswer>| matches!(said, Err(NoAnswer::Unreachable | NoAnswer::Timeout));
        if !miners.is_empty() && asked.iter().all(|asked| asked.exchanges.is_empty() && unheard(&asked.said)) {
            return Err(LiveError::Silence { miners: miners.len() });
        }
        let report = |(miner, asked): (&LiveMiner, ask::Asked)| {
            let said = asked.said.as_ref().map(|said| &said[..shape.items]).map_err(|reason| *reason);
            LiveReport {
                hotkey: miner.hotkey,
                evaluation: Evaluation::attested(miner.hotkey.as_ref(), sample, said),
                slowest: asked.exchanges.iter().map(|exchange| exchange.latency).max(),
                exchanges: asked.exchanges,
            }
        };
        Ok(miners.iter().zip(asked).map(report).collect())
    }
}

/// The items of a sample without what came true.
fn inputs(sample: &Sample) -> Result<Vec<Vec<u8>>, LiveError> {
    let input = |item: &Item| match item {
        Item::Labelled { input, .. } => Ok(input.clone()),
        Item::Stream(_) => Err(LiveError::Stream { task: sample.task().spec().id }),
    };
    sample.items().iter().map(input).collect()
}

fn derive(purpose: &[u8], secret: &[u8; 32], of: &[u8]) -> [u8; 32] {
    *Hash256::of(&[b"yarrow/live-ask/1".as_slice(), purpose, secret, of].concat()).as_bytes()
}
