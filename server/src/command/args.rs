//! The arguments of commands, as they come in `workspace/executeCommand`: one object each.

use serde::{Deserialize, Serialize};

use crate::model::Kind;

/// Argument of [`Command::Attach`](super::Command::Attach).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AttachArgs {
    /// A URL, `host:port`, a PID or a process name; none: discover.
    pub target: Option<String>,
}

/// Argument of [`Command::Capture`](super::Command::Capture).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CaptureArgs {
    /// Default: cpu.
    pub kind: Option<Kind>,
    /// Length of a CPU capture; default: the setting `captureSeconds`.
    pub seconds: Option<u32>,
}

/// Argument of the commands that set and clear the baseline.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KindArgs {
    /// Default: every kind that has a capture.
    pub kind: Option<Kind>,
}

/// Argument of [`Command::Diff`](super::Command::Diff).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DiffArgs {
    /// Default: the first kind that has a baseline.
    pub kind: Option<Kind>,
    /// Id of the earlier capture; default: the baseline.
    pub base: Option<String>,
    /// Id of the later capture; default: the current one.
    pub current: Option<String>,
}

/// Argument of [`Command::Hot`](super::Command::Hot).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HotArgs {
    /// Default: the kind that was captured last.
    pub kind: Option<Kind>,
    /// Id of a saved capture; default: the current one.
    pub capture: Option<String>,
}

/// Argument of [`Command::Flamegraph`](super::Command::Flamegraph).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FlamegraphArgs {
    /// Default: the kind that was captured last.
    pub kind: Option<Kind>,
    /// The function that is the root, by its full name as in the profile; default: all.
    pub function: Option<String>,
    /// Id of a saved capture; default: the current one.
    pub capture: Option<String>,
    /// Show what grew and shrank since: id of a saved capture, or `baseline`.
    pub base: Option<String>,
    /// Return a picture, too.
    pub svg: bool,
}

/// Argument of [`Command::NameCapture`](super::Command::NameCapture).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NameCaptureArgs {
    /// Which capture.
    pub id: String,
    /// Its name from now on; an empty one takes the name away.
    pub name: String,
}

/// Argument of [`Command::PinCapture`](super::Command::PinCapture).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PinCaptureArgs {
    /// Which capture.
    pub id: String,
    /// Default: the other way than now.
    pub on: Option<bool>,
}

/// Argument of [`Command::Hide`](super::Command::Hide).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HideArgs {
    /// Full name of the function, as in the profile.
    pub function: String,
    /// A file of the workspace folder that has the project's file; default: the first folder.
    pub uri: Option<String>,
}

/// Argument of [`Command::Goroutines`](super::Command::Goroutines): a place in the code, or the whole program.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct GoroutinesArgs {
    /// Only groups with a frame in this file (a URI).
    pub uri: Option<String>,
    /// Only groups with a frame on this line of the buffer as it is now, 0-based as in LSP.
    pub line: Option<u32>,
    /// Let Go's leak detector run first, a garbage collection, and trust what it proves.
    pub leaks: bool,
    /// Show what the last look found; the program is asked nothing.
    pub last: bool,
}

/// Argument of [`Command::Watch`](super::Command::Watch).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WatchArgs {
    /// Default: the other way than now.
    pub on: Option<bool>,
}

/// Argument of [`Command::Expect`](super::Command::Expect): the key `expect` of a group that [`Command::Goroutines`](super::Command::Goroutines)
/// returned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExpectArgs {
    /// Full name of the function that waits.
    pub function: String,
    /// The states in which it may; none: any.
    #[serde(default)]
    pub states: Vec<String>,
    /// A file of the workspace folder that has the project's file; default: the first folder.
    pub uri: Option<String>,
}

/// Argument of [`Command::Peek`](super::Command::Peek): a function by name, or the one around a place in the code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PeekArgs {
    /// Default: the kind that was captured last, or that has samples at the place.
    pub kind: Option<Kind>,
    /// Id of a saved capture; default: the current one.
    pub capture: Option<String>,
    /// Full name of the function, as in the profile.
    pub function: Option<String>,
    /// Without a name: the file (a URI) ...
    pub uri: Option<String>,
    /// ... and a line of the buffer as it is now, 0-based as in LSP.
    pub line: Option<u32>,
}

/// Argument of [`Command::ExplainSource`](super::Command::ExplainSource). With nothing of it: the files that were not found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExplainSourceArgs {
    /// A file here (a URI): with which paths of captures it was found.
    pub uri: Option<String>,
    /// Path of a file, as in the profile.
    pub file: Option<String>,
    /// Full name of a function, as in the profile.
    pub function: Option<String>,
    /// Frames of captures: a function or a path, a part of one, or a regular expression.
    pub frame: Option<String>,
}
