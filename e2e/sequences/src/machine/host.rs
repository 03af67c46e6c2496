//! The host functions that the contracts import, as pallet-contracts documents them; none of them costs anything.

use ink::env::hash::{Blake2x256, CryptoHash, HashOutput, Keccak256, Sha2x256};
use primitives::{AccountId, Hash};
use wasmtime::{Caller, Engine, Error, Linker, Result};

use super::frame::{Fault, Frame, Output, Run, Shared};

const SUCCESS: u32 = 0;
const CALLEE_TRAPPED: u32 = 1;
const CALLEE_REVERTED: u32 = 2;
const KEY_NOT_FOUND: u32 = 3;
const CODE_NOT_FOUND: u32 = 7;
const NOT_CALLABLE: u32 = 8;
/// Stands for "there is none" where a length or an address is expected.
const SENTINEL: u32 = u32::MAX;
const FORWARD_INPUT: u32 = 0b1;
const TAIL_CALL: u32 = 0b100;
const REVERT: u32 = 1;
/// The largest cell, in bytes.
const MAX_VALUE: usize = 16 * 1024;

type Contract<'a> = Caller<'a, Frame>;

/// All functions, but for the memory, which every run has its own of.
pub(crate) fn functions(engine: &Engine) -> Linker<Frame> {
    let mut linker = Linker::new(engine);
    link(&mut linker).expect("no name stands twice");
    linker
}

fn link(linker: &mut Linker<Frame>) -> Result<()> {
    linker.func_wrap("seal0", "caller", |mut contract: Contract, out: u32, len: u32| {
        let caller = contract.data().caller;
        answer(&mut contract, (out, len), caller.as_ref())
    })?;
    linker.func_wrap("seal0", "address", |mut contract: Contract, out: u32, len: u32| {
        let address = contract.data().address;
        answer(&mut contract, (out, len), address.as_ref())
    })?;
    linker.func_wrap("seal0", "now", |mut contract: Contract, out: u32, len: u32| {
        let now = shared(&mut contract).now_ms.to_le_bytes();
        answer(&mut contract, (out, len), &now)
    })?;
    linker.func_wrap("seal0", "value_transferred", |mut contract: Contract, out: u32, len: u32| {
        answer(&mut contract, (out, len), &0_u128.to_le_bytes())
    })?;
    linker.func_wrap("seal0", "input", |mut contract: Contract, out: u32, len: u32| {
        let input = contract.data().input.clone();
        answer(&mut contract, (out, len), &input)
    })?;
    linker.func_wrap(
        "seal0",
        "seal_return",
        |mut contract: Contract, flags: u32, at: u32, len: u32| -> Result<()> {
            let data = read(&mut contract, at, len)?;
            contract.data_mut().output = Some(Output { is_reverted: flags & REVERT != 0, data });
            Err(Error::msg("the contract has answered"))
        },
    )?;
    linker.func_wrap("seal0", "deposit_event", |_: Contract, _: u32, _: u32, _: u32, _: u32| {})?;
    linker.func_wrap("seal0", "hash_blake2_256", hash::<Blake2x256>)?;
    linker.func_wrap("seal0", "hash_keccak_256", hash::<Keccak256>)?;
    linker.func_wrap("seal0", "hash_sha2_256", hash::<Sha2x256>)?;
    link_storage(linker)?;
    link_code(linker)
}

fn link_storage(linker: &mut Linker<Frame>) -> Result<()> {
    linker.func_wrap("seal2", "set_storage", |mut contract: Contract, key: u32, key_len: u32, at: u32, len: u32| {
        let value = read(&mut contract, at, len)?;
        if value.len() > MAX_VALUE {
            return Err(Error::msg("the cell is too large"));
        }
        put(&mut contract, (key, key_len), Some(value))
    })?;
    linker.func_wrap("seal1", "clear_storage", |mut contract: Contract, key: u32, key_len: u32| {
        put(&mut contract, (key, key_len), None)
    })?;
    linker.func_wrap("seal1", "contains_storage", |mut contract: Contract, key: u32, key_len: u32| {
        Ok(length(get(&mut contract, (key, key_len))?.as_ref()))
    })?;
    linker.func_wrap(
        "seal1",
        "get_storage",
        |mut contract: Contract, key: u32, key_len: u32, out: u32, out_len: u32| {
            let value = get(&mut contract, (key, key_len))?;
            answer_found(&mut contract, (out, out_len), value)
        },
    )?;
    linker.func_wrap(
        "seal0",
        "take_storage",
        |mut contract: Contract, key: u32, key_len: u32, out: u32, out_len: u32| {
            let value = get(&mut contract, (key, key_len))?;
            put(&mut contract, (key, key_len), None)?;
            answer_found(&mut contract, (out, out_len), value)
        },
    )?;
    Ok(())
}

fn link_code(linker: &mut Linker<Frame>) -> Result<()> {
    linker.func_wrap("seal0", "code_hash", |mut contract: Contract, account: u32, out: u32, len: u32| {
        let account = read_32(&mut contract, account)?;
        let code = shared(&mut contract).code(&account.into());
        answer_found(&mut contract, (out, len), code.map(|code| code.to_vec()))
    })?;
    linker.func_wrap("seal0", "set_code_hash", |mut contract: Contract, code: u32| {
        let (code, address) = (read_32(&mut contract, code)?, contract.data().address);
        let shared = shared(&mut contract);
        if shared.codes.module(&code).is_none() {
            return Ok(CODE_NOT_FOUND);
        }
        shared.cells.put((address, Vec::new()), Some(code.to_vec()));
        Ok(SUCCESS)
    })?;
    linker.func_wrap(
        "seal0",
        "delegate_call",
        |mut contract: Contract, flags: u32, code: u32, input: u32, input_len: u32, out: u32, out_len: u32| {
            let code = read_32(&mut contract, code)?;
            let input = if flags & FORWARD_INPUT == 0 {
                read(&mut contract, input, input_len)?
            } else {
                std::mem::take(&mut contract.data_mut().input)
            };
            let Frame { caller, address, .. } = *contract.data();
            let run = Run { code, entry: "call", caller, address, input };
            call(&mut contract, run, flags, (out, out_len), CODE_NOT_FOUND)
        },
    )?;
    linker.func_wrap(
        "seal2",
        "call",
        |mut contract: Contract,
         flags: u32,
         callee: u32,
         _ref_time: u64,
         _proof_size: u64,
         _deposit: u32,
         _value: u32,
         input: u32,
         input_len: u32,
         out: u32,
         out_len: u32| {
            let callee: AccountId = read_32(&mut contract, callee)?.into();
            let input = read(&mut contract, input, input_len)?;
            let caller = contract.data().address;
            let shared = shared(&mut contract);
            let Some(code) = shared.code(&callee) else {
                return Ok(NOT_CALLABLE);
            };
            if shared.running.contains(&callee) {
                return Err(Error::msg("a contract that runs is called again"));
            }
            let selector = input.first_chunk().copied().unwrap_or_default();
            let run = Run { code, entry: "call", caller, address: callee, input };
            let code = call(&mut contract, run, flags, (out, out_len), NOT_CALLABLE)?;
            if code == SUCCESS {
                *self::shared(&mut contract).answered.entry(selector).or_default() += 1;
            }
            Ok(code)
        },
    )?;
    Ok(())
}

/// Runs other code and gives its answer to the contract that runs, or, for a tail call, in its name.
fn call(contract: &mut Contract, run: Run, flags: u32, out: (u32, u32), missing: u32) -> Result<u32> {
    let (shared, ended) = run.on(contract.data_mut().shared.take().expect("this contract runs"));
    contract.data_mut().shared = Some(shared);
    match ended {
        Ok(output) if flags & TAIL_CALL != 0 => {
            contract.data_mut().output = Some(output);
            Err(Error::msg("the contract has answered by another one"))
        }
        Ok(Output { is_reverted, data }) => {
            if out.0 != SENTINEL {
                answer(contract, out, &data)?;
            }
            Ok(if is_reverted { CALLEE_REVERTED } else { SUCCESS })
        }
        Err(Fault::Missing) => Ok(missing),
        Err(Fault::Trapped(_)) => Ok(CALLEE_TRAPPED),
    }
}

fn shared<'a>(contract: &'a mut Contract) -> &'a mut Shared {
    contract.data_mut().shared.as_mut().expect("this contract runs")
}

impl Shared {
    /// The code of a contract.
    pub(crate) fn code(&self, contract: &AccountId) -> Option<Hash> {
        let code = self.cells.get(&(*contract, Vec::new()))?;
        code.as_slice().try_into().ok()
    }
}

fn hash<H: CryptoHash + HashOutput<Type = Hash>>(
    mut contract: Contract,
    input: u32,
    input_len: u32,
    out: u32,
) -> Result<()> {
    let input = read(&mut contract, input, input_len)?;
    let mut hash = Hash::default();
    H::hash(&input, &mut hash);
    write(&mut contract, out, &hash)
}

fn get(contract: &mut Contract, (key, key_len): (u32, u32)) -> Result<Option<Vec<u8>>> {
    let key = (contract.data().address, read(contract, key, key_len)?);
    Ok(shared(contract).cells.get(&key).cloned())
}

/// Writes or clears a cell; the length of what was there.
fn put(contract: &mut Contract, (key, key_len): (u32, u32), value: Option<Vec<u8>>) -> Result<u32> {
    let key = (contract.data().address, read(contract, key, key_len)?);
    Ok(length(shared(contract).cells.put(key, value).as_ref()))
}

fn length(value: Option<&Vec<u8>>) -> u32 {
    value.map_or(SENTINEL, |value| u32::try_from(value.len()).expect("a cell is small"))
}

fn answer_found(contract: &mut Contract, out: (u32, u32), value: Option<Vec<u8>>) -> Result<u32> {
    let Some(value) = value else {
        return Ok(KEY_NOT_FOUND);
    };
    answer(contract, out, &value)?;
    Ok(SUCCESS)
}

/// Writes bytes where the contract has room for as many as it says, and says how many they are.
fn answer(contract: &mut Contract, (out, len): (u32, u32), bytes: &[u8]) -> Result<()> {
    let room = u32::from_le_bytes(read(contract, len, 4)?.try_into().expect("four were read"));
    let length = u32::try_from(bytes.len())?;
    if room < length {
        return Err(Error::msg("the output buffer is too small"));
    }
    write(contract, out, bytes)?;
    write(contract, len, &length.to_le_bytes())
}

fn read_32(contract: &mut Contract, at: u32) -> Result<[u8; 32]> {
    Ok(read(contract, at, 32)?.try_into().expect("32 were read"))
}

fn read(contract: &mut Contract, at: u32, len: u32) -> Result<Vec<u8>> {
    let memory = contract.data().memory.expect("a contract has its memory");
    let bytes = memory.data(&contract).get(at as usize..at as usize + len as usize);
    bytes.map(<[u8]>::to_vec).ok_or_else(|| Error::msg("an address beyond the memory"))
}

fn write(contract: &mut Contract, at: u32, bytes: &[u8]) -> Result<()> {
    let memory = contract.data().memory.expect("a contract has its memory");
    Ok(memory.write(contract, at as usize, bytes)?)
}
