//! Lenses: what a function costs in each kind, and the goroutines that wait in it.

use std::collections::BTreeMap;

use crate::model::Kind;
use crate::stuck::{Group, Verdict};

use super::file::{Action, Lens};
use super::placed::{Placed, PlacedFunction, PlacedKind, ViewConfig};
use super::trend::change;
use super::waits::{Role, is_loud};
use super::words::{Together, cost, goroutines, share, signed};

/// The lenses of a file, by line; on one line in the order of the kinds, goroutines last.
pub(super) fn lenses(placed: &Placed<'_>, config: &ViewConfig) -> Vec<Lens> {
    let mut lenses = Vec::new();
    for kind in placed.kinds.iter().filter(|it| shows(it.marks.kind(), placed)) {
        // Instances of a generic function and closures share a line: the largest speaks for all.
        let mut largest: BTreeMap<u32, PlacedFunction<'_>> = BTreeMap::new();
        let total = kind.marks.capture.total;
        let hot = kind.functions(|it| config.function_threshold_percent <= share(it.cum, total));
        for function in hot {
            let Some(line) = function.now.line() else { continue };
            if largest.get(&line).is_none_or(|it| it.cum < function.cum) {
                largest.insert(line, function);
            }
        }
        lenses.extend(largest.into_iter().map(|(line, it)| cost_lens(line, &it, kind)));
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

fn cost_lens(line: u32, function: &PlacedFunction<'_>, kind: &PlacedKind<'_>) -> Lens {
    let (marks, capture) = (kind.marks, &kind.marks.capture);
    let old = if marks.is_old { " (old)" } else { "" };
    let cost = cost(function.flat, function.cum, capture.total, &capture.unit);
    let change = function.base_cum.and_then(|it| signed(function.cum - it, &capture.unit));
    let change = change.map_or(String::new(), |it| format!(" · {it} since baseline"));
    Lens {
        line,
        title: format!("{}{old} {cost}{change}", marks.kind()),
        action: Action::Peek { kind: marks.kind(), function: function.name.to_owned() },
    }
}

/// One lens above each function with goroutines that should not wait there.
fn wait_lenses(placed: &Placed<'_>) -> Vec<Lens> {
    let Some(waits) = &placed.waits else { return Vec::new() };
    let mut by_func: BTreeMap<u32, (u32, Vec<&Group>)> = BTreeMap::new();
    for (now, place) in &waits.places {
        let group = waits.input.waits.group(place);
        let (Some(line), Role::Waits, true) = (now.line(), place.role, is_loud(group.verdict))
        else {
            continue;
        };
        let func = placed.enclosing_func(line).unwrap_or(line);
        by_func.entry(func).or_insert((line, Vec::new())).1.push(group);
    }
    let old = if waits.input.is_old { " (old)" } else { "" };
    by_func
        .into_iter()
        .map(|(func, (line, groups))| {
            let groups = Together::new(groups);
            let said = match groups.verdict() {
                Verdict::Proved => "stuck here for ever",
                Verdict::Stuck => "stuck here",
                _ => "may be stuck here",
            };
            let oldest = groups.oldest().map_or(String::new(), |it| format!(", oldest {it}"));
            let trend = change(&groups, &waits.input.trends);
            let trend = trend.map_or(String::new(), |it| format!(" · {it}"));
            let title = format!(
                "{} {said}{old}{oldest} · {}{trend}",
                goroutines(groups.count()),
                groups.states()
            );
            Lens { line: func, title, action: Action::Goroutines { line } }
        })
        .collect()
}
