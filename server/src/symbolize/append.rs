//! Puts frames into a profile's tables.

use foldhash::HashMap;

use crate::model::{Function, FunctionId, Line, Profile, StrId};

use super::NativeFrame;

/// Lines that are added to all stacks of one profile: what a walk over them takes.
const MOST_STACK_LINES: usize = 10_000_000;
/// Bytes of the names and files of all lines that are added, counted wherever they are named.
const MOST_TEXT_BYTES: usize = 64 << 20;

/// What was added already: each text and each function once.
#[derive(Debug, Default)]
pub(super) struct Tables {
    texts: HashMap<String, StrId>,
    functions: HashMap<Function, FunctionId>,
    n_text_bytes: usize,
    n_stack_lines: usize,
}

impl Tables {
    /// Gives a location these frames, innermost first. `n_stacks`: how often it stands in stacks.
    /// False when the profile would have too much of them.
    pub(super) fn append(
        &mut self,
        profile: &mut Profile,
        location_idx: usize,
        n_stacks: usize,
        frames: &[NativeFrame],
    ) -> bool {
        let n_stack_lines = self.n_stack_lines + frames.len() * n_stacks.max(1);
        let n_bytes = |it: &NativeFrame| it.name.len() + it.system_name.len() + it.file.len();
        let n_text_bytes = self.n_text_bytes + frames.iter().map(n_bytes).sum::<usize>();
        if n_stack_lines > MOST_STACK_LINES || n_text_bytes > MOST_TEXT_BYTES {
            return false;
        }
        (self.n_stack_lines, self.n_text_bytes) = (n_stack_lines, n_text_bytes);
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
        let id = profile.strings.push(text);
        self.texts.insert(text.to_owned(), id);
        id
    }
}
