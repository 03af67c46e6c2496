//! Reads an untrusted module before any compiler sees it: validates it against the profile, holds
//! it against the limits, and rewrites it so that its call depth is counted.
//!
//! Compile time attacks are outside wasmtime's security promise, hence the bounds on size, function
//! count, body size, locals and the work that instructions are, all of them after rewriting where rewriting adds; the
//! compiler itself runs in the confined child all the same. Bounds on globals, types, exports and
//! segments keep what an instance needs of the host below what the engine reserves.

use wasm_encoder::{Module, RawSection};
use wasmparser::types::TypesRef;
use wasmparser::{
    BinaryReaderError, FuncToValidate, FuncValidatorAllocations, FunctionBody, Operator, OperatorsReader, Parser,
    Payload, TableType, ValType, ValidPayload, Validator, ValidatorResources, WasmFeatures,
};

use crate::hash::{Digest, Hash256};
use crate::limits::Limits;
use crate::outcome::{AbiExport, Declaration, Invalid};
use crate::sandbox::depth::{DEPTH_EXPORT, DepthCounter};
use crate::sandbox::protocol::Interface;
use crate::sandbox::work::Work;

/// A module that may be compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedModule {
    /// The module with the depth counter and without custom sections.
    pub wasm: Vec<u8>,
    /// Hash of the module without custom sections, before the counter was added.
    pub normalised: Hash256,
}

/// The proposals of the deterministic profile. `GC_TYPES` is left out, so reference types are
/// `funcref` only.
const PROFILE: WasmFeatures = WasmFeatures::MUTABLE_GLOBAL
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::REFERENCE_TYPES)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::SIMD)
    .union(WasmFeatures::FLOATS)
    .union(WasmFeatures::EXTENDED_CONST);

/// Checks `wasm` for use through `interface`, as a runner does before it compiles: nothing of it runs.
///
/// # Errors
/// The first reason, in the order of the module's sections, why it may not run.
pub fn check_module(wasm: &[u8], limits: &Limits, interface: Interface) -> Result<CheckedModule, Invalid> {
    let bytes = wasm.len() as u64;
    if bytes > limits.module_bytes {
        return Err(Invalid::TooLarge { bytes, limit: limits.module_bytes });
    }
    let mut pass = Pass {
        wasm,
        limits,
        validator: Validator::new_with_features(PROFILE),
        allocations: FuncValidatorAllocations::default(),
        counter: DepthCounter::new(limits.stack_bytes),
        output: Module::new(),
        normalised: Digest::new("yarrow/normalised-module"),
        operators: 0,
        code_bytes: 0,
        segments: 0,
    };
    for payload in Parser::new(0).parse_all(wasm) {
        pass.payload(payload?, interface)?;
    }
    Ok(CheckedModule { wasm: pass.output.finish(), normalised: pass.normalised.finish() })
}

impl From<BinaryReaderError> for Invalid {
    fn from(error: BinaryReaderError) -> Self {
        Self::Malformed { offset: error.offset() as u64 }
    }
}

struct Pass<'a> {
    wasm: &'a [u8],
    limits: &'a Limits,
    validator: Validator,
    allocations: FuncValidatorAllocations,
    counter: DepthCounter,
    output: Module,
    normalised: Digest,
    /// Work of the instructions, bytes of code, and segments so far.
    operators: u64,
    code_bytes: u64,
    segments: u32,
}

impl Pass<'_> {
    fn payload(&mut self, payload: Payload<'_>, interface: Interface) -> Result<(), Invalid> {
        self.limit(&payload)?;
        match self.validator.payload(&payload)? {
            ValidPayload::Func(function, body) => return self.function(function, &body),
            ValidPayload::End(types) => return self.whole(types.as_ref(), interface),
            ValidPayload::Ok | ValidPayload::Parser(_) => {}
        }
        let Some((id, range)) = payload.as_section() else { return Ok(()) };
        // The code section's range is as declared, which may be more than there is.
        let data = self.wasm.get(range.clone()).ok_or(Invalid::Malformed { offset: range.start as u64 })?;
        if matches!(payload, Payload::CustomSection(_)) {
            return Ok(());
        }
        self.normalised.number(id.into()).bytes(data);
        match payload {
            Payload::GlobalSection(globals) => self.counter.append_to_globals(globals, self.wasm, &mut self.output)?,
            Payload::ExportSection(exports) => self.counter.append_to_exports(exports, &mut self.output)?,
            Payload::CodeSectionStart { count, .. } => self.counter.start_code(count),
            _ => {
                self.output.section(&RawSection { id, data });
            }
        }
        Ok(())
    }

    /// The limits that can be read off a section's header.
    fn limit(&mut self, payload: &Payload<'_>) -> Result<(), Invalid> {
        let Limits { declarations, exports, segments, .. } = *self.limits;
        match payload {
            Payload::TypeSection(types) => at_most(Declaration::Types, types.count(), declarations),
            Payload::GlobalSection(globals) => at_most(Declaration::Globals, globals.count(), declarations),
            Payload::ExportSection(section) => at_most(Declaration::Exports, section.count(), exports),
            Payload::ElementSection(section) => self.segments(section.count(), segments),
            Payload::DataSection(section) => self.segments(section.count(), segments),
            Payload::ImportSection(imports) if imports.count() > 0 => Err(Invalid::Import),
            Payload::StartSection { .. } => Err(Invalid::StartFunction),
            Payload::FunctionSection(functions) if functions.count() > self.limits.functions => {
                Err(Invalid::TooManyFunctions { count: functions.count(), limit: self.limits.functions })
            }
            Payload::CodeSectionEntry(body) if body.range().len() as u64 > self.limits.function_bytes => {
                Err(Invalid::FunctionTooLarge { bytes: body.range().len() as u64, limit: self.limits.function_bytes })
            }
            _ => Ok(()),
        }
    }

    fn segments(&mut self, more: u32, limit: u32) -> Result<(), Invalid> {
        self.segments = self.segments.saturating_add(more);
        at_most(Declaration::Segments, self.segments, limit)
    }

    fn function(
        &mut self,
        function: FuncToValidate<ValidatorResources>,
        body: &FunctionBody<'_>,
    ) -> Result<(), Invalid> {
        let mut validator = function.into_validator(core::mem::take(&mut self.allocations));
        let mut reader = body.get_binary_reader();
        validator.read_locals(&mut reader)?;
        if validator.len_locals() > self.limits.locals {
            return Err(Invalid::TooManyLocals { count: validator.len_locals(), limit: self.limits.locals });
        }
        reader.set_features(PROFILE);
        let mut calls = Vec::new();
        let mut operands = 0;
        let mut work = Work::default();
        let mut operators = OperatorsReader::new(reader);
        while !operators.eof() {
            let (operator, start) = operators.read_with_offset()?;
            let end = operators.original_position();
            // Told by what stands before the instruction; what is not valid has none, and no need of it.
            let (takes, gives) = operator.operator_arity(&validator.visitor(start)).unwrap_or_default();
            let slots = validator.len_locals().saturating_add(validator.operand_stack_height());
            validator.op(start, &operator)?;
            operands = operands.max(validator.operand_stack_height());
            // The calls that can nest: tail calls are outside the profile.
            if matches!(operator, Operator::Call { .. } | Operator::CallIndirect { .. }) {
                calls.push(start..end);
            }
            self.operators += work.next(&operator, takes.saturating_add(gives), slots);
            if self.operators > self.limits.operators {
                return Err(Invalid::TooManyOperators { limit: self.limits.operators });
            }
        }
        operators.finish()?;
        let slots = validator.len_locals().saturating_add(operands);
        let bytes = self.counter.function(self.wasm, body.range(), &calls, slots, &mut self.output);
        if bytes > self.limits.function_bytes {
            return Err(Invalid::FunctionTooLarge { bytes, limit: self.limits.function_bytes });
        }
        self.code_bytes += bytes;
        if self.code_bytes > self.limits.code_bytes {
            return Err(Invalid::CodeTooLarge { limit: self.limits.code_bytes });
        }
        self.allocations = validator.into_allocations();
        Ok(())
    }

    /// The checks that need the whole module.
    fn whole(&self, types: TypesRef<'_>, interface: Interface) -> Result<(), Invalid> {
        let tables: Vec<TableType> = (0..types.table_count()).map(|index| types.table_at(index)).collect();
        let elements = tables.iter().map(|table| table.initial).max().unwrap_or(0);
        if types.table_count() > self.limits.tables || elements > self.limits.table_elements.into() {
            return Err(Invalid::TablesTooLarge { count: types.table_count(), elements });
        }
        let mut exports = AbiExports { types, found: Vec::new() };
        exports.collect()?;
        exports.require(AbiExport::Memory)?;
        let bytes = types.memory_at(0).initial.saturating_mul(1 << 16);
        if bytes > self.limits.memory_bytes {
            return Err(Invalid::MemoryTooLarge { bytes, limit: self.limits.memory_bytes });
        }
        for export in [AbiExport::AbiVersion, AbiExport::Alloc, AbiExport::Init, interface.export()] {
            exports.require(export)?;
        }
        Ok(())
    }
}

fn at_most(declaration: Declaration, count: u32, limit: u32) -> Result<(), Invalid> {
    if count > limit { Err(Invalid::TooMany { declaration, count, limit }) } else { Ok(()) }
}

/// The exports of a module that have an ABI name and the ABI's type.
struct AbiExports<'a> {
    types: TypesRef<'a>,
    found: Vec<AbiExport>,
}

impl AbiExports<'_> {
    fn collect(&mut self) -> Result<(), Invalid> {
        for (name, entity) in self.types.core_exports().into_iter().flatten() {
            if name == DEPTH_EXPORT {
                return Err(Invalid::ReservedExport);
            }
            match entity {
                wasmparser::types::EntityType::Memory(_) if name == AbiExport::Memory.name() => {
                    self.found.push(AbiExport::Memory);
                }
                wasmparser::types::EntityType::Func(id) => {
                    let signature = self.types[id].unwrap_func();
                    let parameters = FUNCTIONS.iter().find(|(export, _)| export.name() == name);
                    if let Some((export, parameters)) = parameters
                        && signature.params().len() == *parameters
                        && signature.params().iter().all(|param| *param == ValType::I32)
                        && signature.results() == [ValType::I32]
                    {
                        self.found.push(*export);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn require(&self, export: AbiExport) -> Result<(), Invalid> {
        if self.found.contains(&export) { Ok(()) } else { Err(Invalid::MissingExport(export)) }
    }
}

/// The ABI's functions and how many `i32` parameters they take; each returns one `i32`.
const FUNCTIONS: [(AbiExport, usize); 5] = [
    (AbiExport::AbiVersion, 0),
    (AbiExport::Alloc, 1),
    (AbiExport::Init, 2),
    (AbiExport::Predict, 4),
    (AbiExport::Step, 2),
];
