//! The state of the server: what one request sees, and the one place where it changes.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::watch;

use crate::config::Config;
use crate::model::Kind;
use crate::model::Target;
use crate::project::Project;
use crate::source::Sources;
use crate::stuck::{Counts, Trends};
use crate::view::{KindInput, Marks, WaitsInput};

use super::attachment::Attachment;
use super::build::Compared;
use super::captured::Captured;
use super::disk::Disk;
use super::documents::Documents;
use super::facts::ClientFacts;
use super::look::Looked;

/// The captures of each kind.
pub(crate) type ByKind = BTreeMap<Kind, Arc<Captured>>;

/// Everything that a request may look at. A request works on one snapshot, however long it takes.
///
/// Cloning copies references: text, profiles and marks are shared.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    /// What the editor can do.
    pub(crate) facts: Arc<ClientFacts>,
    /// The settings in force.
    pub(crate) config: Arc<Config>,
    /// What was wrong with the settings.
    pub(crate) config_problems: Arc<Vec<String>>,
    /// Folders of the workspace.
    pub(crate) folders: Arc<Vec<PathBuf>>,
    /// Open documents.
    pub(crate) documents: Documents,
    /// The target that is followed.
    pub(crate) attachment: Option<Arc<Attachment>>,
    /// Why nothing is attached, in a few words for the status.
    pub(crate) notice: Option<String>,
    /// The last capture of each kind.
    pub(crate) captures: ByKind,
    /// How the program's build and the workspace differ.
    pub(crate) build: Option<Arc<Compared>>,
    /// What later captures are compared with.
    pub(crate) baselines: ByKind,
    /// The last look at the goroutines.
    pub(crate) looked: Option<Arc<Looked>>,
    /// How many goroutines there were, over all runs of the program.
    pub(crate) trends: Arc<Trends>,
    /// What the project's own files say.
    pub(crate) project: Arc<Project>,
    /// The user wants the program watched, whether or not somebody is at the editor.
    pub(crate) is_watching: bool,
    /// All of the above, as it is drawn. Follows from them: see [`WorldCell::update_marks`].
    pub(crate) marks: Arc<Marks>,
    /// Finds the files of the attached program; none before the first capture.
    pub(crate) sources: Option<Arc<Sources>>,
    /// Texts of files that are not open.
    pub(crate) disk: Disk,
    /// The user has detached: nothing is attached by itself until the user attaches.
    pub(crate) is_detached_by_user: bool,
    /// Grows whenever something other than a document changes what is drawn.
    pub(crate) marks_revision: u64,
}

impl World {
    /// Clears what was captured from a target that is let go.
    pub(crate) fn forget_captures(&mut self) {
        self.captures.clear();
        self.baselines.clear();
        self.looked = None;
        self.trends = Arc::default();
    }

    /// The last capture, of a kind if one is given. What goroutines do is listed elsewhere: it is
    /// the last only where there is nothing else.
    pub(crate) fn last_capture(&self, kind: Option<Kind>) -> Option<&Arc<Captured>> {
        let captures = self.captures.iter().filter(|(it, _)| kind.is_none_or(|kind| kind == **it));
        let last = captures.max_by_key(|(kind, it)| (kind.is_cost(), it.capture.meta.taken_at));
        last.map(|(_, it)| it)
    }

    /// Whether this is the run that is followed.
    pub(crate) fn follows(&self, target: Option<&Target>) -> bool {
        self.attachment.as_ref().map(|it| &it.target) == target
    }

    /// Notes how many goroutines the followed run has, and where.
    pub(crate) fn note_counts(&mut self, counts: &Counts, now: u64) {
        Arc::make_mut(&mut self.trends).add(counts, now);
        if let Some(it) = &mut self.attachment {
            Arc::make_mut(it).mean_depth = counts.mean_depth();
        }
    }

    fn build_marks(&mut self) {
        let kinds = self.captures.iter().map(|(kind, captured)| KindInput {
            capture: captured.located.clone(),
            baseline: self.baselines.get(kind).map(|it| it.located.clone()),
            is_old: self.is_old(captured.capture.meta.target.as_ref()),
        });
        let waits = self.looked.as_ref().map(|looked| WaitsInput {
            waits: looked.waits.clone(),
            trends: self.trends.clone(),
            is_old: self.is_old(Some(&looked.target)),
        });
        let marks = Marks::build(kinds.collect(), waits);
        let (build_warning, hidden) = (self.build_warning(), self.project.hidden.clone());
        self.marks = Arc::new(Marks { build_warning, hidden, ..marks });
        self.marks_revision += 1;
    }

    /// Whether what was measured of this run speaks of one that is over or does not answer.
    pub(crate) fn is_old(&self, target: Option<&Target>) -> bool {
        let is_live = self.attachment.as_ref().is_none_or(|it| it.is_live());
        !is_live || !self.follows(target)
    }
}

/// Holds the current [`World`]; cheap to clone.
///
/// Invariant: the lock inside is held only while `update`'s closure runs, which does no I/O.
#[derive(Debug, Clone, Default)]
pub(crate) struct WorldCell {
    current: watch::Sender<Arc<World>>,
}

impl WorldCell {
    /// The world as it is now.
    pub(crate) fn get(&self) -> Arc<World> {
        self.current.borrow().clone()
    }

    /// Changes the world. Snapshots that are in use stay as they are.
    pub(crate) fn update(&self, change: impl FnOnce(&mut World)) {
        self.current.send_modify(|world| change(Arc::make_mut(world)));
    }

    /// Changes what is drawn: lenses and hints are stale then, too.
    pub(crate) fn update_marks(&self, change: impl FnOnce(&mut World)) {
        let before = self.get();
        self.update(|world| {
            change(world);
            world.build_marks();
        });
        // To free a large profile takes milliseconds, in which nobody else is to wait.
        tokio::task::spawn_blocking(move || drop(before));
    }

    /// Changes what nobody draws.
    pub(crate) fn update_quietly(&self, change: impl FnOnce(&mut World)) {
        self.current.send_if_modified(|world| {
            change(Arc::make_mut(world));
            false
        });
    }

    /// Says when the world has changed.
    pub(crate) fn changes(&self) -> watch::Receiver<Arc<World>> {
        self.current.subscribe()
    }
}
