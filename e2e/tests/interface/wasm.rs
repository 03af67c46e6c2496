//! What the Wasm of the contracts offers to the host and asks of it.

use std::{collections::BTreeSet, fs};

use wasmparser::{ExternalKind, Parser, Payload, TypeRef};

use crate::bundle::{Bundle, folder};

/// Stable host functions that a contract may use on every chain: pallet-contracts has had them since version 31.
const ALLOWED: [&str; 19] = [
    "seal0.address",
    "seal0.caller",
    "seal0.code_hash",
    "seal0.delegate_call",
    "seal0.deposit_event",
    "seal0.hash_blake2_256",
    "seal0.hash_keccak_256",
    "seal0.hash_sha2_256",
    "seal0.input",
    "seal0.now",
    "seal0.seal_return",
    "seal0.set_code_hash",
    "seal0.sr25519_verify",
    "seal0.take_storage",
    "seal0.value_transferred",
    "seal1.clear_storage",
    "seal1.contains_storage",
    "seal1.get_storage",
    "seal2.set_storage",
];

/// The folders of `artifacts/` with the Wasm of each profile, and how that calls other contracts.
const PROFILES: [(&str, &str); 2] = [("profiles/u64", "seal2.call"), ("profiles/v1", "seal1.call")];
/// How the bundles of the product call other contracts.
const CALL: &str = "seal2.call";

/// Most bytes of Wasm in a contract.
const MAX_BYTES: usize = 102_400;

/// What a module has of the outside.
#[derive(Debug, Default)]
struct Outside {
    imports: BTreeSet<String>,
    exports: BTreeSet<String>,
    memory_pages: Option<u64>,
    starts: bool,
}

fn outside(wasm: &[u8]) -> Outside {
    let mut outside = Outside::default();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.expect("a valid module") {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    let import = import.expect("an import");
                    match import.ty {
                        TypeRef::Memory(memory) => outside.memory_pages = memory.maximum,
                        _ => drop(outside.imports.insert(format!("{}.{}", import.module, import.name))),
                    }
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    let export = export.expect("an export");
                    assert_eq!(export.kind, ExternalKind::Func, "{}", export.name);
                    outside.exports.insert(export.name.to_owned());
                }
            }
            Payload::StartSection { .. } => outside.starts = true,
            _ => {}
        }
    }
    outside
}

/// Asserts that a module imports nothing but what is allowed and `call`.
#[track_caller]
fn assert_imports(name: &str, wasm: &[u8], call: &str) {
    let allowed = ALLOWED.into_iter().chain([call]).map(str::to_owned).collect();
    let refused: Vec<String> = outside(wasm).imports.difference(&allowed).cloned().collect();
    assert_eq!(refused, [""; 0], "{name}");
}

#[test]
fn wasm_imports_only_stable_host_functions() {
    for bundle in Bundle::all() {
        assert_imports(&bundle.name, &bundle.wasm(), CALL);
    }
}

#[test]
fn wasm_of_every_profile_imports_only_what_its_hosts_have() {
    for (profile, call) in PROFILES {
        for Bundle { name, .. } in Bundle::all() {
            let path = folder().join(format!("../artifacts/{profile}/{name}.wasm"));
            let wasm = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert_imports(&format!("{profile}/{name}"), &wasm, call);
            assert!(wasm.len() <= MAX_BYTES, "{profile}/{name}: {} bytes", wasm.len());
        }
    }
}

#[test]
fn wasm_offers_call_and_deploy_and_fits_every_host() {
    for bundle in Bundle::all() {
        let wasm = bundle.wasm();
        assert!(wasm.len() <= MAX_BYTES, "{}: {} bytes", bundle.name, wasm.len());
        let Outside { exports, memory_pages, starts, imports: _ } = outside(&wasm);
        assert_eq!(exports, BTreeSet::from(["call".to_owned(), "deploy".to_owned()]), "{}", bundle.name);
        assert!(memory_pages.is_some_and(|pages| pages <= 16), "{}: {memory_pages:?} pages", bundle.name);
        assert!(!starts, "{}: code runs before `call`", bundle.name);
    }
}
