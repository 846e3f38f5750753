//! Judged goroutines as JSON, for scripts and editors.

use serde_json::{Value, json};

use crate::model::Frame;
use crate::stuck::{Group, Judged};

/// `{"total","truncated","groups":[..]}`, the groups as [`group_json`] has them.
pub fn goroutines_json(judged: &Judged) -> Value {
    let groups: Vec<Value> = judged.groups.iter().map(group_json).collect();
    json!({ "total": judged.total, "truncated": judged.truncated, "groups": groups })
}

/// `{"count","state","verdict","reason","oldest_seconds","ids",
/// "frames":[{"function","file","line"}],"created_by"}`.
///
/// Text is as in the dump; JSON escapes it. `oldest_seconds` and `created_by` may be null.
pub fn group_json(group: &Group) -> Value {
    json!({
        "count": group.count(),
        "state": group.state,
        "verdict": group.verdict,
        "reason": group.reason,
        "oldest_seconds": group.oldest_seconds,
        "ids": group.ids,
        "frames": group.frames.iter().map(frame_json).collect::<Vec<_>>(),
        "created_by": group.created_by.as_ref().map(|it| frame_json(&it.frame)),
    })
}

fn frame_json(frame: &Frame) -> Value {
    json!({ "function": &*frame.function, "file": &*frame.file, "line": frame.line })
}
