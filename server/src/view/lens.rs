//! Lenses: what a function costs in each kind, and the goroutines that wait in it.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Kind;
use crate::source::{Doubt, LineNow};
use crate::stuck::{Group, Verdict};

use super::file::{Action, Lens};
use super::located::LineValues;
use super::placed::{Placed, PlacedFunction, PlacedKind, PlacedLine, PlacedWait, ViewConfig};
use super::trend::change;
use super::waits::{Role, is_loud};
use super::words::{Together, cost, goroutines, percent, share, signed};

/// The lenses of a file, by line; on one line in the order of the kinds, goroutines last.
pub(super) fn lenses(placed: &Placed<'_>, config: &ViewConfig) -> Vec<Lens> {
    let mut lenses = Vec::new();
    // Why lines are not shown, once for all kinds.
    let mut told: BTreeMap<u32, Doubt> = BTreeMap::new();
    for kind in placed.kinds.iter().filter(|it| shows(it.marks.kind(), placed)) {
        // Instances of a generic function and closures share a line: the largest speaks for all.
        let mut largest: BTreeMap<u32, PlacedFunction<'_>> = BTreeMap::new();
        let total = kind.marks.capture.total;
        let hot = kind.functions(|it| {
            config.function_threshold_percent <= share(it.cum, total)
                && !placed.marks.hides(&it.name)
        });
        for function in hot {
            let Some(line) = function.now else { continue };
            if largest.get(&line).is_none_or(|it| it.cum < function.cum) {
                largest.insert(line, function);
            }
        }
        let mut gone: BTreeMap<u32, Vec<PlacedLine<'_>>> = BTreeMap::new();
        let is_hot = |_, it: &LineValues| {
            it.cum != 0
                && config.line_threshold_percent <= share(it.cum, total)
                && !placed.marks.hides(&it.function)
        };
        for (line, it) in kind.gone(is_hot).filter(|_| kind.marks.kind().is_cost()) {
            gone.entry(line).or_default().push(it);
        }
        let lines: BTreeSet<u32> = largest.keys().chain(gone.keys()).copied().collect();
        lenses.extend(lines.into_iter().filter_map(|line| {
            let gone = gone.get(&line).map_or(&[][..], Vec::as_slice);
            let unknown = kind.unknown().filter(|it| told.insert(line, *it) != Some(*it));
            cost_lens(line, largest.get(&line), gone, unknown, kind)
        }));
    }
    lenses.extend(wait_lenses(placed));
    lenses.sort_by_key(|it| it.line);
    lenses
}

/// Stacks of waiting goroutines say no more than the dump does, where there is one; the threads'
/// creators are no cost.
fn shows(kind: Kind, placed: &Placed<'_>) -> bool {
    match kind {
        Kind::Goroutine | Kind::Goroutineleak => placed.marks.waits.is_none(),
        Kind::Threadcreate => false,
        Kind::Cpu | Kind::Heap | Kind::Allocs | Kind::Mutex | Kind::Block => true,
    }
}

/// `gone`: hot lines of the function that are not shown where they were; `unknown`: why none is.
fn cost_lens(
    line: u32,
    function: Option<&PlacedFunction<'_>>,
    gone: &[PlacedLine<'_>],
    unknown: Option<Doubt>,
    kind: &PlacedKind<'_>,
) -> Option<Lens> {
    let (marks, capture) = (kind.marks, &kind.marks.capture);
    let old = if marks.is_old { " (old)" } else { "" };
    let mut said = Vec::new();
    if let Some(it) = function {
        said.push(cost(it.flat, it.cum, capture.total, &capture.unit));
        let change = it.base_cum.and_then(|base| signed(it.cum - base, &capture.unit));
        said.extend(change.map(|it| format!("{it} since baseline")));
    }
    if let Some(largest) = gone.iter().map(|it| it.values.cum).max() {
        let share = percent(largest, capture.total);
        said.push(match gone.len() {
            1 => format!("was {share} on a line no longer found"),
            n => format!("was up to {share} on {n} lines no longer found"),
        });
    }
    said.extend(unknown.map(|it| format!("lines not shown: {}", it.in_short())));
    let name = function.map(|it| it.name);
    let name = name.or_else(|| gone.first().map(|it| &*it.values.function))?;
    Some(Lens {
        line,
        title: format!("{}{old} {}", marks.kind(), said.join(" · ")),
        action: Action::Peek { kind: marks.kind(), function: name.to_owned() },
    })
}

/// One lens above each function with goroutines that should not wait there.
fn wait_lenses(placed: &Placed<'_>) -> Vec<Lens> {
    let Some(waits) = &placed.waits else { return Vec::new() };
    let mut by_func: BTreeMap<u32, (&PlacedWait<'_>, Vec<&Group>)> = BTreeMap::new();
    for it in &waits.places {
        let group = waits.input.waits.group(it.place);
        let (Some(line), Role::Waits, true) = (it.line(), it.place.role, is_loud(group.verdict))
        else {
            continue;
        };
        let func = placed.enclosing_func(line).unwrap_or(line);
        by_func.entry(func).or_insert((it, Vec::new())).1.push(group);
    }
    let old = if waits.input.is_old { " (old)" } else { "" };
    by_func
        .into_iter()
        .map(|(func, (first, groups))| {
            let groups = Together::new(groups);
            let said = match groups.verdict() {
                Verdict::Proved => "stuck here for ever",
                Verdict::Stuck => "stuck here",
                _ => "may be stuck here",
            };
            let oldest = groups.oldest().map_or(String::new(), |it| format!(", oldest {it}"));
            let trend = change(&groups, &waits.input.trends);
            let trend = trend.map_or(String::new(), |it| format!(" · {it}"));
            let place = match (first.unknown, first.now) {
                (Some(why), _) => format!(" · line not shown: {}", why.in_short()),
                (None, LineNow::Deleted) => " · on a line no longer found".to_owned(),
                _ => String::new(),
            };
            let title = format!(
                "{} {said}{old}{oldest} · {}{trend}{place}",
                goroutines(groups.count()),
                groups.states()
            );
            let line = first.line().unwrap_or(func);
            Lens { line: func, title, action: Action::Goroutines { line } }
        })
        .collect()
}
