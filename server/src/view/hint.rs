//! Hints: what a line costs, at its end.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::file::{Heat, Hint};
use super::located::LineValues;
use super::placed::{Placed, PlacedKind, PlacedLine, ViewConfig};
use super::words::{cost, counted, percent, share};

/// Between the kinds of one line.
const SEPARATOR: &str = "  │  ";

/// The hints of a file: the hottest lines, by line. A waiting goroutine costs nothing: it has
/// lenses and diagnostics instead.
pub(super) fn hints(placed: &Placed<'_>, config: &ViewConfig) -> Vec<Hint> {
    let mut by_line: BTreeMap<u32, Vec<(&PlacedKind<'_>, PlacedLine<'_>)>> = BTreeMap::new();
    for kind in placed.kinds.iter().filter(|it| it.marks.kind().is_cost()) {
        let total = kind.marks.capture.total;
        let is_hot = |_, it: &LineValues| {
            it.cum != 0
                && config.line_threshold_percent <= share(it.cum, total)
                && !placed.marks.hides(&it.function)
        };
        for line in kind.lines(is_hot) {
            if let Some(now) = line.now.line() {
                by_line.entry(now).or_default().push((kind, line));
            }
        }
    }
    let mut hottest: Vec<(u32, f64)> =
        by_line.iter().map(|(&line, costs)| (line, largest_share(costs))).collect();
    hottest.sort_by_key(|&(line, share)| (Reverse((share * 1000.0) as u64), line));
    hottest.truncate(config.max_hints_per_file);
    by_line.retain(|line, _| hottest.iter().any(|(it, _)| it == line));
    by_line
        .into_iter()
        .map(|(line, costs)| {
            let texts: Vec<String> = costs.iter().map(|(kind, it)| text(kind, it)).collect();
            let tooltips: Vec<String> = costs.iter().map(|(kind, it)| tooltip(kind, it)).collect();
            Hint {
                line,
                text: texts.join(SEPARATOR),
                tooltip: tooltips.join("\n\n"),
                is_edited: costs.iter().all(|(_, it)| it.now.is_edited()),
                heat: Heat::of_percent(largest_share(&costs)),
            }
        })
        .collect()
}

/// Of a line's kinds, in percent of the kind's total.
fn largest_share(costs: &[(&PlacedKind<'_>, PlacedLine<'_>)]) -> f64 {
    let shares = costs.iter().map(|(kind, it)| share(it.values.cum, kind.marks.capture.total));
    shares.fold(0.0, f64::max)
}

fn text(kind: &PlacedKind<'_>, line: &PlacedLine<'_>) -> String {
    let (values, capture) = (line.values, &kind.marks.capture);
    let old = if kind.marks.is_old { " (old)" } else { "" };
    if line.now.is_edited() {
        return format!(
            "{}{old} was {} before the edit",
            kind.marks.kind(),
            percent(values.cum, capture.total)
        );
    }
    let cost = cost(values.flat, values.cum, capture.total, &capture.unit);
    format!("{}{old} {cost}", kind.marks.kind())
}

/// Markdown of numbers alone: nothing in it comes from the profile but the unit's own words.
fn tooltip(kind: &PlacedKind<'_>, line: &PlacedLine<'_>) -> String {
    let (values, capture) = (line.values, &kind.marks.capture);
    let edited = if line.now.is_edited() { "; the line was edited since" } else { "" };
    format!(
        "**{}**: {} of {}, {}{edited}",
        kind.marks.kind(),
        percent(values.cum, capture.total),
        crate::listing::measure::label(capture.total, &capture.unit),
        super::escape::markdown(&counted(values.count, &capture.counted)),
    )
}
