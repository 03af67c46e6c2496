//! A miner's endpoint: whether validators reach it, and whether it is the miner's.

use std::time::Duration;

use primitives::{
    AccountId, Netuid,
    axon::{Axon, Endpoints},
};
use transport::probe::{ProbeError, probe};

use crate::checks::Rows;

/// How long an answer may take: as long as a validator waits for one.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks the endpoint that a hotkey announced.
pub(super) fn look(axon: &Axon, endpoints: Endpoints, netuid: Netuid, hotkey: &AccountId, rows: &mut Rows) {
    const WHAT: &str = "endpoint of the miner";
    let info = match probe(axon, endpoints, PATIENCE) {
        Ok(info) => info,
        Err(error) => {
            let fix = match error {
                ProbeError::Unreachable { .. } => {
                    "start `yarrow miner serve`, open the port, and announce the address that others see (--announce)"
                }
                ProbeError::NotAnEndpoint(_) => "something else listens there: announce the miner's own address",
                ProbeError::Open { .. } => "serve with `yarrow miner serve`, which checks who asks (btauth/1)",
            };
            return rows.fail(WHAT, error.to_string(), fix);
        }
    };
    let (expected, netuid) = (chain::ss58(hotkey), netuid.get());
    if info.hotkey != expected || info.netuid != netuid {
        let found = format!("there is {} of subnet {} instead", info.hotkey, info.netuid);
        return rows.fail(WHAT, found, "announce the address of this miner: two miners need two ports");
    }
    rows.ok(WHAT, format!("serves {}, and turns unsigned requests away", info.task));
}
