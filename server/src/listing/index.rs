//! Chooses one of a profile's sample types.
//!
//! Source: `profile/index.go` of github.com/google/pprof.

use crate::model::{Profile, ValueType};

/// A sample type that the profile does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no sample type {asked:?} in this profile; it has {known}")]
pub struct UnknownSampleType {
    /// What was asked for.
    pub asked: String,
    /// The names there are, separated by commas.
    pub known: String,
}

/// The index of a sample type, by name or by number.
///
/// An empty name means the profile's default, else the last type. `inuse_space` also finds
/// `space`, as in profiles of old.
pub fn sample_index(profile: &Profile, name: &str) -> Result<usize, UnknownSampleType> {
    let n_types = profile.sample_types.len();
    let find = |wanted: &str| {
        profile.sample_types.iter().position(|it: &ValueType| profile.str(it.typ) == wanted)
    };
    let default = || find(profile.str(profile.default_sample_type)).or(n_types.checked_sub(1));
    let found = if name.is_empty() {
        default()
    } else if let Ok(number) = name.parse::<usize>() {
        (number < n_types).then_some(number)
    } else {
        let short = name.strip_prefix("inuse_").unwrap_or(name);
        let is_asked = |it: &ValueType| [name, short].contains(&profile.str(it.typ));
        profile.sample_types.iter().position(is_asked)
    };
    found.ok_or_else(|| UnknownSampleType {
        asked: name.to_owned(),
        known: profile
            .sample_types
            .iter()
            .map(|it| profile.str(it.typ))
            .collect::<Vec<_>>()
            .join(", "),
    })
}
