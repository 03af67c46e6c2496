//! A host that is small and fast: the built contracts as machine code, their cells in a map.
//!
//! It is what pallet-contracts is to a contract, without what costs time and decides nothing here: gas, deposits, events,
//! native balances, blocks. A test runs the same sequences on it and on the pallet and compares every answer.

mod cells;
mod codes;
mod frame;
mod host;

use std::collections::BTreeMap;

use primitives::{AccountId, Hash};

use self::{
    cells::Cells,
    frame::{Fault, Output, Run, Shared},
};
use crate::Chain;

pub use codes::Codes;

/// All contracts on a small host.
pub struct Machine {
    shared: Option<Shared>,
}

impl Machine {
    /// A host without contracts.
    pub fn new(codes: &Codes) -> Self {
        let (codes, cells) = (codes.clone(), Cells::default());
        let shared = Shared { codes, cells, now_ms: 0, running: Vec::new(), answered: BTreeMap::new() };
        Self { shared: Some(shared) }
    }

    /// Deploys the contract `name` at `address`; `input` is for its constructor.
    pub fn deploy(&mut self, deployer: AccountId, name: &str, address: AccountId, input: Vec<u8>) {
        let shared = self.shared();
        let code = shared.codes.hash(name);
        shared.cells.put((address, Vec::new()), Some(code.to_vec()));
        let output = self.run(Run { code, entry: "deploy", caller: deployer, address, input });
        let is_deployed = matches!(&output, Ok(output) if !output.is_reverted);
        assert!(is_deployed, "{name} was not deployed: {output:?}");
        self.shared().cells.keep();
    }

    /// How often a contract got an answer to a message of this selector from another.
    pub fn answered(&self, selector: [u8; 4]) -> u64 {
        let shared = self.shared.as_ref().expect("no contract runs");
        shared.answered.get(&selector).copied().unwrap_or_default()
    }

    /// The cells of a contract, in order.
    pub fn cells(&self, contract: AccountId) -> Vec<(Vec<u8>, Vec<u8>)> {
        let shared = self.shared.as_ref().expect("no contract runs");
        let own = shared.cells.iter().filter(|((of, key), _)| *of == contract && !key.is_empty());
        own.map(|((_, key), value)| (key.clone(), value.clone())).collect()
    }

    fn shared(&mut self) -> &mut Shared {
        self.shared.as_mut().expect("no contract runs")
    }

    fn run(&mut self, run: Run) -> Result<Output, Fault> {
        let (shared, ended) = run.on(self.shared.take().expect("no contract runs"));
        self.shared = Some(shared);
        ended
    }

    fn send(&mut self, caller: AccountId, contract: AccountId, input: &[u8]) -> Result<Vec<u8>, String> {
        let code = self.code_hash(contract);
        let run = Run { code, entry: "call", caller, address: contract, input: input.to_vec() };
        self.run(run).map(|output| output.data).map_err(|fault| format!("{fault:?}"))
    }
}

impl Chain for Machine {
    fn set_time(&mut self, now_ms: u64) {
        self.shared().now_ms = now_ms;
    }

    fn endow(&mut self, _account: AccountId) {}

    fn call(&mut self, caller: AccountId, contract: AccountId, input: &[u8]) -> Result<Vec<u8>, String> {
        let answer = self.send(caller, contract, input);
        self.shared().cells.keep();
        answer
    }

    fn try_call(&mut self, caller: AccountId, contract: AccountId, input: &[u8]) -> Result<Vec<u8>, String> {
        let answer = self.send(caller, contract, input);
        self.shared().cells.undo(0);
        answer
    }

    fn code_hash(&mut self, contract: AccountId) -> Hash {
        self.shared().code(&contract).expect("a contract")
    }

    fn fingerprint(&mut self) -> Vec<u8> {
        self.shared().cells.fingerprint().to_le_bytes().to_vec()
    }
}
