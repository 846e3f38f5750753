//! Adds up what a profile costs whoever reads it: memory, steps of a walk, names to show.

use crate::model::{LocationId, Profile};

use super::{DecodeError, limits};

/// What an entry of a symbol table takes with its id, which is hashed at worst.
const SYMBOL_BYTES: usize = 80;

/// Checks the memory that the tables of a profile take. `sample_bytes` is that of its samples.
#[inline]
pub(super) fn check_tables(profile: &Profile, sample_bytes: usize) -> Result<(), DecodeError> {
    let n_symbols = profile.locations.len() + profile.functions.len() + profile.mappings.len();
    let line_bytes = size_of_val(profile.lines.as_slice());
    let n_bytes = sample_bytes + n_symbols * SYMBOL_BYTES + line_bytes + profile.strings.n_bytes();
    match n_bytes <= limits::TABLE_BYTES {
        true => Ok(()),
        false => Err(DecodeError::too_large("bytes in memory", limits::TABLE_BYTES)),
    }
}

/// Counts the lines of the frames of all samples: a location of many lines that is in many
/// samples is a walk without end.
#[derive(Debug)]
pub(super) struct FrameLines {
    /// Lines of the location that has most, or 1.
    most_lines: usize,
    /// If each location had that many, up to the bound: this takes no look at any location.
    n_at_most: usize,
    /// The others, looked up.
    n_counted: usize,
}

impl Default for FrameLines {
    fn default() -> FrameLines {
        FrameLines { most_lines: 1, n_at_most: 0, n_counted: 0 }
    }
}

impl FrameLines {
    /// Notes that there is a location with this many lines.
    pub(super) fn add_location(&mut self, n_lines: usize) -> Result<(), DecodeError> {
        self.most_lines = self.most_lines.max(n_lines);
        match n_lines <= limits::LINES_OF_LOCATION {
            true => Ok(()),
            false => Err(DecodeError::too_large("lines in a location", limits::LINES_OF_LOCATION)),
        }
    }

    /// Counts a sample whose locations are all known.
    #[inline]
    pub(super) fn add_sample(
        &mut self,
        profile: &Profile,
        stack: &[LocationId],
    ) -> Result<(), DecodeError> {
        let at_most = stack.len() * self.most_lines;
        if self.n_at_most + at_most <= limits::FRAME_LINES {
            self.n_at_most += at_most;
            return Ok(());
        }
        self.count(profile, stack)
    }

    #[inline(never)]
    fn count(&mut self, profile: &Profile, stack: &[LocationId]) -> Result<(), DecodeError> {
        let n_lines = |it: &LocationId| profile.locations[it.0 as usize].n_lines.max(1) as usize;
        self.n_counted += stack.iter().map(n_lines).sum::<usize>();
        match self.n_counted <= limits::FRAME_LINES {
            true => Ok(()),
            false => Err(DecodeError::too_large("lines in all stacks", limits::FRAME_LINES)),
        }
    }
}

/// Checks the texts that reports repeat: a name of thousands of bytes that thousands of lines
/// share, a unit that follows every number. `longest` is the length of the longest string.
pub(super) fn check_texts(profile: &Profile, longest: usize) -> Result<(), DecodeError> {
    let len = |it| profile.str(it).len();
    let types = profile.sample_types.iter().chain(&profile.period_type);
    if types.map(|it| len(it.unit)).any(|it| it > limits::UNIT_BYTES) {
        return Err(DecodeError::too_large("bytes in a unit", limits::UNIT_BYTES));
    }
    // Most profiles are far from it, and a look at each line takes its time.
    let n_names = 3 * profile.lines.len() + 2 * profile.functions.len() + profile.mappings.len();
    if n_names * longest <= limits::NAME_BYTES {
        return Ok(());
    }
    let of_functions: Vec<usize> =
        profile.functions.iter().map(|it| len(it.name) + len(it.filename)).collect();
    let of_mappings: Vec<usize> = profile.mappings.iter().map(|it| len(it.filename)).collect();
    let of_lines = profile.locations.iter().map(|location| {
        let lines = &profile.lines[location.line_range()];
        // A function without a name is shown as its binary's file.
        let of_mapping = location.mapping.map_or(0, |it| of_mappings[it.0 as usize]);
        lines.iter().map(|it| of_functions[it.function.0 as usize] + of_mapping).sum::<usize>()
    });
    let n_bytes = of_functions.iter().chain(&of_mappings).sum::<usize>() + of_lines.sum::<usize>();
    match n_bytes <= limits::NAME_BYTES {
        true => Ok(()),
        false => Err(DecodeError::too_large("bytes of names to show", limits::NAME_BYTES)),
    }
}
