//! A goroutine dump: what `goroutine?debug=2` says, parsed.

use std::sync::Arc;

/// Every goroutine of a program at one moment.
///
/// Equal stacks are stored once: a dump of 80,000 goroutines has a few hundred.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dump {
    /// In the order of the text; the first is the one that wrote the dump.
    pub goroutines: Vec<Goroutine>,
    /// Distinct stacks; [`StackId`] indexes this table.
    pub stacks: Vec<Stack>,
    /// First arguments of all frames, goroutine by goroutine; see [`Dump::receivers`].
    pub first_arguments: Vec<u64>,
    /// The text ends inside a goroutine (Go cuts at 64 MiB): there are more than were read.
    pub truncated: bool,
    /// Lines that fit no form of any Go version: counted, the first few kept for the message.
    pub n_unknown_lines: usize,
    /// At most the first eight unknown lines.
    pub unknown_lines: Vec<String>,
}

impl Dump {
    /// The stack of a goroutine.
    pub fn stack(&self, id: StackId) -> Option<&Stack> {
        self.stacks.get(id.0 as usize)
    }

    /// The first argument of each frame of a goroutine, which is a method's receiver; 0 where the
    /// dump does not say it. Go marks some with `?`: those may be out of date.
    pub fn receivers(&self, goroutine: &Goroutine) -> &[u64] {
        let n_frames = self.stack(goroutine.stack).map_or(0, |it| it.frames.len());
        let start = goroutine.first_argument as usize;
        self.first_arguments.get(start..start + n_frames).unwrap_or_default()
    }
}

/// Index into [`Dump::stacks`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StackId(pub u32);

/// One goroutine's header, with its stack by reference.
#[derive(Debug, Clone, PartialEq)]
pub struct Goroutine {
    /// Stable for the goroutine's life and never used again in the process.
    pub id: u64,
    /// Wait reason or status as written, for example `chan receive (nil chan)` or `running`,
    /// without the marks that have fields of their own below.
    pub state: Arc<str>,
    /// The leak detector proved that it can never run again.
    pub leaked: bool,
    /// Whole minutes since the first garbage collection that saw it blocked.
    pub minutes: Option<u64>,
    /// Bound to its OS thread.
    pub locked_to_thread: bool,
    /// Member of a `testing/synctest` bubble.
    pub synctest: Option<u64>,
    /// Profiler labels, where the dump carries them. Goroutines with the same ones share them.
    pub labels: Arc<[(String, String)]>,
    /// Frames and creator.
    pub stack: StackId,
    /// The goroutine that ran the `go` statement (Go 1.21 on). Not part of the stack: workers
    /// that were started by different parents still wait at the same place.
    pub creator_id: Option<u64>,
    /// Index into [`Dump::first_arguments`].
    pub first_argument: u32,
}

/// Frames, innermost first, and the `go` statement that started the goroutine.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Stack {
    /// Innermost first. Empty when the goroutine was running on another thread.
    pub frames: Vec<Frame>,
    /// Number of frames that Go left out of the middle or the end.
    pub n_elided: u64,
    /// None for the main goroutine.
    pub created_by: Option<CreatedBy>,
}

/// A function at a line, without its arguments.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Frame {
    /// For example `main.(*Plugin).fetchData`; generic arguments stand as `[...]`.
    pub function: Arc<str>,
    /// As compiled in.
    pub file: Arc<str>,
    /// 1-based.
    pub line: u32,
}

/// The `go` statement that started a goroutine.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CreatedBy {
    /// The function that holds the `go` statement, and its place.
    pub frame: Frame,
}
