//! Contracts written by hand that do one thing whatever they are asked: the neighbours of whom nothing good is known.

use primitives::AccountId;

/// What a contract does when it is called.
#[derive(Clone, Debug)]
pub enum Puppet {
    /// Returns these bytes, as a success or as a revert.
    Answer {
        /// Whether everything it did is undone.
        reverts: bool,
        /// The answer.
        data: Vec<u8>,
    },
    /// Returns that many zeros.
    Flood(u32),
    /// Traps.
    Trap,
    /// Runs until its gas is used up.
    Spin,
    /// Calls a contract, letting itself be called back, and traps if that fails. Answers like a message that succeeds.
    Forward {
        /// Whom to call.
        to: AccountId,
        /// What to send.
        input: Vec<u8>,
    },
}

/// `Ok(Ok(()))`, as ink! encodes it.
const SUCCESS: &[u8] = &[0, 0];
/// The flag by which a caller lets itself be called back.
const ALLOW_REENTRY: u32 = 8;

impl Puppet {
    /// The contract's code.
    pub fn wasm(&self) -> Vec<u8> {
        let (data, body) = match self {
            Self::Answer { reverts, data } => (data.clone(), leave(u32::from(*reverts), 0, data.len())),
            Self::Flood(bytes) => (vec![], format!("(call $return (i32.const 0) (i32.const 0) (i32.const {bytes}))")),
            Self::Trap => (vec![], "unreachable".to_owned()),
            Self::Spin => (vec![], "(loop (br 0))".to_owned()),
            Self::Forward { to, input } => {
                // The callee, 16 bytes of value, the input, the answer.
                let data = [&to.0[..], &[0; 16], input, SUCCESS].concat();
                let answer = leave(0, 48 + input.len(), SUCCESS.len());
                let call = format!(
                    "(call $call (i32.const {ALLOW_REENTRY}) (i32.const 0) (i64.const 0) (i32.const 32) (i32.const 48) \
                     (i32.const {}) (i32.const -1) (i32.const 0))",
                    input.len()
                );
                (data, format!("(if {call} (then unreachable)) {answer}"))
            }
        };
        let data: String = data.iter().map(|byte| format!("\\{byte:02x}")).collect();
        let text = format!(
            r#"(module
                (import "seal0" "seal_return" (func $return (param i32 i32 i32)))
                (import "seal1" "call" (func $call (param i32 i32 i64 i32 i32 i32 i32 i32) (result i32)))
                (import "env" "memory" (memory 1 1))
                (data (i32.const 0) "{data}")
                (func (export "deploy"))
                (func (export "call") {body}))"#
        );
        wat::parse_str(text).expect("a module")
    }
}

/// Ends the call with the bytes from `start` on.
fn leave(flags: u32, start: usize, length: usize) -> String {
    format!("(call $return (i32.const {flags}) (i32.const {start}) (i32.const {length}))")
}
