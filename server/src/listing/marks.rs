//! Which rows of `top` were inlined where they were called.
//!
//! Source: `graph.newGraph` and `internal/report` of github.com/google/pprof: a row is marked
//! when the calls to it that are left after trimming are inlined, all of them or some.

use crate::model::Location;

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
    if inlined.contains(&true) {
        let is_kept = |node: u32| kept.is_none_or(|it| it[node as usize]);
        let sites = Sites::of(nodes, &profile.locations, |node| {
            is_kept(node).then(|| inlined[node as usize])
        });
        let parts = in_parts(&profile.samples, |range| {
            let mut edges = Edges::default();
            counted(profile, selection, range, |value, sample| {
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
            edges
        });
        for (_, callee, edge) in Edges::join(parts).iter() {
            let mark = &mut marks[callee as usize];
            if edge.weight.wrapping_abs() < cutoff {
                continue;
            }
            if edge.is_inline { mark.0 = true } else { mark.1 = true }
        }
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
