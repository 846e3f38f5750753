//! What is shown in one file: plain structs in the words of editors, with no LSP types.
//!
//! Lines are 1-based, as in profiles, and speak of the text as it is now.

use std::path::PathBuf;

use serde_json::Value;

use crate::model::Kind;

/// Everything that is drawn in one file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileView {
    /// Above functions; at most one a line and kind of information.
    pub lenses: Vec<Lens>,
    /// At line ends.
    pub hints: Vec<Hint>,
    /// In the problems list.
    pub diagnostics: Vec<Diagnostic>,
}

/// Text above a function, with what a click does.
#[derive(Debug, Clone, PartialEq)]
pub struct Lens {
    /// Line of `func`.
    pub line: u32,
    /// What is shown.
    pub title: String,
    /// What a click runs.
    pub action: Action,
}

/// What a click on a lens, or a code action, runs.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Show callers and callees of a function.
    Peek {
        /// Which capture.
        kind: Kind,
        /// The function.
        function: String,
    },
    /// List the goroutines that wait at a line of this file.
    Goroutines {
        /// The line.
        line: u32,
    },
    /// Show a capture as a flame graph, rooted at a function.
    Flamegraph {
        /// Which capture.
        kind: Kind,
        /// The function.
        function: String,
    },
    /// Write into the project's file that a function has no marks.
    Hide {
        /// The function.
        function: String,
    },
    /// Write into the project's file that goroutines may wait in a function.
    Expect {
        /// The function that waits.
        function: String,
        /// In which states.
        states: Vec<String>,
    },
    /// Compare the capture of this kind with the baseline.
    Diff {
        /// Which capture.
        kind: Kind,
    },
    /// Capture again.
    Capture {
        /// What to capture.
        kind: Kind,
    },
    /// Pin the captures as the baseline.
    SetBaseline,
}

/// Text at the end of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The line.
    pub line: u32,
    /// What is shown, for example `cpu 1.20s 26.7% · cum 2.11s 47%`.
    pub text: String,
    /// Markdown shown when pointing at it.
    pub tooltip: String,
    /// The line was edited since: the numbers are those of what stood there before.
    pub is_edited: bool,
    /// How hot the line is.
    pub heat: Heat,
}

/// How hot a line is, by its largest share of any kind's total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Heat {
    /// Less than 5 %.
    Mild,
    /// 5 % or more.
    Warm,
    /// 20 % or more.
    Hot,
}

impl Heat {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Heat::Mild => "mild",
            Heat::Warm => "warm",
            Heat::Hot => "hot",
        }
    }

    /// The heat of a share, in percent.
    pub fn of_percent(share: f64) -> Heat {
        match share {
            it if it >= 20.0 => Heat::Hot,
            it if it >= 5.0 => Heat::Warm,
            _ => Heat::Mild,
        }
    }
}

/// How loud a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Proved wrong.
    Error,
    /// Most likely wrong.
    Warning,
    /// Worth a look.
    Information,
    /// A fact.
    Hint,
}

/// A row of the problems list.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// The line.
    pub line: u32,
    /// How loud.
    pub severity: Severity,
    /// Stable name, for example `hot-line`.
    pub code: Code,
    /// One line of plain text, with no text from the profile left unescaped.
    pub message: String,
    /// Other places that belong to it.
    pub related: Vec<Related>,
    /// The numbers behind the message, for clients.
    pub data: Value,
    /// What it says was measured before the target went away or was restarted.
    pub old: bool,
}

/// Stable diagnostic codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// A line with a large share of a profile.
    HotLine,
    /// A line whose share grew since the baseline.
    Growth,
    /// Goroutines that wait at this line.
    WaitingGoroutine,
    /// The `go` statement that started waiting goroutines.
    GoStatement,
}

impl Code {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Code::HotLine => "hot-line",
            Code::Growth => "growth",
            Code::WaitingGoroutine => "waiting-goroutine",
            Code::GoStatement => "go-statement",
        }
    }
}

/// A place that belongs to a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Local file.
    pub file: PathBuf,
    /// 1-based, in the text as it is now.
    pub line: u32,
    /// What is there.
    pub message: String,
}
