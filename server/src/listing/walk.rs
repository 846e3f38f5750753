//! Sums flat and cum of every node over the samples of a profile.
//!
//! Source: `graph.newGraph` of github.com/google/pprof: cum once a sample and node, so that
//! recursion is not counted twice; flat to the innermost frame, inlined or not; when the
//! innermost frame's node was cut, nobody gets its flat.

use rustc_hash::FxHashMap;

use crate::model::{Profile, Sample};

use super::nodes::Nodes;

/// Which samples count, and which of their values.
#[derive(Clone, Copy)]
pub(super) struct Selection<'a> {
    pub(super) value_idx: usize,
    /// One flag a sample; none: all count.
    pub(super) samples: Option<&'a [bool]>,
}

/// Flat and cum of each node.
pub(super) struct Weights {
    pub(super) flat: Vec<i64>,
    pub(super) cum: Vec<i64>,
    /// Samples with a value other than zero that passed through the node.
    pub(super) n_samples: Vec<u64>,
}

impl Weights {
    /// Nodes that are worth a row: a diff that nets to nothing has none.
    pub(super) fn nonzero(&self) -> Vec<u32> {
        (0..self.flat.len() as u32)
            .filter(|&it| self.flat[it as usize] != 0 || self.cum[it as usize] != 0)
            .collect()
    }
}

/// Calls `each` for every counted sample with a value other than zero.
pub(super) fn counted<'p>(
    profile: &'p Profile,
    selection: Selection<'_>,
    mut each: impl FnMut(i64, Sample<'p>),
) {
    for (idx, sample) in profile.samples.iter().enumerate() {
        let value = sample.values[selection.value_idx];
        if value != 0 && selection.samples.is_none_or(|it| it[idx]) {
            each(value, sample);
        }
    }
}

/// Sums over all counted samples; `kept` says which nodes exist, none: all.
pub(super) fn weights(
    profile: &Profile,
    nodes: &Nodes<'_>,
    selection: Selection<'_>,
    kept: Option<&[bool]>,
) -> Weights {
    let n = nodes.len();
    let mut out = Weights { flat: vec![0; n], cum: vec![0; n], n_samples: vec![0; n] };
    // The number of the last sample that was added to each node.
    let mut seen = vec![0u32; n];
    let mut n_counted = 0u32;
    counted(profile, selection, |value, sample| {
        n_counted += 1;
        for (depth, location) in sample.stack.iter().enumerate() {
            for (inline_depth, &node) in nodes.of_location(location).iter().enumerate() {
                let idx = node as usize;
                if kept.is_some_and(|it| !it[idx]) {
                    continue;
                }
                if depth == 0 && inline_depth == 0 {
                    out.flat[idx] = out.flat[idx].wrapping_add(value);
                }
                if seen[idx] != n_counted {
                    seen[idx] = n_counted;
                    out.cum[idx] = out.cum[idx].wrapping_add(value);
                    out.n_samples[idx] += 1;
                }
            }
        }
    });
    out
}

/// A call between two nodes.
#[derive(Clone, Copy)]
pub(super) struct Edge {
    pub(super) weight: i64,
    /// Every call was inlined.
    pub(super) is_inline: bool,
    /// The same without the last sample.
    was_inline: bool,
    last_sample: u32,
}

/// Sums the calls between kept nodes, once a sample and pair; `wanted(caller, callee)` chooses.
pub(super) fn edges(
    profile: &Profile,
    nodes: &Nodes<'_>,
    selection: Selection<'_>,
    kept: Option<&[bool]>,
    wanted: impl Fn(u32, u32) -> bool,
) -> FxHashMap<(u32, u32), Edge> {
    let mut out: FxHashMap<(u32, u32), Edge> = FxHashMap::default();
    let mut n_counted = 0;
    counted(profile, selection, |value, sample| {
        n_counted += 1;
        let mut callee = None;
        for location in sample.stack {
            let frames = nodes.of_location(location);
            for (frame_idx, &node) in frames.iter().enumerate() {
                if kept.is_some_and(|it| !it[node as usize]) {
                    continue;
                }
                let caller = node;
                if let Some((callee, is_inline)) = callee
                    && caller != callee
                    && wanted(caller, callee)
                {
                    let edge = out.entry((caller, callee)).or_insert(Edge {
                        weight: 0,
                        is_inline: true,
                        was_inline: true,
                        last_sample: 0,
                    });
                    if edge.last_sample != n_counted {
                        edge.last_sample = n_counted;
                        edge.weight = edge.weight.wrapping_add(value);
                        edge.was_inline = edge.is_inline;
                    }
                    // Of several such calls in a sample, the outermost one counts.
                    edge.is_inline = edge.was_inline && is_inline;
                }
                callee = Some((node, frame_idx != frames.len() - 1));
            }
        }
    });
    out
}

/// Sum of the absolute values: what percentages refer to. Samples of a `diff_base` alone make
/// the total when there are any.
pub(super) fn total(profile: &Profile, value_idx: usize, is_base: Option<&[bool]>) -> i64 {
    let (mut total, mut of_base) = (0i64, 0i64);
    for (idx, sample) in profile.samples.iter().enumerate() {
        let value = sample.values[value_idx].wrapping_abs();
        total = total.wrapping_add(value);
        if is_base.is_some_and(|it| it[idx]) {
            of_base = of_base.wrapping_add(value);
        }
    }
    if of_base > 0 { of_base } else { total }
}
