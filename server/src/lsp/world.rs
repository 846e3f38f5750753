//! The state of the server: what one request sees, and the one place where it changes.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::watch;

use crate::config::Config;
use crate::listing::Listing;
use crate::model::{Capture, Kind};
use crate::source::Snapshot;

use super::attachment::Attachment;
use super::documents::Documents;
use super::facts::ClientFacts;

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
    pub(crate) captures: BTreeMap<Kind, Arc<Captured>>,
    /// What later captures are compared with.
    pub(crate) baselines: BTreeMap<Kind, Arc<Captured>>,
    /// The user has detached: nothing is attached by itself until the user attaches.
    pub(crate) is_detached_by_user: bool,
    /// Grows whenever something other than a document changes what is drawn.
    pub(crate) marks_revision: u64,
}

/// A capture with its listing by line.
#[derive(Debug)]
pub(crate) struct Captured {
    /// The profile, and where it came from.
    pub(crate) capture: Capture,
    /// Flat and cum of the sample type that is shown.
    pub(crate) listing: Listing,
    /// The files it speaks of, as they were when it was made.
    pub(crate) snapshot: Snapshot,
}

impl World {
    /// Clears what was captured from a target that is let go.
    pub(crate) fn forget_captures(&mut self) {
        self.captures.clear();
        self.baselines.clear();
        self.marks_revision += 1;
    }

    /// Whether a capture speaks of a run that is over or does not answer.
    pub(crate) fn is_old(&self, capture: &Capture) -> bool {
        match (&self.attachment, &capture.meta.target) {
            (Some(attachment), Some(target)) => {
                !attachment.is_live() || attachment.target != *target
            }
            _ => false,
        }
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
        self.update(|world| {
            world.marks_revision += 1;
            change(world);
        });
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
