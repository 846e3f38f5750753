//! The commands that editors offer: one table, from which everything else is made.
//!
//! The list that the server advertises, the parser of `workspace/executeCommand`, the table in
//! README.md, `contributes.commands` of the VS Code extension and the subcommands of the Neovim
//! plugin all come from [`Command::ALL`]; `tests/generated.rs` fails when one of them is stale.

use serde::{Deserialize, Serialize};

use crate::model::Kind;

/// Prefix of every command id.
pub const PREFIX: &str = "pprof-lens.";

/// A command that an editor can run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// See [`AttachArgs`].
    Attach,
    /// No arguments.
    Detach,
    /// No arguments; returns what the command line's `targets --json` prints.
    Targets,
    /// See [`CaptureArgs`].
    Capture,
    /// See [`KindArgs`]: pins the last capture of the kind, or of every kind.
    SetBaseline,
    /// See [`KindArgs`].
    ClearBaseline,
    /// See [`KindArgs`]: the current capture minus the baseline.
    Diff,
    /// See [`GoroutinesArgs`].
    Goroutines,
    /// See [`WatchArgs`].
    Watch,
    /// See [`ExpectArgs`].
    Expect,
    /// See [`PeekArgs`].
    Peek,
    /// See [`ExplainSourceArgs`].
    ExplainSource,
    /// No arguments.
    Status,
}

impl Command {
    /// Every command, in the order in which it is offered.
    pub const ALL: [Command; 13] = [
        Command::Attach,
        Command::Detach,
        Command::Targets,
        Command::Capture,
        Command::SetBaseline,
        Command::ClearBaseline,
        Command::Diff,
        Command::Goroutines,
        Command::Watch,
        Command::Expect,
        Command::Peek,
        Command::ExplainSource,
        Command::Status,
    ];

    /// The name without its prefix: the Neovim subcommand.
    pub fn name(self) -> &'static str {
        match self {
            Command::Attach => "attach",
            Command::Detach => "detach",
            Command::Targets => "targets",
            Command::Capture => "capture",
            Command::SetBaseline => "setBaseline",
            Command::ClearBaseline => "clearBaseline",
            Command::Diff => "diff",
            Command::Goroutines => "goroutines",
            Command::Watch => "watch",
            Command::Expect => "expect",
            Command::Peek => "peek",
            Command::ExplainSource => "explainSource",
            Command::Status => "status",
        }
    }

    /// The id on the wire, for example `pprof-lens.setBaseline`.
    pub fn id(self) -> String {
        format!("{PREFIX}{}", self.name())
    }

    /// What menus say.
    pub fn title(self) -> &'static str {
        match self {
            Command::Attach => "Attach to a running Go program",
            Command::Detach => "Detach",
            Command::Targets => "List running Go programs with pprof",
            Command::Capture => "Capture a profile",
            Command::SetBaseline => "Set baseline",
            Command::ClearBaseline => "Clear baseline",
            Command::Diff => "Compare with the baseline",
            Command::Goroutines => "Show goroutines by verdict",
            Command::Watch => "Watch the goroutines, or stop watching",
            Command::Expect => "Mark goroutines as expected",
            Command::Peek => "Show callers and callees of a function",
            Command::ExplainSource => "Explain source",
            Command::Status => "Show status",
        }
    }

    /// One sentence for tables of commands.
    pub fn summary(self) -> &'static str {
        match self {
            Command::Attach => {
                "Attaches to a target: a URL, `host:port`, a PID or a process name; without one, to the program found running, with a picker when there are several."
            }
            Command::Detach => "Lets the target go and clears its marks; captures stay saved.",
            Command::Targets => {
                "Lists the running Go programs that serve pprof, and says why others do not."
            }
            Command::Capture => {
                "Captures a profile of a kind (`cpu`, `heap`, `allocs`, `goroutine`, `goroutineleak`, `mutex`, `block`, `threadcreate`) and marks its lines; shows progress and can be cancelled."
            }
            Command::SetBaseline => {
                "Pins the last capture of each kind (or of the given kind) as the baseline that later captures are compared with."
            }
            Command::ClearBaseline => "Forgets the baseline; its capture stays saved.",
            Command::Diff => {
                "Shows what grew and shrank since the baseline, by function and on the lines."
            }
            Command::Goroutines => {
                "Dumps the goroutines and lists them by verdict: proved, stuck, suspect, idle, running; each entry jumps to the code."
            }
            Command::Watch => {
                "Keeps looking at the goroutines while nobody is at the editor, and over restarts of the program, so that trends and stuck verdicts are there when you come back; again: stops."
            }
            Command::Expect => {
                "Writes an entry into the project's `.pprof-lens.toml`, by which goroutines that wait in a function count as idle; offered where some wait."
            }
            Command::Peek => {
                "Shows the callers and callees of a function with their share: of the function at the cursor, or of the one that is named."
            }
            Command::ExplainSource => {
                "Says by which rule the open file, or the file or function that is named, was found for a path of a capture, and of files that were not found what was tried and why each rule failed."
            }
            Command::Status => {
                "Says what is attached, what was captured when, how much of it maps to this workspace, and the versions and settings in force."
            }
        }
    }

    /// Whether a person may run it by its name: its argument is none that anybody types.
    pub fn is_typed(self) -> bool {
        self != Command::Expect
    }

    /// The command with this id.
    pub fn from_id(id: &str) -> Option<Command> {
        let name = id.strip_prefix(PREFIX)?;
        Command::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// Argument of [`Command::Attach`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AttachArgs {
    /// A URL, `host:port`, a PID or a process name; none: discover.
    pub target: Option<String>,
}

/// Argument of [`Command::Capture`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CaptureArgs {
    /// Default: cpu.
    pub kind: Option<Kind>,
    /// Length of a CPU capture; default: the setting `captureSeconds`.
    pub seconds: Option<u32>,
}

/// Argument of the commands about baselines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KindArgs {
    /// Default: every kind that has a capture.
    pub kind: Option<Kind>,
}

/// Argument of [`Command::Goroutines`]: a place in the code, or the whole program.
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

/// Argument of [`Command::Watch`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WatchArgs {
    /// Default: the other way than now.
    pub on: Option<bool>,
}

/// Argument of [`Command::Expect`]: the key `expect` of a group that [`Command::Goroutines`]
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

/// Argument of [`Command::Peek`]: a function by name, or the one around a place in the code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PeekArgs {
    /// Which capture.
    pub kind: Option<Kind>,
    /// Full name of the function, as in the profile.
    pub function: Option<String>,
    /// Without a name: the file (a URI) ...
    pub uri: Option<String>,
    /// ... and a line of the buffer as it is now, 0-based as in LSP.
    pub line: Option<u32>,
}

/// Argument of [`Command::ExplainSource`]. With nothing of it: the files that were not found.
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
