//! The sandbox runner as a program of its own: what an evaluator starts when its host program has
//! no subcommand for it. With `--probe` it shows instead what a runner can still do on this host.

use std::process::ExitCode;

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        None => evaluator::serve_stdio(),
        Some("--probe") => probe(),
        Some(_) => {
            eprintln!("usage: yarrow-sandbox [--probe]");
            ExitCode::from(2)
        }
    }
}

/// Prints one line per weakness and per attempt that was not denied; fails if there are any.
fn probe() -> ExitCode {
    let probe = evaluator::probe();
    for weakness in &probe.weaknesses {
        println!("weak: {weakness}");
    }
    for attempt in &probe.allowed {
        println!("allowed: {attempt:?}");
    }
    if probe.weaknesses.is_empty() && probe.allowed.is_empty() {
        println!("a runner is fully confined on this host");
        return ExitCode::SUCCESS;
    }
    ExitCode::FAILURE
}
