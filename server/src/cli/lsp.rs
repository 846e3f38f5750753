//! `pprof-lens lsp`: the language server on standard input and output.

use std::process::ExitCode;

use anyhow::Context;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Accepted for editors that pass it: standard input and output are the only transport.
    #[arg(long)]
    stdio: bool,
}

/// Serves until the editor ends the session. Never returns: a thread may still be blocked in
/// reading standard input, and must not keep the process alive.
pub(super) fn run(_args: Args) -> anyhow::Result<ExitCode> {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    give_back_memory();
    // At least four, so that a handler that computes never holds the only thread.
    let n_threads = std::thread::available_parallelism().map_or(4, |it| it.get().max(4));
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder
        .worker_threads(n_threads)
        .enable_all()
        .build()
        .context("starting the language server")?;
    let code = runtime.block_on(crate::lsp::serve(tokio::io::stdin(), tokio::io::stdout()));
    std::process::exit(i32::from(code))
}

/// Becomes this program anew, with an allocator that gives large blocks back to the system.
///
/// glibc learns from the blocks that a capture needed for a moment to keep such blocks for
/// itself, for each thread apart: after a few large captures the server holds three times what it
/// shows. Only the environment, which is read when a program starts, tells it not to learn.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn give_back_memory() {
    use std::os::unix::process::CommandExt;

    const NAME: &str = "MALLOC_MMAP_THRESHOLD_";
    const LARGE_BYTES: u32 = 1 << 20;
    let (Ok(executable), None) = (std::env::current_exe(), std::env::var_os(NAME)) else { return };
    let arguments = std::env::args_os().skip(1);
    let mut command = std::process::Command::new(executable);
    // Returns only when it failed: then the server needs more memory, and nothing else.
    let err = command.args(arguments).env(NAME, LARGE_BYTES.to_string()).exec();
    tracing::info!("starting anew with {NAME}: {err}");
}
