//! Writes to the terminal: results to standard output, errors to standard error.

use std::io::{self, BufWriter, Write};

use tracing::level_filters::LevelFilter;

use crate::view::escape;

/// Writes a result. A reader that has gone away, such as `head`, is no error.
pub(super) fn out(text: &str) -> anyhow::Result<()> {
    // Looking through a long report for colours to take out takes longer than printing it.
    if !text.contains('\x1b') {
        let mut stdout = io::stdout().lock();
        return ignore_broken_pipe(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()));
    }
    let mut stdout = anstream::stdout().lock();
    ignore_broken_pipe(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()))
}

/// Writes a value as JSON, indented, with a line break at its end: it is never in memory as a
/// whole.
pub(super) fn json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    let mut stdout = BufWriter::new(io::stdout().lock());
    let written = serde_json::to_writer_pretty(&mut stdout, value).map_err(io::Error::from);
    ignore_broken_pipe(written.and_then(|()| writeln!(stdout)).and_then(|()| stdout.flush()))
}

/// Writes an error and what caused it, a line each, with nothing that moves the cursor.
pub(super) fn error(err: &anyhow::Error) {
    let mut text = format!("pprof-lens: {}\n", lines(&err.to_string()));
    for cause in err.chain().skip(1) {
        text += &format!("  because: {}\n", lines(&cause.to_string()));
    }
    note(&text);
}

/// Writes a remark that is no part of the result.
pub(super) fn note(text: &str) {
    // Nobody is left to be told when standard error is closed.
    let _ = anstream::stderr().write_all(text.as_bytes());
}

/// Sends the log to standard error: standard output is the protocol, or the data.
/// `PPROF_LENS_LOG` sets the level: error, warn (the default), info, debug or trace.
pub(super) fn log_to_stderr() {
    let asked = std::env::var("PPROF_LENS_LOG").ok();
    let level = asked.and_then(|it| it.parse().ok()).unwrap_or(LevelFilter::WARN);
    let subscriber = tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_ansi(false)
        .with_target(false)
        .with_max_level(level);
    // Fails only when something else in this process already listens.
    let _ = subscriber.try_init();
}

fn lines(text: &str) -> String {
    text.lines().map(escape::plain).collect::<Vec<_>>().join("\n  ")
}

fn ignore_broken_pipe(result: io::Result<()>) -> anyhow::Result<()> {
    match result {
        Err(err) if err.kind() != io::ErrorKind::BrokenPipe => Err(err.into()),
        _ => Ok(()),
    }
}
