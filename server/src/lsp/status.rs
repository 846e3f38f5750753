//! Turns the world into one line for a status bar, and into the text of the `status` command.
//!
//! The server sends `pprof-lens/status` whenever the line changes:
//! `{"text": "pprof-lens: sidecar (pid 4321) at localhost:6060 · heap at 14:03:07",
//! "state": "live", "target": {..}, "last": "heap at 14:03:07", "captures": ["heap"],
//! "baselines": [], "watching": false}`. `state` is `detached`, `live` or `gone`; `target` is the
//! target as the command line's JSON has it, or null. An editor that does not know the
//! notification ignores it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tower_lsp::lsp_types::notification::Notification;

use crate::model::Kind;

use super::attachment::{State, clock, describe, moment};
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
    /// `heap at 14:03:07`: what was captured last.
    pub(crate) last: Option<String>,
    /// The kinds that have a capture.
    pub(crate) captures: Vec<Kind>,
    /// The kinds that have a baseline.
    pub(crate) baselines: Vec<Kind>,
    /// The program is looked at while nobody is at the editor, too.
    pub(crate) watching: bool,
}

impl StatusLine {
    /// The line for this world.
    pub(crate) fn of(world: &World) -> StatusLine {
        let last = world.last_capture(None).map(|it| &it.capture.meta);
        let last = last.map(|it| format!("{} at {}", it.kind, clock(moment(it.taken_at))));
        let (text, state) = text_and_state(world);
        let text = match &last {
            Some(it) => format!("{text} · {it}"),
            None => text,
        };
        StatusLine {
            text,
            state: state.to_owned(),
            target: json!(world.attachment.as_ref().map(|it| &it.target)),
            last,
            captures: world.captures.keys().copied().collect(),
            baselines: world.baselines.keys().copied().collect(),
            watching: world.is_watching,
        }
    }
}

fn text_and_state(world: &World) -> (String, &'static str) {
    let Some(attachment) = &world.attachment else {
        let text = match &world.notice {
            Some(it) => format!("pprof-lens: {it}"),
            None => "pprof-lens: not attached".to_owned(),
        };
        return (text, "detached");
    };
    let name = describe(&attachment.target);
    match &attachment.state {
        State::Live if world.is_watching => (format!("pprof-lens: watching {name}"), "live"),
        State::Live => (format!("pprof-lens: {name}"), "live"),
        State::Gone { since } => {
            (format!("pprof-lens: {name} gone since {}", clock(*since)), "gone")
        }
    }
}
