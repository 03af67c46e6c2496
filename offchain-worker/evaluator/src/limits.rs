//! The limits under which every model runs. They are part of the engine's identity: another limit
//! can mean another outcome, so results under different limits never share a cache key or a digest.

use core::time::Duration;

use serde::{Deserialize, Serialize};

use crate::hash::{Digest, Hash256};

/// The pinned engine. Computing another value than this version is another engine.
pub const ENGINE_VERSION: &str = "wasmtime 48.0.8";

/// Version of the check of a module and of the rewriting that counts call depth: both change outcomes.
const INSTRUMENTATION_VERSION: u64 = 3;

/// Time that a unit of fuel is granted, in nanoseconds. A unit takes about one; the dearest
/// instructions, loads that miss every cache, stay below 100. So fuel ends a model before time does.
const NANOS_PER_FUEL: u64 = 200;

/// What a module may look like and what one instance may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Largest module, in bytes. Default: 4 MiB
    pub module_bytes: u64,
    /// Most functions in a module. Default: 10,000
    pub functions: u32,
    /// Largest function body, counters of call depth included, in bytes. Compile time grows faster than
    /// linearly with it. Default: 256 KiB
    pub function_bytes: u64,
    /// Most instructions in all functions together, counters of call depth and the targets of branch
    /// tables included. One that makes the compiler handle many values, blocks or branches counts as
    /// several. Default: 500,000
    pub operators: u64,
    /// Largest sum of all function bodies, counters of call depth included, in bytes. Default: 4 MiB
    pub code_bytes: u64,
    /// Most types, and most globals, in a module. Default: 4,000
    pub declarations: u32,
    /// Most exports. Default: 1,000
    pub exports: u32,
    /// Most data segments and element segments together. Default: 4,000
    pub segments: u32,
    /// Most parameters and locals in one function. Default: 2,000
    pub locals: u32,
    /// Most tables. Default: 4
    pub tables: u32,
    /// Most elements in a table. Default: 10,000
    pub table_elements: u32,
    /// Most linear memory of an instance, in bytes. Default: 64 MiB
    pub memory_bytes: u64,
    /// Size of the counted call stack, in bytes. A call costs 64 bytes, 16 more for every parameter,
    /// local and operand of the calling function, and a quarter of the bytes of its body. Default: 512 KiB
    pub stack_bytes: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            module_bytes: 4 << 20,
            functions: 10_000,
            function_bytes: 256 << 10,
            operators: 500_000,
            code_bytes: 4 << 20,
            declarations: 4_000,
            exports: 1_000,
            segments: 4_000,
            locals: 2_000,
            tables: 4,
            table_elements: 10_000,
            memory_bytes: 64 << 20,
            stack_bytes: 512 << 10,
        }
    }
}

impl Limits {
    /// Identity of everything beside model, data and seed that decides a result. Equal on all
    /// machines that run the same release with the same limits.
    pub fn engine_id(&self) -> Hash256 {
        let mut digest = Digest::new("yarrow/engine");
        digest
            .bytes(ENGINE_VERSION.as_bytes())
            .number(INSTRUMENTATION_VERSION)
            .number(self.module_bytes)
            .number(self.functions.into())
            .number(self.function_bytes)
            .number(self.operators)
            .number(self.code_bytes)
            .number(self.declarations.into())
            .number(self.exports.into())
            .number(self.segments.into())
            .number(self.locals.into())
            .number(self.tables.into())
            .number(self.table_elements.into())
            .number(self.memory_bytes)
            .number(self.stack_bytes.into());
        digest.finish()
    }
}

/// Fuel that a task grants, about one unit per executed instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FuelBudget {
    /// For instantiation, `abi_version`, `alloc` and `init` of one instance.
    pub init: u64,
    /// For one item.
    pub item: u64,
    /// For a whole evaluation.
    pub total: u64,
}

impl FuelBudget {
    /// Time in which even a slow machine has used it up.
    pub const fn time(&self) -> Duration {
        Duration::from_nanos(self.total.saturating_mul(NANOS_PER_FUEL))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engine_version_names_the_pinned_dependency() {
        let version = ENGINE_VERSION.trim_start_matches("wasmtime ");
        let pin = format!("wasmtime = {{ version = \"={version}\"");
        assert!(include_str!("../Cargo.toml").contains(&pin));
    }

    #[test]
    fn engine_id_changes_with_every_limit() {
        let base = Limits::default();
        let variants = [
            Limits { module_bytes: 1, ..base },
            Limits { functions: 1, ..base },
            Limits { function_bytes: 1, ..base },
            Limits { operators: 1, ..base },
            Limits { code_bytes: 1, ..base },
            Limits { declarations: 1, ..base },
            Limits { exports: 1, ..base },
            Limits { segments: 1, ..base },
            Limits { locals: 1, ..base },
            Limits { tables: 1, ..base },
            Limits { table_elements: 1, ..base },
            Limits { memory_bytes: 1, ..base },
            Limits { stack_bytes: 1, ..base },
        ];
        let mut ids: Vec<_> = variants.iter().chain([&base]).map(Limits::engine_id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 14);
    }
}
