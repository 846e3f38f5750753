//! Times as the product keeps them.

use std::time::{SystemTime, UNIX_EPOCH};

/// Nanoseconds since the epoch; none for a time before it, or after the year 2262.
pub fn nanos(time: SystemTime) -> Option<i64> {
    i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_nanos()).ok()
}
