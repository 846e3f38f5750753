//! The capture that a command is about: the current one of a kind, or one that was saved.

use std::sync::Arc;

use anyhow::{Context, anyhow};

use crate::listing::measure::label;
use crate::model::Kind;
use crate::source::Sources;
use crate::view::escape::plain;

use super::attachment::{clock, moment};
use super::captured::Captured;
use super::commands::CommandError;
use super::services::Services;
use super::world::World;

/// What to do without a baseline.
pub(crate) const NO_BASELINE: &str = "there is no baseline: run the command setBaseline first";

/// The base that is not one saved capture but whatever the baseline is.
const BASELINE: &str = "baseline";

impl Services {
    /// The capture with this id; without one, the current capture of a kind, or of the kind that
    /// was captured last.
    pub(crate) async fn chosen(
        &self,
        kind: Option<Kind>,
        id: Option<String>,
    ) -> Result<Arc<Captured>, CommandError> {
        let world = self.world.get();
        let Some(id) = id else {
            let last = world.last_capture(kind).cloned();
            return Ok(last.ok_or_else(|| no_capture(kind))?);
        };
        let mut shown = world.captures.values().chain(world.baselines.values());
        if let Some(it) = shown.find(|it| it.capture.meta.id == id) {
            return Ok(it.clone());
        }
        let capture = self.outside.read_saved(id).await?;
        let outside = self.outside.clone();
        let work = tokio::task::spawn_blocking(move || {
            let sources = outside.sources(&world, capture.meta.target.as_ref());
            Captured::new(capture, &sources)
        });
        let captured = work.await.context("reading the capture")?;
        Ok(Arc::new(captured.map_err(anyhow::Error::from)?))
    }

    /// Does work on a thread of its own, with where the files of a capture are.
    pub(crate) async fn with_sources<T: Send + 'static>(
        &self,
        captured: Arc<Captured>,
        work: impl FnOnce(&World, &Sources, &Captured) -> T + Send + 'static,
    ) -> anyhow::Result<T> {
        let (outside, world) = (self.outside.clone(), self.world.get());
        let working = tokio::task::spawn_blocking(move || {
            let sources = outside.sources(&world, captured.capture.meta.target.as_ref());
            work(&world, &sources, &captured)
        });
        Ok(working.await?)
    }

    /// What a capture of a kind is compared with: a saved capture, or the baseline.
    pub(crate) async fn chosen_base(
        &self,
        kind: Kind,
        base: Option<String>,
    ) -> Result<Arc<Captured>, CommandError> {
        match base {
            Some(it) if it != BASELINE => self.chosen(None, Some(it)).await,
            _ => Ok(self.world.get().baselines.get(&kind).context(NO_BASELINE)?.clone()),
        }
    }
}

/// What to do without a capture of a kind, or of any.
pub(crate) fn no_capture(kind: Option<Kind>) -> anyhow::Error {
    let what = kind.map_or_else(|| "profile".to_owned(), |it| it.to_string());
    anyhow!("no {what} was captured yet: run the command capture first")
}

/// `heap of sidecar (pid 7) at localhost:6060 at 14:03:07: inuse_space 12.30MB`.
pub(crate) fn title(captured: &Captured) -> String {
    let meta = &captured.capture.meta;
    let of = meta.target.as_ref().map_or(String::new(), |it| format!(" of {}", it.describe()));
    let listing = &captured.listing;
    let total = label(listing.total, &listing.unit);
    let time = clock(moment(meta.taken_at));
    plain(&format!("{}{of} at {time}: {} {total}", meta.kind, listing.sample_type)).into_owned()
}
