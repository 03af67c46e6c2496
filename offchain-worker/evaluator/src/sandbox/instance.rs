//! One instance of a model: the calls of ABI v1, each under its fuel, and what its failures mean.

use core::ops::Range;

use wasmtime::{Engine, Instance, Memory, Module, ResourceLimiter, Store, Trap, TypedFunc};

use crate::limits::{FuelBudget, Limits};
use crate::outcome::{AbiExport, BadOutput, EngineFault, Invalid, Outcome, TrapKind};
use crate::sandbox::depth::DEPTH_EXPORT;
use crate::sandbox::protocol::{Answer, Interface};

/// The ABI version that this crate speaks.
const ABI_VERSION: i32 = 1;

/// Why an instance cannot go on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Because of the model.
    Counts(Outcome),
    /// Because of the engine or the host.
    Fault(EngineFault),
    /// Because the host has no memory.
    HostOutOfMemory,
}

impl From<BadOutput> for Stop {
    fn from(reason: BadOutput) -> Self {
        Self::Counts(Outcome::BadOutput(reason))
    }
}

/// Fuel and memory of an evaluation, over all its instances.
#[derive(Debug)]
pub(crate) struct Usage {
    pub(crate) fuel_left: u64,
    pub(crate) peak_memory: u64,
}

/// Refuses what the limits refuse, and remembers why.
struct Limiter {
    memory_bytes: usize,
    table_elements: usize,
    peak_memory: u64,
    memory_refused: bool,
    host_failed: bool,
}

/// The message of a growth that the limiter ends; what it means is read off the limiter.
const GROWTH_REFUSED: &str = "memory growth refused";

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, _: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        if desired > self.memory_bytes {
            self.memory_refused = true;
            return Err(wasmtime::Error::msg(GROWTH_REFUSED));
        }
        let allowed = maximum.is_none_or(|maximum| desired <= maximum);
        if allowed {
            self.peak_memory = self.peak_memory.max(desired as u64);
        }
        Ok(allowed)
    }

    fn memory_grow_failed(&mut self, error: wasmtime::Error) -> wasmtime::Result<()> {
        // Growth past the module's own maximum was answered above, so this is the host's failure.
        self.host_failed = true;
        Err(error)
    }

    fn table_growing(&mut self, _: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        Ok(desired <= self.table_elements && maximum.is_none_or(|maximum| desired <= maximum))
    }
}

/// A buffer that the model gave us inside its memory.
#[derive(Clone, Copy)]
struct Buffer {
    pointer: u32,
    length: u32,
}

enum Entry {
    Predict(TypedFunc<(u32, u32, u32, u32), u32>),
    Step(TypedFunc<(i32, u32), u32>),
}

/// A live instance after `init`.
pub(crate) struct ModelInstance<'a> {
    store: Store<Limiter>,
    instance: Instance,
    memory: Memory,
    alloc: TypedFunc<u32, u32>,
    entry: Entry,
    symbols: u32,
    input: Option<Buffer>,
    output: Buffer,
    fuel: FuelBudget,
    stack_bytes: u32,
    usage: &'a mut Usage,
}

impl<'a> ModelInstance<'a> {
    /// Instantiates `module` and hands it the task's descriptor.
    pub(crate) fn start(
        engine: &Engine,
        module: &Module,
        limits: &Limits,
        interface: Interface,
        fuel: FuelBudget,
        descriptor: &[u8],
        usage: &'a mut Usage,
    ) -> Result<Self, Stop> {
        let limiter = Limiter {
            memory_bytes: limits.memory_bytes as usize,
            table_elements: limits.table_elements as usize,
            peak_memory: 0,
            memory_refused: false,
            host_failed: false,
        };
        let mut store = Store::new(engine, limiter);
        store.limiter(|limiter| limiter);
        let granted = fuel.init.min(usage.fuel_left);
        grant(&mut store, granted)?;
        let instance = Instance::new(&mut store, module, &[]).map_err(|error| classify_start(&store, &error))?;
        let memory =
            instance.get_memory(&mut store, AbiExport::Memory.name()).ok_or_else(|| missing(AbiExport::Memory))?;
        let alloc = function(instance, &mut store, AbiExport::Alloc)?;
        let entry = match interface {
            Interface::Predict { .. } => Entry::Predict(function(instance, &mut store, AbiExport::Predict)?),
            Interface::Step => Entry::Step(function(instance, &mut store, AbiExport::Step)?),
        };
        let mut model = Self {
            store,
            instance,
            memory,
            alloc,
            entry,
            symbols: interface.symbols(),
            input: None,
            output: Buffer { pointer: 0, length: 0 },
            fuel,
            stack_bytes: limits.stack_bytes,
            usage,
        };
        let result = model.init(descriptor);
        model.settle(granted);
        result.map(|()| model)
    }

    fn init(&mut self, descriptor: &[u8]) -> Result<(), Stop> {
        let version = function(self.instance, &mut self.store, AbiExport::AbiVersion)?;
        let got: i32 = self.call(&version, ())?;
        if got != ABI_VERSION {
            return Err(Stop::Counts(Outcome::Invalid(Invalid::AbiVersion { got })));
        }
        let task = self.allocate(descriptor.len() as u32)?;
        self.write(task, descriptor)?;
        let init = function(self.instance, &mut self.store, AbiExport::Init)?;
        let status: i32 = self.call(&init, (task.pointer, task.length))?;
        if status != 0 {
            return Err(BadOutput::InitRefused { status }.into());
        }
        self.output = self.allocate(self.symbols * 2)?;
        Ok(())
    }

    /// Asks for the distribution over the classes of `input` and appends what it gives each of `symbols`.
    pub(crate) fn predict(
        &mut self,
        input: &[u8],
        mut symbols: Range<u16>,
        answers: &mut Vec<Answer>,
    ) -> Result<(), Stop> {
        self.with_item_fuel(|model| {
            let buffer = model.input_buffer(input.len() as u32)?;
            model.write(buffer, input)?;
            let Entry::Predict(predict) = &model.entry else {
                return Err(missing(AbiExport::Predict));
            };
            let predict = predict.clone();
            let output = model.output;
            let got = model.call(&predict, (buffer.pointer, buffer.length, output.pointer, output.length))?;
            symbols.try_for_each(|symbol| {
                answers.push(model.answer(got, symbol)?);
                Ok(())
            })
        })
    }

    /// Feeds a stream and appends the answer before each of its bytes.
    pub(crate) fn stream(&mut self, bytes: &[u8], answers: &mut Vec<Answer>) -> Result<(), Stop> {
        self.with_item_fuel(|model| {
            let Entry::Step(step) = &model.entry else {
                return Err(missing(AbiExport::Step));
            };
            let step = step.clone();
            let mut previous = -1;
            for byte in bytes {
                let got = model.call(&step, (previous, model.output.pointer))?;
                answers.push(model.answer(got, u16::from(*byte))?);
                previous = i32::from(*byte);
            }
            Ok(())
        })
    }

    fn with_item_fuel<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Stop>) -> Result<T, Stop> {
        let granted = self.fuel.item.min(self.usage.fuel_left);
        grant(&mut self.store, granted)?;
        let result = work(self);
        self.settle(granted);
        result
    }

    /// Books what was used of the `granted` fuel, and the memory.
    fn settle(&mut self, granted: u64) {
        let left = self.store.get_fuel().unwrap_or(0);
        self.usage.fuel_left -= granted.saturating_sub(left).min(self.usage.fuel_left);
        self.usage.peak_memory = self.usage.peak_memory.max(self.store.data().peak_memory);
    }

    fn input_buffer(&mut self, length: u32) -> Result<Buffer, Stop> {
        match self.input {
            Some(buffer) if buffer.length >= length => Ok(Buffer { length, ..buffer }),
            _ => {
                let buffer = self.allocate(length)?;
                self.input = Some(buffer);
                Ok(buffer)
            }
        }
    }

    fn allocate(&mut self, length: u32) -> Result<Buffer, Stop> {
        let alloc = self.alloc.clone();
        let pointer = self.call(&alloc, length)?;
        let buffer = Buffer { pointer, length };
        let end = u64::from(pointer) + u64::from(length);
        if end > self.memory.data_size(&self.store) as u64 {
            return Err(out_of_bounds(buffer));
        }
        Ok(buffer)
    }

    fn write(&mut self, buffer: Buffer, bytes: &[u8]) -> Result<(), Stop> {
        self.memory.write(&mut self.store, buffer.pointer as usize, bytes).map_err(|_| out_of_bounds(buffer))
    }

    /// Reads the weights that the model wrote and picks a symbol's.
    fn answer(&self, got: u32, symbol: u16) -> Result<Answer, Stop> {
        let Buffer { pointer, length: expected } = self.output;
        if got != expected {
            return Err(BadOutput::WrongLength { expected, got }.into());
        }
        let start = pointer as usize;
        let weights = self
            .memory
            .data(&self.store)
            .get(start..start + expected as usize)
            .ok_or_else(|| out_of_bounds(self.output))?;
        let mut total = self.symbols;
        for pair in weights.chunks_exact(2) {
            total += u32::from(u16::from_le_bytes([pair[0], pair[1]]));
        }
        let at = usize::from(symbol) * 2;
        let weight = u32::from(u16::from_le_bytes([weights[at], weights[at + 1]])) + 1;
        Ok(Answer { weight, total })
    }

    fn call<P: wasmtime::WasmParams, R: wasmtime::WasmResults>(
        &mut self,
        function: &TypedFunc<P, R>,
        parameters: P,
    ) -> Result<R, Stop> {
        match function.call(&mut self.store, parameters) {
            Ok(result) => Ok(result),
            Err(error) => Err(self.classify(&error)),
        }
    }

    fn classify(&mut self, error: &wasmtime::Error) -> Stop {
        let depth = self.instance.get_global(&mut self.store, DEPTH_EXPORT);
        let depth = depth.and_then(|global| global.get(&mut self.store).i32()).unwrap_or(0);
        if depth as u32 > self.stack_bytes {
            return Stop::Counts(Outcome::DepthLimit);
        }
        classify_start(&self.store, error)
    }
}

fn missing(export: AbiExport) -> Stop {
    Stop::Counts(Outcome::Invalid(Invalid::MissingExport(export)))
}

fn function<P: wasmtime::WasmParams, R: wasmtime::WasmResults>(
    instance: Instance,
    store: &mut Store<Limiter>,
    export: AbiExport,
) -> Result<TypedFunc<P, R>, Stop> {
    instance.get_typed_func(store, export.name()).map_err(|_| missing(export))
}

fn out_of_bounds(buffer: Buffer) -> Stop {
    BadOutput::PointerOutOfBounds { pointer: buffer.pointer, length: buffer.length }.into()
}

fn grant(store: &mut Store<Limiter>, fuel: u64) -> Result<(), Stop> {
    store.set_fuel(fuel).map_err(|_| Stop::Fault(EngineFault::Instantiate))
}

/// What an error means when no call can have been too deep.
fn classify_start(store: &Store<Limiter>, error: &wasmtime::Error) -> Stop {
    if store.data().memory_refused {
        return Stop::Counts(Outcome::MemoryLimit);
    }
    if store.data().host_failed || error.is::<wasmtime::OutOfMemory>() {
        return Stop::HostOutOfMemory;
    }
    let kind = match error.downcast_ref::<Trap>() {
        None => return Stop::Fault(EngineFault::Instantiate),
        Some(Trap::OutOfFuel) => return Stop::Counts(Outcome::OutOfFuel),
        Some(Trap::StackOverflow) => return Stop::Fault(EngineFault::NativeStack),
        Some(Trap::UnreachableCodeReached) => TrapKind::Unreachable,
        Some(Trap::MemoryOutOfBounds) => TrapKind::MemoryOutOfBounds,
        Some(Trap::TableOutOfBounds) => TrapKind::TableOutOfBounds,
        Some(Trap::IndirectCallToNull) => TrapKind::IndirectCallToNull,
        Some(Trap::BadSignature) => TrapKind::BadSignature,
        Some(Trap::IntegerOverflow) => TrapKind::IntegerOverflow,
        Some(Trap::IntegerDivisionByZero) => TrapKind::IntegerDivisionByZero,
        Some(Trap::BadConversionToInteger) => TrapKind::BadConversionToInteger,
        Some(_) => return Stop::Fault(EngineFault::UnknownTrap),
    };
    Stop::Counts(Outcome::Trap(kind))
}
