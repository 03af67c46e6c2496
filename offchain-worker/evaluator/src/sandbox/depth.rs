//! Counts call depth inside the module, so that running out of stack is a fact about the model and
//! not about the machine: the depth at which native code overflows its stack differs between
//! engine configurations and processors.
//!
//! A mutable global holds the bytes of all frames that have a call under way. Every call is
//! wrapped: before it the caller's frame is added and held against the limit, after it the frame is
//! subtracted. The global is exported: above the limit when a module trapped means that the counter
//! made it trap.
//!
//! The native stack is 64 times the counted one, and must not end first. What native code keeps
//! across a call are parameters, locals, operands, and values that the optimiser computed earlier and
//! wants again later. Each of the latter comes from an instruction of the body, which has at least
//! one byte, and takes at most 16 bytes: hence a quarter of the body's bytes in the counted frame.

use core::ops::Range;

use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, ExportKind, ExportSection, GlobalSection, GlobalType, InstructionSink, Module,
    ValType,
};
use wasmparser::{ExportSectionReader, ExternalKind, GlobalSectionReader};

use crate::outcome::Invalid;

/// Export name of the counter, refused in modules.
pub(crate) const DEPTH_EXPORT: &str = "yarrow:depth";

const FRAME_BYTES: u32 = 64;
const SLOT_BYTES: u32 = 16;

/// Bytes of a body per counted byte: 64 native bytes are four values.
const BODY_BYTES_PER_FRAME_BYTE: usize = 4;

/// Instructions that a call becomes: itself, ten before it and four after it.
pub(crate) const OPERATORS_PER_CALL: u64 = 15;

/// Rewrites the sections that the counter touches.
pub(crate) struct DepthCounter {
    limit: u32,
    /// Index of the counter's global, known once the module's own globals are.
    global: u32,
    placed: bool,
    code: CodeSection,
    missing_bodies: u32,
}

impl DepthCounter {
    pub(crate) fn new(limit: u32) -> Self {
        Self { limit, global: 0, placed: false, code: CodeSection::new(), missing_bodies: 0 }
    }

    /// Writes the module's globals with the counter behind them.
    pub(crate) fn append_to_globals(
        &mut self,
        globals: GlobalSectionReader<'_>,
        wasm: &[u8],
        output: &mut Module,
    ) -> Result<(), Invalid> {
        let mut section = GlobalSection::new();
        let end = globals.range().end;
        let mut starts = Vec::new();
        for global in globals.into_iter_with_offsets() {
            starts.push(global?.0);
        }
        let ends = starts.iter().skip(1).copied().chain([end]);
        for (start, end) in starts.iter().zip(ends) {
            section.raw(wasm.get(*start..end).ok_or(Invalid::Malformed { offset: *start as u64 })?);
        }
        self.place(section, output);
        Ok(())
    }

    /// Writes the module's exports with the counter among them, and before them the counter itself
    /// if the module has no globals.
    pub(crate) fn append_to_exports(
        &mut self,
        exports: ExportSectionReader<'_>,
        output: &mut Module,
    ) -> Result<(), Invalid> {
        if !self.placed {
            self.place(GlobalSection::new(), output);
        }
        let mut section = ExportSection::new();
        for export in exports {
            let export = export?;
            section.export(export.name, kind(export.kind), export.index);
        }
        section.export(DEPTH_EXPORT, ExportKind::Global, self.global);
        output.section(&section);
        Ok(())
    }

    fn place(&mut self, mut section: GlobalSection, output: &mut Module) {
        self.global = section.len();
        self.placed = true;
        let counter = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
        section.global(counter, &ConstExpr::i32_const(0));
        output.section(&section);
    }

    /// Expects `count` calls of [`function`](Self::function).
    pub(crate) fn start_code(&mut self, count: u32) {
        self.missing_bodies = count;
    }

    /// Rewrites the body at `body`, whose calls are at `calls` and which has `slots` parameters,
    /// locals and operands; writes the code section after the last one.
    ///
    /// Returns the bytes of the rewritten body.
    pub(crate) fn function(
        &mut self,
        wasm: &[u8],
        body: Range<usize>,
        calls: &[Range<usize>],
        slots: u32,
        output: &mut Module,
    ) -> u64 {
        let kept = u32::try_from(body.len().div_ceil(BODY_BYTES_PER_FRAME_BYTE)).unwrap_or(u32::MAX);
        let frame = FRAME_BYTES.saturating_add(SLOT_BYTES.saturating_mul(slots)).saturating_add(kept);
        let frame = frame.min(i32::MAX as u32 / 2);
        let (enter, leave) = self.wrapping(frame as i32);
        let mut rewritten = Vec::with_capacity(body.len() + calls.len() * (enter.len() + leave.len()));
        let mut done = body.start;
        for call in calls {
            rewritten.extend_from_slice(&wasm[done..call.start]);
            rewritten.extend_from_slice(&enter);
            rewritten.extend_from_slice(&wasm[call.start..call.end]);
            rewritten.extend_from_slice(&leave);
            done = call.end;
        }
        rewritten.extend_from_slice(&wasm[done..body.end]);
        self.code.raw(&rewritten);
        self.missing_bodies = self.missing_bodies.saturating_sub(1);
        if self.missing_bodies == 0 {
            output.section(&self.code);
        }
        rewritten.len() as u64
    }

    /// The instructions before and after a call in a function with this frame.
    fn wrapping(&self, frame: i32) -> (Vec<u8>, Vec<u8>) {
        let mut enter = Vec::new();
        InstructionSink::new(&mut enter)
            .global_get(self.global)
            .i32_const(frame)
            .i32_add()
            .global_set(self.global)
            .global_get(self.global)
            .i32_const(self.limit as i32)
            .i32_gt_u()
            .if_(BlockType::Empty)
            .unreachable()
            .end();
        let mut leave = Vec::new();
        InstructionSink::new(&mut leave).global_get(self.global).i32_const(frame).i32_sub().global_set(self.global);
        (enter, leave)
    }
}

fn kind(kind: ExternalKind) -> ExportKind {
    match kind {
        ExternalKind::Func | ExternalKind::FuncExact => ExportKind::Func,
        ExternalKind::Table => ExportKind::Table,
        ExternalKind::Memory => ExportKind::Memory,
        ExternalKind::Global => ExportKind::Global,
        ExternalKind::Tag => ExportKind::Tag,
    }
}
