//! The commands: the only folder that writes to standard output.
//!
//! One file a command; each has its arguments and a `run` that returns the exit code: 0 fine,
//! 1 findings, 2 usage or failure.

mod capture;
mod demo;
mod diff;
mod explain;
mod fit;
mod flamegraph;
mod goroutines;
mod input;
mod list;
mod lsp;
mod pprof_spelling;
mod print;
mod report_args;
mod row_args;
mod save;
mod source_text;
mod styles;
mod targets;
mod time_zone;
mod top;
mod wait;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What a running Go program is doing, on the lines you are editing.
#[derive(Debug, Parser)]
#[command(name = "pprof-lens", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the language server on standard input and output.
    Lsp(lsp::Args),
    /// List the running Go programs, and where they serve pprof.
    Targets(targets::Args),
    /// Fetch a profile from a running program and save it.
    Capture(capture::Args),
    /// Print the functions with the largest share, as `go tool pprof -top` does.
    Top(top::Args),
    /// Print the lines of the functions that match, as `go tool pprof -list` does.
    List(list::Args),
    /// Print what grew and what shrank between two captures.
    Diff(diff::Args),
    /// Draw a profile as a flame graph: an SVG file that any browser opens, with zoom and search.
    Flamegraph(flamegraph::Args),
    /// List the goroutines by verdict: proved, stuck, suspect, idle, running.
    Goroutines(goroutines::Args),
    /// Say which file here a frame of a profile is in, and by which rule it was found; or why not.
    Explain(explain::Args),
    /// Show everything on a recorded program: needs no Go and no running target.
    Demo(demo::Args),
}

/// Runs the program with the arguments of this process.
pub fn main() -> ExitCode {
    print::log_to_stderr();
    let arguments = pprof_spelling::rewrite(std::env::args_os());
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(it) => it,
        // clap's own words: usage on standard error, `--help` and `--version` on output.
        Err(err) => err.exit(),
    };
    let outcome = match arguments.command {
        Command::Lsp(args) => lsp::run(args),
        Command::Targets(args) => targets::run(args),
        Command::Capture(args) => capture::run(args),
        Command::Top(args) => top::run(args),
        Command::List(args) => list::run(args),
        Command::Diff(args) => diff::run(args),
        Command::Flamegraph(args) => flamegraph::run(args),
        Command::Goroutines(args) => goroutines::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Demo(args) => demo::run(args),
    };
    outcome.unwrap_or_else(|err| {
        print::error(&err);
        ExitCode::from(2)
    })
}
