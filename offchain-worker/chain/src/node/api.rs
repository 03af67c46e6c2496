//! What `pallet-contracts` is asked through its runtime API, in SCALE. Its functions are the same in all releases from
//! pallet 31 on; only the width of a balance differs between chains, and later releases append to the answers.

use primitives::{AccountId, Hash};
use scale::{Compact, Decode, Encode, Error, Input};

use crate::{Call, Deposit, Gas, Instantiation, Output};

/// Bytes of a balance on a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Balances {
    /// `u64`.
    Narrow,
    /// `u128`.
    Wide,
}

impl Balances {
    pub(super) fn bytes(self) -> u8 {
        match self {
            Self::Narrow => 8,
            Self::Wide => 16,
        }
    }

    /// An amount of nothing, and the absence of a limit.
    fn zero(self) -> Vec<u8> {
        vec![0; usize::from(self.bytes())]
    }

    pub(super) fn decode(self, input: &mut &[u8]) -> Result<u128, Error> {
        match self {
            Self::Narrow => u64::decode(input).map(u128::from),
            Self::Wide => u128::decode(input),
        }
    }

    /// The arguments of `ContractsApi_call`: without limits, so that the node's own apply.
    pub(super) fn call(self, caller: AccountId, call: &Call) -> Vec<u8> {
        let mut arguments = (caller, call.contract).encode();
        arguments.extend(self.zero());
        (NO_LIMIT, NO_LIMIT, &call.input).encode_to(&mut arguments);
        arguments
    }

    /// The arguments of `ContractsApi_instantiate` with code that is uploaded.
    pub(super) fn instantiate(self, deployer: AccountId, new: &Instantiation) -> Vec<u8> {
        const UPLOAD: u8 = 0;
        let mut arguments = deployer.encode();
        arguments.extend(self.zero());
        (NO_LIMIT, NO_LIMIT, UPLOAD, &new.code, &new.input, &new.salt).encode_to(&mut arguments);
        arguments
    }

    /// The arguments of `ContractsApi_upload_code`.
    pub(super) fn upload(self, uploader: AccountId, code: &[u8]) -> Vec<u8> {
        const ENFORCED: u8 = 0;
        (uploader, code, NO_LIMIT, ENFORCED).encode()
    }

    /// What `ContractsApi_call` answers.
    pub(super) fn called(self, mut answer: &[u8]) -> Result<Ran<'_, Output>, Error> {
        self.ran(&mut answer, output)
    }

    /// What `ContractsApi_instantiate` answers.
    pub(super) fn instantiated(self, mut answer: &[u8]) -> Result<Ran<'_, (Output, AccountId)>, Error> {
        self.ran(&mut answer, |input| Ok((output(input)?, AccountId::decode(input)?)))
    }

    /// What `ContractsApi_upload_code` answers: the deposit, or the bytes that begin with the `DispatchError`.
    pub(super) fn uploaded(self, mut answer: &[u8]) -> Result<Result<u128, &[u8]>, Error> {
        let input = &mut answer;
        match input.read_byte()? {
            0 => {
                Hash::decode(input)?;
                self.decode(input).map(Ok)
            }
            1 => Ok(Err(input)),
            _ => Err("neither a result nor an error".into()),
        }
    }

    fn ran<'a, T>(
        self,
        input: &mut &'a [u8],
        value: impl FnOnce(&mut &[u8]) -> Result<T, Error>,
    ) -> Result<Ran<'a, T>, Error> {
        let (consumed, required) = (gas(input)?, gas(input)?);
        let deposit = match input.read_byte()? {
            0 => Deposit::Refunded(self.decode(input)?),
            1 => Deposit::Charged(self.decode(input)?),
            _ => return Err("neither a refund nor a charge".into()),
        };
        Vec::<u8>::skip(input)?;
        let result = match input.read_byte()? {
            0 => Ok(value(input)?),
            1 => Err(*input),
            _ => return Err("neither a result nor an error".into()),
        };
        Ok(Ran { consumed, required, deposit, result })
    }
}

/// `None` of any type.
const NO_LIMIT: Option<()> = None;

/// A call or constructor that was tried.
#[derive(Debug)]
pub(super) struct Ran<'a, T> {
    pub(super) consumed: Gas,
    pub(super) required: Gas,
    pub(super) deposit: Deposit,
    /// `Err` are the bytes that begin with the `DispatchError`.
    pub(super) result: Result<T, &'a [u8]>,
}

fn gas(input: &mut &[u8]) -> Result<Gas, Error> {
    let (Compact(ref_time), Compact(proof_size)) = <(Compact<u64>, Compact<u64>)>::decode(input)?;
    Ok(Gas { ref_time, proof_size })
}

fn output(input: &mut &[u8]) -> Result<Output, Error> {
    const REVERT: u32 = 1;
    let (flags, data) = <(u32, Vec<u8>)>::decode(input)?;
    Ok(Output { data, reverted: flags & REVERT != 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `ContractResult` of pallet 38 as it stands in a node's answer: gas, deposit, debug text, result, events.
    fn answer(width: usize, result: &[u8]) -> Vec<u8> {
        let mut bytes = vec![4, 8, 12, 16, 1];
        bytes.extend([7]);
        bytes.extend(vec![0; width - 1]);
        bytes.extend([8, b'h', b'i']);
        bytes.extend(result);
        bytes.push(0);
        bytes
    }

    #[test]
    fn an_answer_is_read_at_either_width_and_what_follows_is_ignored() {
        for (balances, width) in [(Balances::Narrow, 8), (Balances::Wide, 16)] {
            let bytes = answer(width, &[0, 1, 0, 0, 0, 12, 1, 2, 3]);
            let ran = balances.called(&bytes).expect("an answer");
            assert_eq!(ran.consumed, Gas { ref_time: 1, proof_size: 2 });
            assert_eq!(ran.required, Gas { ref_time: 3, proof_size: 4 });
            assert_eq!(ran.deposit, Deposit::Charged(7));
            assert_eq!(ran.result, Ok(Output { data: vec![1, 2, 3], reverted: true }));
            let bytes = answer(width, &[1, 3, 8, 11, 0, 0, 0]);
            assert_eq!(balances.called(&bytes).expect("an answer").result, Err([3, 8, 11, 0, 0, 0, 0].as_slice()));
        }
    }

    #[test]
    fn no_part_of_an_answer_is_taken_for_one() {
        let bytes = answer(16, &[0, 1, 0, 0, 0, 12, 1, 2, 3]);
        for length in 0..bytes.len() - 1 {
            assert!(Balances::Wide.called(&bytes[..length]).is_err(), "{length} bytes");
        }
        assert!(Balances::Wide.called(&answer(16, &[2])).is_err());
        // A length beyond what there is must not be believed.
        assert!(Balances::Wide.called(&answer(16, &[0, 0, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff])).is_err());
    }
}
