//! Code actions: what can be done about a line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::model::Kind;
use crate::stuck::{short_name, waiting_frame};

use super::escape::plain;
use super::file::Action;
use super::marks::Marks;
use super::placed::{Placed, TextNow};
use super::waits::is_loud;

/// A code action of a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// What the menu says.
    pub title: String,
    /// What it runs.
    pub action: Action,
}

/// The actions of a line of the text as it is now (1-based). `is_attached`: a capture is possible.
/// Whatever a lens offers is here, too: some editors show no lenses.
pub fn offers(
    marks: &Marks,
    path: &Path,
    line: u32,
    text_now: TextNow<'_>,
    is_attached: bool,
) -> Vec<Offer> {
    let mut out = Vec::new();
    let mut offer = |title: String, action: Action| out.push(Offer { title, action });
    let placed = Placed::new(marks, path, text_now);
    let waits_here =
        placed.waits.iter().any(|it| it.places.iter().any(|it| it.line() == Some(line)));
    if waits_here {
        offer("Show the goroutines of this line".to_owned(), Action::Goroutines { line });
    }
    for (function, states) in expectable(&placed, line) {
        let name = plain(short_name(&function)).into_owned();
        let title = format!("Mark as expected: goroutines in {name} ({})", states.join(", "));
        offer(title, Action::Expect { function, states });
    }
    let mut marked = BTreeSet::new();
    for kind in &placed.kinds {
        let function = kind.functions_at(line).next().map(|it| it.name);
        let function = function.or_else(|| kind.line_at(line).map(|it| &*it.values.function));
        if let Some(function) = function {
            let kind = kind.marks.kind();
            let function = || function.to_owned();
            let title = format!("Show callers and callees ({kind})");
            offer(title, Action::Peek { kind, function: function() });
            let title = format!("Show flame graph from here ({kind})");
            offer(title, Action::Flamegraph { kind, function: function() });
            marked.insert(function());
        }
    }
    for function in marked.into_iter().filter(|it| !marks.hides(it)) {
        let title = format!("Hide: no marks for {}", plain(short_name(&function)));
        offer(title, Action::Hide { function });
    }
    for kind in marks.kinds.iter().filter(|it| it.baseline.is_some()) {
        let kind = kind.kind();
        offer(format!("Compare {kind} with the baseline"), Action::Diff { kind });
    }
    if !marks.kinds.is_empty() {
        offer("Set baseline: compare later captures with these".to_owned(), Action::SetBaseline);
    }
    if is_attached {
        for (kind, title) in [(Kind::Cpu, "Capture CPU"), (Kind::Heap, "Capture heap")] {
            offer(title.to_owned(), Action::Capture { kind });
        }
    }
    out
}

/// The functions that goroutines of a line wait in and should not, with their states.
fn expectable(placed: &Placed<'_>, line: u32) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    if let Some(waits) = &placed.waits {
        let here = waits.places.iter().filter(|it| it.line() == Some(line));
        for it in here {
            let group = waits.input.waits.group(it.place);
            let frame = waiting_frame(&group.frames).filter(|_| is_loud(group.verdict));
            let Some(frame) = frame else { continue };
            let states = found.entry(frame.function.to_string()).or_default();
            if !states.contains(&group.state) {
                states.push(group.state.clone());
            }
        }
    }
    found
}
