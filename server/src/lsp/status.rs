//! Turns the world into one line for a status bar, and into the text of the `status` command.
//!
//! The server sends `pprof-lens/status` whenever the line changes:
//! `{"text": "pprof-lens: sidecar (pid 4321) at localhost:6060", "state": "live", "target": {..}}`.
//! `state` is `detached`, `live` or `gone`; `target` is the target as the command line's JSON has
//! it, or null. An editor that does not know the notification ignores it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tower_lsp::lsp_types::notification::Notification;

use super::attachment::{State, clock, describe};
use super::world::World;

/// The notification `pprof-lens/status`.
#[derive(Debug)]
pub(crate) enum StatusChanged {}

impl Notification for StatusChanged {
    type Params = StatusLine;
    const METHOD: &'static str = "pprof-lens/status";
}

/// What a status bar shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StatusLine {
    /// One line.
    pub(crate) text: String,
    /// `detached`, `live` or `gone`.
    pub(crate) state: String,
    /// The target, or null.
    pub(crate) target: Value,
}

impl StatusLine {
    /// The line for this world.
    pub(crate) fn of(world: &World) -> StatusLine {
        let Some(attachment) = &world.attachment else {
            let text = match &world.notice {
                Some(it) => format!("pprof-lens: {it}"),
                None => "pprof-lens: not attached".to_owned(),
            };
            return StatusLine { text, state: "detached".to_owned(), target: Value::Null };
        };
        let name = describe(&attachment.target);
        let (text, state) = match &attachment.state {
            State::Live if world.is_watching => (format!("pprof-lens: watching {name}"), "live"),
            State::Live => (format!("pprof-lens: {name}"), "live"),
            State::Gone { since } => {
                (format!("pprof-lens: {name} gone since {}", clock(*since)), "gone")
            }
        };
        let target = json!(attachment.target);
        StatusLine { text, state: state.to_owned(), target }
    }
}
