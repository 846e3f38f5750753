//! `pprof-lens lsp`: the language server on standard input and output.

use std::process::ExitCode;

/// Serves until the editor ends the session. Never returns: a thread may still be blocked in
/// reading standard input, and must not keep the process alive.
pub(crate) fn run() -> ExitCode {
    // At least four, so that a handler that computes never holds the only thread.
    let n_threads = std::thread::available_parallelism().map_or(4, |it| it.get().max(4));
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = match builder.worker_threads(n_threads).enable_all().build() {
        Ok(it) => it,
        Err(err) => {
            tracing::error!("starting the language server: {err}");
            return ExitCode::from(2);
        }
    };
    let code = runtime.block_on(crate::lsp::serve(tokio::io::stdin(), tokio::io::stdout()));
    std::process::exit(i32::from(code))
}
