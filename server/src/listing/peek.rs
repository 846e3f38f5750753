//! The callers and callees of functions, as `go tool pprof -peek` has them.

use rustc_hash::FxHashMap;

use super::nodes::{Granularity, Identity, Nodes};
use super::walk::{Selection, edges, weights};
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
#[derive(Debug, Clone, Default)]
pub struct Calls {
    total: i64,
    functions: Vec<(String, FlatCum)>,
    by_name: FxHashMap<String, u32>,
    /// Sorted by caller, and by callee.
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

impl Calls {
    /// Sums the calls of one sample type.
    pub fn of(subject: Subject<'_>) -> Calls {
        let profile = subject.profile;
        let identity = Identity { granularity: Granularity::Functions, ..Identity::default() };
        let nodes = Nodes::of(profile, identity);
        let selection = Selection { value_idx: subject.value_idx, samples: None };
        let sums = weights(profile, &nodes, selection);
        let edges = edges(profile, &nodes, selection);
        let mut by_caller: Vec<Call> = edges
            .iter()
            .map(|(caller, callee, edge)| Call {
                caller,
                callee,
                weight: edge.weight,
                is_inline: edge.is_inline,
            })
            .collect();
        by_caller.sort_unstable_by_key(|it| (it.caller, it.callee));
        let mut by_callee = by_caller.clone();
        by_callee.sort_unstable_by_key(|it| (it.callee, it.caller));
        let functions = (0..nodes.len()).map(|idx| {
            let sum = FlatCum { flat: sums.flat[idx], cum: sums.cum[idx] };
            (nodes.printable_name(idx as u32), sum)
        });
        let mut by_name = FxHashMap::default();
        for (info, idx) in nodes.infos.iter().zip(0..) {
            by_name.entry(nodes.text(info.name).to_owned()).or_insert(idx);
        }
        Calls {
            total: subject.total(),
            functions: functions.collect(),
            by_name,
            by_caller,
            by_callee,
        }
    }

    /// The callers and callees of a function by its exact name; none if it has no samples.
    pub fn peek(&self, function: &str) -> Option<Peek> {
        let node = *self.by_name.get(function)?;
        let sum = self.functions[node as usize].1;
        let around = |calls: &[Call], this: fn(&Call) -> u32, other: fn(&Call) -> u32| {
            let start = calls.partition_point(|it| this(it) < node);
            let calls = calls[start..].iter().take_while(|it| this(it) == node);
            let mut found: Vec<Neighbour> = calls
                .map(|it| Neighbour {
                    function: self.functions[other(it) as usize].0.clone(),
                    weight: it.weight,
                    is_inline: it.is_inline,
                })
                .collect();
            found.sort_by(|a, b| {
                let larger = b.weight.wrapping_abs().cmp(&a.weight.wrapping_abs());
                larger.then_with(|| a.function.cmp(&b.function))
            });
            found
        };
        Some(Peek {
            function: function.to_owned(),
            total: self.total,
            flat: sum.flat,
            cum: sum.cum,
            callers: around(&self.by_callee, |it| it.callee, |it| it.caller),
            callees: around(&self.by_caller, |it| it.caller, |it| it.callee),
        })
    }
}
