//! Bounds on what a profile may hold.
//!
//! A cap on bytes is not enough: two bytes of an empty message become a hundred in memory.
//! Every table is counted while it is read, before it grows.

/// Inflated bytes of a profile.
pub(super) const INFLATED_BYTES: u64 = 256 << 20;
/// Bytes of one message of a profile, or of one text.
pub(super) const FIELD_BYTES: usize = 16 << 20;
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
/// Labels of all distinct sets.
pub(super) const ALL_LABELS: usize = 8_000_000;
/// Values of one sample.
pub(super) const VALUES: usize = 64;
/// Values of all samples: what the memory allows.
pub(super) const ALL_VALUES: usize = 32_000_000;
/// Bytes of all stacks, packed.
pub(super) const STACK_BYTES: usize = 256 << 20;
