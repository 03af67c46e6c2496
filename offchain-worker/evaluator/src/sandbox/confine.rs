//! Takes away from the runner everything but its two pipes, before it sees a model.
//!
//! Resource limits bound memory, processor time and files, and allow no file descriptor beyond those
//! that are open, not even in the place of one that is closed, so neither a file nor a socket can be
//! opened; Landlock denies the file system and TCP as well, and signals and abstract sockets outside
//! the runner; capabilities and the chance to gain privileges are dropped, and a runner of root
//! becomes `nobody`, whom the limit on processes binds. What a host cannot give is reported once,
//! when the runner starts.
//!
//! A runner ends when its standard input does, also when its parent was killed. A signal at the
//! parent's death would come too early: it is sent when the thread that started the runner ends.

use core::fmt;

use serde::{Deserialize, Serialize};

/// Operating system limits of a runner process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confinement {
    /// Private writable memory, in bytes: compiler, compiled code and the model. Default: 1 GiB
    pub data_bytes: u64,
    /// Address space, in bytes; a pool slot reserves 4 GiB that are never touched. Default: 32 GiB
    pub address_space_bytes: u64,
    /// Processor time of one job, in seconds, beside the time that its fuel takes on a slow machine.
    /// Default: 60
    pub cpu_seconds_per_job: u64,
}

impl Default for Confinement {
    fn default() -> Self {
        Self { data_bytes: 1 << 30, address_space_bytes: 32 << 30, cpu_seconds_per_job: 60 }
    }
}

/// A part of the confinement that the host does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Weakness {
    /// Resource limits could not be set.
    ResourceLimits,
    /// Privileges could be gained, or capabilities were kept.
    Privileges,
    /// The runner belongs to root, whom the limit on processes does not bind.
    Processes,
    /// The kernel has no Landlock: files are kept out by the descriptor limit alone.
    FileSystem,
    /// Landlock is older than its network rules (ABI 4): connections are kept out by the descriptor
    /// limit alone.
    Network,
    /// Landlock is older than its scopes (ABI 6): signals to processes of the same user are possible.
    Signals,
}

impl fmt::Display for Weakness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ResourceLimits => "resource limits could not be set",
            Self::Privileges => "privileges could not be dropped",
            Self::Processes => "the runner belongs to root: starting processes is not denied",
            Self::FileSystem => "no Landlock: the file system is denied by the descriptor limit alone",
            Self::Network => "no Landlock network rules: connections are denied by the descriptor limit alone",
            Self::Signals => "no Landlock scopes: signals to other processes of this user are not denied",
        })
    }
}

/// Descriptors below which a runner may open one. Those that are open go on working.
const DESCRIPTORS: u64 = 0;

/// The user that owns nothing, by convention of every distribution.
#[cfg(target_os = "linux")]
const NOBODY: u32 = 65_534;

/// Confines the calling thread and every thread it starts later, and the process's resources.
/// Call it before any other thread exists. Returns what the host could not give.
#[cfg(target_os = "linux")]
pub(crate) fn confine(limits: &Confinement) -> Vec<Weakness> {
    let mut weaknesses = Vec::new();
    if become_nobody().is_err() {
        weaknesses.push(Weakness::Processes);
    }
    if drop_privileges().is_err() {
        weaknesses.push(Weakness::Privileges);
    }
    weaknesses.extend(landlock_deny_all());
    if set_limits(limits).is_err() {
        weaknesses.push(Weakness::ResourceLimits);
    }
    weaknesses
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn confine(limits: &Confinement) -> Vec<Weakness> {
    let mut weaknesses = vec![Weakness::Privileges, Weakness::FileSystem, Weakness::Network, Weakness::Signals];
    if set_limits(limits).is_err() {
        weaknesses.push(Weakness::ResourceLimits);
    }
    weaknesses
}

/// Leaves the root user, whom the kernel lets start processes whatever the limit.
#[cfg(target_os = "linux")]
fn become_nobody() -> rustix::io::Result<()> {
    use rustix::process::{Gid, Uid, getuid};
    use rustix::thread::{set_thread_groups, set_thread_res_gid, set_thread_res_uid};

    if !getuid().is_root() {
        return Ok(());
    }
    let (uid, gid) = (Uid::from_raw(NOBODY), Gid::from_raw(NOBODY));
    set_thread_groups(&[])?;
    set_thread_res_gid(gid, gid, gid)?;
    set_thread_res_uid(uid, uid, uid)
}

#[cfg(target_os = "linux")]
fn drop_privileges() -> rustix::io::Result<()> {
    use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities, set_no_new_privs};

    set_no_new_privs(true)?;
    let none = CapabilitySets {
        effective: CapabilitySet::empty(),
        permitted: CapabilitySet::empty(),
        inheritable: CapabilitySet::empty(),
    };
    set_capabilities(None, none)
}

fn set_limits(limits: &Confinement) -> rustix::io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};

    let fixed = |value| Rlimit { current: Some(value), maximum: Some(value) };
    setrlimit(Resource::Core, fixed(0))?;
    setrlimit(Resource::Fsize, fixed(0))?;
    setrlimit(Resource::Nofile, fixed(DESCRIPTORS))?;
    setrlimit(Resource::Data, fixed(limits.data_bytes))?;
    setrlimit(Resource::As, fixed(limits.address_space_bytes))
}

/// Denies starting processes and threads from now on. Where it cannot be denied, the parent ends
/// everything in the runner's process group with the runner.
pub(crate) fn forbid_processes() {
    use rustix::process::{Resource, Rlimit, setrlimit};

    let _ = setrlimit(Resource::Nproc, Rlimit { current: Some(0), maximum: Some(0) });
}

/// Allows the process this much more processor time from now on, at most to its next call.
pub(crate) fn allow_cpu_seconds(seconds: u64) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    use rustix::time::{ClockId, clock_gettime};

    let used = clock_gettime(ClockId::ProcessCPUTime).tv_sec.unsigned_abs();
    let limit = Rlimit { current: Some(used + seconds + 1), ..getrlimit(Resource::Cpu) };
    // Without this limit the parent's wall time limit remains.
    let _ = setrlimit(Resource::Cpu, limit);
}

/// Denies every file system access, TCP, and reaching other processes, as far as the kernel can.
#[cfg(target_os = "linux")]
fn landlock_deny_all() -> Vec<Weakness> {
    use landlock::{
        ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, LandlockStatus, Ruleset, RulesetAttr, Scope,
    };

    let newest = ABI::V7;
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(newest))
        .and_then(|ruleset| ruleset.handle_access(AccessNet::from_all(newest)))
        .and_then(|ruleset| ruleset.scope(Scope::from_all(newest)))
        .and_then(|ruleset| ruleset.create())
        .and_then(|ruleset| ruleset.restrict_self());
    let abi = match status.map(|status| status.landlock) {
        Ok(LandlockStatus::Available { effective_abi, .. }) => effective_abi,
        _ => ABI::Unsupported,
    };
    let since = [(ABI::V1, Weakness::FileSystem), (ABI::V4, Weakness::Network), (ABI::V6, Weakness::Signals)];
    since.into_iter().filter(|(first, _)| abi < *first).map(|(_, weakness)| weakness).collect()
}
