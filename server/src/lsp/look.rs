//! Looks at the goroutines: a dump, judged together with the looks before it.

use std::sync::{Arc, LazyLock};
use std::time::Instant;

use anyhow::Context;

use crate::model::Target;
use crate::project;
use crate::source::{self, Resolver};
use crate::stuck::{self, Known, Looks};
use crate::view::LocatedWaits;
use crate::view::escape::plain;

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
    /// What is wrong with the project's own file.
    problems: Vec<String>,
}

impl Looked {
    /// The same with the files of its frames found anew.
    pub(crate) fn relocated(&self, resolver: &Resolver) -> Looked {
        let waits = LocatedWaits::of(self.waits.judged.clone(), resolver);
        Looked { waits: Arc::new(waits), ..self.clone() }
    }
}

/// The clock of [`Looks`]: it only moves on.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

impl Services {
    /// Dumps the goroutines, which stops the program for a moment, and shows who waits.
    pub(crate) async fn look(&self) -> anyhow::Result<Arc<Looked>> {
        let world = self.world.get();
        let attachment = world.attachment.clone().context("nothing is attached")?;
        let turn = self.outside.turn().await;
        let (dump, taken_at) = self.outside.dump(&attachment.target).await?;
        drop(turn);
        let outside = self.outside.clone();
        let looked = tokio::task::spawn_blocking(move || {
            let target = attachment.target.clone();
            let earlier = world.looked.as_ref().filter(|it| it.target == target);
            let earlier = earlier.map(|it| &it.looks);
            let now = START.elapsed().as_secs();
            let resolver = outside.resolver(&world, Some(&target));
            let sites = source::sites(&dump, &resolver);
            let (expected, problems) = project::expected(&world.folders);
            let expected = Some(&expected);
            let known = Known { earlier, now, sites: Some(&sites), expected };
            let judged = stuck::judge_knowing(&dump, &known);
            let looks = Looks::after(earlier, &dump, now);
            let waits = Arc::new(LocatedWaits::of(judged, &resolver));
            (Arc::new(Looked { target, waits, taken_at, looks, problems }), resolver)
        });
        let (looked, resolver) = looked.await?;
        let reported = self.world.get().looked.as_ref().map(|it| it.problems.clone());
        if looked.problems != reported.unwrap_or_default() {
            looked.problems.iter().for_each(|it| self.editor.log(plain(it).into_owned()));
        }
        self.world.update_marks(|world| {
            if world.follows(Some(&looked.target)) {
                world.looked = Some(looked.clone());
                world.resolver = Some(resolver);
            }
        });
        Ok(looked)
    }

    /// Looks without being asked: a failure is logged, nothing more.
    pub(crate) async fn look_quietly(&self) {
        if let Err(err) = self.look().await {
            self.editor.log(format!("{err:#}"));
        }
    }
}
