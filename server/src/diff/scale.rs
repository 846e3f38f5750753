//! Scales a profile's values: to a base's sums, as `-normalize` asks for, or to another unit.
//!
//! Source: `Normalize` and `ScaleN` in `profile` of github.com/google/pprof.

use crate::listing::measure::go_int;
use crate::model::Profile;

/// For each sample type, what its values are multiplied by.
pub(super) struct Scales {
    pub(super) current: Vec<f64>,
    pub(super) base: Vec<f64>,
}

/// For each sample type, the factor that brings `current`'s sum to `base`'s.
pub(super) fn to_sums_of(current: &Profile, base: &Profile) -> Vec<f64> {
    let ratio = |(of_base, of_current): (i64, i64)| match of_current {
        0 => 0.0,
        it => of_base as f64 / it as f64,
    };
    base.samples.sums().into_iter().zip(current.samples.sums()).map(ratio).collect()
}

/// Scales one sample's values in place, rounded half away from zero. False if pprof would drop
/// the sample: no value that was scaled is left over, while some ratio is not 1.
pub(super) fn scale(values: &mut [i64], ratios: &[f64]) -> bool {
    if ratios.iter().all(|it| *it == 1.0) {
        return true;
    }
    let mut keep = false;
    for (value, ratio) in values.iter_mut().zip(ratios) {
        if *ratio != 1.0 {
            *value = go_int((*value as f64 * ratio).round());
            keep |= *value != 0;
        }
    }
    keep
}
