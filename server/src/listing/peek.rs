//! The callers and callees of one function, as `go tool pprof -peek` has them.

use super::nodes::{Granularity, Identity, Nodes};
use super::walk::{Selection, edges, weights};
use super::{Subject, walk};

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

/// Finds the callers and callees of a function by its exact name; none if it has no samples.
pub fn peek(subject: Subject<'_>, function: &str) -> Option<Peek> {
    let profile = subject.profile;
    let identity = Identity {
        granularity: Granularity::Functions,
        no_inlines: false,
        object_names: false,
        pprof_names: false,
    };
    let nodes = Nodes::of(profile, identity);
    let node = (0..nodes.len() as u32)
        .find(|&it| nodes.text(nodes.infos[it as usize].name) == function)?;
    let selection = Selection { value_idx: subject.value_idx, samples: None };
    let sums = weights(profile, &nodes, selection, None);
    let calls =
        edges(profile, &nodes, selection, None, |caller, callee| caller == node || callee == node);
    let side = |pick: fn((u32, u32)) -> (u32, u32)| {
        let mut found: Vec<Neighbour> = calls
            .iter()
            .filter_map(|(&pair, edge)| {
                let (other, this) = pick(pair);
                (this == node).then(|| Neighbour {
                    function: nodes.printable_name(other),
                    weight: edge.weight,
                    is_inline: edge.is_inline,
                })
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
        total: walk::total(profile, subject.value_idx, subject.base_samples),
        flat: sums.flat[node as usize],
        cum: sums.cum[node as usize],
        callers: side(|(caller, callee)| (caller, callee)),
        callees: side(|(caller, callee)| (callee, caller)),
    })
}
