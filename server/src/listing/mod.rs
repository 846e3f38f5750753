//! Turns a Profile into flat and cum, by node for `top` and by line for the editor.

mod addresses;
mod bounded;
mod call_tree;
mod clean_path;
mod decimal;
mod demangle;
mod expression;
mod filter;
mod index;
mod lines;
mod marks;
pub mod measure;
mod nodes;
mod peek;
mod prune;
mod routines;
mod tally;
mod top;
mod walk;

pub use addresses::forget_addresses;
pub use bounded::TooSlow;
pub use call_tree::{CallBox, CallTree, TreeOptions, call_tree};
pub use clean_path::{base_name, clean_path};
pub use expression::Expression;
pub use filter::Filter;
pub use index::{UnknownSampleType, sample_index};
pub use lines::{Costs, FileListing, FunctionCost, LineCost, Listing};
pub use nodes::Granularity;
pub use peek::{Calls, Neighbour, Peek};
pub use prune::prune;
pub use routines::{List, Routine, RoutineLine, list};
pub use tally::Tally;
pub use top::{InlineMark, Top, TopOptions, TopRow, top};

use crate::model::Profile;

/// A flat and a cum, in the sample type's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FlatCum {
    /// The node itself.
    pub flat: i64,
    /// The node and all it called.
    pub cum: i64,
}

/// What a report is about: a profile, which of its values, and which samples are a base's.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The profile, or a difference of two.
    pub profile: &'a Profile,
    /// Index of the sample type.
    pub value_idx: usize,
    /// One flag a sample: it came from a `diff_base`, whose sum is then the total.
    pub base_samples: Option<&'a [bool]>,
}

impl Subject<'_> {
    /// Name of the sample type, for example `cpu`.
    pub fn sample_type(&self) -> &str {
        self.profile.sample_types.get(self.value_idx).map_or("", |it| self.profile.str(it.typ))
    }

    /// Unit of the sample type, for example `nanoseconds`.
    pub fn unit(&self) -> &str {
        self.profile.sample_types.get(self.value_idx).map_or("", |it| self.profile.str(it.unit))
    }

    /// Sum of the absolute values, before any filter: what percentages refer to.
    pub fn total(&self) -> i64 {
        walk::total(self.profile, self.value_idx, self.base_samples)
    }
}
