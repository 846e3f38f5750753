//! The state of the server: what one request sees, and the one place where it changes.

use std::sync::Arc;

use tokio::sync::watch;

use crate::config::Config;

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
    /// Open documents.
    pub(crate) documents: Documents,
}

/// Holds the current [`World`]; cheap to clone.
///
/// Invariant: the lock inside is held only while `update`'s closure runs, which does no I/O.
#[derive(Debug, Clone)]
pub(crate) struct WorldCell {
    current: watch::Sender<Arc<World>>,
}

impl WorldCell {
    pub(crate) fn new(world: World) -> WorldCell {
        WorldCell { current: watch::Sender::new(Arc::new(world)) }
    }

    /// The world as it is now.
    pub(crate) fn get(&self) -> Arc<World> {
        self.current.borrow().clone()
    }

    /// Changes the world. Snapshots that are in use stay as they are.
    pub(crate) fn update(&self, change: impl FnOnce(&mut World)) {
        self.current.send_modify(|world| change(Arc::make_mut(world)));
    }

    /// Says when the world has changed.
    pub(crate) fn changes(&self) -> watch::Receiver<Arc<World>> {
        self.current.subscribe()
    }
}
