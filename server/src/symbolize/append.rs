//! Puts frames into a profile's tables.

use foldhash::HashMap;

use crate::model::{Function, FunctionId, Line, Profile, StrId};

use super::NativeFrame;

/// Lines that are added to one profile.
const MOST_LINES: usize = 1_000_000;
/// Bytes of text that are added to one profile.
const MOST_TEXT_BYTES: usize = 64 << 20;

/// What was added already: each text and each function once.
#[derive(Debug, Default)]
pub(super) struct Tables {
    texts: HashMap<String, StrId>,
    functions: HashMap<Function, FunctionId>,
    n_text_bytes: usize,
    n_lines: usize,
}

impl Tables {
    /// Gives a location these frames, innermost first. False when the profile has enough.
    pub(super) fn append(
        &mut self,
        profile: &mut Profile,
        location_idx: usize,
        frames: &[NativeFrame],
    ) -> bool {
        self.n_lines += frames.len();
        if self.n_lines > MOST_LINES || self.n_text_bytes > MOST_TEXT_BYTES {
            return false;
        }
        let first_line = profile.lines.len() as u32;
        for frame in frames {
            let line = Line { function: self.function(profile, frame), line: frame.line.into() };
            profile.lines.push(line);
        }
        let location = &mut profile.locations[location_idx];
        location.first_line = first_line;
        location.n_lines = frames.len() as u32;
        true
    }

    fn function(&mut self, profile: &mut Profile, frame: &NativeFrame) -> FunctionId {
        let function = Function {
            name: self.text(profile, &frame.name),
            system_name: self.text(profile, &frame.system_name),
            filename: self.text(profile, &frame.file),
            start_line: frame.start_line.into(),
        };
        *self.functions.entry(function).or_insert_with(|| {
            profile.functions.push(function);
            FunctionId(profile.functions.len() as u32 - 1)
        })
    }

    fn text(&mut self, profile: &mut Profile, text: &str) -> StrId {
        if text.is_empty() {
            return StrId::EMPTY;
        }
        if let Some(it) = self.texts.get(text) {
            return *it;
        }
        self.n_text_bytes += text.len();
        let id = profile.strings.push(text);
        self.texts.insert(text.to_owned(), id);
        id
    }
}
