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
    /// Number of bytes as they came (compressed).
    pub n_bytes: u64,
    /// A pinned capture (a baseline) is never dropped by the quota.
    #[serde(default)]
    pub pinned: bool,
    /// The user's own words for it.
    #[serde(default)]
    pub note: Option<String>,
}
