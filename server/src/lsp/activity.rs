//! Knows whether somebody works at the editor: nobody is watched for an empty chair.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::watch;

/// An editor that has said nothing for so long is left alone, or shows something else.
const IDLE_AFTER: Duration = Duration::from_secs(5 * 60);

/// The notification `pprof-lens/activity` of an editor that knows whether it has the focus.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct ActivityParams {
    /// It has the focus.
    pub(crate) active: bool,
}

/// When the editor last said something. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Activity {
    seen: Arc<watch::Sender<Seen>>,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    /// None: the editor does not say.
    has_focus: Option<bool>,
    at: Instant,
}

impl Seen {
    fn is_active(&self) -> bool {
        self.has_focus != Some(false) && self.at.elapsed() < IDLE_AFTER
    }
}

impl Default for Activity {
    fn default() -> Activity {
        let seen = Seen { has_focus: None, at: Instant::now() };
        Activity { seen: Arc::new(watch::Sender::new(seen)) }
    }
}

impl Activity {
    /// The editor sent a message of this method. What it asks because we told it to does not count:
    /// lenses, hints, and what the last look at the goroutines found.
    pub(crate) fn note(&self, method: &str, params: Option<&Value>) {
        let is_of_user = method.starts_with("textDocument/did")
            || ["textDocument/hover", "textDocument/codeAction", "workspace/executeCommand"]
                .contains(&method);
        let is_of_tree =
            params.and_then(|it| it.pointer("/arguments/0/last")) == Some(&json!(true));
        if !is_of_user || is_of_tree {
            return;
        }
        self.seen.send_if_modified(|seen| {
            let was_active = seen.is_active();
            seen.at = Instant::now();
            !was_active
        });
    }

    /// The editor got the focus, or lost it.
    pub(crate) fn set_focus(&self, has_focus: bool) {
        self.seen.send_modify(|seen| {
            *seen = Seen { has_focus: Some(has_focus), at: Instant::now() };
        });
    }

    /// Whether somebody works there.
    pub(crate) fn is_active(&self) -> bool {
        self.seen.borrow().is_active()
    }

    /// Waits until that may have changed.
    pub(crate) async fn changed(&self) {
        // The sender lives as long as this does.
        let _ = self.seen.subscribe().changed().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_editor_without_focus_is_idle_until_somebody_comes_back() {
        let activity = Activity::default();
        assert!(activity.is_active(), "it has just started");
        activity.set_focus(false);
        activity.note("textDocument/didChange", None);
        assert!(!activity.is_active(), "another program may have changed the file");
        activity.set_focus(true);
        assert!(activity.is_active());
    }

    #[test]
    fn an_editor_that_says_nothing_is_idle_until_it_does() {
        let activity = Activity::default();
        let Some(long_ago) = Instant::now().checked_sub(IDLE_AFTER) else { return };
        activity.seen.send_modify(|it| it.at = long_ago);
        activity.note("textDocument/codeLens", None);
        let last = json!({ "command": "pprof-lens.goroutines", "arguments": [{ "last": true }] });
        activity.note("workspace/executeCommand", Some(&last));
        assert!(!activity.is_active(), "we told it to ask");
        let new = json!({ "command": "pprof-lens.goroutines", "arguments": [{ "last": false }] });
        activity.note("workspace/executeCommand", Some(&new));
        assert!(activity.is_active());
    }
}
