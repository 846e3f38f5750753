//! Who may look at samples while a profile is still being read.

use super::{LocationId, Profile};

/// Takes the samples of a profile one by one, in the order of the file.
///
/// Go writes what a sample refers to before the sample, so sums can be made while the rest is
/// still being inflated, of frames that are at hand. Where a profile has another order, samples
/// come when everything is read: a sink sees no difference.
pub trait SampleSink {
    /// One sample: its values, and its locations, leaf first. `profile` holds all locations and
    /// lines that were named so far; functions and texts may still be missing, samples are.
    fn sample(&mut self, profile: &Profile, values: &[i64], stack: &[LocationId]);
}

/// Nobody looks.
impl SampleSink for () {
    #[inline]
    fn sample(&mut self, _: &Profile, _: &[i64], _: &[LocationId]) {}
}
