//! Bounds on what a profile or a dump may hold.
//!
//! A cap on bytes is not enough: two bytes of an empty message become a hundred in memory, and a
//! name that is written once may be shown a million times. Every table is counted while it is
//! read, before it grows; `cost` adds up what one table makes of another.
//!
//! Each is several times what the largest Go programs write. What is read within them takes less
//! than 768 MiB, with all that is computed from it.

/// Inflated bytes of a profile.
pub(super) const INFLATED_BYTES: u64 = 256 << 20;
/// Bytes of one message of a profile, or of one text.
pub(super) const FIELD_BYTES: usize = 16 << 20;
/// Bytes in memory that all tables of a profile take.
pub(super) const TABLE_BYTES: usize = 320 << 20;
/// Samples.
pub(super) const SAMPLES: usize = 2_000_000;
/// Locations or functions, each.
pub(super) const SYMBOLS: usize = 500_000;
/// Mappings.
pub(super) const MAPPINGS: usize = 65_536;
/// Lines of all locations.
pub(super) const LINES: usize = 1_000_000;
/// Lines of one location: a call, and the calls that were inlined into it.
pub(super) const LINES_OF_LOCATION: usize = 256;
/// Entries of the string table.
pub(super) const STRINGS: usize = 2_000_000;
/// Bytes of one string.
pub(super) const STRING_BYTES: usize = 64 << 10;
/// Bytes of the names and files of all lines and functions, counted wherever they are named.
pub(super) const NAME_BYTES: usize = 128 << 20;
/// Bytes of a unit: it stands at every number of a report.
pub(super) const UNIT_BYTES: usize = 64;
/// Comments.
pub(super) const COMMENTS: usize = 1_000;
/// Frames of one sample.
pub(super) const FRAMES: usize = 4_096;
/// Lines of the frames of all samples: what a walk over them takes.
pub(super) const FRAME_LINES: usize = 300_000_000;
/// Labels of one sample.
pub(super) const LABELS: usize = 256;
/// Values of one sample.
pub(super) const VALUES: usize = 64;
/// Goroutines of a dump. Go cuts dumps at 64 MiB: none has as many of these, or of the next two.
pub(super) const DUMP_GOROUTINES: usize = 400_000;
/// Frames of all goroutines of a dump.
pub(super) const DUMP_FRAMES: usize = 2_000_000;
/// Labels of all goroutines of a dump.
pub(super) const DUMP_LABELS: usize = 1_000_000;
/// Distinct places of all stacks of a dump: a program has as many calls.
pub(super) const DUMP_PLACES: usize = 250_000;
