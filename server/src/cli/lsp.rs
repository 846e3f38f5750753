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
