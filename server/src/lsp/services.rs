//! What handlers and background tasks share.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinHandle;
use tokio_util::task::AbortOnDropHandle;

use super::activity::Activity;
use super::editor::Editor;
use super::outside::Outside;
use super::progress::ProgressTokens;
use super::world::WorldCell;

/// Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Services {
    pub(crate) editor: Editor,
    pub(crate) world: WorldCell,
    pub(crate) outside: Outside,
    pub(crate) tokens: ProgressTokens,
    pub(crate) activity: Activity,
    /// The task that follows the attached target. At most one; a new one ends the old one, and
    /// with it the old one's connections.
    follower: Arc<Mutex<Option<AbortOnDropHandle<()>>>>,
}

impl Services {
    pub(crate) fn new(editor: Editor, outside: Outside) -> Services {
        Services {
            editor,
            world: WorldCell::default(),
            outside,
            tokens: ProgressTokens::default(),
            activity: Activity::default(),
            follower: Arc::default(),
        }
    }

    pub(crate) fn set_follower(&self, task: Option<JoinHandle<()>>) {
        let mut follower = self.follower.lock().unwrap_or_else(PoisonError::into_inner);
        *follower = task.map(AbortOnDropHandle::new);
    }
}
