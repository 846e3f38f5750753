//! The `pprof-lens` program: see `pprof-lens help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    pprof_lens::cli::main()
}
