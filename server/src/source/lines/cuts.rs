//! What the last edits took out of a text: put back, each line is the one it was, however many
//! others look the same.

use std::collections::VecDeque;
use std::sync::Arc;

use foldhash::HashSet;

use super::key::Key;

/// Cuts that are remembered: of a cut and its paste, with some typing between them, and of what
/// is undone next.
const MOST_CUTS: usize = 16;
/// Larger cuts are not remembered.
const MOST_LINES: usize = 4_096;

/// Lines that were taken out together: each with its line in the captured text, if it has one.
pub(super) type Cut = Arc<[(Key, Option<u32>)]>;

/// The last cuts, the newest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Cuts(VecDeque<Cut>);

impl Cuts {
    /// Remembers what an edit took out. `added`: what it put in; it may be some of the same.
    pub(super) fn note(&mut self, taken: Vec<(Key, Option<u32>)>, added: &[Key]) {
        if taken.is_empty() || MOST_LINES < taken.len() {
            return;
        }
        let added: HashSet<Key> = added.iter().copied().collect();
        if taken.iter().any(|(key, _)| added.contains(key)) {
            return;
        }
        self.0.truncate(MOST_CUTS - 1);
        self.0.push_front(taken.into());
    }

    /// The cut that was put back, all of it and nothing else.
    pub(super) fn put_back(&self, added: &[Key]) -> Option<Cut> {
        let is_same = |cut: &&Cut| cut.iter().map(|(key, _)| key).eq(added);
        self.0.iter().find(is_same).cloned()
    }
}
