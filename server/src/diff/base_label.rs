//! The label by which pprof tells a base's samples from the others.
//!
//! Source: `internal/driver/fetch.go` of github.com/google/pprof. A difference that pprof saved
//! (`-proto -diff_base=...`) still has it, and is read as a difference.

use crate::model::{LabelSetId, LabelValue, Profile};

pub(super) const BASE_KEY: &str = "pprof::base";
pub(super) const BASE_VALUE: &str = "true";

/// One flag a sample, it came from a base; none when no sample did.
pub fn base_samples(profile: &Profile) -> Option<Vec<bool>> {
    let find = |wanted: &str| profile.strings.iter().find(|it| it.1 == wanted);
    find(BASE_KEY)?;
    let samples = &profile.samples;
    let is_base: Vec<bool> = (0..samples.n_label_sets())
        .map(|idx| {
            samples.labels(LabelSetId::of_index(idx)).iter().any(|it| match it.value {
                LabelValue::Str(value) => {
                    profile.str(it.key) == BASE_KEY && profile.str(value) == BASE_VALUE
                }
                LabelValue::Num(..) => false,
            })
        })
        .collect();
    let flags: Vec<bool> = samples.iter().map(|it| is_base[it.labels.index()]).collect();
    flags.contains(&true).then_some(flags)
}
