//! One miner asked everything, one request after the other, and its answers held against their form, their signature and
//! each other.

use std::time::{Duration, Instant};

use evaluator::{NoAnswer, tasks::TaskSpec};
use http::{HeaderValue, StatusCode, header};
use keys::Signer;
use ureq::Agent;

use super::{LiveMiner, LiveRules, plan::Plan};
use crate::{
    btauth, clock, http_client,
    wire::{self, Format, Input, PredictRequest, PredictResponse},
};

/// A request and its signed answer. With the two hotkeys it proves to anybody what the miner said to what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The nonce of the request.
    pub nonce_ns: u64,
    /// The body of the request, to [`wire::PREDICT`].
    pub request: Vec<u8>,
    /// The status of the answer.
    pub status: u16,
    /// The body of the answer.
    pub response: Vec<u8>,
    /// The miner's signature of the answer, see [`btauth::verify_response`].
    pub signature: [u8; 64],
    /// From the first byte sent to the last one read.
    pub latency: Duration,
}

/// What a miner said of every input of the pool, or why not.
pub(super) struct Asked {
    pub(super) said: Result<Vec<Vec<u16>>, NoAnswer>,
    pub(super) exchanges: Vec<Exchange>,
}

/// A conversation with one miner.
pub(super) struct Session<'a> {
    pub(super) rules: &'a LiveRules,
    pub(super) signer: &'a Signer,
    pub(super) agent: &'a Agent,
    pub(super) miner: &'a LiveMiner,
}

impl Session<'_> {
    pub(super) fn ask(&self, task: &TaskSpec, pool: &[Vec<u8>], plan: &Plan) -> Asked {
        let mut exchanges = Vec::new();
        let said = self.ask_for(task, pool, plan, &mut exchanges);
        Asked { said, exchanges }
    }

    fn ask_for(
        &self,
        task: &TaskSpec,
        pool: &[Vec<u8>],
        plan: &Plan,
        exchanges: &mut Vec<Exchange>,
    ) -> Result<Vec<Vec<u16>>, NoAnswer> {
        let end = Instant::now() + self.rules.miner;
        let classes = task.interface.symbols() as usize;
        let mut said: Vec<Option<Vec<u16>>> = vec![None; pool.len()];
        for request in &plan.requests {
            let left = end.saturating_duration_since(Instant::now()).min(self.rules.request);
            if left.is_zero() {
                return Err(NoAnswer::Timeout);
            }
            let inputs = request.iter().map(|place| Input(pool[*place].clone())).collect();
            let body = self.rules.format.encode(&PredictRequest { task: task.id.into(), inputs });
            let exchange = self.exchange(body, left)?;
            let (status, weights) = (exchange.status, weights(&exchange.response, self.rules.format));
            exchanges.push(exchange);
            if status != StatusCode::OK {
                return Err(NoAnswer::Refused { status });
            }
            let weights = weights.filter(|all| all.len() == request.len()).ok_or(NoAnswer::BadAnswer)?;
            for (place, weights) in request.iter().zip(weights) {
                let before = said[*place].get_or_insert_with(|| weights.clone());
                if weights.len() != classes {
                    return Err(NoAnswer::BadAnswer);
                }
                if *before != weights {
                    return Err(NoAnswer::Inconsistent);
                }
            }
        }
        said.into_iter().collect::<Option<_>>().ok_or(NoAnswer::BadAnswer)
    }

    fn exchange(&self, request: Vec<u8>, left: Duration) -> Result<Exchange, NoAnswer> {
        let hotkey = &self.miner.hotkey;
        let nonce_ns = clock::unix_nanos();
        let mut headers = btauth::sign_request(self.signer, hotkey, "POST", wire::PREDICT, &request, nonce_ns);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.rules.format.content_type()));
        let url = format!("{}{}", http_client::origin(&self.miner.axon), wire::PREDICT);
        let begun = Instant::now();
        let reply = http_client::post(self.agent, &url, headers, &request, wire::MAX_RESPONSE_BYTES, left)
            .map_err(|error| no_answer(&error))?;
        let latency = begun.elapsed();
        let (status, response) = (reply.status.as_u16(), reply.body);
        let parties = [hotkey, &self.signer.account()];
        match btauth::verify_response(&reply.headers, status, &response, nonce_ns, &request, parties) {
            Ok(signature) => Ok(Exchange { nonce_ns, request, status, response, signature, latency }),
            // Whoever refuses need not sign that.
            Err(_) if reply.status != StatusCode::OK => Err(NoAnswer::Refused { status }),
            Err(_) => Err(NoAnswer::BadSignature),
        }
    }
}

fn weights(body: &[u8], format: Format) -> Option<Vec<Vec<u16>>> {
    format.decode::<PredictResponse>(body).ok().map(|response| response.weights)
}

/// What a failure of the exchange says about the miner.
fn no_answer(error: &ureq::Error) -> NoAnswer {
    use ureq::Error;

    match error {
        Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => NoAnswer::Unreachable,
        Error::Timeout(_) => NoAnswer::Timeout,
        Error::HostNotFound | Error::ConnectionFailed | Error::Io(_) => NoAnswer::Unreachable,
        _ => NoAnswer::BadAnswer,
    }
}
