//! What the server asks of the world outside: programs, profiles, dumps, sources and the store.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context, ensure};
use tokio::sync::OwnedMutexGuard;

use crate::config::Config;
use crate::decode;
use crate::fetch::{self, FetchError, Fetched, Reach};
use crate::model::{Capture, CaptureMeta, Dump, Kind, LastGc, Profile, Target};
use crate::source::{Places, Seen, Sources};
use crate::store::{Listed, NewCapture, Store, StoreError};
use crate::symbolize::{self, Unnamed};

use super::attachment::describe;
use super::world::World;

/// Builds whose sources are kept: those of the captures and of the baselines, and one that nothing
/// is known of.
const MOST_SOURCES: usize = 4;

/// Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outside {
    /// One request at a time: a target must not feel that it is watched.
    turn: Arc<tokio::sync::Mutex<()>>,
    /// The last sources, the latest first: looking for modules takes long in a large workspace.
    sources: Arc<Mutex<Vec<Resolving>>>,
    /// What files said when they were asked for, over all runs of all programs.
    seen: Arc<Seen>,
}

#[derive(Debug)]
struct Resolving {
    places: Places,
    sources: Arc<Sources>,
}

/// What a target's index page says.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counted {
    /// Number of goroutines.
    pub(crate) n_goroutines: Option<u64>,
    /// It serves the profile of Go's leak detector.
    pub(crate) has_leak_detector: bool,
}

/// A capture, with what went wrong on the way and does not spoil it.
#[derive(Debug)]
pub(crate) struct Taken {
    /// The capture.
    pub(crate) capture: Capture,
    /// Why it could not be saved, if it could not.
    pub(crate) unsaved: Option<StoreError>,
    /// Files whose frames have no lines.
    pub(crate) unnamed: Vec<Unnamed>,
}

/// Held while a request to the target runs.
pub(crate) type Turn = OwnedMutexGuard<()>;

impl Outside {
    /// Waits until no other request runs.
    pub(crate) async fn turn(&self) -> Turn {
        self.turn.clone().lock_owned().await
    }

    /// A turn, if no other request runs.
    pub(crate) fn try_turn(&self) -> Option<Turn> {
        self.turn.clone().try_lock_owned().ok()
    }

    /// Reads the index page, which costs next to nothing.
    pub(crate) async fn count(&self, target: &Target) -> Result<Counted, FetchError> {
        let index = fetch::index(&target.url, Reach::Loopback).await?;
        Ok(Counted {
            n_goroutines: index.count(Kind::Goroutine.name()),
            has_leak_detector: index.count(Kind::Goroutineleak.name()).is_some(),
        })
    }

    /// Fetches and decodes a goroutine profile, which is not saved: the next one comes soon.
    pub(crate) async fn goroutines(&self, target: &Target) -> anyhow::Result<Capture> {
        let kind = Kind::Goroutine;
        let fetched = fetch::profile(&target.url, kind, None, Reach::Loopback).await?;
        check_run(target)?;
        let new = NewCapture {
            kind,
            target: Some(target.clone()),
            taken_at: fetched.taken_at,
            seconds: None,
            last_gc: None,
            note: None,
        };
        let work = move || {
            let mut profile = decode::profile(&fetched.bytes)?;
            name_frames(&mut profile, new.target.as_ref());
            let meta = new.described(String::new(), fetched.bytes.len() as u64);
            anyhow::Ok(Capture { meta, profile: Arc::new(profile) })
        };
        tokio::task::spawn_blocking(work).await?
    }

    /// Fetches, decodes and saves a profile. Dropping the future closes the connection. `earlier`:
    /// the last one of the kind and run, if it tells enough of when the heap was collected.
    pub(crate) async fn capture(
        &self,
        target: &Target,
        kind: Kind,
        seconds: Option<u32>,
        earlier: Option<Capture>,
        config: &Config,
    ) -> anyhow::Result<Taken> {
        let fetched = fetch::profile(&target.url, kind, seconds, Reach::Loopback).await?;
        check_run(target)?;
        let (url, bytes) = (fetched.url.clone(), fetched.bytes.clone());
        let work = move || decode::profile(&bytes).with_context(|| format!("the {kind} of {url}"));
        let profile = tokio::task::spawn_blocking(work).await??;
        let last_gc = match kind {
            Kind::Heap if seconds.is_none() => {
                self.last_gc(target, &profile, earlier.as_ref()).await
            }
            _ => None,
        };
        let new = NewCapture {
            kind,
            target: Some(target.clone()),
            taken_at: fetched.taken_at,
            seconds,
            last_gc,
            note: None,
        };
        let quota_bytes = config.store_quota_megabytes.saturating_mul(1 << 20);
        let work = move || save(new, profile, &fetched, quota_bytes);
        tokio::task::spawn_blocking(work).await?
    }

    /// When the heap was collected that a profile shows: asked, unless an earlier profile tells.
    async fn last_gc(
        &self,
        target: &Target,
        profile: &Profile,
        earlier: Option<&Capture>,
    ) -> Option<LastGc> {
        if let Some(it) = earlier.and_then(|it| LastGc::since(it, profile)) {
            return Some(it);
        }
        let asked = fetch::last_gc(&target.url, profile, Reach::Loopback).await;
        // The capture is what was asked for: it is shown without this.
        asked.inspect_err(|err| tracing::debug!("{err}")).ok().flatten()
    }

    /// Dumps the goroutines, which stops the program for a moment. `with_leaks`: Go's leak
    /// detector runs first, a garbage collection.
    pub(crate) async fn dump(
        &self,
        target: &Target,
        with_leaks: bool,
    ) -> anyhow::Result<(Dump, i64)> {
        let fetched = match with_leaks {
            true => fetch::dump_with_leaks(&target.url, Reach::Loopback).await?,
            false => fetch::dump(&target.url, Reach::Loopback).await?,
        };
        check_run(target)?;
        let work = move || anyhow::Ok((decode::dump(&fetched.bytes)?, fetched.taken_at));
        tokio::task::spawn_blocking(work).await?
    }

    /// Finds the files that a profile of `target` speaks of. Reads `go.mod` files.
    pub(crate) fn sources(&self, world: &World, target: Option<&Target>) -> Arc<Sources> {
        let process = target.and_then(|it| it.process.as_ref());
        let build = process.and_then(|it| it.build.as_ref());
        let places = Places {
            substitute_path: world.config.substitute_path.clone(),
            main_package: build.map(|it| it.path.clone()),
            main_module: build.and_then(|it| it.main.as_ref()).map(|it| it.path.clone()),
            vcs_revision: build.and_then(|it| it.clean_commit()).map(str::to_owned),
            go_version: build.map(|it| it.go_version.clone()),
            built_at: process.and_then(|it| it.built_at),
            ..Places::from_env(world.folders.to_vec())
        };
        let mut last = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(it) = last.iter().find(|it| it.places == places) {
            return it.sources.clone();
        }
        let sources = Arc::new(Sources::new(places.clone(), self.seen.clone()));
        last.insert(0, Resolving { places, sources: sources.clone() });
        last.truncate(MOST_SOURCES);
        sources
    }

    /// Looks at the workspace anew when it is asked for next: files may have come and gone.
    pub(crate) fn forget_sources(&self) {
        self.sources.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Pins a capture in the store, or lets it go.
    pub(crate) async fn pin(&self, meta: &CaptureMeta, pinned: bool) -> anyhow::Result<()> {
        // A capture that could not be saved has no id; it lives as long as this session.
        if meta.id.is_empty() {
            return Ok(());
        }
        self.describe_saved(meta.id.clone(), move |it| it.pinned = pinned).await?;
        Ok(())
    }

    /// The saved captures.
    pub(crate) async fn saved(&self) -> anyhow::Result<Listed> {
        let work = || anyhow::Ok(Store::of_user(u64::MAX)?.list());
        tokio::task::spawn_blocking(work).await?
    }

    /// Reads and decodes a saved capture.
    pub(crate) async fn read_saved(&self, id: String) -> anyhow::Result<Capture> {
        let work = move || {
            let store = Store::of_user(u64::MAX)?;
            let meta = store.meta(&id)?;
            let profile = decode::profile(&store.bytes(&id)?)
                .with_context(|| format!("the capture {id} cannot be shown"))?;
            anyhow::Ok(Capture { meta, profile: Arc::new(profile) })
        };
        tokio::task::spawn_blocking(work).await?
    }

    /// Changes the description of a saved capture.
    pub(crate) async fn describe_saved(
        &self,
        id: String,
        change: impl FnOnce(&mut CaptureMeta) + Send + 'static,
    ) -> anyhow::Result<CaptureMeta> {
        let work = move || anyhow::Ok(Store::of_user(u64::MAX)?.change(&id, change)?);
        tokio::task::spawn_blocking(work).await?
    }

    /// Where captures are kept.
    pub(crate) fn store_folder(&self) -> String {
        match Store::of_user(u64::MAX) {
            Ok(it) => it.folder().display().to_string(),
            Err(err) => err.to_string(),
        }
    }
}

/// Another program may listen at the address by now: its answer is not this target's.
fn check_run(target: &Target) -> anyhow::Result<()> {
    let is_over = target.process.as_ref().is_some_and(|it| !fetch::is_same_run(it));
    ensure!(!is_over, "{} ended meanwhile; try again when it runs", describe(target));
    Ok(())
}

/// A capture that cannot be saved is shown all the same: nothing that was measured is lost.
fn save(
    new: NewCapture,
    mut profile: Profile,
    fetched: &Fetched,
    quota_bytes: u64,
) -> anyhow::Result<Taken> {
    let unnamed = name_frames(&mut profile, new.target.as_ref());
    let saved = Store::of_user(quota_bytes).and_then(|it| it.save(new.clone(), &fetched.bytes));
    let (meta, unsaved) = match saved {
        Ok(it) => (it, None),
        Err(err) => (new.described(String::new(), fetched.bytes.len() as u64), Some(err)),
    };
    Ok(Taken { capture: Capture { meta, profile: Arc::new(profile) }, unsaved, unnamed })
}

/// Names what Go could not, from the files that the target runs. What is saved stays as it came:
/// it is the target's own word.
fn name_frames(profile: &mut Profile, target: Option<&Target>) -> Vec<Unnamed> {
    let has_bare = profile.locations.iter().any(|it| symbolize::is_bare(profile, it));
    let Some(process) = target.and_then(|it| it.process.as_ref()).filter(|_| has_bare) else {
        return Vec::new();
    };
    let start = Instant::now();
    let symbolized = symbolize::name_frames(profile, &fetch::mapped_files(process.pid));
    let (n_named, took) = (symbolized.n_named, start.elapsed());
    tracing::debug!("{n_named} locations named from {} in {took:?}", process.name);
    symbolized.unnamed
}
