//! A contracts node of one's own: a development chain in a child process, for tests and local networks.
//!
//! The node is `substrate-contracts-node`. Its chain seals a block at once for each transaction and none without one, so
//! that its clock stands still while nobody sends anything.

use std::{
    env, fmt,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    time::{Duration, Instant},
};

/// The variable that names the node's program.
const VARIABLE: &str = "CONTRACTS_NODE";
const PROGRAM: &str = "substrate-contracts-node";
/// How long a node may take until it listens: it compiles its runtime first.
const START: Duration = Duration::from_secs(90);
/// How often the node's log is looked at until then.
const LOOK: Duration = Duration::from_millis(100);
/// What the node says when it listens, before the port.
const LISTENING: &str = "addr=127.0.0.1:";

/// Why there is no node.
#[derive(Debug, thiserror::Error)]
pub enum LocalNodeError {
    /// There is none on this machine.
    #[error("there is no {PROGRAM} on PATH, and {VARIABLE} names none; scripts/node.sh install builds it")]
    Missing,
    /// It cannot be started.
    #[error("cannot start {}: {source}", program.display())]
    Start {
        /// Which program.
        program: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It ended, or does not listen in time.
    #[error("{} does not listen; its log is {}", program.display(), log.display())]
    Silent {
        /// Which program.
        program: PathBuf,
        /// What it says.
        log: PathBuf,
    },
}

/// Finds the program: the one that `CONTRACTS_NODE` names, or `substrate-contracts-node` on PATH.
///
/// # Errors
/// [`LocalNodeError::Missing`].
pub fn find() -> Result<PathBuf, LocalNodeError> {
    if let Some(named) = env::var_os(VARIABLE).filter(|named| !named.is_empty()) {
        return Ok(named.into());
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let mut programs = env::split_paths(&path).map(|folder| folder.join(PROGRAM));
    programs.find(|program| program.is_file()).ok_or(LocalNodeError::Missing)
}

/// A running node. It ends when this is dropped, unless it was detached.
pub struct LocalNode {
    child: Option<Child>,
    port: u16,
}

impl LocalNode {
    /// Starts a node that keeps its chain in `folder/chain` and its log in `folder/node.log`, and waits until it listens.
    /// A chain that is there already goes on. Port 0 lets the system choose.
    ///
    /// # Errors
    /// [`LocalNodeError::Start`], [`LocalNodeError::Silent`].
    pub fn start(program: &Path, folder: &Path, port: u16) -> Result<Self, LocalNodeError> {
        let failed = |source| LocalNodeError::Start { program: program.to_owned(), source };
        fs::create_dir_all(folder).map_err(failed)?;
        let log = folder.join("node.log");
        let output = File::create(&log).map_err(failed)?;
        let child = Command::new(program)
            // Finality waits a second unless told otherwise, and every transaction for finality.
            .args(["--dev", "--finalize-delay-sec=0", "--state-pruning=archive", "--no-prometheus", "--port=0"])
            .arg(format!("--rpc-port={port}"))
            .arg("--base-path")
            .arg(folder.join("chain"))
            .arg("--log=error,sc_rpc_server=info")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(output)
            .spawn()
            .map_err(failed)?;
        let mut node = Self { child: Some(child), port };
        match node.await_port(&log) {
            Some(port) => {
                node.port = port;
                Ok(node)
            }
            None => Err(LocalNodeError::Silent { program: program.to_owned(), log }),
        }
    }

    /// Where its RPC listens: `ws://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("ws://127.0.0.1:{}", self.port)
    }

    /// The port of its RPC.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Lets it live on by itself; gives its process id.
    pub fn detach(mut self) -> Option<u32> {
        self.child.take().map(|child| child.id())
    }

    /// Waits until the log names the port.
    fn await_port(&mut self, log: &Path) -> Option<u16> {
        // Nobody ever sends: a pause that ends early with the process.
        let (_never, pause) = mpsc::channel::<()>();
        let end = Instant::now() + START;
        while Instant::now() < end && self.is_running() {
            if let Some(port) = fs::read_to_string(log).ok().as_deref().and_then(port_in) {
                return Some(port);
            }
            if pause.recv_timeout(LOOK) == Err(RecvTimeoutError::Disconnected) {
                return None;
            }
        }
        None
    }

    fn is_running(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)))
    }
}

fn port_in(log: &str) -> Option<u16> {
    let rest = log.split_once(LISTENING)?.1;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    // A line that is not written to its end may lack digits.
    rest.get(digits.len()..)?.starts_with([',', '\n', ' ']).then(|| digits.parse().ok())?
}

impl fmt::Debug for LocalNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalNode").field("port", &self.port).finish_non_exhaustive()
    }
}

impl Drop for LocalNode {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // Both fail only if the node has ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_read_from_a_line_that_is_written_to_its_end() {
        let line = "Running JSON-RPC server: addr=127.0.0.1:44107,[::1]:9944";
        assert_eq!(port_in(line), Some(44107));
        assert_eq!(port_in("Running JSON-RPC server: addr=127.0.0.1:441"), None);
        assert_eq!(port_in("Running"), None);
    }
}
