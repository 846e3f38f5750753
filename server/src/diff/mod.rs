//! One profile minus another.
//!
//! Source: `internal/driver/fetch.go` and `profile/merge.go` of github.com/google/pprof.

mod merge;
mod scale;
mod table;

pub use table::{DiffRow, DiffTable, of_listings, table};

use crate::model::{Profile, ValueType};

/// How the base is taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaseMode {
    /// `-base`: equal samples net out; for two snapshots of one run of a program.
    Same,
    /// `-diff_base`: percentages are of the base's total; for two runs or programs.
    Other,
}

/// A profile minus a base.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The samples of both, the base's negated.
    pub profile: Profile,
    /// For [`BaseMode::Other`], one flag a sample: it came from the base.
    pub base_samples: Option<Vec<bool>>,
}

/// Two profiles that measure different things.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "comparing profiles: they measure different things ({current} against {base}); compare captures of the same kind"
)]
pub struct Incompatible {
    /// Sample types of the current profile.
    pub current: String,
    /// Sample types of the base.
    pub base: String,
}

/// Subtracts `base` from `current`; `normalize` scales `current` to the base's sums first.
pub fn subtract(
    current: &Profile,
    base: &Profile,
    mode: BaseMode,
    normalize: bool,
) -> Result<Difference, Incompatible> {
    if !same_types(current, base) {
        return Err(Incompatible { current: describe(current), base: describe(base) });
    }
    let scales = normalize.then(|| scale::to_sums_of(current, base));
    Ok(merge::minus(current, base, scales.as_deref(), mode))
}

fn same_types(a: &Profile, b: &Profile) -> bool {
    let words = |p: &Profile, it: &ValueType| (p.str(it.typ).to_owned(), p.str(it.unit).to_owned());
    let types = |p: &Profile| p.sample_types.iter().map(|it| words(p, it)).collect::<Vec<_>>();
    let period = |p: &Profile| p.period_type.as_ref().map(|it| words(p, it)).unwrap_or_default();
    types(a) == types(b) && period(a) == period(b)
}

fn describe(profile: &Profile) -> String {
    let types = profile.sample_types.iter();
    types.map(|it| profile.str(it.typ)).collect::<Vec<_>>().join(", ")
}
