//! The commands: the only folder that writes to standard output.

use std::process::ExitCode;

mod lsp;

/// Runs the program with the arguments of this process.
pub fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some("lsp") {
        return lsp::run();
    }
    ExitCode::SUCCESS
}
