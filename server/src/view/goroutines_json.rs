//! Judged goroutines as JSON, for scripts and editors.

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::model::Frame;
use crate::stuck::{Group, Judged, PileUp, Verdict};

/// `{"total","truncated","groups":[..],"pile_ups":[..]}`, as [`group_json`] and [`pile_up_json`]
/// have them. Nothing is made before it is written: a dump may have a million frames.
pub fn goroutines_json(judged: &Judged) -> impl Serialize {
    JudgedJson {
        total: judged.total,
        truncated: judged.truncated,
        groups: Groups(&judged.groups),
        pile_ups: &judged.pile_ups,
    }
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
    // Its keys are text, so this cannot fail.
    serde_json::to_value(GroupJson::of(group)).unwrap_or_default()
}

#[derive(Serialize)]
struct JudgedJson<'a> {
    total: usize,
    truncated: bool,
    groups: Groups<'a>,
    pile_ups: &'a [PileUp],
}

#[derive(Serialize)]
struct GroupJson<'a> {
    count: usize,
    state: &'a str,
    verdict: Verdict,
    reason: &'a str,
    oldest_seconds: Option<u64>,
    ids: &'a [u64],
    frames: Frames<'a>,
    n_elided: u64,
    labels: &'a [(String, String)],
    created_by: Option<FrameJson<'a>>,
    growth: Option<GrowthJson>,
    pile_up: Option<usize>,
}

#[derive(Serialize)]
struct GrowthJson {
    from: usize,
    seconds: u64,
}

#[derive(Serialize)]
struct FrameJson<'a> {
    function: &'a str,
    file: &'a str,
    line: u32,
}

struct Groups<'a>(&'a [Group]);

struct Frames<'a>(&'a [Frame]);

impl<'a> GroupJson<'a> {
    fn of(group: &'a Group) -> GroupJson<'a> {
        GroupJson {
            count: group.count(),
            state: &group.state,
            verdict: group.verdict,
            reason: &group.reason,
            oldest_seconds: group.oldest_seconds,
            ids: &group.ids,
            frames: Frames(&group.frames),
            n_elided: group.n_elided,
            labels: &group.labels,
            created_by: group.created_by.as_ref().map(|it| FrameJson::of(&it.frame)),
            growth: group.growth.map(|it| GrowthJson { from: it.from, seconds: it.seconds }),
            pile_up: group.pile_up,
        }
    }
}

impl<'a> FrameJson<'a> {
    fn of(frame: &'a Frame) -> FrameJson<'a> {
        FrameJson { function: &frame.function, file: &frame.file, line: frame.line }
    }
}

impl Serialize for Groups<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(GroupJson::of))
    }
}

impl Serialize for Frames<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(FrameJson::of))
    }
}
