//! Captures profiles and looks at goroutines, for commands and by the clock.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use serde_json::{Value, json};
use tower_lsp::lsp_types::ProgressToken;

use crate::command::CaptureArgs;
use crate::listing::{Listing, Subject, sample_index};
use crate::model::{Capture, Kind};
use crate::source::Resolver;
use crate::view::{Coverage, Located};

use super::commands::CommandError;
use super::outside::Outside;
use super::progress::Progress;
use super::services::Services;
use super::world::{Captured, World};

impl Services {
    /// The command: captures with progress; the connection closes when the user cancels.
    pub(crate) async fn capture(
        &self,
        args: CaptureArgs,
        token: Option<ProgressToken>,
    ) -> Result<Value, CommandError> {
        let world = self.world.get();
        let attachment = world.attachment.as_ref().context(
            "nothing is attached: run the command attach, or start the program with pprof",
        )?;
        let kind = args.kind.unwrap_or(Kind::Cpu);
        let seconds = match kind.takes_time() {
            true => Some(args.seconds.unwrap_or(world.config.capture_seconds).max(1)),
            false => args.seconds,
        };
        let title = format!("Capturing {kind} of {}", attachment.target.describe());
        let progress = Progress::begin(self, token, &title).await;
        let captured = tokio::select! {
            it = self.take(kind, seconds) => it?,
            _ = count_up(&progress, seconds) => return Err(CommandError::Cancelled),
            _ = progress.cancelled() => return Err(CommandError::Cancelled),
        };
        let text = Coverage::of_capture(&captured.located).describe();
        Ok(json!({ "text": text, "capture": captured.capture.meta }))
    }

    /// Captures without being asked: a failure is logged, nothing more.
    pub(crate) async fn capture_quietly(&self, kind: Kind) {
        let seconds = self.world.get().config.capture_seconds;
        if let Err(err) = self.take(kind, kind.takes_time().then_some(seconds)).await {
            self.editor.log(format!("{err:#}"));
        }
    }

    /// Fetches, decodes and saves one capture, and shows it.
    async fn take(&self, kind: Kind, seconds: Option<u32>) -> anyhow::Result<Arc<Captured>> {
        let world = self.world.get();
        let attachment = world.attachment.as_ref().context("nothing is attached")?;
        let turn = self.outside.turn().await;
        let target = &attachment.target;
        let capture = self.outside.capture(target, kind, seconds, &world.config).await?;
        drop(turn);
        let outside = self.outside.clone();
        let work = move || locate(capture, &outside, &world);
        let (captured, resolver) = tokio::task::spawn_blocking(work).await??;
        let captured = Arc::new(captured);
        self.world.update_marks(|world| {
            // The user may have detached, or attached to something else, in the meantime.
            if world.follows(captured.capture.meta.target.as_ref()) {
                world.captures.insert(kind, captured.clone());
                world.resolver = Some(resolver);
            }
        });
        Ok(captured)
    }
}

/// Computes flat and cum of the profile's default sample type, and reads the files that it speaks
/// of before they change.
fn locate(
    capture: Capture,
    outside: &Outside,
    world: &World,
) -> anyhow::Result<(Captured, Arc<Resolver>)> {
    let value_idx = sample_index(&capture.profile, "")?;
    let subject = Subject { profile: &capture.profile, value_idx, base_samples: None };
    let listing = Listing::of(subject);
    let resolver = outside.resolver(world, capture.meta.target.as_ref());
    let located = Arc::new(Located::of(capture.meta.kind, subject, &resolver));
    Ok((Captured { capture, listing, located }, resolver))
}

/// Reports the seconds of a capture as they pass; never resolves.
async fn count_up(progress: &Progress, seconds: Option<u32>) {
    let Some(seconds) = seconds else { return std::future::pending().await };
    for passed in 0..=seconds {
        progress.report(passed * 100 / seconds, format!("{passed} of {seconds} s")).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    std::future::pending().await
}
