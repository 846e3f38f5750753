//! Waits for a request: a progress bar on a terminal, Ctrl-C to cancel.

use std::future::Future;
use std::time::Duration;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How often the bar moves.
const TICK: Duration = Duration::from_millis(100);

/// Runs a request to its end. `seconds` is how long it is known to take, when it is.
///
/// Ctrl-C drops the request, which closes its connection: a target stops profiling then.
pub(super) fn wait<T, E>(
    what: &str,
    seconds: Option<u32>,
    request: impl Future<Output = Result<T, E>>,
) -> anyhow::Result<T>
where
    anyhow::Error: From<E>,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("starting to fetch")?;
    runtime.block_on(async {
        let bar = bar(what, seconds);
        let mut ticks = tokio::time::interval(TICK);
        let mut request = std::pin::pin!(request);
        let mut cancel = std::pin::pin!(tokio::signal::ctrl_c());
        let outcome = loop {
            tokio::select! {
                it = &mut request => break it.map_err(anyhow::Error::from),
                it = &mut cancel => break match it {
                    Ok(()) => Err(anyhow::anyhow!("{what}: cancelled by Ctrl-C; nothing was saved")),
                    Err(err) => Err(err).context("listening for Ctrl-C"),
                },
                _ = ticks.tick() => bar.set_position(bar.elapsed().as_millis() as u64),
            }
        };
        bar.finish_and_clear();
        outcome
    })
}

/// Hidden where standard error is no terminal, and for what is over at once.
fn bar(what: &str, seconds: Option<u32>) -> ProgressBar {
    let Some(seconds) = seconds else { return ProgressBar::hidden() };
    let style = ProgressStyle::with_template("{msg}  {wide_bar}  {elapsed} of {prefix}");
    let bar =
        ProgressBar::hidden().with_prefix(format!("{seconds}s")).with_message(what.to_owned());
    bar.set_length(u64::from(seconds) * 1000);
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    // Only now, so that it is first drawn when it has its words.
    bar.set_draw_target(ProgressDrawTarget::stderr());
    bar
}
