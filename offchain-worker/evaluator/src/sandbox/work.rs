//! What the instructions of a function cost the compiler, counted in ordinary ones, so that the time and
//! memory of compiling a module are bounded by a number that is equal on all machines.
//!
//! An instruction that handles many values makes the compiler handle each. Where control flow meets, and
//! at the head of a loop above all, it may have to pass on every local and operand; a loop within loops
//! passes them on through all of these. Each place where control flow parts is held against the earlier
//! ones of its function. The shares below are measured: work of equal amount, of whatever kind, takes about
//! as long to compile (`modules_with_the_most_work_of_every_kind_compile_in_time`).

use wasmparser::Operator;

use crate::sandbox::depth::OPERATORS_PER_CALL;

/// For a parameter or result of a call.
const WORK_PER_CALL_VALUE: u64 = 6;

/// Values that meet at the beginning of a block, or pass the head of one loop, for one instruction.
const MET_VALUES_PER_WORK: u64 = 8;

/// Blocks around a block for one instruction.
const BLOCKS_AROUND_PER_WORK: u64 = 20;

/// Earlier partings of control flow in the function for one instruction.
const EARLIER_PARTINGS_PER_WORK: u64 = 100;

/// Partings within an instruction on a table, and within a call through one with its counters.
const PARTINGS_PER_TABLE_ACCESS: u64 = 2;
const PARTINGS_PER_INDIRECT_CALL: u64 = 3;

/// Counts the work of one function.
#[derive(Default)]
pub(crate) struct Work {
    /// The blocks that are open, and whether each is a loop.
    open: Vec<bool>,
    loops: u64,
    partings: u64,
}

impl Work {
    /// The work of the next instruction, which takes and gives so many `values`, while the function has
    /// so many locals and operands in its `slots`.
    pub(crate) fn next(&mut self, operator: &Operator<'_>, values: u32, slots: u32) -> u64 {
        let values = u64::from(values);
        match operator {
            Operator::Call { .. } => self.call(1, values),
            Operator::CallIndirect { .. } => self.call(PARTINGS_PER_INDIRECT_CALL, values),
            Operator::Block { .. } => self.begin(false, values, slots),
            Operator::If { .. } => self.begin(false, values, slots) + self.part(1),
            Operator::Loop { .. } => self.begin(true, values, slots) + self.part(1),
            Operator::End => {
                self.loops -= u64::from(self.open.pop() == Some(true));
                1 + values
            }
            Operator::Else => 1 + values,
            Operator::Br { .. } | Operator::BrIf { .. } | Operator::Return | Operator::Unreachable => {
                1 + values + self.part(1)
            }
            Operator::BrTable { targets } => {
                let labels = u64::from(targets.len()) + 1;
                labels * (1 + values) + self.part(labels)
            }
            Operator::TableGet { .. } | Operator::TableSet { .. } => 1 + self.part(PARTINGS_PER_TABLE_ACCESS),
            _ => 1,
        }
    }

    fn call(&mut self, partings: u64, values: u64) -> u64 {
        OPERATORS_PER_CALL + WORK_PER_CALL_VALUE * values + self.part(partings)
    }

    fn begin(&mut self, is_loop: bool, values: u64, slots: u32) -> u64 {
        self.open.push(is_loop);
        self.loops += u64::from(is_loop);
        let passes = if is_loop { self.loops } else { 1 };
        let met = u64::from(slots) * passes / MET_VALUES_PER_WORK;
        1 + values + met + self.open.len() as u64 / BLOCKS_AROUND_PER_WORK
    }

    /// The work of `more` partings beside the instruction's own.
    fn part(&mut self, more: u64) -> u64 {
        self.partings += more;
        more * (self.partings / EARLIER_PARTINGS_PER_WORK)
    }
}
