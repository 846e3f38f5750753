//! Sums flat and cum of every node over the samples of a profile.
//!
//! Source: `graph.newGraph` of github.com/google/pprof: cum once a sample and node, so that
//! recursion is not counted twice; flat to the innermost frame, inlined or not; when the
//! innermost frame's node was cut, nobody gets its flat.

use std::ops::Range;
use std::thread;

use foldhash::HashMap;

use crate::model::{Profile, Sample, Samples};

use super::nodes::Nodes;

/// Which samples count, and which of their values.
#[derive(Clone, Copy)]
pub(super) struct Selection<'a> {
    pub(super) value_idx: usize,
    /// One flag a sample; none: all count.
    pub(super) samples: Option<&'a [bool]>,
}

/// Flat and cum of each node.
#[derive(Default)]
pub(super) struct Weights {
    pub(super) flat: Vec<i64>,
    pub(super) cum: Vec<i64>,
}

impl Weights {
    /// Nodes that are worth a row: a diff that nets to nothing has none.
    pub(super) fn nonzero(&self) -> Vec<u32> {
        (0..self.flat.len() as u32)
            .filter(|&it| self.flat[it as usize] != 0 || self.cum[it as usize] != 0)
            .collect()
    }
}

/// Calls `each` for every counted sample of a range with a value other than zero.
#[inline]
pub(super) fn counted<'p>(
    profile: &'p Profile,
    selection: Selection<'_>,
    range: Range<usize>,
    mut each: impl FnMut(i64, Sample<'p>),
) {
    for idx in range {
        let sample = profile.samples.get(idx);
        let value = sample.values[selection.value_idx];
        if value != 0 && selection.samples.is_none_or(|it| it[idx]) {
            each(value, sample);
        }
    }
}

/// Bytes of stacks from which on a walk is shared out among threads.
const LARGE: usize = 1 << 20;
/// More threads than this gain nothing: they wait for memory.
const MOST_THREADS: usize = 8;

/// Does `work` for all samples: at once, or in as many parts as there are cores.
pub(super) fn in_parts<T: Send>(
    samples: &Samples,
    work: impl Fn(Range<usize>) -> T + Sync,
) -> Vec<T> {
    let n_threads = match samples.n_stack_bytes() < LARGE {
        true => 1,
        false => thread::available_parallelism().map_or(1, |it| it.get().min(MOST_THREADS)),
    };
    let bound = |part: usize| samples.len() * part / n_threads;
    let work = &work;
    thread::scope(|scope| {
        let others: Vec<_> = (1..n_threads)
            .map(|part| scope.spawn(move || work(bound(part)..bound(part + 1))))
            .collect();
        let mut parts = vec![work(0..bound(1))];
        for it in others {
            parts.push(it.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        parts
    })
}

/// Sums over all counted samples.
pub(super) fn weights(profile: &Profile, nodes: &Nodes<'_>, selection: Selection<'_>) -> Weights {
    let parts = in_parts(&profile.samples, |range| {
        let n = nodes.len();
        let mut out = Weights { flat: vec![0; n], cum: vec![0; n] };
        // The number of the last sample that was added to each node.
        let mut seen = vec![0u32; n];
        let mut n_counted = 0u32;
        counted(profile, selection, range, |value, sample| {
            n_counted += 1;
            let leaf = sample.stack.iter().next();
            if let Some(&node) = leaf.and_then(|it| nodes.of_location(it).first()) {
                out.flat[node as usize] = out.flat[node as usize].wrapping_add(value);
            }
            for location in sample.stack {
                for &node in nodes.of_location(location) {
                    let idx = node as usize;
                    if seen[idx] != n_counted {
                        seen[idx] = n_counted;
                        out.cum[idx] = out.cum[idx].wrapping_add(value);
                    }
                }
            }
        });
        out
    });
    parts
        .into_iter()
        .reduce(|mut sums, part| {
            for (sums, part) in [(&mut sums.flat, part.flat), (&mut sums.cum, part.cum)] {
                for (sum, it) in sums.iter_mut().zip(part) {
                    *sum = sum.wrapping_add(it);
                }
            }
            sums
        })
        .unwrap_or_default()
}

/// A call between two nodes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    pub(super) weight: i64,
    /// Every call was inlined.
    pub(super) is_inline: bool,
    /// The same without the last sample.
    was_inline: bool,
    last_sample: u32,
}

/// Calls between nodes, each summed once a sample.
#[derive(Debug, Default)]
pub(super) struct Edges {
    all: HashMap<u64, Edge>,
    n_samples: u32,
}

impl Edges {
    /// Number of calls.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// What is added from now on belongs to another sample.
    pub(super) fn next_sample(&mut self) {
        self.n_samples += 1;
    }

    /// Adds a call. Of a sample's several calls between two nodes, the outermost one decides
    /// whether it is inlined: they must come innermost first.
    #[inline]
    pub(super) fn add(&mut self, caller: u32, callee: u32, is_inline: bool, value: i64) {
        let key = u64::from(caller) << 32 | u64::from(callee);
        let edge = self.all.entry(key).or_insert(Edge {
            weight: 0,
            is_inline: true,
            was_inline: true,
            last_sample: 0,
        });
        if edge.last_sample != self.n_samples {
            edge.last_sample = self.n_samples;
            edge.weight = edge.weight.wrapping_add(value);
            edge.was_inline = edge.is_inline;
        }
        edge.is_inline = edge.was_inline && is_inline;
    }

    /// One table of what parts of the samples have.
    pub(super) fn join(parts: Vec<Edges>) -> Edges {
        let mut parts = parts.into_iter();
        let mut out = parts.next().unwrap_or_default();
        for (key, edge) in parts.flat_map(|it| it.all) {
            let sum = out.all.entry(key).or_insert(Edge { weight: 0, is_inline: true, ..edge });
            sum.weight = sum.weight.wrapping_add(edge.weight);
            sum.is_inline &= edge.is_inline;
        }
        out
    }

    /// Caller, callee and what is known of the call.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, u32, &Edge)> {
        self.all.iter().map(|(key, edge)| ((key >> 32) as u32, *key as u32, edge))
    }
}

/// Sums the calls between nodes that `wanted(caller, callee)` chooses. None when there are more
/// than `most`.
pub(super) fn edges(
    profile: &Profile,
    nodes: &Nodes<'_>,
    selection: Selection<'_>,
    wanted: impl Fn(u32, u32) -> bool + Sync,
    most: usize,
) -> Option<Edges> {
    let parts = in_parts(&profile.samples, |range| {
        let mut edges = Edges::default();
        counted(profile, selection, range, |value, sample| {
            if edges.all.len() > most {
                return;
            }
            edges.next_sample();
            let mut callee = None;
            for location in sample.stack {
                let frames = nodes.of_location(location);
                for (frame_idx, &caller) in frames.iter().enumerate() {
                    if let Some((callee, is_inline)) = callee
                        && caller != callee
                        && wanted(caller, callee)
                    {
                        edges.add(caller, callee, is_inline, value);
                    }
                    callee = Some((caller, frame_idx != frames.len() - 1));
                }
            }
        });
        edges
    });
    let edges = Edges::join(parts);
    (edges.all.len() <= most).then_some(edges)
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
