//! Judged goroutines as JSON, for scripts and editors.

use serde::Serialize;

use crate::model::Frame;
use crate::stuck::{Group, Judged, Verdict};

/// `{"total","truncated","groups":[{"count","state","verdict","reason","oldest_seconds",
/// "ids","frames":[{"function","file","line"}],"created_by"}]}`.
///
/// Text is as in the dump; JSON escapes it. `oldest_seconds` and `created_by` may be null.
pub fn goroutines_json(judged: &Judged) -> impl Serialize + '_ {
    JudgedJson {
        total: judged.total,
        truncated: judged.truncated,
        groups: judged.groups.iter().map(GroupJson::of).collect(),
    }
}

#[derive(Serialize)]
struct JudgedJson<'a> {
    total: usize,
    truncated: bool,
    groups: Vec<GroupJson<'a>>,
}

#[derive(Serialize)]
struct GroupJson<'a> {
    count: usize,
    state: &'a str,
    verdict: Verdict,
    reason: &'a str,
    oldest_seconds: Option<u64>,
    ids: &'a [u64],
    frames: Vec<FrameJson<'a>>,
    created_by: Option<FrameJson<'a>>,
}

#[derive(Serialize)]
struct FrameJson<'a> {
    function: &'a str,
    file: &'a str,
    line: u32,
}

impl<'a> GroupJson<'a> {
    fn of(group: &'a Group) -> GroupJson<'a> {
        GroupJson {
            count: group.count(),
            state: &group.state,
            verdict: group.verdict,
            reason: &group.reason,
            oldest_seconds: group.oldest_seconds,
            ids: &group.ids,
            frames: group.frames.iter().map(FrameJson::of).collect(),
            created_by: group.created_by.as_ref().map(|it| FrameJson::of(&it.frame)),
        }
    }
}

impl<'a> FrameJson<'a> {
    fn of(frame: &'a Frame) -> FrameJson<'a> {
        FrameJson { function: &frame.function, file: &frame.file, line: frame.line }
    }
}
