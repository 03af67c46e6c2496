//! Memory that must not reach the disk.

use std::io;

/// Keeps the memory of this process from core dumps, and from debuggers of anybody but root. A program calls it before it
/// reads its first secret; child processes are not bound by it.
///
/// # Errors
/// What the operating system says. Where it is not Linux nothing is done.
pub fn forbid_dumps() -> io::Result<()> {
    #[cfg(target_os = "linux")]
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)?;
    Ok(())
}
