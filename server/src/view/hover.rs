//! Hovers: all that is known of a line, as Markdown with every foreign text escaped.

use std::path::Path;

use crate::listing::Peek;
use crate::listing::measure::label;
use crate::model::Kind;
use crate::source::Doubt;
use crate::stuck::Verdict;

use super::escape::{code_span, markdown};
use super::located::Located;
use super::marks::Marks;
use super::placed::{Placed, PlacedKind, PlacedLine, TextNow};
use super::waits::{Role, WaitPlace};
use super::words::{Together, counted, gc_age, goroutines, grouped, percent, signed, verdict};

/// Callers and callees shown.
const MOST_NEIGHBOURS: usize = 3;
/// Fewer samples than this are said to be few.
const FEW_SAMPLES: i64 = 20;

/// Finds the callers and callees of a function in the capture of a kind.
pub type PeekAt<'a> = &'a dyn Fn(Kind, &str) -> Option<Peek>;

/// The hover of a line of the text as it is now (1-based); none where nothing is known.
pub fn hover(
    marks: &Marks,
    path: &Path,
    line: u32,
    text_now: TextNow<'_>,
    peek: PeekAt<'_>,
) -> Option<String> {
    let placed = Placed::new(marks, path, text_now);
    let mut parts = Vec::new();
    let mut is_of_this_run = false;
    let mut told = None;
    for kind in &placed.kinds {
        let function = kind
            .functions_at(line)
            .max_by_key(|it| it.cum)
            .map(|it| function_part(kind, it.name, it.flat, it.cum, it.base_cum, peek));
        let cost = kind.line_at(line).map(|it| line_part(kind, &it));
        let known = [function, cost, gone_part(kind, line)];
        let n_before = parts.len();
        parts.extend(known.into_iter().flatten());
        if parts.len() > n_before {
            // Once for all kinds.
            let doubt = kind.doubt().filter(|it| told.replace(*it) != Some(*it));
            parts.extend(notes_part(kind, doubt));
            is_of_this_run |= !kind.marks.is_old;
        }
    }
    let warning = marks.build_warning.as_deref().filter(|_| is_of_this_run);
    parts.extend(warning.map(|it| format!("*{it}*")));
    parts.extend(waits_parts(&placed, line));
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

fn age(kind: &PlacedKind<'_>) -> &'static str {
    if kind.marks.is_old { " (old)" } else { "" }
}

fn function_part(
    kind: &PlacedKind<'_>,
    name: &str,
    flat: i64,
    cum: i64,
    base_cum: Option<i64>,
    peek: PeekAt<'_>,
) -> String {
    let capture = &kind.marks.capture;
    let value = |it: i64| label(it, &capture.unit);
    let mut out = format!(
        "**{}**{} {}: **{}** of {} · {} in all · {} in the function itself",
        kind.marks.kind(),
        age(kind),
        code_span(name),
        percent(cum, capture.total),
        value(capture.total),
        value(cum),
        value(flat),
    );
    if let Some(it) = base_cum.and_then(|it| signed(cum - it, &capture.unit)) {
        out.push_str(&format!(" · {it} since the baseline"));
    }
    if let Some(peek) = peek(kind.marks.kind(), name) {
        for (title, neighbours) in [("called by", &peek.callers), ("calls", &peek.callees)] {
            let shown: Vec<String> = neighbours
                .iter()
                .take(MOST_NEIGHBOURS)
                .map(|it| format!("{} {}", code_span(&it.function), value(it.weight)))
                .collect();
            let n_more = neighbours.len().saturating_sub(MOST_NEIGHBOURS);
            let more = if n_more > 0 { format!(" and {n_more} more") } else { String::new() };
            if !shown.is_empty() {
                out.push_str(&format!("\n- {title} {}{more}", shown.join(", ")));
            }
        }
    }
    out
}

fn line_part(kind: &PlacedKind<'_>, line: &PlacedLine<'_>) -> String {
    let (values, capture) = (line.values, &kind.marks.capture);
    let value = |it: i64| label(it, &capture.unit);
    let mut out = format!("**{}**{} ", kind.marks.kind(), age(kind));
    if line.now.is_edited() {
        out.push_str("*this line was edited since the capture; before:* ");
    } else {
        out.push_str("line: ");
    }
    out.push_str(&format!(
        "**{}** of {} · {} cum · {} flat",
        percent(values.cum, capture.total),
        value(capture.total),
        value(values.cum),
        value(values.flat),
    ));
    if values.own != values.flat && values.own != values.cum {
        out.push_str(&format!(" · {} with the library code it calls", value(values.own)));
    }
    if capture.unit != "count" {
        out.push_str(&format!(" · {}", markdown(&counted(values.count, &capture.counted))));
    }
    if let Some(it) = line.base.and_then(|it| signed(values.cum - it.cum, &capture.unit)) {
        out.push_str(&format!(" · {it} since the baseline"));
    }
    if let Some(it) = &values.inlined_into {
        out.push_str(&format!(" · inlined into {}", code_span(it)));
    }
    out
}

/// Costs of lines that are gone, told where their function begins.
fn gone_part(kind: &PlacedKind<'_>, line: u32) -> Option<String> {
    let capture = &kind.marks.capture;
    let here = kind.gone(|_, it| it.cum != 0).filter(|(func, _)| *func == line);
    let mut cums: Vec<i64> = here.map(|(_, it)| it.values.cum).collect();
    cums.sort_by_key(|it| std::cmp::Reverse(it.saturating_abs()));
    let shown: Vec<String> = cums
        .iter()
        .take(MOST_NEIGHBOURS)
        .map(|it| format!("{} ({})", percent(*it, capture.total), label(*it, &capture.unit)))
        .collect();
    let n_more = cums.len().saturating_sub(MOST_NEIGHBOURS);
    let more = if n_more > 0 { format!(" and {n_more} more") } else { String::new() };
    (!shown.is_empty()).then(|| {
        format!(
            "**{}**{} *on lines of this function that are no longer found:* {} cum{more}",
            kind.marks.kind(),
            age(kind),
            shown.join(", "),
        )
    })
}

/// What one should know before believing the numbers.
fn notes_part(kind: &PlacedKind<'_>, doubt: Option<Doubt>) -> Option<String> {
    let capture = &kind.marks.capture;
    let mut notes: Vec<String> = Vec::new();
    match kind.marks.kind() {
        Kind::Heap => {
            notes.push(format!("heap is as of {}", gc_age(capture.gc_age)));
            notes.extend(sampling(capture));
        }
        Kind::Allocs => {
            notes.push("all that was allocated since the program started".to_owned());
            notes.extend(sampling(capture));
        }
        Kind::Cpu => {
            let every = capture.period.map(|it| format!("one every {}", label(it, &capture.unit)));
            notes.push(format!(
                "{}{}",
                counted(capture.count, &capture.counted),
                every.map_or(String::new(), |it| format!(", {it}")),
            ));
            // golang/go#41338.
            notes.push("a sample may fall on the line after the one that costs".to_owned());
            if capture.count < FEW_SAMPLES {
                notes.push("the program was nearly idle, so this is rough".to_owned());
            }
        }
        Kind::Mutex => notes.push("shown where the lock was released".to_owned()),
        _ => {}
    }
    if (kind.marks.baseline_scale() - 1.0).abs() > f64::EPSILON && kind.marks.baseline.is_some() {
        notes.push("the baseline took another time and was scaled to this one's".to_owned());
    }
    if kind.has_other_base() {
        notes.push("this file was changed since the baseline was built: lines are compared where they are found in both".to_owned());
    }
    notes.extend(doubt.map(|it| it.to_string()));
    if kind.marks.is_old {
        notes.push("the program has gone or was restarted since".to_owned());
    }
    (!notes.is_empty()).then(|| format!("*{}*", notes.join("; ")))
}

/// How many bytes one sample of an allocation profile stands for.
fn sampling(capture: &Located) -> Option<String> {
    let period = capture.period?;
    if period == 1 {
        return Some("every allocation is in it".to_owned());
    }
    let is_rough = capture.total / period < FEW_SAMPLES;
    let rough = if is_rough { ", so this is rough" } else { "" };
    Some(format!("one sample stands for about {}{rough}", label(period, &capture.unit)))
}

fn waits_parts(placed: &Placed<'_>, line: u32) -> Vec<String> {
    let Some(waits) = &placed.waits else { return Vec::new() };
    let here: Vec<&WaitPlace> =
        waits.places.iter().filter(|it| it.line() == Some(line)).map(|it| it.place).collect();
    let old = if waits.input.is_old { " (old)" } else { "" };
    let mut parts = Vec::new();
    for (role, verb) in [
        (Role::Waits, ("waits here", "wait here")),
        (Role::Starts, ("was started here", "were started here")),
    ] {
        let groups = here.iter().filter(|it| it.role == role);
        // What runs does not wait.
        let groups: Vec<_> = groups
            .map(|it| waits.input.waits.group(it))
            .filter(|it| role == Role::Starts || it.verdict != Verdict::Running)
            .collect();
        if groups.is_empty() {
            continue;
        }
        let groups = Together::new(groups);
        let verb = if groups.count() == 1 { verb.0 } else { verb.1 };
        let mut out = format!("**{}**{old} {verb}", goroutines(groups.count()));
        for group in &groups.groups {
            let one = Together { groups: vec![group] };
            out.push_str(&format!(
                "\n- {} {} · {} · **{}**: {}",
                grouped(group.count() as i64),
                markdown(&group.state),
                one.oldest().unwrap_or_else(|| "for less than a minute".to_owned()),
                verdict(group.verdict),
                markdown(&group.reason),
            ));
            if let (Role::Waits, Some(created)) = (role, &group.created_by) {
                out.push_str(&format!(", started in {}", code_span(&created.frame.function)));
            }
        }
        parts.push(out);
    }
    parts
}
