//! The rows of `top`: nodes by weight, trimmed as `go tool pprof -top` trims them.
//!
//! Source: `internal/report` of github.com/google/pprof (`newTrimmedGraph`, `TextItems`).

use std::borrow::Cow;
use std::cmp::Reverse;

use super::filter::Filter;
use super::marks::inline_marks;
use super::measure::go_int;
use super::nodes::{Granularity, Identity, Nodes};
use super::walk::{Selection, Weights, weights};
use super::{Subject, walk};

/// What `top` can be told; the defaults are pprof's.
#[derive(Debug, Clone)]
pub struct TopOptions {
    /// What a row is.
    pub granularity: Granularity,
    /// Count inlined functions as their callers.
    pub no_inlines: bool,
    /// Sort by cum.
    pub sort_by_cum: bool,
    /// Rows whose cum is below this share of the sum of flats are cut.
    pub node_fraction: f64,
    /// At most this many rows; 0: all.
    pub node_count: usize,
    /// Which samples count.
    pub filter: Filter,
}

/// Calls below this share do not decide whether a row is marked as inlined.
const EDGE_FRACTION: f64 = 0.001;

impl Default for TopOptions {
    fn default() -> TopOptions {
        TopOptions {
            granularity: Granularity::Functions,
            no_inlines: false,
            sort_by_cum: false,
            node_fraction: 0.005,
            node_count: 0,
            filter: Filter::default(),
        }
    }
}

/// The rows, with what the header says about those that are not shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Top<'a> {
    /// In pprof's order.
    pub rows: Vec<TopRow<'a>>,
    /// What percentages refer to.
    pub total: i64,
    /// Number of nodes cut by `node_fraction`.
    pub n_dropped: usize,
    /// Number of nodes before `node_count` cut.
    pub n_before_count: usize,
    /// `focus=...`, `ignore=...`.
    pub active_filters: Vec<String>,
    /// Filters that met nothing: `focus`, `ignore`.
    pub unmatched_filters: Vec<&'static str>,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct TopRow<'a> {
    /// Name, file and line as the granularity has them, in one text.
    pub printable_name: Cow<'a, str>,
    /// Function, empty for `files`.
    pub name: Cow<'a, str>,
    /// File, empty for `functions`.
    pub file: Cow<'a, str>,
    /// 1-based line, 0 unless the granularity is lines.
    pub line: i64,
    /// Value of the node itself.
    pub flat: i64,
    /// Value of the node and all it called.
    pub cum: i64,
    /// How it was called.
    pub mark: InlineMark,
}

/// Whether a function was inlined where it was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InlineMark {
    /// Nowhere.
    None,
    /// Everywhere.
    Inline,
    /// In some places.
    Partial,
}

/// Computes the rows.
pub fn top<'a>(subject: Subject<'a>, options: &TopOptions) -> Top<'a> {
    let profile = subject.profile;
    let total = walk::total(profile, subject.value_idx, subject.base_samples);
    let filtered = options.filter.apply(profile);
    let selection =
        Selection { value_idx: subject.value_idx, samples: filtered.samples.as_deref() };
    let nodes = Nodes::of(
        profile,
        Identity {
            granularity: options.granularity,
            no_inlines: options.no_inlines,
            object_names: false,
            pprof_names: true,
        },
    );

    // The cutoff is a share of the sum of flats, which is not the total in a diff.
    let sums = weights(profile, &nodes, selection);
    let sum_of_flats = sums.flat.iter().fold(0i64, |sum, it| sum.wrapping_add(*it));
    let cutoff = |fraction: f64| go_int(sum_of_flats as f64 * fraction).wrapping_abs();
    let node_cutoff = cutoff(options.node_fraction);
    let mut shown = sums.nonzero();
    let n_nodes = shown.len();
    if node_cutoff > 0 {
        shown.retain(|&it| sums.cum[it as usize].wrapping_abs() >= node_cutoff);
    }
    let n_before_count = shown.len();
    let n_dropped = n_nodes - n_before_count;
    let mut names = vec![Cow::default(); nodes.len()];
    for &it in &shown {
        names[it as usize] = nodes.printable_name(it);
    }
    sort(&mut shown, &sums, &names, &nodes, options.sort_by_cum);
    if options.node_count > 0 {
        shown.truncate(options.node_count);
    }
    // pprof builds its graph anew without the nodes that it cut. Flat and cum of the others stay
    // as they are; calls then lead past what was cut.
    let kept = (shown.len() < n_nodes).then(|| {
        let mut kept = vec![false; nodes.len()];
        shown.iter().for_each(|it| kept[*it as usize] = true);
        kept
    });
    let marks = inline_marks(&subject, &nodes, selection, kept.as_deref(), cutoff(EDGE_FRACTION));
    let rows = shown
        .into_iter()
        .map(|node| {
            let (idx, info) = (node as usize, nodes.infos[node as usize]);
            TopRow {
                printable_name: std::mem::take(&mut names[idx]),
                name: nodes.text(info.name).clone(),
                file: nodes.text(info.file).clone(),
                line: info.line,
                flat: sums.flat[idx],
                cum: sums.cum[idx],
                mark: marks[idx],
            }
        })
        .collect();
    Top {
        rows,
        total,
        n_dropped,
        n_before_count,
        active_filters: options.filter.active(),
        unmatched_filters: filtered.unmatched,
    }
}

/// Largest first, then by name, then by the other value.
fn sort(
    shown: &mut [u32],
    sums: &Weights,
    names: &[Cow<'_, str>],
    nodes: &Nodes<'_>,
    by_cum: bool,
) {
    let (first, second) = if by_cum { (&sums.cum, &sums.flat) } else { (&sums.flat, &sums.cum) };
    let size = |values: &[i64], node: u32| Reverse(values[node as usize].wrapping_abs());
    // At hand what most comparisons need: it takes half of the time.
    let mut keys: Vec<(Reverse<i64>, &str, u32)> =
        shown.iter().map(|&it| (size(first, it), &*names[it as usize], it)).collect();
    keys.sort_unstable_by(|a, b| {
        let file = |node: u32| nodes.text(nodes.infos[node as usize].file);
        (a.0, a.1)
            .cmp(&(b.0, b.1))
            .then_with(|| size(second, a.2).cmp(&size(second, b.2)))
            .then_with(|| file(a.2).cmp(file(b.2)))
            .then(a.2.cmp(&b.2))
    });
    for (slot, (_, _, node)) in shown.iter_mut().zip(keys) {
        *slot = node;
    }
}
