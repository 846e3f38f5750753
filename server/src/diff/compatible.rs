//! Brings two profiles to the same sample types, in the same units.
//!
//! Source: `combineProfiles` in `internal/driver`, `CompatibilizeSampleTypes` in `profile` and
//! `ScaleProfiles` in `internal/measurement` of github.com/google/pprof: types are matched by
//! name, those that only one profile has are left out, and of two units the finer one is kept.

use crate::listing::measure::{is_convertible, scale};
use crate::model::{Profile, ValueType};

use super::Incompatible;
use super::scale::Scales;

/// A profile whose values have no name of their own.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the profile has no sample type, or has each more than once")]
pub struct NoTypes;

/// Leaves out sample types whose name occurs more than once, as pprof does with every profile.
///
/// # Errors
/// [`NoTypes`] when none is left.
pub fn keep_unique_types(profile: &mut Profile) -> Result<(), NoTypes> {
    let names: Vec<&str> = profile.sample_types.iter().map(|it| profile.str(it.typ)).collect();
    let count = |name: &str| names.iter().filter(|it| **it == name).count();
    let kept: Vec<usize> = (0..names.len()).filter(|it| count(names[*it]) == 1).collect();
    if kept.is_empty() {
        return Err(NoTypes);
    }
    select(profile, &kept);
    Ok(())
}

/// Leaves the types that both have, in `current`'s order and in the finer unit of the two, and
/// says what each profile's values are to be multiplied by.
pub(super) fn common_types(
    current: &mut Profile,
    base: &mut Profile,
) -> Result<Scales, Incompatible> {
    let incompatible = Incompatible::of(current, base);
    let find = |name: &str| base.sample_types.iter().position(|it| base.str(it.typ) == name);
    let (kept, kept_of_base): (Vec<usize>, Vec<usize>) = current
        .sample_types
        .iter()
        .enumerate()
        .filter_map(|(idx, it)| Some((idx, find(current.str(it.typ))?)))
        .unzip();
    if kept.is_empty() || !same_period(current, base) {
        return Err(incompatible);
    }
    select(current, &kept);
    select(base, &kept_of_base);

    let mut scales = Scales { current: Vec::new(), base: Vec::new() };
    for idx in 0..kept.len() {
        let unit = current.str(current.sample_types[idx].unit).to_owned();
        let unit_of_base = base.str(base.sample_types[idx].unit);
        if !is_convertible(&unit, unit_of_base) {
            return Err(incompatible);
        }
        let is_base_finer = scale(1, unit_of_base, &unit).0 < 1.0;
        let common = if is_base_finer { unit_of_base } else { &unit };
        scales.current.push(scale(1, &unit, common).0);
        scales.base.push(scale(1, unit_of_base, common).0);
        if is_base_finer {
            current.sample_types[idx].unit = current.strings.push(unit_of_base);
        }
    }
    Ok(scales)
}

/// Whether both profiles name and measure everything alike.
pub(super) fn same_types(a: &Profile, b: &Profile) -> bool {
    let words = |p: &Profile, it: &ValueType| (p.str(it.typ).to_owned(), p.str(it.unit).to_owned());
    let types = |p: &Profile| p.sample_types.iter().map(|it| words(p, it)).collect::<Vec<_>>();
    let period = |p: &Profile| p.period_type.as_ref().map(|it| words(p, it)).unwrap_or_default();
    types(a) == types(b) && period(a) == period(b)
}

/// Periods are of one type, in units that can be converted.
fn same_period(a: &Profile, b: &Profile) -> bool {
    let words = |p: &Profile| {
        let words = |it: ValueType| (p.str(it.typ).to_owned(), p.str(it.unit).to_owned());
        p.period_type.map(words).unwrap_or_default()
    };
    let ((typ, unit), (other_typ, other_unit)) = (words(a), words(b));
    typ == other_typ && is_convertible(&unit, &other_unit)
}

/// Keeps only these sample types, in this order.
fn select(profile: &mut Profile, kept: &[usize]) {
    if kept.iter().copied().eq(0..profile.sample_types.len()) {
        return;
    }
    let types: Vec<ValueType> = kept.iter().map(|it| profile.sample_types[*it]).collect();
    let default = profile.str(profile.default_sample_type);
    if !types.iter().any(|it| profile.str(it.typ) == default) {
        profile.default_sample_type = types[0].typ;
    }
    profile.sample_types = types;
    profile.samples.select_values(kept);
}
