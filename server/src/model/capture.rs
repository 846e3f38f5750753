//! One fetched, decoded profile, with where and when it came from.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Kind, Profile, Target};

/// A profile that was fetched, and what is known about it.
#[derive(Debug, Clone)]
pub struct Capture {
    /// Where and when.
    pub meta: CaptureMeta,
    /// The decoded profile.
    pub profile: Arc<Profile>,
}

/// Which garbage collection a heap profile shows the outcome of, in nanoseconds since the epoch by
/// the program's clock, as [`Profile::time_nanos`] is.
///
/// Source: `memRecord` in Go's `runtime/mprof.go`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastGc {
    /// It ended then, or later.
    pub since: i64,
    /// It ended then.
    #[serde(rename = "exact")]
    pub is_exact: bool,
    /// The one whose end made its outcome known, mostly the next one, ended then or later.
    pub published: i64,
}

impl LastGc {
    /// What an earlier heap profile of the same run tells of the collection of a later one.
    pub fn since(earlier: &Capture, later: &Profile) -> Option<LastGc> {
        let known = earlier.meta.last_gc?;
        if earlier.profile.samples.sums() == later.samples.sums() {
            return Some(known);
        }
        // One more has ended since, which published what the one before it found.
        let published = earlier.profile.time_nanos;
        let is_later = known.published <= published && published <= later.time_nanos;
        is_later.then_some(LastGc { since: known.published, is_exact: false, published })
    }
}

/// What is saved beside the bytes of a capture, as `capture.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaptureMeta {
    /// Names the capture in the store; sorts by time.
    pub id: String,
    /// What was captured.
    pub kind: Kind,
    /// Where it came from; none for a file that was imported.
    pub target: Option<Target>,
    /// When the answer was complete, in nanoseconds since the epoch.
    pub taken_at: i64,
    /// For a CPU capture, the seconds that were asked for.
    pub seconds: Option<u32>,
    /// For a heap profile, the garbage collection that it is as of; none if that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_gc: Option<LastGc>,
    /// Number of bytes as they came (compressed).
    pub n_bytes: u64,
    /// A pinned capture (a baseline) is never dropped by the quota.
    #[serde(default)]
    pub pinned: bool,
    /// The user's own words for it.
    #[serde(default)]
    pub note: Option<String>,
}
