//! Diagnostics: hot lines, and what grew since the baseline.

use serde_json::json;

use crate::listing::measure::label;
use crate::model::Kind;
use crate::source::LineNow;

use super::file::{Code, Diagnostic, Severity};
use super::located::LineValues;
use super::placed::{Placed, PlacedKind, PlacedLine, ViewConfig};
use super::words::{percent, share, signed};

/// A line is hot when its own share is so many times the threshold of hints: a hint says what a
/// line costs, a diagnostic asks for attention.
const HOT_FACTOR: f64 = 5.0;
/// Hot lines of one kind in the whole workspace.
const MOST_HOT_LINES: usize = 5;
/// Growth below this share of the total, in percent, is not reported.
const LEAST_GROWTH_PERCENT: f64 = 5.0;
/// Growth of the heap below this is no leak yet.
const LEAST_GROWTH_BYTES: i64 = 1 << 20;
/// What fewer samples say may be chance: at Go's default rate, one stands for 512 KiB of heap.
const LEAST_SAMPLES: i64 = 4;

/// The cost diagnostics of a file, by line.
pub(super) fn cost_diagnostics(placed: &Placed<'_>, config: &ViewConfig) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for kind in placed.kinds.iter().filter(|it| it.marks.kind().is_cost()) {
        let hottest = kind.marks.capture.hottest.iter().take(MOST_HOT_LINES);
        let hottest: Vec<u32> =
            hottest.filter(|(path, _)| path == placed.path).map(|&(_, line)| line).collect();
        let total = kind.marks.capture.total;
        let is_hot = |then: u32, it: &LineValues| {
            hottest.contains(&then)
                && config.line_threshold_percent * HOT_FACTOR <= share(it.own, total)
                && least_value(kind) <= it.own
                && !placed.marks.hides(&it.function)
        };
        // Most lines of a long file are neither: only the others are looked for in the text.
        let may_tell =
            |then: u32, it: &LineValues| LEAST_GROWTH_BYTES <= it.own || is_hot(then, it);
        for line in kind.lines(may_tell) {
            let Some(now) = line.now.line() else { continue };
            // What grew is hot as well: once is enough.
            if let Some(it) = growth(kind, &line, now) {
                out.push(it);
            } else if is_hot(line.then, line.values) {
                out.push(hot_line(kind, &line, now));
            }
        }
    }
    out
}

/// What [`LEAST_SAMPLES`] stand for, in the capture's unit.
fn least_value(kind: &PlacedKind<'_>) -> i64 {
    kind.marks.capture.period.unwrap_or(0).saturating_mul(LEAST_SAMPLES)
}

fn hot_line(kind: &PlacedKind<'_>, line: &PlacedLine<'_>, now: u32) -> Diagnostic {
    let (values, capture) = (line.values, &kind.marks.capture);
    let value = |it: i64| label(it, &capture.unit);
    let (name, share, total) =
        (kind.marks.kind(), percent(values.own, capture.total), value(capture.total));
    let (is, was) = happens_here(name);
    let own = value(values.own);
    let library = values.own - values.flat;
    let message = if line.now.is_edited() {
        format!("{name}: {share} of {total} {was} before this line was edited")
    } else if library == 0 {
        format!("{name}: {share} of {total} {is} ({own})")
    } else if values.flat == 0 {
        format!("{name}: {share} of {total} {is} ({own}, all of it in library code)")
    } else {
        let library = value(library);
        format!("{name}: {share} of {total} {is} ({own}, of it {library} in library code)")
    };
    Diagnostic {
        line: now,
        severity: Severity::Hint,
        code: Code::HotLine,
        message: with_age(message, kind.marks.is_old),
        related: Vec::new(),
        data: data(kind, line),
        old: kind.marks.is_old,
    }
}

/// What the value of a kind means for the line it is shown on: now, and before an edit.
fn happens_here(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Heap => ("was allocated here and is still held", "was allocated here"),
        Kind::Allocs => ("was allocated here", "was allocated here"),
        Kind::Mutex => (
            "was spent waiting for the lock that is released here",
            "was spent waiting for the lock that was released here",
        ),
        Kind::Block => ("was spent waiting here", "was spent waiting here"),
        _ => ("is spent here", "was spent here"),
    }
}

/// Only memory that is held is expected to stay level: the other kinds add up from the start of
/// the program, or depend on what it was doing while they were taken.
fn growth(kind: &PlacedKind<'_>, line: &PlacedLine<'_>, now: u32) -> Option<Diagnostic> {
    let capture = &kind.marks.capture;
    if kind.marks.kind() != Kind::Heap || matches!(line.now, LineNow::Edited(_)) {
        return None;
    }
    let base = line.base?;
    let change = line.values.own.saturating_sub(base.own);
    let is_large = LEAST_GROWTH_BYTES.max(least_value(kind)) <= change
        && LEAST_GROWTH_PERCENT <= share(change, capture.total)
        && capture.unit == "bytes";
    if !is_large {
        return None;
    }
    let value = |it: i64| label(it, &capture.unit);
    let message = format!(
        "{}: {} since the baseline: {} was allocated here and is still held, it was {}",
        kind.marks.kind(),
        signed(change, &capture.unit)?,
        value(line.values.own),
        value(base.own),
    );
    Some(Diagnostic {
        line: now,
        severity: Severity::Warning,
        code: Code::Growth,
        message: with_age(message, kind.marks.is_old),
        related: Vec::new(),
        data: data(kind, line),
        old: kind.marks.is_old,
    })
}

/// Says that a message is about a program that is gone.
pub(super) fn with_age(message: String, is_old: bool) -> String {
    if is_old { format!("{message} (old: the program has gone since)") } else { message }
}

fn data(kind: &PlacedKind<'_>, line: &PlacedLine<'_>) -> serde_json::Value {
    let (values, capture) = (line.values, &kind.marks.capture);
    json!({
        "kind": kind.marks.kind().name(),
        "sampleType": capture.sample_type,
        "unit": capture.unit,
        "flat": values.flat,
        "cum": values.cum,
        "own": values.own,
        "total": capture.total,
        "count": values.count,
        "baseline": line.base.map(|it| json!({ "cum": it.cum, "own": it.own })),
        "function": &*values.function,
        "edited": line.now.is_edited(),
    })
}
