//! How an evaluation ended.
//!
//! Two types, so that the compiler keeps them apart: an [`Outcome`] follows from the model's bytes,
//! the data and the seed alone, is the same on every machine, and counts. An [`Inconclusive`]
//! follows from this machine, is retried a bounded number of times, and has no way into a score.

use core::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The deterministic result of running a model on a sample.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Every item was answered.
    Ok,
    /// The fuel of one item, of `init`, or of the whole evaluation ran out.
    OutOfFuel,
    /// The model trapped.
    Trap(TrapKind),
    /// Calls nested deeper than [`Limits::stack_bytes`](crate::Limits::stack_bytes) allows.
    DepthLimit,
    /// The model asked for more than [`Limits::memory_bytes`](crate::Limits::memory_bytes).
    MemoryLimit,
    /// The model broke the ABI while running.
    BadOutput(BadOutput),
    /// The module was refused before it ran.
    Invalid(Invalid),
    /// A live miner did not answer as it must. The only outcome that another validator may see otherwise.
    NoAnswer(NoAnswer),
}

impl Outcome {
    /// The outcome's name without its values, as shown in tables and JSON.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Ok => "Ok",
            Self::OutOfFuel => "OutOfFuel",
            Self::Trap(_) => "Trap",
            Self::DepthLimit => "DepthLimit",
            Self::MemoryLimit => "MemoryLimit",
            Self::BadOutput(_) => "BadOutput",
            Self::Invalid(_) => "Invalid",
            Self::NoAnswer(_) => "NoAnswer",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Trap(kind) => write!(f, "Trap: {kind:?}"),
            Self::BadOutput(reason) => write!(f, "BadOutput: {reason}"),
            Self::Invalid(reason) => write!(f, "Invalid: {reason}"),
            Self::NoAnswer(reason) => write!(f, "NoAnswer: {reason}"),
            other => f.write_str(other.name()),
        }
    }
}

/// What made a model trap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TrapKind {
    /// An `unreachable` instruction, which is also how a panic ends.
    Unreachable,
    /// A load, store, bulk operation or data segment outside the memory.
    MemoryOutOfBounds,
    /// A table access outside the table.
    TableOutOfBounds,
    /// An indirect call through an empty table entry.
    IndirectCallToNull,
    /// An indirect call with another signature.
    BadSignature,
    /// An integer division that overflows.
    IntegerOverflow,
    /// An integer division by zero.
    IntegerDivisionByZero,
    /// A conversion of NaN or of an out-of-range float.
    BadConversionToInteger,
}

/// How a running model broke the ABI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum BadOutput {
    /// `init` returned a status other than 0.
    #[error("init returned status {status}")]
    InitRefused {
        /// What `init` returned.
        status: i32,
    },
    /// `alloc` returned a buffer that is not inside the memory.
    #[error("alloc({length}) returned {pointer}, outside the memory")]
    PointerOutOfBounds {
        /// What `alloc` returned.
        pointer: u32,
        /// The bytes asked for.
        length: u32,
    },
    /// `predict` or `step` returned another length than the task's.
    #[error("answer of {got} bytes instead of {expected}")]
    WrongLength {
        /// Bytes the task asks for.
        expected: u32,
        /// What the model returned.
        got: u32,
    },
}

/// Why a module was refused before it ran.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum Invalid {
    /// The module is larger than [`Limits::module_bytes`](crate::Limits::module_bytes).
    #[error("module of {bytes} bytes, limit {limit}")]
    TooLarge {
        /// The module's size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// Not a valid core WebAssembly module, or one that needs a proposal the profile leaves out
    /// (threads, relaxed SIMD, memory64, several memories, tail calls, exceptions, GC).
    #[error("not a valid module of the profile, byte {offset}")]
    Malformed {
        /// Where validation failed.
        offset: u64,
    },
    /// Models import nothing.
    #[error("module imports something")]
    Import,
    /// Start functions would run before `init` is asked for.
    #[error("module has a start function")]
    StartFunction,
    /// More functions than [`Limits::functions`](crate::Limits::functions).
    #[error("{count} functions, limit {limit}")]
    TooManyFunctions {
        /// Functions declared.
        count: u32,
        /// The limit.
        limit: u32,
    },
    /// A function body larger than [`Limits::function_bytes`](crate::Limits::function_bytes), call
    /// counters included.
    #[error("function body of {bytes} bytes, limit {limit}")]
    FunctionTooLarge {
        /// The body's size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// More instructions than [`Limits::operators`](crate::Limits::operators), call counters and what is
    /// dear to compile included.
    #[error("more than {limit} instructions, with call counters and what is dear to compile")]
    TooManyOperators {
        /// The limit.
        limit: u64,
    },
    /// More code than [`Limits::code_bytes`](crate::Limits::code_bytes), call counters included.
    #[error("more than {limit} bytes of code with call counters")]
    CodeTooLarge {
        /// The limit.
        limit: u64,
    },
    /// More types, globals, exports or segments than the limits allow.
    #[error("{count} {declaration}, limit {limit}")]
    TooMany {
        /// Of what.
        declaration: Declaration,
        /// How many are declared.
        count: u32,
        /// The limit.
        limit: u32,
    },
    /// More parameters and locals in one function than [`Limits::locals`](crate::Limits::locals).
    #[error("{count} locals in one function, limit {limit}")]
    TooManyLocals {
        /// Locals declared.
        count: u32,
        /// The limit.
        limit: u32,
    },
    /// The memory is larger from the start than the limit, or there is none.
    #[error("memory of {bytes} bytes at the start, limit {limit}")]
    MemoryTooLarge {
        /// The declared minimum.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// More tables, or a larger table, than the limits allow.
    #[error("{count} tables with up to {elements} elements")]
    TablesTooLarge {
        /// Tables declared.
        count: u32,
        /// Elements of the largest.
        elements: u64,
    },
    /// An export of the ABI is missing or of another type.
    #[error("export `{}` is missing or of another type", .0.name())]
    MissingExport(AbiExport),
    /// An export uses the name the sandbox needs for its call depth counter.
    #[error("an export has a reserved name")]
    ReservedExport,
    /// `abi_version` returned another version than 1.
    #[error("ABI version {got}, expected 1")]
    AbiVersion {
        /// What `abi_version` returned.
        got: i32,
    },
}

/// Why a live miner's answers count for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum NoAnswer {
    /// Nobody could be reached where the miner says that it serves.
    #[error("cannot be reached")]
    Unreachable,
    /// It did not answer in time.
    #[error("not in time")]
    Timeout,
    /// It answered with another status than 200.
    #[error("refused with status {status}")]
    Refused {
        /// The status.
        status: u16,
    },
    /// Its answer is not signed by its hotkey, or is signed for another request.
    #[error("not signed by its hotkey for this request")]
    BadSignature,
    /// Its answer is too long, is none, or has not one weight per class of each input.
    #[error("not one weight per class of each input")]
    BadAnswer,
    /// It gave two answers to one input.
    #[error("two answers to one input")]
    Inconsistent,
}

/// What a module may declare only so often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Declaration {
    /// Types.
    Types,
    /// Globals.
    Globals,
    /// Exports.
    Exports,
    /// Data segments and element segments together.
    Segments,
}

impl fmt::Display for Declaration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Types => "types",
            Self::Globals => "globals",
            Self::Exports => "exports",
            Self::Segments => "segments",
        })
    }
}

/// The exports of ABI v1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AbiExport {
    /// The linear memory.
    Memory,
    /// `abi_version() -> i32`
    AbiVersion,
    /// `alloc(len: i32) -> i32`
    Alloc,
    /// `init(task_ptr: i32, len: i32) -> i32`
    Init,
    /// `predict(in_ptr: i32, in_len: i32, out_ptr: i32, out_cap: i32) -> i32`
    Predict,
    /// `step(previous_symbol: i32, out_ptr: i32) -> i32`
    Step,
}

impl AbiExport {
    /// The name under which a module exports it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::AbiVersion => "abi_version",
            Self::Alloc => "alloc",
            Self::Init => "init",
            Self::Predict => "predict",
            Self::Step => "step",
        }
    }
}

/// Why this machine could not finish an evaluation. Says nothing about the model.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Inconclusive {
    /// The runner did not answer within [`RunnerConfig::wall_timeout`](crate::RunnerConfig::wall_timeout)
    /// and the time that the task's fuel takes at most.
    #[error("no answer within the wall time limit")]
    WallTimeout,
    /// The runner process ended while it worked.
    #[error("the runner ended: {0}")]
    RunnerDied(RunnerEnd),
    /// The host had no memory left for something the model was entitled to.
    #[error("the host ran out of memory")]
    HostOutOfMemory,
    /// The engine failed in a way that may depend on the machine.
    #[error("the engine failed: {0:?}")]
    EngineFault(EngineFault),
    /// Two engines disagree about the model; see [`Evaluator::take_alarms`](crate::Evaluator::take_alarms).
    #[error("two engines disagree about the model")]
    Disputed,
    /// The runner's answer was no answer: a broken frame, or one that does not fit the question.
    #[error("the runner's answer was not understood")]
    BadAnswer,
}

impl Inconclusive {
    /// Its name, as metrics use it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::WallTimeout => "wall_timeout",
            Self::RunnerDied(_) => "runner_died",
            Self::HostOutOfMemory => "host_out_of_memory",
            Self::EngineFault(_) => "engine_fault",
            Self::Disputed => "disputed",
            Self::BadAnswer => "bad_answer",
        }
    }
}

/// How a runner process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunnerEnd {
    /// It exited with a code.
    Exit(i32),
    /// A signal ended it, for example `SIGXCPU` at its processor time limit.
    Signal(i32),
    /// It closed its pipe, or its status could not be read.
    Unknown,
}

impl fmt::Display for RunnerEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exit(code) => write!(f, "exit code {code}"),
            Self::Signal(signal) => write!(f, "signal {signal}"),
            Self::Unknown => f.write_str("pipe closed"),
        }
    }
}

/// Failures of the engine that no model is blamed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EngineFault {
    /// A valid module did not compile.
    Compile,
    /// The native stack ended before the counted one.
    NativeStack,
    /// The module compiled but could not be instantiated.
    Instantiate,
    /// A trap of a kind that the profile should exclude.
    UnknownTrap,
}
