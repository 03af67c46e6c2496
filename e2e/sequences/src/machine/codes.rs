//! The built contracts, compiled to machine code.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use ink::env::hash::{Blake2x256, HashOutput};
use primitives::Hash;
use wasmtime::{Config, Engine, Linker, Module};

use super::{frame::Frame, host};

/// The deployable contracts.
const NAMES: [&str; 7] = ["tao", "staking", "steward", "registry", "engine", "settlement", "root"];

/// Compiled once, used by any number of machines.
#[derive(Clone)]
pub struct Codes {
    pub(crate) engine: Engine,
    pub(crate) linker: Linker<Frame>,
    modules: Arc<BTreeMap<Hash, Module>>,
    hashes: Arc<BTreeMap<&'static str, Hash>>,
}

impl Codes {
    /// Compiles the bundles below `artifacts/`; whoever has none runs `scripts/build-contracts.sh`.
    pub fn compile(artifacts: &Path) -> Self {
        let mut config = Config::new();
        // A message takes microseconds: mapping and guarding gigabytes of addresses for each would take longer.
        config.memory_reservation(16 * 65_536).memory_guard_size(0).wasm_backtrace_max_frames(None);
        let engine = Engine::new(&config).expect("the machine can be compiled for");
        let (mut modules, mut hashes) = (BTreeMap::new(), BTreeMap::new());
        for name in NAMES {
            let wasm = wasm(&artifacts.join(format!("contracts/{name}.contract")));
            let mut hash = <Blake2x256 as HashOutput>::Type::default();
            ink::env::hash_bytes::<Blake2x256>(&wasm, &mut hash);
            modules.insert(hash, Module::new(&engine, wasm).expect("a contract that was built is valid"));
            hashes.insert(name, hash);
        }
        let linker = host::functions(&engine);
        Self { engine, linker, modules: Arc::new(modules), hashes: Arc::new(hashes) }
    }

    pub(crate) fn module(&self, hash: &Hash) -> Option<&Module> {
        self.modules.get(hash)
    }

    /// The hash of the code of a contract.
    pub(crate) fn hash(&self, name: &str) -> Hash {
        self.hashes[name]
    }
}

/// The Wasm of a bundle.
fn wasm(path: &Path) -> Vec<u8> {
    let text = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let bundle: serde_json::Value = serde_json::from_slice(&text).expect("a bundle is JSON");
    let hex = bundle["source"]["wasm"].as_str().expect("a bundle holds its code").trim_start_matches("0x");
    let byte = |digits: &[u8]| {
        let digits = str::from_utf8(digits).expect("hexadecimal digits");
        u8::from_str_radix(digits, 16).expect("hexadecimal digits")
    };
    hex.as_bytes().chunks(2).map(byte).collect()
}
