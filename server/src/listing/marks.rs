//! Which rows of `top` were inlined where they were called.
//!
//! Source: `graph.newGraph` and `internal/report` of github.com/google/pprof: a row is marked
//! when the calls to it that are left after trimming are inlined, all of them or some.

use std::hash::{BuildHasher, RandomState};
use std::ops::Range;

use crate::model::{Location, Profile};

use super::Subject;
use super::nodes::Nodes;
use super::top::InlineMark;
use super::walk::{Edges, Selection, counted, in_parts};

/// No node.
const NONE: u32 = u32::MAX;

/// The mark of each node, from the calls between kept nodes whose weight is `cutoff` or more.
pub(super) fn inline_marks(
    subject: &Subject<'_>,
    nodes: &Nodes<'_>,
    selection: Selection<'_>,
    kept: Option<&[bool]>,
    cutoff: i64,
) -> Vec<InlineMark> {
    let profile = subject.profile;
    let inlined = nodes.inlined(&profile.locations);
    let mut marks = vec![(false, false); nodes.len()];
    let mut passes = Passes { n: 1, done: 0, shares: RandomState::new() };
    while inlined.contains(&true) && passes.done < passes.n {
        let sites = Sites::of(nodes, &profile.locations, |node| {
            let is_kept = kept.is_none_or(|it| it[node as usize]);
            is_kept.then(|| inlined[node as usize] && passes.has(node))
        });
        let Some(calls) = passes.calls(profile, selection, &sites) else {
            passes.split();
            continue;
        };
        for (_, callee, edge) in calls.iter() {
            let mark = &mut marks[callee as usize];
            if edge.weight.wrapping_abs() < cutoff {
                continue;
            }
            if edge.is_inline { mark.0 = true } else { mark.1 = true }
        }
        passes.done += 1;
    }
    marks
        .into_iter()
        .map(|it| match it {
            (false, _) => InlineMark::None,
            (true, false) => InlineMark::Inline,
            (true, true) => InlineMark::Partial,
        })
        .collect()
}

/// Calls that are summed at once on each of several threads: a few MB.
const MOST_CALLS: usize = 1 << 19;
/// The same on a single thread. Invariant: a function has fewer callers.
const MOST_CALLS_ALONE: usize = 1 << 22;

/// A program has fewer calls than it has places that call. Where there are far more, as no
/// compiler makes them, they would take gigabytes: then those of some functions are summed in one
/// walk, those of others in the next.
struct Passes {
    n: u64,
    done: u64,
    /// Shares out functions: which ones go together cannot be prepared.
    shares: RandomState,
}

impl Passes {
    /// Whether the calls of a function are summed in this walk.
    fn has(&self, callee: u32) -> bool {
        self.n == 1 || self.shares.hash_one(callee) % self.n == self.done
    }

    /// Starts anew with fewer functions a walk.
    fn split(&mut self) {
        (self.n, self.done) = (4 * self.n, 0);
    }

    /// The calls of this walk; none when there are too many.
    fn calls(&self, profile: &Profile, selection: Selection<'_>, sites: &Sites) -> Option<Edges> {
        let parts = match self.n {
            1 => in_parts(&profile.samples, |range| {
                calls(profile, selection, sites, range, MOST_CALLS)
            }),
            _ => vec![calls(profile, selection, sites, 0..profile.samples.len(), MOST_CALLS_ALONE)],
        };
        Some(Edges::join(parts.into_iter().collect::<Option<_>>()?))
    }
}

/// Sums the calls of a range of samples; none when there are more than `most`.
fn calls(
    profile: &Profile,
    selection: Selection<'_>,
    sites: &Sites,
    range: Range<usize>,
    most: usize,
) -> Option<Edges> {
    let mut edges = Edges::default();
    counted(profile, selection, range, |value, sample| {
        if most < edges.len() {
            return;
        }
        edges.next_sample();
        let mut callee = (NONE, false);
        for location in sample.stack {
            let site = &sites.all[location.0 as usize];
            if callee.0 != NONE && site.innermost != NONE {
                // A function that calls itself has no edge.
                if site.innermost != callee.0 {
                    edges.add(site.innermost, callee.0, callee.1, value);
                }
                callee.0 = NONE;
            }
            for call in &sites.calls[site.first_call as usize..site.last_call as usize] {
                edges.add(call.caller, call.callee, call.is_inline, value);
            }
            if site.outermost.0 != NONE {
                callee = site.outermost;
            }
        }
    });
    (edges.len() <= most).then_some(edges)
}

/// What a walk needs to know of a location: most have no node that is ever inlined.
struct Site {
    /// Its innermost kept node: the caller of what comes before.
    innermost: u32,
    /// Its outermost kept node, where that may be marked, and whether it is inlined here.
    outermost: (u32, bool),
    /// The calls between its own nodes.
    first_call: u32,
    last_call: u32,
}

struct Call {
    caller: u32,
    callee: u32,
    is_inline: bool,
}

struct Sites {
    all: Vec<Site>,
    calls: Vec<Call>,
}

impl Sites {
    /// `may_be_marked` is none for a node that is cut.
    fn of(
        nodes: &Nodes<'_>,
        locations: &[Location],
        may_be_marked: impl Fn(u32) -> Option<bool>,
    ) -> Sites {
        let mut sites = Sites { all: Vec::with_capacity(locations.len()), calls: Vec::new() };
        for idx in 0..locations.len() {
            let frames = nodes.of_location_idx(idx);
            let mut site = Site {
                innermost: NONE,
                outermost: (NONE, false),
                first_call: sites.calls.len() as u32,
                last_call: 0,
            };
            for (frame_idx, &node) in frames.iter().enumerate() {
                let Some(is_wanted) = may_be_marked(node) else { continue };
                if site.innermost == NONE {
                    site.innermost = node;
                }
                let (callee, is_inline) = site.outermost;
                if callee != NONE && callee != node {
                    sites.calls.push(Call { caller: node, callee, is_inline });
                }
                site.outermost = (NONE, false);
                if is_wanted {
                    site.outermost = (node, frame_idx != frames.len() - 1);
                }
            }
            site.last_call = sites.calls.len() as u32;
            sites.all.push(site);
        }
        sites
    }
}
