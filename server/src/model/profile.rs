//! A decoded pprof profile, in tables.
//!
//! Ids of the wire are gone: every reference is an index into the table beside it.
//! Everything is stored flat, so that a profile of a million samples is a handful of allocations.
//!
//! Invariant: a `Profile` that `decode` returned has no dangling index, every sample has one
//! value for each sample type, and every line has a function.
//!
//! Source: `proto/profile.proto` of github.com/google/pprof; words and field names are its.

use std::ops::Range;

use super::samples::Samples;

/// A profile, checked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Profile {
    /// What the values of a sample mean, in order.
    pub sample_types: Vec<ValueType>,
    /// Name of the sample type to show first; [`StrId::EMPTY`] when the profile names none.
    pub default_sample_type: StrId,
    /// The samples.
    pub samples: Samples,
    /// Mapped executables and libraries.
    pub mappings: Vec<Mapping>,
    /// Code addresses.
    pub locations: Vec<Location>,
    /// Lines of all locations; [`Location::lines`] is a range of this.
    pub lines: Vec<Line>,
    /// Functions.
    pub functions: Vec<Function>,
    /// All text.
    pub strings: Strings,
    /// When it was taken, in nanoseconds since the epoch; 0 when unknown.
    pub time_nanos: i64,
    /// How long it took, in nanoseconds; 0 for a snapshot.
    pub duration_nanos: i64,
    /// What [`Profile::period`] counts.
    pub period_type: Option<ValueType>,
    /// Distance between two samples, in [`Profile::period_type`]'s unit.
    pub period: i64,
    /// Free text of whoever wrote the profile.
    pub comments: Vec<StrId>,
    /// Link to documentation: never opened, shown as text.
    pub doc_url: StrId,
    /// Regular expression of frames that hide what they called.
    pub drop_frames: StrId,
    /// Exceptions from [`Profile::drop_frames`].
    pub keep_frames: StrId,
}

/// What one value of each sample means, for example `cpu` in `nanoseconds`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ValueType {
    /// `samples`, `cpu`, `inuse_space`, ...
    pub typ: StrId,
    /// `count`, `nanoseconds`, `bytes`, ...
    pub unit: StrId,
}

/// Index into [`Profile::mappings`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MappingId(pub u32);

/// Index into [`Profile::locations`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocationId(pub u32);

/// Index into [`Profile::functions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FunctionId(pub u32);

/// A mapped executable or library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mapping {
    /// First address.
    pub start: u64,
    /// Address after the last.
    pub limit: u64,
    /// Offset in the file.
    pub offset: u64,
    /// Path of the file on the target's machine.
    pub filename: StrId,
    /// Build id of the file.
    pub build_id: StrId,
    /// Whether functions were named where the profile was written.
    pub has_functions: bool,
}

/// A code address, with the lines it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Location {
    /// Where the address is mapped.
    pub mapping: Option<MappingId>,
    /// The address.
    pub address: u64,
    /// First line in [`Profile::lines`]: the innermost inlined callee.
    pub first_line: u32,
    /// Number of lines; the last is the function that really exists. May be 0.
    pub n_lines: u32,
}

impl Location {
    /// Range of this location's lines in [`Profile::lines`].
    pub fn line_range(&self) -> Range<usize> {
        self.first_line as usize..(self.first_line + self.n_lines) as usize
    }
}

/// A line of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Line {
    /// The function.
    pub function: FunctionId,
    /// 1-based; 0 or negative when unknown.
    pub line: i64,
}

/// A function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Function {
    /// Name as shown.
    pub name: StrId,
    /// Name as the linker knows it.
    pub system_name: StrId,
    /// File as compiled in.
    pub filename: StrId,
    /// 1-based line of `func`; 0 when unknown.
    pub start_line: i64,
}

impl Profile {
    /// The lines of a location, innermost inlined callee first.
    pub fn lines_of(&self, id: LocationId) -> &[Line] {
        &self.lines[self.locations[id.0 as usize].line_range()]
    }

    /// The function that an index names.
    pub fn function(&self, id: FunctionId) -> &Function {
        &self.functions[id.0 as usize]
    }

    /// The text that an index names.
    pub fn str(&self, id: StrId) -> &str {
        self.strings.get(id)
    }
}

/// Index into a profile's [`Strings`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct StrId(pub u32);

impl StrId {
    /// The empty string: entry 0 of every table.
    pub const EMPTY: StrId = StrId(0);
}

/// A profile's string table, in one allocation.
#[derive(Debug, Clone, PartialEq)]
pub struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Default for Strings {
    fn default() -> Strings {
        Strings { text: String::new(), ends: vec![0] }
    }
}

impl Strings {
    /// The text with this index. Panics when out of range, as an index into a slice does.
    pub fn get(&self, id: StrId) -> &str {
        &self.text[span(&self.ends, id.0 as usize)]
    }

    /// Number of entries, the empty string included.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes in memory.
    pub fn n_bytes(&self) -> usize {
        self.text.len() + size_of_val(self.ends.as_slice())
    }

    /// Never true: entry 0 is the empty string.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Appends an entry without looking for an equal one.
    pub fn push(&mut self, text: &str) -> StrId {
        self.text.push_str(text);
        self.ends.push(self.text.len() as u32);
        StrId(self.ends.len() as u32 - 1)
    }

    /// All entries in order, with their indices.
    pub fn iter(&self) -> impl Iterator<Item = (StrId, &str)> {
        (0..self.len() as u32).map(|idx| (StrId(idx), self.get(StrId(idx))))
    }
}

/// Where entry `idx` of a flat table is: entries end where `ends` says, and start where the one
/// before ends.
pub(super) fn span(ends: &[u32], idx: usize) -> Range<usize> {
    let start = if idx == 0 { 0 } else { ends[idx - 1] as usize };
    start..ends[idx] as usize
}
