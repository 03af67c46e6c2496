//! One contract that runs.

use std::collections::BTreeMap;

use primitives::{AccountId, Hash};
use wasmtime::{Memory, MemoryType, Store};

use super::{cells::Cells, codes::Codes};

/// How deep calls may nest, as on pallet-contracts.
const DEPTH: usize = 5;
/// What ink! imports its memory with, in pages of 64 KiB.
const MEMORY_PAGES: (u32, u32) = (2, 16);

/// What all contracts of a message share.
pub(crate) struct Shared {
    pub(crate) codes: Codes,
    pub(crate) cells: Cells,
    pub(crate) now_ms: u64,
    /// The contracts that run, the first called first.
    pub(crate) running: Vec<AccountId>,
    /// How often a contract got an answer to a message of this selector from another.
    pub(crate) answered: BTreeMap<[u8; 4], u64>,
}

/// What a contract is given, and what it leaves.
pub(crate) struct Frame {
    /// Elsewhere only while another contract runs that this one calls.
    pub(crate) shared: Option<Shared>,
    pub(crate) caller: AccountId,
    pub(crate) address: AccountId,
    pub(crate) input: Vec<u8>,
    pub(crate) output: Option<Output>,
    pub(crate) memory: Option<Memory>,
}

/// What a contract answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) is_reverted: bool,
    pub(crate) data: Vec<u8>,
}

/// Why a contract did not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// There is no such code or contract.
    Missing,
    /// It trapped or asked the host for what there is not.
    Trapped(String),
}

/// What to run.
pub(crate) struct Run {
    pub(crate) code: Hash,
    pub(crate) entry: &'static str,
    pub(crate) caller: AccountId,
    pub(crate) address: AccountId,
    pub(crate) input: Vec<u8>,
}

impl Run {
    /// Runs code; what it did is undone unless it answers with success.
    pub(crate) fn on(self, mut shared: Shared) -> (Shared, Result<Output, Fault>) {
        if shared.running.len() >= DEPTH {
            return (shared, Err(Fault::Trapped("the calls nest too deep".into())));
        }
        let mark = shared.cells.mark();
        shared.running.push(self.address);
        let (mut shared, ended) = self.execute(shared);
        shared.running.pop();
        if !matches!(&ended, Ok(output) if !output.is_reverted) {
            shared.cells.undo(mark);
        }
        (shared, ended)
    }

    fn execute(self, shared: Shared) -> (Shared, Result<Output, Fault>) {
        let Self { code, entry, caller, address, input } = self;
        let (engine, mut linker) = (shared.codes.engine.clone(), shared.codes.linker.clone());
        let Some(module) = shared.codes.module(&code).cloned() else {
            return (shared, Err(Fault::Missing));
        };
        let frame = Frame { shared: Some(shared), caller, address, input, output: None, memory: None };
        let mut store = Store::new(&engine, frame);
        let (least, most) = MEMORY_PAGES;
        let memory = Memory::new(&mut store, MemoryType::new(least, Some(most))).expect("there is memory");
        store.data_mut().memory = Some(memory);
        linker.define(&store, "env", "memory", memory).expect("nothing else has the name");
        let instance = linker.instantiate(&mut store, &module).expect("the host has what contracts import");
        let entry = instance.get_typed_func::<(), ()>(&mut store, entry).expect("contracts offer call and deploy");
        let ended = entry.call(&mut store, ());
        let Frame { shared, output, .. } = store.into_data();
        let ended = match (output, ended) {
            (Some(output), _) => Ok(output),
            (None, Ok(())) => Ok(Output::default()),
            (None, Err(error)) => Err(Fault::Trapped(format!("{error:#}"))),
        };
        (shared.expect("whoever was called has ended"), ended)
    }
}
