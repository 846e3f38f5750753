//! Looks at the goroutines: a dump, judged together with the looks before it; where there are too
//! many for a dump, a profile that counts them.

use std::sync::{Arc, LazyLock};
use std::time::Instant;

use anyhow::Context;
use serde_json::json;
use tower_lsp::lsp_types::notification::Notification;

use crate::model::{Kind, Target};
use crate::source::{self, Sources};
use crate::stuck::{self, Counts, Known, Looks};
use crate::view::LocatedWaits;

use super::captured::Captured;
use super::services::Services;

/// What the last look at the goroutines of one run found.
#[derive(Debug, Clone)]
pub(crate) struct Looked {
    /// The run.
    pub(crate) target: Target,
    /// The judged groups, with the files of their frames.
    pub(crate) waits: Arc<LocatedWaits>,
    /// When, in nanoseconds since the epoch.
    pub(crate) taken_at: i64,
    /// What the next look is judged with.
    looks: Looks,
}

impl Looked {
    /// The same with the files of its frames found anew.
    pub(crate) fn relocated(&self, sources: &Sources) -> Looked {
        let waits = LocatedWaits::of(self.waits.judged.clone(), sources);
        Looked { waits: Arc::new(waits), ..self.clone() }
    }
}

/// The clock of [`Looks`] and of the trends: seconds that only move on.
pub(crate) fn now() -> u64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed().as_secs()
}

/// The notification `pprof-lens/goroutinesChanged`: a look has found something. It has no
/// parameters; the command `goroutines` with `last` says what.
#[derive(Debug)]
pub(crate) enum GoroutinesChanged {}

impl Notification for GoroutinesChanged {
    type Params = serde_json::Value;
    const METHOD: &'static str = "pprof-lens/goroutinesChanged";
}

impl Services {
    /// Dumps the goroutines, which stops the program for a moment, and shows who waits.
    /// `with_leaks`: Go's leak detector says first what it can prove.
    pub(crate) async fn look(&self, with_leaks: bool) -> anyhow::Result<Arc<Looked>> {
        let world = self.world.get();
        let attachment = world.attachment.clone().context("nothing is attached")?;
        let turn = self.outside.turn().await;
        let (dump, taken_at) = self.outside.dump(&attachment.target, with_leaks).await?;
        drop(turn);
        let project = self.read_project().await;
        let outside = self.outside.clone();
        let looked = tokio::task::spawn_blocking(move || {
            let target = attachment.target.clone();
            let earlier = world.looked.as_ref().filter(|it| it.target == target);
            let earlier = earlier.map(|it| &it.looks);
            let now = now();
            let sources = outside.sources(&world, Some(&target));
            let sites = source::sites(&dump, &sources);
            let expected = Some(&project.expected);
            let known = Known { earlier, now, sites: Some(&sites), expected };
            let judged = stuck::judge_knowing(&dump, &known);
            let looks = Looks::after(earlier, &dump, now);
            let waits = Arc::new(LocatedWaits::of(judged, &sources));
            let counts = Counts::of_dump(&dump);
            (Arc::new(Looked { target, waits, taken_at, looks }), sources, counts)
        });
        let (looked, sources, counts) = looked.await?;
        self.world.update_marks(|world| {
            if world.follows(Some(&looked.target)) {
                world.looked = Some(looked.clone());
                world.sources = Some(sources);
                if let Some(counts) = counts {
                    world.note_counts(&counts, now());
                }
            }
        });
        Ok(looked)
    }

    /// Looks without being asked: a failure is logged, nothing more.
    pub(crate) async fn look_quietly(&self, with_leaks: bool) {
        match self.look(with_leaks).await {
            Ok(_) => self.editor.notify::<GoroutinesChanged>(json!({})).await,
            Err(err) => self.editor.log(format!("{err:#}")),
        }
    }

    /// Counts the goroutines by their stacks, which does not stop the program, and shows where
    /// they stand. A failure is logged.
    pub(crate) async fn count_quietly(&self) {
        if let Err(err) = self.count_by_stack().await {
            self.editor.log(format!("{err:#}"));
        }
    }

    async fn count_by_stack(&self) -> anyhow::Result<()> {
        let attachment = self.world.get().attachment.clone().context("nothing is attached")?;
        let turn = self.outside.turn().await;
        let capture = self.outside.goroutines(&attachment.target).await?;
        drop(turn);
        let (outside, world) = (self.outside.clone(), self.world.get());
        let located = tokio::task::spawn_blocking(move || {
            let counts = Counts::of_profile(&capture.profile);
            let sources = outside.sources(&world, capture.meta.target.as_ref());
            Captured::new(capture, &sources).map(|it| (Arc::new(it), sources, counts))
        });
        let (captured, sources, counts) = located.await??;
        self.world.update_marks(|world| {
            if world.follows(captured.capture.meta.target.as_ref()) {
                world.captures.insert(Kind::Goroutine, captured.clone());
                world.sources = Some(sources);
                world.note_counts(&counts, now());
            }
        });
        Ok(())
    }

    /// Remembers how many goroutines there are now.
    pub(crate) fn add_total(&self, n_goroutines: u64) {
        let total = usize::try_from(n_goroutines).unwrap_or(usize::MAX);
        self.world.update_quietly(|world| Arc::make_mut(&mut world.trends).add_total(total, now()));
    }
}
