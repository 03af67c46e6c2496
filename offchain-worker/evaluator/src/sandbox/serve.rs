//! The runner process: confines itself, says what the host could not give, then answers jobs from
//! standard input on standard output until the parent closes the pipe.

use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::thread;

use thiserror::Error;

use crate::sandbox::protocol::{Hello, Job, PROTOCOL_VERSION, Welcome};
use crate::sandbox::{confine, engine, execute::Executor, frame};

/// Largest [`Welcome`] in bytes.
const MAX_WELCOME_BYTES: u32 = 1024;

/// Stack beside the native stack of the models, in bytes: the compiler's and our own.
const OWN_STACK_BYTES: usize = 8 << 20;

/// Why a runner ended early.
#[derive(Debug, Error)]
enum RunnerError {
    #[error("pipe: {0}")]
    Pipe(#[from] io::Error),
    #[error("message: {0}")]
    Message(#[from] postcard::Error),
    #[error("parent speaks protocol {0}")]
    Version(u32),
    #[error("engine: {0}")]
    Engine(wasmtime::Error),
    #[error("worker thread panicked")]
    Panicked,
}

/// Serves jobs on standard input and output. The process must have been started for this by an
/// [`Evaluator`](crate::Evaluator), with nothing else running in it: it confines itself for good.
pub fn serve_stdio() -> ExitCode {
    match serve(&mut io::stdin(), &mut io::stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The parent keeps its own account of what happened; this is for whoever debugs it.
            let _ = writeln!(io::stderr(), "sandbox runner: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(input: &mut (impl Read + Send), output: &mut (impl Write + Send)) -> Result<(), RunnerError> {
    let welcome = frame::read(input, MAX_WELCOME_BYTES)?;
    let welcome: Welcome = postcard::from_bytes(&welcome)?;
    if welcome.version != PROTOCOL_VERSION {
        return Err(RunnerError::Version(welcome.version));
    }
    let hello = Hello { version: PROTOCOL_VERSION, weaknesses: confine::confine(&welcome.confinement) };
    frame::write(output, &postcard::to_allocvec(&hello)?)?;
    let stack = engine::native_stack_bytes(&welcome.limits) + OWN_STACK_BYTES;
    thread::scope(|scope| {
        thread::Builder::new()
            .stack_size(stack)
            .spawn_scoped(scope, || answer_jobs(&welcome, input, output))?
            .join()
            .map_err(|_| RunnerError::Panicked)?
    })
}

fn answer_jobs(welcome: &Welcome, input: &mut impl Read, output: &mut impl Write) -> Result<(), RunnerError> {
    // This thread is the last.
    confine::forbid_processes();
    let engine = engine::create(&welcome.limits, welcome.backend).map_err(RunnerError::Engine)?;
    let mut executor = Executor::new(engine, welcome.limits);
    loop {
        let frame = match frame::read(input, frame::MAX_JOB_BYTES) {
            Ok(frame) => frame,
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let job: Job<'_> = postcard::from_bytes(&frame)?;
        confine::allow_cpu_seconds(welcome.confinement.cpu_seconds_per_job + job.fuel.time().as_secs());
        let report = executor.run(&job);
        frame::write(output, &postcard::to_allocvec(&report)?)?;
    }
}
