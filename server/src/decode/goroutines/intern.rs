//! Turns the lines of stacks into tables in which each function, file, place and stack is once.
//!
//! Keys are bytes of the text, so nothing is copied for a line that was seen before. A table
//! compares what it finds with what it looked for: a hash alone proves nothing.

use std::sync::Arc;

use foldhash::HashMap;
use memchr::memrchr;

use crate::model::{CreatedBy, Frame, Stack, StackId};

use super::number;

/// Index into [`Interner::places`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct PlaceId(u32);

/// Stands for "no creator" in a stack's key.
const NO_PLACE: u32 = u32::MAX;

#[derive(Default)]
pub(super) struct Interner<'a> {
    texts: HashMap<&'a [u8], Arc<str>>,
    /// Function and place as written, without arguments and offset.
    ids: HashMap<(&'a [u8], &'a [u8]), PlaceId>,
    places: Vec<Frame>,
    /// Frames that Go left out (two words), creator, frames.
    stack_ids: HashMap<Box<[u32]>, StackId>,
    stacks: Vec<Stack>,
    key: Vec<u32>,
}

impl<'a> Interner<'a> {
    /// A function, and the text after the tab of the line below it. None when that is no place.
    #[inline]
    pub(super) fn place(&mut self, function: &'a [u8], place: &'a [u8]) -> Option<PlaceId> {
        let place = without_offsets(place);
        if let Some(id) = self.ids.get(&(function, place)) {
            return Some(*id);
        }
        let (file, line) = file_and_line(place)?;
        let id = PlaceId(u32::try_from(self.places.len()).ok().filter(|it| *it != NO_PLACE)?);
        let function_text = self.text(function);
        let file = self.text(file);
        self.places.push(Frame { function: function_text, file, line });
        self.ids.insert((function, place), id);
        Some(id)
    }

    /// A stack, innermost frame first.
    #[inline]
    pub(super) fn stack(
        &mut self,
        frames: &[PlaceId],
        n_elided: u64,
        creator: Option<PlaceId>,
    ) -> StackId {
        self.key.clear();
        self.key.extend([n_elided as u32, (n_elided >> 32) as u32]);
        self.key.push(creator.map_or(NO_PLACE, |it| it.0));
        self.key.extend(frames.iter().map(|it| it.0));
        if let Some(id) = self.stack_ids.get(self.key.as_slice()) {
            return *id;
        }
        // A stack takes more than one byte of text, and a text of 4 GB is never read.
        let id = StackId(self.stacks.len() as u32);
        let frame = |it: &PlaceId| self.places[it.0 as usize].clone();
        self.stacks.push(Stack {
            frames: frames.iter().map(frame).collect(),
            n_elided,
            created_by: creator.map(|it| CreatedBy { frame: frame(&it) }),
        });
        self.stack_ids.insert(self.key.as_slice().into(), id);
        id
    }

    /// Whether it is where the main goroutine starts: `main.main`, or an `init` before it.
    pub(super) fn is_root_of_main(&self, place: PlaceId) -> bool {
        let function = &*self.places[place.0 as usize].function;
        function == "main.main" || function == "runtime.main" || function.contains(".init")
    }

    /// Number of distinct places.
    pub(super) fn n_places(&self) -> usize {
        self.places.len()
    }

    pub(super) fn into_stacks(self) -> Vec<Stack> {
        self.stacks
    }

    fn text(&mut self, text: &'a [u8]) -> Arc<str> {
        self.texts.entry(text).or_insert_with(|| String::from_utf8_lossy(text).into()).clone()
    }
}

/// Cuts ` +0x1f` and ` fp=0x… sp=0x… pc=0x…` from the end.
#[inline]
fn without_offsets(mut place: &[u8]) -> &[u8] {
    while let Some(space) = memrchr(b' ', place) {
        let last = &place[space + 1..];
        let is_offset = [&b"+0x"[..], b"pc=", b"sp=", b"fp="].iter().any(|it| last.starts_with(it));
        if !is_offset {
            break;
        }
        place = &place[..space];
    }
    place
}

/// `/src/main.go:12`. A C function without debug information has only its `pc=`.
fn file_and_line(place: &[u8]) -> Option<(&[u8], u32)> {
    if place.starts_with(b"pc=0x") {
        return Some((b"", 0));
    }
    let colon = memrchr(b':', place)?;
    let line = number(&place[colon + 1..])?;
    Some((&place[..colon], u32::try_from(line).ok()?))
}
