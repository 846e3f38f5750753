//! The callers and callees of functions, as `go tool pprof -peek` has them.

use foldhash::HashMap;

use crate::model::Profile;

use super::nodes::{Granularity, Identity, Nodes};
use super::walk::{Edge, Edges, Selection, edges, weights};
use super::{FlatCum, Subject};

/// A function with its neighbours.
#[derive(Debug, Clone, PartialEq)]
pub struct Peek {
    /// The function's name, as in the profile.
    pub function: String,
    /// What percentages refer to.
    pub total: i64,
    /// Value of the function itself.
    pub flat: i64,
    /// Value of the function and all it called.
    pub cum: i64,
    /// Largest first.
    pub callers: Vec<Neighbour>,
    /// Largest first.
    pub callees: Vec<Neighbour>,
}

/// A function that calls or is called.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbour {
    /// The function's name, as in the profile.
    pub function: String,
    /// Value that passed through the call.
    pub weight: i64,
    /// Every such call was inlined.
    pub is_inline: bool,
}

/// All calls of a profile, summed once so that a hover need not walk its samples.
///
/// A program has as many as it has places that call. Where there are far more, as no compiler
/// makes them, they are not kept: each question then walks the samples.
#[derive(Debug, Clone)]
pub struct Calls {
    /// By index in the nodes of the profile's functions.
    functions: Vec<(String, FlatCum)>,
    by_name: HashMap<String, u32>,
    total: i64,
    all: Option<Sorted>,
}

/// Calls that are kept at most: a few MB.
const MOST_CALLS: usize = 200_000;

/// The same calls twice: by caller, and by callee.
#[derive(Debug, Clone)]
struct Sorted {
    by_caller: Vec<Call>,
    by_callee: Vec<Call>,
}

#[derive(Debug, Clone, Copy)]
struct Call {
    caller: u32,
    callee: u32,
    weight: i64,
    is_inline: bool,
}

fn nodes(profile: &Profile) -> Nodes<'_> {
    Nodes::of(profile, Identity { granularity: Granularity::Functions, ..Identity::default() })
}

impl Calls {
    /// Sums the calls of one sample type.
    pub fn of(subject: Subject<'_>) -> Calls {
        let nodes = nodes(subject.profile);
        let selection = Selection { value_idx: subject.value_idx, samples: None };
        let sums = weights(subject.profile, &nodes, selection);
        let functions = (0..nodes.len()).map(|idx| {
            let sum = FlatCum { flat: sums.flat[idx], cum: sums.cum[idx] };
            (nodes.printable_name(idx as u32).into_owned(), sum)
        });
        let mut by_name = HashMap::default();
        for (info, idx) in nodes.infos.iter().zip(0..) {
            by_name.entry(nodes.text(info.name).clone().into_owned()).or_insert(idx);
        }
        let all = edges(subject.profile, &nodes, selection, |_, _| true, MOST_CALLS);
        Calls {
            functions: functions.collect(),
            by_name,
            total: subject.total(),
            all: all.as_ref().map(Sorted::of),
        }
    }

    /// The callers and callees of a function by its exact name; none if it has no samples.
    /// `subject` is what the calls were summed of.
    pub fn peek(&self, subject: Subject<'_>, function: &str) -> Option<Peek> {
        let node = *self.by_name.get(function)?;
        let sum = self.functions[node as usize].1;
        let walked;
        let calls = match &self.all {
            Some(it) => it,
            None => {
                let selection = Selection { value_idx: subject.value_idx, samples: None };
                let is_near = |caller, callee| caller == node || callee == node;
                let nodes = nodes(subject.profile);
                let edges = edges(subject.profile, &nodes, selection, is_near, usize::MAX)?;
                walked = Sorted::of(&edges);
                &walked
            }
        };
        let callers = with(&calls.by_callee, node, |it| it.callee);
        let callees = with(&calls.by_caller, node, |it| it.caller);
        Some(Peek {
            function: function.to_owned(),
            total: self.total,
            flat: sum.flat,
            cum: sum.cum,
            callers: self.neighbours(callers, |it| it.caller),
            callees: self.neighbours(callees, |it| it.callee),
        })
    }

    /// Largest first.
    fn neighbours<'a>(
        &self,
        calls: impl Iterator<Item = &'a Call>,
        other: impl Fn(&Call) -> u32,
    ) -> Vec<Neighbour> {
        let neighbour = |it: &Call| Neighbour {
            function: self.functions[other(it) as usize].0.clone(),
            weight: it.weight,
            is_inline: it.is_inline,
        };
        let mut found: Vec<Neighbour> = calls.map(neighbour).collect();
        found.sort_by(|a, b| {
            let larger = b.weight.wrapping_abs().cmp(&a.weight.wrapping_abs());
            larger.then_with(|| a.function.cmp(&b.function))
        });
        found
    }
}

impl Sorted {
    fn of(edges: &Edges) -> Sorted {
        let call = |(caller, callee, edge): (u32, u32, &Edge)| Call {
            caller,
            callee,
            weight: edge.weight,
            is_inline: edge.is_inline,
        };
        let mut by_caller: Vec<Call> = edges.iter().map(call).collect();
        by_caller.sort_unstable_by_key(|it| (it.caller, it.callee));
        let mut by_callee = by_caller.clone();
        by_callee.sort_unstable_by_key(|it| (it.callee, it.caller));
        Sorted { by_caller, by_callee }
    }
}

/// The calls, sorted by what `of` says, for which it says `node`.
fn with(calls: &[Call], node: u32, of: fn(&Call) -> u32) -> impl Iterator<Item = &Call> {
    let start = calls.partition_point(|it| of(it) < node);
    calls[start..].iter().take_while(move |it| of(it) == node)
}
