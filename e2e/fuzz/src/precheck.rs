//! The check of an untrusted module before it is compiled.

use evaluator::{CheckedModule, Interface, Limits, check_module};

/// Limits low enough for a fuzzer to reach.
fn low() -> Limits {
    Limits {
        module_bytes: 2_048,
        functions: 12,
        function_bytes: 600,
        operators: 400,
        code_bytes: 1_200,
        declarations: 12,
        exports: 12,
        segments: 8,
        locals: 40,
        tables: 2,
        table_elements: 100,
        memory_bytes: 2 << 16,
        stack_bytes: 4_096,
    }
}

/// Takes the first byte for the interface and the rest for a module.
///
/// # Panics
/// If what the check lets pass and rewrites is no valid module, or differs from check to check, or if lower limits let pass
/// what higher ones refuse, or custom sections change what is said.
pub fn precheck(bytes: &[u8]) {
    let Some((first, wasm)) = bytes.split_first() else { return };
    let interface = if first % 2 == 0 { Interface::Predict { classes: 4 } } else { Interface::Step };
    let checked = check_module(wasm, &Limits::default(), interface);
    assert_eq!(check_module(wasm, &Limits::default(), interface), checked, "another answer the second time");
    if let Ok(low) = check_module(wasm, &low(), interface) {
        // The limit of depth is in the rewritten module, so only the hash is to be compared.
        assert_eq!(Ok(low.normalised), checked.clone().map(|checked| checked.normalised));
    }
    let Ok(CheckedModule { wasm: rewritten, normalised }) = checked else { return };
    assert!(rewritten.starts_with(b"\0asm"));
    // Counters are written around calls of functions that were valid, so the whole is.
    wasmparser::Validator::new().validate_all(&rewritten).expect("what is compiled is valid");
    let named = [wasm, &[0, 3, 1, b'n', 7]].concat();
    let named = check_module(&named, &Limits::default(), interface).expect("a custom section is of no account");
    assert_eq!((named.normalised, named.wasm), (normalised, rewritten));
}
