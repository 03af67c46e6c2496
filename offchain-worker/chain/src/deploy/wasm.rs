//! What a contract's Wasm asks of its host, and a probe that asks the host for one of these things.

use wasmparser::{BinaryReaderError, CompositeInnerType, FuncType, Parser, Payload, TypeRef, ValType};

/// A function that a contract calls in its host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HostFunction {
    module: String,
    name: String,
    signature: FuncType,
}

impl HostFunction {
    /// Its name as pallet-contracts documents it: `seal1.call`.
    pub(super) fn name(&self) -> String {
        format!("{}.{}", self.module, self.name)
    }

    /// A contract that does nothing and imports this function: a host takes it if it has the function.
    ///
    /// `None` for a signature or a name that no host function has.
    pub(super) fn probe(&self) -> Option<Vec<u8>> {
        let values = |types: &[ValType]| {
            let types: Option<Vec<u8>> = types.iter().map(|value| value_type(*value)).collect();
            counted(&types?)
        };
        let mut signature = vec![0x60];
        signature.extend(values(self.signature.params())?);
        signature.extend(values(self.signature.results())?);
        let types = [vec![2], signature, vec![0x60, 0, 0]].concat();
        let memory = [name("env")?, name("memory")?, vec![2, 0, 1]].concat();
        let function = [name(&self.module)?, name(&self.name)?, vec![0, 0]].concat();
        let imports = [vec![2], memory, function].concat();
        let exports = [vec![2], name("call")?, vec![0, 1], name("deploy")?, vec![0, 2]].concat();
        let module = [
            b"\0asm\x01\0\0\0".to_vec(),
            section(1, &types)?,
            section(2, &imports)?,
            section(3, &[2, 1, 1])?,
            section(7, &exports)?,
            section(10, &[2, 2, 0, 0x0b, 2, 0, 0x0b])?,
        ];
        Some(module.concat())
    }
}

/// What a contract's Wasm imports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Imports {
    /// Functions of the host.
    pub(super) functions: Vec<HostFunction>,
    /// Pages of 64 KiB that its memory may grow to.
    pub(super) memory_pages: u64,
}

impl Imports {
    /// Reads them.
    pub(super) fn read(code: &[u8]) -> Result<Self, BinaryReaderError> {
        let (mut types, mut imports) = (Vec::new(), Self::default());
        for payload in Parser::new(0).parse_all(code) {
            match payload? {
                Payload::TypeSection(section) => {
                    for group in section {
                        types.extend(group?.into_types().map(|kind| match kind.composite_type.inner {
                            CompositeInnerType::Func(signature) => Some(signature),
                            _ => None,
                        }));
                    }
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let import = import?;
                        match import.ty {
                            TypeRef::Memory(memory) => {
                                imports.memory_pages = memory.maximum.unwrap_or(memory.initial);
                            }
                            TypeRef::Func(index) => {
                                let signature = types.get(index as usize).cloned().flatten();
                                imports.functions.extend(signature.map(|signature| HostFunction {
                                    module: import.module.to_owned(),
                                    name: import.name.to_owned(),
                                    signature,
                                }));
                            }
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(imports)
    }
}

fn value_type(value: ValType) -> Option<u8> {
    match value {
        ValType::I32 => Some(0x7f),
        ValType::I64 => Some(0x7e),
        _ => None,
    }
}

fn name(text: &str) -> Option<Vec<u8>> {
    counted(text.as_bytes())
}

fn section(id: u8, content: &[u8]) -> Option<Vec<u8>> {
    let mut section = vec![id];
    section.extend(counted(content)?);
    Some(section)
}

/// The bytes after their count, which has two bytes of LEB128 at most.
fn counted(bytes: &[u8]) -> Option<Vec<u8>> {
    let count = u16::try_from(bytes.len()).ok().filter(|count| *count < 1 << 14)?;
    let [low, high] = [(count & 0x7f) as u8, (count >> 7) as u8];
    let mut counted = if high == 0 { vec![low] } else { vec![low | 0x80, high] };
    counted.extend_from_slice(bytes);
    Some(counted)
}
