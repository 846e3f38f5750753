//! Finds lines that were gone in what an edit put into the text: undone, or pasted elsewhere.

use std::collections::BTreeMap;
use std::ops::Range;

use foldhash::{HashMap, HashSet};

use super::Revision;
use super::align::{Scope, align, once};
use super::compare::Owner;
use super::cuts::Cut;
use super::key::Key;
use super::table::Draft;

/// Shorter lines, in bytes, are not known again at another place.
const LEAST_BYTES: usize = 16;

/// `fresh`: the lines of `new` that the edit made, by line; `cut`: what they are, if they were
/// taken out before; `is_guess`: what the edit did is not known.
pub(super) fn restore(
    draft: &mut Draft,
    from: &Revision,
    new: &Revision,
    fresh: &[u32],
    cut: Option<Cut>,
    is_guess: bool,
) {
    let (Some(first), Some(last)) = (fresh.first(), fresh.last()) else { return };
    for (to, (_, line)) in fresh.iter().zip(cut.iter().flat_map(|it| it.iter())) {
        if let Some(line) = line.filter(|it| draft.now(*it).is_none()) {
            draft.set(line, *to, from.key(line) != new.key(*to));
        }
    }
    if draft.n_gone == 0 {
        return;
    }
    let gap = Gap::around(draft, *first, *last);
    if gap.is_whole(draft, from, new) {
        gap.restore_whole(draft);
    } else if cut.is_none() && !is_guess {
        gap.restore(draft, from, new, fresh);
        restore_moved(draft, from, new, fresh);
    }
}

/// The lines that nobody knows, and that were there before the edit: one of them may be the line
/// that a fresh one only looks like.
fn stale(draft: &Draft, new: &Revision, fresh: &[u32]) -> HashSet<Key> {
    let unknown = (1..=draft.n_after()).filter(|it| draft.then(*it).is_none());
    let stale = unknown.filter(|it| fresh.binary_search(it).is_err());
    stale.map(|it| new.key(it)).collect()
}

/// Between two lines that are there still, what was there before may be there again.
struct Gap {
    /// Lines of the captured text.
    then: Range<u32>,
    now: Range<u32>,
}

impl Gap {
    /// Around fresh lines.
    fn around(draft: &Draft, first: u32, last: u32) -> Gap {
        let above = (1..first).rev().find(|it| draft.then(*it).is_some());
        let below = (last + 1..=draft.n_after()).find(|it| draft.then(*it).is_some());
        let then = |line: Option<u32>| line.and_then(|it| draft.then(it));
        Gap {
            then: then(above).unwrap_or(0) + 1..then(below).unwrap_or(draft.n_before() + 1),
            now: above.unwrap_or(0) + 1..below.unwrap_or(draft.n_after() + 1),
        }
    }

    /// Whether it says what it said in the captured text, and holds no line from elsewhere.
    fn is_whole(&self, draft: &Draft, from: &Revision, new: &Revision) -> bool {
        let is_here = |line: u32| draft.now(line).is_none_or(|(it, _)| self.now.contains(&it));
        let is_own = |line: u32| draft.then(line).is_none_or(|it| self.then.contains(&it));
        !self.then.is_empty()
            && self.then.len() == self.now.len()
            && self.then.clone().zip(self.now.clone()).all(|(a, b)| from.key(a) == new.key(b))
            && self.then.clone().all(is_here)
            && self.now.clone().all(is_own)
    }

    fn restore_whole(&self, draft: &mut Draft) {
        self.then.clone().for_each(|it| draft.clear(it));
        self.then.clone().zip(self.now.clone()).for_each(|(a, b)| draft.set(a, b, false));
    }

    /// Each line that was gone and of which exactly one is there again, in its place.
    fn restore(&self, draft: &mut Draft, from: &Revision, new: &Revision, fresh: &[u32]) {
        if self.then.is_empty() {
            return;
        }
        let gone: Vec<u32> = self.then.clone().filter(|it| draft.now(*it).is_none()).collect();
        let added: Vec<u32> =
            fresh.iter().copied().filter(|it| draft.then(*it).is_none()).collect();
        let keys = |text: &Revision, lines: &[u32]| -> Vec<Key> {
            lines.iter().map(|it| text.key(*it)).collect()
        };
        let (gone_once, added_once) = (once(&keys(from, &gone)), once(&keys(new, &added)));
        let stale = stale(draft, new, fresh);
        let by_key: HashMap<Key, u32> = gone.iter().map(|it| (from.key(*it), *it)).collect();
        for to in added {
            let key = new.key(to);
            let Some(&line) = by_key.get(&key) else { continue };
            let is_only = key.is_wordy()
                && !stale.contains(&key)
                && gone_once.contains(&key)
                && added_once.contains(&key);
            let above = (self.now.start..to).rev().find_map(|it| draft.then(it));
            let below = (to + 1..self.now.end).find_map(|it| draft.then(it));
            if is_only && above.is_none_or(|it| it < line) && below.is_none_or(|it| line < it) {
                draft.set(line, to, false);
            }
        }
    }
}

/// What was cut and put elsewhere in its function, or with it.
fn restore_moved(draft: &mut Draft, from: &Revision, new: &Revision, fresh: &[u32]) {
    let added: Vec<u32> = fresh.iter().copied().filter(|it| draft.then(*it).is_none()).collect();
    let is_long = |it: &u32| LEAST_BYTES <= new.line(*it).trim().len();
    let long: HashSet<Key> = added.iter().filter(|it| is_long(it)).map(|it| new.key(*it)).collect();
    let gone = (1..=draft.n_before()).filter(|it| draft.now(*it).is_none());
    let gone: Vec<u32> = gone.collect();
    if !gone.iter().any(|it| long.contains(&from.key(*it))) {
        return;
    }
    let stale = stale(draft, new, fresh);
    let mut groups: BTreeMap<Option<String>, (Vec<u32>, Vec<u32>)> = BTreeMap::new();
    let mut owner = Owner::of(from, from, new);
    gone.into_iter().for_each(|it| groups.entry(owner.at(it)).or_default().0.push(it));
    let mut owner = Owner::of(new, from, new);
    added.into_iter().for_each(|it| groups.entry(owner.at(it)).or_default().1.push(it));
    for (owner, (gone, added)) in groups {
        // Elsewhere it would be another line.
        if owner.is_none() {
            continue;
        }
        let pairs = align(from, &gone, new, &added, Scope::Rest);
        if pairs.iter().any(|(line, _)| long.contains(&from.key(*line))) {
            let is_safe = |line: u32| !stale.contains(&from.key(line));
            let pairs = pairs.into_iter().filter(|(line, _)| is_safe(*line));
            pairs.for_each(|(line, to)| draft.set(line, to, false));
        }
    }
}
