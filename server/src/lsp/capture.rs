//! Captures profiles and looks at goroutines, for commands and by the clock.

use std::sync::Arc;

use anyhow::Context;
use serde_json::{Value, json};
use tower_lsp::lsp_types::ProgressToken;

use crate::command::CaptureArgs;
use crate::config::Config;
use crate::model::{Capture, Kind};
use crate::store::StoreError;
use crate::stuck::Counts;
use crate::view::Coverage;
use crate::view::escape::plain;

use super::attachment::{Attachment, describe};
use super::captured::Captured;
use super::commands::CommandError;
use super::look;
use super::outside::Taken;
use super::services::Services;

/// Who wants a capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    User,
    Clock,
}

impl Services {
    /// The command: captures with progress; the connection closes when the user cancels.
    pub(crate) async fn capture(
        &self,
        args: CaptureArgs,
        token: Option<ProgressToken>,
    ) -> Result<Value, CommandError> {
        let (attachment, config) = self.attached();
        let attachment = attachment.context(
            "nothing is attached: run the command attach, or start the program with pprof",
        )?;
        let kind = args.kind.unwrap_or(Kind::Cpu);
        let seconds = match kind.takes_time() {
            true => Some(args.seconds.unwrap_or(config.capture_seconds).max(1)),
            false => args.seconds.filter(|it| *it > 0),
        };
        let title = format!("Capturing {kind} of {}", describe(&attachment.target));
        let work = async { Ok(self.take(kind, seconds, By::User).await?) };
        let (captured, unsaved) = self.with_progress(token, &title, seconds, work).await?;
        let mut text = Coverage::of_capture(&captured.located).describe();
        if let Some(why) = unsaved {
            text += &format!("; it is kept for this session only: {why}");
        }
        Ok(json!({ "text": text, "capture": captured.capture.meta }))
    }

    /// Captures without being asked: a failure is logged, nothing more.
    pub(crate) async fn capture_quietly(&self, kind: Kind) {
        let seconds = self.world.get().config.capture_seconds;
        let seconds = kind.takes_time().then_some(seconds);
        if let Err(err) = self.take(kind, seconds, By::Clock).await {
            self.editor.log(format!("{err:#}"));
        }
    }

    /// What is attached, and the settings. The rest of the world is not held while something is
    /// captured: it has the capture that is then replaced.
    fn attached(&self) -> (Option<Arc<Attachment>>, Arc<Config>) {
        let world = self.world.get();
        (world.attachment.clone(), world.config.clone())
    }

    /// The last capture of a kind and of this run that says when the heap was collected: that of a
    /// large heap, which should not be held for longer, does not.
    fn earlier(&self, kind: Kind) -> Option<Capture> {
        let world = self.world.get();
        let earlier = &world.captures.get(&kind)?.capture;
        let tells = earlier.meta.last_gc.is_some() && world.follows(earlier.meta.target.as_ref());
        tells.then(|| earlier.clone())
    }

    /// Fetches, decodes and saves one capture, and shows it.
    async fn take(
        &self,
        kind: Kind,
        seconds: Option<u32>,
        by: By,
    ) -> anyhow::Result<(Arc<Captured>, Option<StoreError>)> {
        let (attachment, config) = self.attached();
        let attachment = attachment.context("nothing is attached")?;
        let turn = self.outside.turn().await;
        let target = &attachment.target;
        // What comes again and again asks for one thing only.
        let earlier = (by == By::Clock).then(|| self.earlier(kind)).flatten();
        let taken = self.outside.capture(target, kind, seconds, earlier, &config).await?;
        drop(turn);
        let Taken { capture, unsaved, unnamed } = taken;
        if let Some(why) = &unsaved {
            self.editor.log(why.to_string());
        }
        for it in unnamed {
            self.editor.log(plain(&format!("{kind}: {it}")).into_owned());
        }
        let (outside, world) = (self.outside.clone(), self.world.get());
        let located = tokio::task::spawn_blocking(move || {
            let sources = outside.sources(&world, capture.meta.target.as_ref());
            let counts = (kind == Kind::Goroutine).then(|| Counts::of_profile(&capture.profile));
            Captured::new(capture, &sources).map(|it| (Arc::new(it), sources, counts))
        });
        let (captured, sources, counts) = located.await??;
        self.world.update_marks(|world| {
            // The user may have detached, or attached to something else, in the meantime.
            if world.follows(captured.capture.meta.target.as_ref()) {
                world.captures.insert(kind, captured.clone());
                world.sources = Some(sources);
                if let Some(counts) = counts {
                    world.note_counts(&counts, look::now());
                }
            }
        });
        // A person may have edited the project's file.
        self.read_project().await;
        // The workspace may be at another commit by now.
        self.tell_of_build().await;
        Ok((captured, unsaved))
    }
}
