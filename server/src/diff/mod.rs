//! One profile minus another.
//!
//! Source: `internal/driver/fetch.go` and `profile/merge.go` of github.com/google/pprof.

mod base_label;
mod compatible;
mod merge;
mod scale;
mod table;

pub use base_label::base_samples;
pub use compatible::{NoTypes, keep_unique_types};
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
    /// For [`BaseMode::Other`], one flag a sample: it came from the base. None when none did.
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

impl Incompatible {
    fn of(current: &Profile, base: &Profile) -> Incompatible {
        Incompatible { current: describe(current), base: describe(base) }
    }
}

/// Subtracts `base` from `current`; `normalize` scales `current` to the base's sums first, which
/// needs the same sample types in both. Otherwise the types that both have are compared.
///
/// # Errors
/// [`Incompatible`] when the two have nothing in common.
pub fn subtract(
    mut current: Profile,
    mut base: Profile,
    mode: BaseMode,
    normalize: bool,
) -> Result<Difference, Incompatible> {
    if normalize && !compatible::same_types(&current, &base) {
        return Err(Incompatible::of(&current, &base));
    }
    let mut scales = compatible::common_types(&mut current, &mut base)?;
    if normalize {
        scales.current = scale::to_sums_of(&current, &base);
    }
    Ok(merge::minus(current, base, &scales, mode))
}

fn describe(profile: &Profile) -> String {
    let type_of = |it: &ValueType| format!("{} in {}", profile.str(it.typ), profile.str(it.unit));
    profile.sample_types.iter().map(type_of).collect::<Vec<_>>().join(", ")
}
