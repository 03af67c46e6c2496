//! Runs untrusted models: in a child process, in a deterministic profile of wasmtime, under fuel.
//!
//! The parent's side is `runner` (one child, its deadline, its answers held against the question)
//! and `pool` (several, with retries). The child's side is `serve`, `confine`, `execute`, `instance`
//! and `engine`; `precheck` and `depth` read and rewrite a module before it is compiled.

pub(crate) mod confine;
mod deadline;
mod depth;
pub(crate) mod engine;
mod execute;
mod frame;
mod instance;
pub(crate) mod pool;
pub(crate) mod precheck;
pub(crate) mod probe;
pub(crate) mod protocol;
pub(crate) mod runner;
pub(crate) mod serve;
mod work;
