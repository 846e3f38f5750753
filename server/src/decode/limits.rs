//! Bounds on what a profile may hold.
//!
//! A cap on bytes is not enough: two bytes of an empty message become a hundred in memory.
//! Every table is counted while it is read, before it grows.

/// Inflated bytes of a profile.
pub(super) const INFLATED_BYTES: u64 = 256 << 20;
/// Samples.
pub(super) const SAMPLES: usize = 2_000_000;
/// Locations, functions or mappings, each.
pub(super) const SYMBOLS: usize = 1_000_000;
/// Lines of all locations.
pub(super) const LINES: usize = 8_000_000;
/// Entries of the string table.
pub(super) const STRINGS: usize = 2_000_000;
/// Bytes of one string.
pub(super) const STRING_BYTES: usize = 64 << 10;
/// Frames of one sample.
pub(super) const FRAMES: usize = 4_096;
/// Labels of one sample.
pub(super) const LABELS: usize = 256;
/// Values of one sample.
pub(super) const VALUES: usize = 64;
/// Frames of all samples: what a stack index of 32 bits and the memory allow.
pub(super) const ALL_FRAMES: usize = 128_000_000;
