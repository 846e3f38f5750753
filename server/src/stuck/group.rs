//! Goroutines that wait at the same place, with a verdict.

use serde::Serialize;

use crate::model::{CreatedBy, Frame};

use super::looks::Growth;
use super::pile_up::PileUp;

/// What is known of a group of goroutines, loudest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Can never run again: the leak detector says so, or the wait has no end.
    Proved,
    /// The same goroutines in the same wait for a minute or more, and not expected to idle.
    Stuck,
    /// Waits where it is not expected to, but was seen only once or not for long enough.
    Suspect,
    /// Waits as it should.
    Idle,
    /// Not waiting.
    Running,
}

/// Goroutines with the same blocking stack, state and creator.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The verdict.
    pub verdict: Verdict,
    /// The evidence for it, in one sentence.
    pub reason: String,
    /// Wait reason or status, for example `chan receive`.
    pub state: String,
    /// Longest known wait in seconds, from the header or from our own looks.
    pub oldest_seconds: Option<u64>,
    /// Ids of all members, ascending.
    pub ids: Vec<u64>,
    /// Innermost first.
    pub frames: Vec<Frame>,
    /// The `go` statement; none for the main goroutine.
    pub created_by: Option<CreatedBy>,
    /// Frames that Go left out of the stack.
    pub n_elided: u64,
    /// The profiler labels that all members carry.
    pub labels: Vec<(String, String)>,
    /// They became more while none moved on.
    pub growth: Option<Growth>,
    /// Index into [`Judged::pile_ups`], of the one that most of them stand in.
    pub pile_up: Option<usize>,
}

impl Group {
    /// Number of goroutines.
    pub fn count(&self) -> usize {
        self.ids.len()
    }
}

/// A judged dump.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Judged {
    /// Number of goroutines in the dump.
    pub total: usize,
    /// The dump was cut: there are more.
    pub truncated: bool,
    /// Loudest verdict first, then by count.
    pub groups: Vec<Group>,
    /// Goroutines that wait for one lock or one database connection, largest first.
    pub pile_ups: Vec<PileUp>,
}
