//! Diagnostics of goroutines that wait where they should not, and of the `go` statements that
//! started them.

use std::collections::BTreeMap;

use serde_json::json;

use crate::model::Frame;
use crate::stuck::{Group, Verdict};

use super::diagnostic::with_age;
use super::escape::plain;
use super::file::{Code, Diagnostic, Related, Severity};
use super::placed::Placed;
use super::waits::{LocatedWaits, Role, is_loud};
use super::words::{Together, goroutines, goroutines_verb, verdict};

/// Related places of one diagnostic.
const MOST_RELATED: usize = 30;
/// Goroutine ids in a diagnostic's data.
const MOST_IDS: usize = 20;

/// The diagnostics of a file: one for each line, role and verdict.
pub(super) fn wait_diagnostics(placed: &Placed<'_>) -> Vec<Diagnostic> {
    let Some(waits) = &placed.waits else { return Vec::new() };
    let located = &*waits.input.waits;
    let mut together: BTreeMap<(u32, Role, Verdict), Vec<&Group>> = BTreeMap::new();
    for it in &waits.places {
        let group = located.group(it.place);
        if let (Some(line), true) = (it.now.line(), is_loud(group.verdict)) {
            together.entry((line, it.place.role, group.verdict)).or_default().push(group);
        }
    }
    together
        .into_iter()
        .filter_map(|((line, role, _), groups)| {
            let groups = Together::new(groups);
            let largest = groups.groups.first()?;
            let (code, message) = match role {
                Role::Waits => (Code::WaitingGoroutine, waiting(&groups, largest)),
                Role::Starts => (Code::GoStatement, started(&groups, largest, placed, located)),
            };
            Some(Diagnostic {
                line,
                severity: severity(largest.verdict),
                code,
                message: with_age(message, waits.input.is_old),
                related: related(largest, placed, located),
                data: data(&groups),
                old: waits.input.is_old,
            })
        })
        .collect()
}

fn severity(verdict: Verdict) -> Severity {
    match verdict {
        Verdict::Proved => Severity::Error,
        Verdict::Stuck => Severity::Warning,
        Verdict::Suspect | Verdict::Idle | Verdict::Running => Severity::Information,
    }
}

/// `3 goroutines are stuck here (chan receive · 5 min): the same goroutines were seen twice`.
fn waiting(groups: &Together<'_>, largest: &Group) -> String {
    let count = goroutines(groups.count());
    let said = match largest.verdict {
        Verdict::Proved => format!("{count} can never run again"),
        Verdict::Stuck => format!("{} stuck here", goroutines_verb(groups.count(), "is", "are")),
        _ => format!("{count} may be stuck here"),
    };
    format!("{said} ({}): {}", groups.state_and_age(), plain(&largest.reason))
}

/// `3 goroutines started here are stuck at plugin.go:42 (chan receive · 5 min)`.
fn started(
    groups: &Together<'_>,
    largest: &Group,
    placed: &Placed<'_>,
    located: &LocatedWaits,
) -> String {
    let count = goroutines(groups.count());
    let is = if groups.count() == 1 { "is" } else { "are" };
    let said = match largest.verdict {
        Verdict::Proved => "can never run again:".to_owned(),
        Verdict::Stuck => format!("{is} stuck"),
        _ => "may be stuck".to_owned(),
    };
    let frames = largest.frames.iter().filter_map(|it| place(it, placed, located));
    let place = frames.into_iter().find(|(_, is_workspace)| *is_workspace).map(|(it, _)| {
        let name = it.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        format!(" at {}:{}", plain(&name), it.line)
    });
    format!("{count} started here {said}{} ({})", place.unwrap_or_default(), groups.state_and_age())
}

/// Every frame that is in a file here, innermost first, then the `go` statement.
fn related(group: &Group, placed: &Placed<'_>, located: &LocatedWaits) -> Vec<Related> {
    let frames = group.frames.iter().enumerate().filter_map(|(idx, frame)| {
        let (mut it, _) = place(frame, placed, located)?;
        it.message = format!("#{idx} {}", plain(&frame.function));
        Some(it)
    });
    let start = group.created_by.as_ref().and_then(|created| {
        let (mut it, _) = place(&created.frame, placed, located)?;
        it.message = format!("started here, in {}", plain(&created.frame.function));
        Some(it)
    });
    frames.take(MOST_RELATED - 1).chain(start).collect()
}

/// The place of a frame in the text as it is now, and whether it is in the workspace.
fn place(frame: &Frame, placed: &Placed<'_>, located: &LocatedWaits) -> Option<(Related, bool)> {
    let file = located.file(frame)?;
    let line = placed.frame_now(file, frame)?;
    let is_workspace = file.root == crate::source::RootKind::Workspace;
    Some((Related { file: file.path.clone(), line, message: String::new() }, is_workspace))
}

fn data(groups: &Together<'_>) -> serde_json::Value {
    let ids: Vec<u64> =
        groups.groups.iter().flat_map(|it| &it.ids).copied().take(MOST_IDS).collect();
    json!({
        "verdict": verdict(groups.verdict()),
        "count": groups.count(),
        "states": groups.states(),
        "oldestSeconds": groups.groups.iter().filter_map(|it| it.oldest_seconds).max(),
        "ids": ids,
    })
}
