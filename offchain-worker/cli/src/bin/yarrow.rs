//! The `yarrow` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    yarrow_cli::main()
}
