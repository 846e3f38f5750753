//! The routines of `list`: flat and cum of each line of the functions that match.
//!
//! Source: `internal/report/source.go` of github.com/google/pprof (`printSource`).

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::Subject;
use super::expression::Expression;
use super::filter::Filter;
use super::nodes::{Granularity, Identity, Nodes};
use super::walk::{self, Selection, weights};

/// What `list` shows.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// What percentages refer to.
    pub total: i64,
    /// Sorted by name, then by file; empty when nothing matched.
    pub routines: Vec<Routine>,
    /// Filters that met nothing: `focus`, `ignore`.
    pub unmatched_filters: Vec<&'static str>,
}

/// One function in one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Routine {
    /// The function.
    pub name: String,
    /// Path as compiled in; empty when the profile does not say.
    pub file: String,
    /// Lines to show: from `func`, or a margin before the first line where that is unknown, to a
    /// margin after the last.
    pub range: RangeInclusive<i64>,
    /// Sum over the lines.
    pub flat: i64,
    /// Sum over the lines: with recursion it can pass the total, as pprof's header does.
    pub cum: i64,
    /// Sorted by line.
    pub lines: Vec<RoutineLine>,
}

/// One line of a routine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoutineLine {
    /// 1-based.
    pub line: i64,
    /// Value of the line itself.
    pub flat: i64,
    /// Value of the line and all it called.
    pub cum: i64,
}

/// Lines shown before the first and after the last line with a value.
const MARGIN: i64 = 5;

/// Lists the functions whose name matches.
pub fn list(
    subject: Subject<'_>,
    functions: &Expression,
    no_inlines: bool,
    filter: &Filter,
) -> List {
    let profile = subject.profile;
    let filtered = filter.apply(profile);
    let selection =
        Selection { value_idx: subject.value_idx, samples: filtered.samples.as_deref() };
    let nodes = Nodes::of(
        profile,
        Identity {
            granularity: Granularity::Lines,
            no_inlines,
            object_names: true,
            pprof_names: true,
        },
    );
    let sums = weights(profile, &nodes, selection);
    let mut found: BTreeMap<(&str, &str), Routine> = BTreeMap::new();
    for node in sums.nonzero() {
        let (idx, info) = (node as usize, nodes.infos[node as usize]);
        let (name, file) = (nodes.text(info.name), nodes.text(info.file));
        if !functions.is_match(name) {
            continue;
        }
        let first = match info.start_line {
            0 => info.line.saturating_sub(MARGIN),
            it => it,
        };
        let last = info.line.saturating_add(MARGIN);
        let routine = found.entry((name, file)).or_insert_with(|| Routine {
            name: name.clone().into_owned(),
            file: file.clone().into_owned(),
            range: first..=last,
            flat: 0,
            cum: 0,
            lines: Vec::new(),
        });
        let (flat, cum) = (sums.flat[idx], sums.cum[idx]);
        routine.range = first.min(*routine.range.start())..=last.max(*routine.range.end());
        routine.flat = routine.flat.wrapping_add(flat);
        routine.cum = routine.cum.wrapping_add(cum);
        routine.lines.push(RoutineLine { line: info.line, flat, cum });
    }
    let mut routines: Vec<Routine> = found.into_values().collect();
    for routine in &mut routines {
        routine.lines.sort_by_key(|it| it.line);
        // Nodes that differ in their binary share a line.
        routine.lines.dedup_by(|it, sum| {
            let is_same = it.line == sum.line;
            if is_same {
                sum.flat = sum.flat.wrapping_add(it.flat);
                sum.cum = sum.cum.wrapping_add(it.cum);
            }
            is_same
        });
    }
    List {
        total: walk::total(profile, subject.value_idx, subject.base_samples),
        routines,
        unmatched_filters: filtered.unmatched,
    }
}
