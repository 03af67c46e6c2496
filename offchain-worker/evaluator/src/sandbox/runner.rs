//! The parent's side of one runner process. Nothing a runner sends is believed beyond its form: a
//! frame has a length limit that follows from the question, a report must fit the job, and a runner
//! that breaks any of this is killed.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use thiserror::Error;

use crate::limits::Limits;
use crate::outcome::{Inconclusive, Outcome, RunnerEnd};
use crate::sandbox::confine::{Confinement, Weakness};
use crate::sandbox::deadline::DeadlinePipe;
use crate::sandbox::engine::Backend;
use crate::sandbox::frame;
use crate::sandbox::protocol::{Answer, Done, Hello, Interface, Job, PROTOCOL_VERSION, Report, Welcome};

/// How to start runners, how many, and how long to wait for them.
#[derive(Clone, Debug)]
pub struct RunnerConfig {
    /// A program that calls [`serve_stdio`](crate::serve_stdio) when started with `arguments`.
    pub program: PathBuf,
    /// Its arguments. Default: none
    pub arguments: Vec<OsString>,
    /// Runners that work at the same time. Default: the number of processors
    pub workers: usize,
    /// Time for one evaluation, beside the time that its fuel takes on a slow machine: for sending the
    /// model and compiling it. Default: 20 s
    pub wall_timeout: Duration,
    /// Whether the time that fuel takes ([`FuelBudget::time`](crate::FuelBudget::time)) comes on top.
    /// Without it a wall clock may end a model that has fuel left. Default: true
    pub time_for_fuel: bool,
    /// Time for a runner to start. Default: 20 s
    pub start_timeout: Duration,
    /// How often an evaluation is tried before it is given up as inconclusive, unless time runs out,
    /// which is not tried again. Default: 3
    pub attempts: u32,
    /// Operating system limits of a runner.
    pub confinement: Confinement,
    /// Limits of a model.
    pub limits: Limits,
}

impl RunnerConfig {
    /// Defaults, with `program` as the runner.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            arguments: Vec::new(),
            workers: std::thread::available_parallelism().map_or(1, usize::from),
            wall_timeout: Duration::from_secs(20),
            time_for_fuel: true,
            start_timeout: Duration::from_secs(20),
            attempts: 3,
            confinement: Confinement::default(),
            limits: Limits::default(),
        }
    }
}

/// Why no runner could be started.
#[derive(Debug, Error)]
pub enum StartError {
    /// The program could not be executed.
    #[error("cannot start the sandbox runner {program}: {source}")]
    Spawn {
        /// [`RunnerConfig::program`]
        program: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The program ran but did not behave like a runner; check [`RunnerConfig::program`] and
    /// [`RunnerConfig::arguments`].
    #[error("{program} does not answer like a sandbox runner of this release")]
    NotARunner {
        /// [`RunnerConfig::program`]
        program: PathBuf,
    },
}

/// Upper bound of an encoded [`Hello`], in bytes.
const MAX_HELLO_BYTES: u32 = 1024;

/// Upper bounds of an encoded [`Report`], in bytes: everything but the answers, and one answer.
const MAX_REPORT_BYTES: u32 = 1024;
const MAX_ANSWER_BYTES: u32 = 10;

/// A running, confined runner.
pub(crate) struct Runner {
    child: Child,
    input: DeadlinePipe<ChildStdin>,
    output: DeadlinePipe<ChildStdout>,
    wall_timeout: Duration,
    time_for_fuel: bool,
}

impl Runner {
    /// Starts a runner and waits until it is confined. Returns what its host could not give.
    pub(crate) fn start(config: &RunnerConfig, backend: Backend) -> Result<(Self, Vec<Weakness>), StartError> {
        let spawn_error = |source| StartError::Spawn { program: config.program.clone(), source };
        let mut command = Command::new(&config.program);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command
            .args(&config.arguments)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(spawn_error)?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (input, output) = pipes.ok_or_else(|| spawn_error(io::ErrorKind::BrokenPipe.into()))?;
        let mut runner = Self {
            child,
            input: DeadlinePipe::new(input).map_err(spawn_error)?,
            output: DeadlinePipe::new(output).map_err(spawn_error)?,
            wall_timeout: config.wall_timeout,
            time_for_fuel: config.time_for_fuel,
        };
        let RunnerConfig { limits, confinement, .. } = *config;
        let welcome = Welcome { version: PROTOCOL_VERSION, limits, confinement, backend };
        match runner.exchange::<Hello>(&encode(&welcome), MAX_HELLO_BYTES, config.start_timeout) {
            Ok(hello) if hello.version == PROTOCOL_VERSION => Ok((runner, hello.weaknesses)),
            _ => Err(StartError::NotARunner { program: config.program.clone() }),
        }
    }

    /// Runs one job. After an error the runner is dead.
    pub(crate) fn run(&mut self, job: &Job<'_>) -> Result<Done, Inconclusive> {
        let limit = MAX_REPORT_BYTES.saturating_add(job.answers().saturating_mul(MAX_ANSWER_BYTES));
        let fuel_time = if self.time_for_fuel { job.fuel.time() } else { Duration::ZERO };
        let result = match self.exchange::<Report>(&encode(job), limit, self.wall_timeout + fuel_time) {
            Ok(Report::Done(done)) if fits(&done, job.interface, job.answers()) => return Ok(done),
            Ok(Report::Done(_)) => Inconclusive::BadAnswer,
            Ok(Report::Fault(fault)) => Inconclusive::EngineFault(fault),
            Ok(Report::HostOutOfMemory) => Inconclusive::HostOutOfMemory,
            Err(error) => self.account_for(&error),
        };
        self.kill();
        Err(result)
    }

    fn exchange<T: DeserializeOwned>(&mut self, question: &[u8], limit: u32, timeout: Duration) -> io::Result<T> {
        let deadline = Instant::now() + timeout;
        self.input.set_deadline(deadline);
        self.output.set_deadline(deadline);
        frame::write(&mut self.input, question)?;
        let answer = frame::read(&mut self.output, limit)?;
        postcard::from_bytes(&answer).map_err(|_| io::ErrorKind::InvalidData.into())
    }

    fn account_for(&mut self, error: &io::Error) -> Inconclusive {
        match error.kind() {
            io::ErrorKind::TimedOut => Inconclusive::WallTimeout,
            io::ErrorKind::InvalidData => Inconclusive::BadAnswer,
            _ => {
                // The pipe is closed. Killing does not change the status of a process that ended.
                self.kill_group();
                Inconclusive::RunnerDied(self.child.wait().map_or(RunnerEnd::Unknown, end))
            }
        }
    }

    /// Whether the process still runs, as far as can be known.
    pub(crate) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    fn kill(&mut self) {
        self.kill_group();
        // Fails only if the process has already been waited for.
        let _ = self.child.wait();
    }

    /// Ends the runner and whatever it has started: it leads a process group of its own.
    fn kill_group(&mut self) {
        #[cfg(unix)]
        {
            let group = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw);
            if let Some(group) = group {
                // Fails if nothing of the group is left.
                let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
            }
        }
        // Fails only if the process has already been waited for.
        let _ = self.child.kill();
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        self.kill();
    }
}

pub(crate) fn encode(message: &impl serde::Serialize) -> Vec<u8> {
    postcard::to_allocvec(message).expect("postcard fails only on types that our messages do not contain")
}

/// Whether a result can be the one of a job with this many answers.
pub(crate) fn fits(done: &Done, interface: Interface, answers: u32) -> bool {
    if done.outcome != Outcome::Ok {
        return done.answers.is_empty();
    }
    let symbols = interface.symbols();
    let possible = |answer: &Answer| {
        let others = u64::from(symbols - 1);
        let rest = u64::from(answer.total).checked_sub(answer.weight.into());
        (1..=1 << 16).contains(&answer.weight) && rest.is_some_and(|rest| (others..=others << 16).contains(&rest))
    };
    done.answers.len() == answers as usize && done.normalised.is_some() && done.answers.iter().all(possible)
}

#[cfg(unix)]
fn end(status: ExitStatus) -> RunnerEnd {
    use std::os::unix::process::ExitStatusExt;

    match (status.code(), status.signal()) {
        (Some(code), _) => RunnerEnd::Exit(code),
        (None, Some(signal)) => RunnerEnd::Signal(signal),
        (None, None) => RunnerEnd::Unknown,
    }
}
