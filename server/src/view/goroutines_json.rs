//! Judged goroutines as JSON, for scripts and editors.

use serde_json::{Value, json};

use crate::model::Frame;
use crate::stuck::{Group, Judged, PileUp};

/// `{"total","truncated","groups":[..],"pile_ups":[..]}`, as [`group_json`] and [`pile_up_json`]
/// have them.
pub fn goroutines_json(judged: &Judged) -> Value {
    let groups: Vec<Value> = judged.groups.iter().map(group_json).collect();
    let pile_ups: Vec<Value> = judged.pile_ups.iter().map(pile_up_json).collect();
    json!({
        "total": judged.total,
        "truncated": judged.truncated,
        "groups": groups,
        "pile_ups": pile_ups,
    })
}

/// `{"resource","ids","likely_holder"}`: `lock` or `database_connection`, who waits for it, and
/// who may hold it: `{"id","function","state"}` or null.
pub fn pile_up_json(pile_up: &PileUp) -> Value {
    json!(pile_up)
}

/// `{"count","state","verdict","reason","oldest_seconds","ids",
/// "frames":[{"function","file","line"}],"n_elided","labels","created_by","growth","pile_up"}`.
///
/// Text is as in the dump; JSON escapes it. `oldest_seconds`, `created_by`, `growth`
/// (`{"from","seconds"}`) and `pile_up` (an index into `pile_ups`) may be null.
pub fn group_json(group: &Group) -> Value {
    json!({
        "count": group.count(),
        "state": group.state,
        "verdict": group.verdict,
        "reason": group.reason,
        "oldest_seconds": group.oldest_seconds,
        "ids": group.ids,
        "frames": group.frames.iter().map(frame_json).collect::<Vec<_>>(),
        "n_elided": group.n_elided,
        "labels": group.labels.iter().map(|(key, value)| json!([key, value])).collect::<Vec<_>>(),
        "created_by": group.created_by.as_ref().map(|it| frame_json(&it.frame)),
        "growth": group.growth.map(|it| json!({ "from": it.from, "seconds": it.seconds })),
        "pile_up": group.pile_up,
    })
}

fn frame_json(frame: &Frame) -> Value {
    json!({ "function": &*frame.function, "file": &*frame.file, "line": frame.line })
}
