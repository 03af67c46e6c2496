//! The processes of a local network: started so that they live on by themselves, and known by more than their number.
//!
//! A number is given again after a process has ended. Together with the instant at which the process started, which the
//! system tells, it is nobody else's: a process that is not the network's is never ended.

use std::{
    fs::{self, OpenOptions},
    io,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};

use super::LocalnetError;
use crate::{json_file, signals::Signals};

const FILE: &str = "processes.json";
/// How long a process has to end in order.
const GRACE: Duration = Duration::from_secs(20);
/// How often is looked whether it has ended.
const LOOK: Duration = Duration::from_millis(50);

/// A process of a local network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Process {
    /// What it is called.
    pub(super) name: String,
    /// Its number.
    pub(super) pid: i32,
    /// When it started, in the system's ticks since it booted.
    started: u64,
    /// The port on 127.0.0.1 that it listens on.
    pub(super) port: Option<u16>,
}

impl Process {
    /// The process with a number.
    pub(super) fn of(name: &str, pid: u32, port: Option<u16>) -> io::Result<Self> {
        let pid = i32::try_from(pid).map_err(io::Error::other)?;
        let started = start_of(pid).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        Ok(Self { name: name.to_owned(), pid, started, port })
    }

    /// Whether it runs.
    pub(super) fn is_running(&self) -> bool {
        start_of(self.pid) == Some(self.started)
    }

    fn signal(&self, signal: Signal) {
        // Between the look and the signal it may end, which is what is wanted.
        if let Some(pid) = Pid::from_raw(self.pid).filter(|_| self.is_running()) {
            let _ = kill_process(pid, signal);
        }
    }
}

/// When a process started; nothing if there is none, or it waits to be buried.
fn start_of(pid: i32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in brackets may hold anything.
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
    let state = fields.next()?;
    (state != "Z" && state != "X").then(|| fields.nth(18)?.parse().ok())?
}

/// All processes of a local network, as a file of it tells.
#[derive(Debug)]
pub(super) struct Processes {
    path: PathBuf,
    list: Vec<Process>,
}

impl Processes {
    /// Reads them; there are none without the file.
    pub(super) fn read(folder: &Path) -> Result<Self, LocalnetError> {
        let path = folder.join(FILE);
        let list = match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text)
                .map_err(|error| LocalnetError::Malformed { path: path.clone(), what: error.to_string() })?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(source) => return Err(LocalnetError::File { path, source }),
        };
        Ok(Self { path, list })
    }

    /// All of them in the order in which they were started first.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Process> {
        self.list.iter()
    }

    /// The one of a name.
    pub(super) fn find(&self, name: &str) -> Option<&Process> {
        self.list.iter().find(|process| process.name == name)
    }

    /// Whether the one of a name runs.
    pub(super) fn is_running(&self, name: &str) -> bool {
        self.find(name).is_some_and(Process::is_running)
    }

    /// Adds one, or puts it in the place of the one of its name.
    pub(super) fn put(&mut self, process: Process) -> Result<(), LocalnetError> {
        match self.list.iter_mut().find(|known| known.name == process.name) {
            Some(known) => *known = process,
            None => self.list.push(process),
        }
        json_file::write(&self.path, &self.list)
            .map_err(|source| LocalnetError::File { path: self.path.clone(), source })
    }

    /// Starts a program with its output in a log, unless it runs.
    pub(super) fn start(
        &mut self,
        name: &str,
        port: Option<u16>,
        log: &Path,
        command: &mut Command,
    ) -> Result<(), LocalnetError> {
        if self.is_running(name) {
            return Ok(());
        }
        let failed = |source| LocalnetError::Process { name: name.to_owned(), source };
        let output = OpenOptions::new().create(true).append(true).open(log).map_err(failed)?;
        let errors = output.try_clone().map_err(failed)?;
        // In a group of its own, so that the terminal's ^C is not for it.
        let command = command.process_group(0).stdin(Stdio::null()).stdout(output).stderr(errors);
        let child = command.spawn().map_err(failed)?;
        self.put(Process::of(name, child.id(), port).map_err(failed)?)
    }

    /// Ends those of these names that run, all at the same time.
    pub(super) fn end(&self, names: &[&str], pause: &Signals) -> Result<(), LocalnetError> {
        let ending: Vec<&Process> = self.list.iter().filter(|process| names.contains(&process.name.as_str())).collect();
        for process in &ending {
            process.signal(Signal::TERM);
        }
        let end = Instant::now() + GRACE;
        while ending.iter().any(|process| process.is_running()) && Instant::now() < end {
            let paused = pause.wait(Some(LOOK));
            paused.map_err(|source| LocalnetError::Process { name: names.join(", "), source })?;
        }
        for process in &ending {
            process.signal(Signal::KILL);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_known_by_its_number_and_its_start() {
        let own = Process::of("test", std::process::id(), None).expect("this process runs");
        assert!(own.is_running());
        // Somebody else who was given the number later.
        assert!(!Process { started: own.started + 1, ..own }.is_running());
    }

    #[test]
    fn only_processes_of_the_network_are_ended() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut processes = Processes::read(folder.path()).expect("none");
        let signals = Signals::listen().expect("signals");
        let sleeper = || {
            let mut command = Command::new("sleep");
            command.arg("600");
            command
        };
        let log = folder.path().join("log");
        processes.start("one", None, &log, &mut sleeper()).expect("it starts");
        let mut stranger = sleeper().spawn().expect("it starts");
        let mistaken = Process::of("two", stranger.id(), None).expect("it runs");
        processes.put(Process { started: mistaken.started + 1, ..mistaken }).expect("a file");
        let read = Processes::read(folder.path()).expect("a file");
        assert!(read.is_running("one") && !read.is_running("two"));
        read.end(&["one", "two"], &signals).expect("ended");
        assert!(!read.is_running("one"));
        assert!(stranger.try_wait().expect("a child").is_none(), "it is not the network's");
        stranger.kill().expect("it runs");
        stranger.wait().expect("it ended");
    }
}
