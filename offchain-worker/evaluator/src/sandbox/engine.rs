//! The deterministic profile of wasmtime.
//!
//! Fuel decides every outcome; NaNs are canonical; relaxed SIMD, threads and everything else whose
//! result may differ between processors is off, at compile time where the crate's features allow.
//! One instance with one memory exists at a time, in a pool that is reserved when the runner starts.
//!
//! The profile has two back ends. Both compile the same fuel counters into the same checks of a module,
//! so they must agree on every answer and every unit of fuel. They share wasmtime's translation of a
//! module and differ below it: how instructions are chosen, registers allocated, floats computed and
//! bounds checked, which is where engines have computed wrong values before.

use serde::{Deserialize, Serialize};
use wasmtime::{Config, Engine, Inlining, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig};

use crate::limits::Limits;

/// How compiled modules run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Backend {
    /// As the processor's own instructions: what scores come from.
    Native,
    /// As Pulley bytecode in an interpreter: about twenty times slower, and without native code of a
    /// model's making anywhere.
    Interpreter,
}

/// wasmtime's name for Pulley on this host's word size.
#[cfg(target_endian = "little")]
const PULLEY: &str = "pulley64";
#[cfg(target_endian = "big")]
const PULLEY: &str = "pulley64be";

/// Native stack per byte of counted stack. The module `depth` says why a counted frame covers the
/// native one at this factor.
const NATIVE_STACK_FACTOR: usize = 64;

/// Memory that stays mapped between two instances, in bytes: zeroing it is cheaper than mapping it
/// again for the small models that are the rule.
const KEEP_RESIDENT: usize = 1 << 20;

/// Bytes of native stack that a runner's thread needs for a module under these limits.
pub(crate) fn native_stack_bytes(limits: &Limits) -> usize {
    limits.stack_bytes as usize * NATIVE_STACK_FACTOR
}

/// Creates the engine.
///
/// # Errors
/// wasmtime's, if the host cannot reserve the pool.
pub(crate) fn create(limits: &Limits, backend: Backend) -> wasmtime::Result<Engine> {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_core_instances(1)
        .total_memories(1)
        .max_memories_per_module(1)
        .total_tables(limits.tables)
        .max_tables_per_module(limits.tables)
        .table_elements(limits.table_elements as usize)
        .max_memory_size(limits.memory_bytes as usize)
        .max_unused_warm_slots(1)
        .linear_memory_keep_resident(KEEP_RESIDENT);
    let mut config = Config::new();
    if backend == Backend::Interpreter {
        config.target(PULLEY)?;
    }
    config
        .consume_fuel(true)
        .cranelift_nan_canonicalization(true)
        .wasm_simd(true)
        .wasm_relaxed_simd(false)
        .wasm_multi_memory(false)
        .wasm_memory64(false)
        .wasm_tail_call(false)
        .wasm_wide_arithmetic(false)
        .wasm_custom_page_sizes(false)
        .cranelift_opt_level(OptLevel::Speed)
        .compiler_inlining(Inlining::No)
        .max_wasm_stack(native_stack_bytes(limits))
        // Nothing runs asynchronously; wasmtime wants this stack to be no smaller all the same.
        .async_stack_size(native_stack_bytes(limits))
        .memory_init_cow(false)
        .memory_may_move(false)
        .generate_address_map(false)
        .wasm_backtrace_max_frames(None)
        .native_unwind_info(false)
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    Engine::new(&config)
}
