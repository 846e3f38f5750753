//! Follows the lines through one edit.
//!
//! An edit says more than the text that it leads to: every line outside it stays what it is,
//! however many others look the same.

use std::ops::RangeInclusive;

use foldhash::HashSet;

use super::Revision;
use super::align::n_doubtful;
use super::compare;
use super::cuts::Cuts;
use super::key::Key;
use super::restore::restore;
use super::table::{Draft, Table};

/// Bytes that were replaced.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edit {
    pub(super) start: usize,
    /// In the text before.
    pub(super) end: usize,
    /// In the text after.
    pub(super) end_now: usize,
    /// What was done is not known, but the text after it.
    pub(super) is_guess: bool,
}

/// The lines that an edit touches: `first..=last` became `first..=last_now`.
#[derive(Debug, Clone, Copy)]
struct Touched {
    first: u32,
    last: u32,
    last_now: u32,
}

/// Where the lines of `from` are after an edit that made `new` of `old`. `table`: where they were.
/// `cuts`: what the last edits took out of the text.
pub(super) fn carry(
    table: &Table,
    cuts: &mut Cuts,
    from: &Revision,
    old: &Revision,
    new: &Revision,
    edit: Edit,
) -> Table {
    let touched = Touched {
        first: old.line_at(edit.start),
        last: old.line_at(edit.end),
        last_now: new.line_at(edit.end_now),
    };
    let steps = steps(old, new, edit, touched);
    let taken = (touched.first..=touched.last).zip(&steps).filter(|(_, now)| now.is_none());
    let taken: Vec<u32> = taken.map(|(line, _)| line).collect();
    let mut fresh: Vec<u32> = (touched.first..=touched.last_now).collect();
    let kept: HashSet<u32> = steps.iter().flatten().copied().collect();
    fresh.retain(|it| !kept.contains(it));
    let doubtful = doubtful(old, edit, touched, &taken, new, &fresh);
    let mut draft = Draft::new(table.n_before(), new.n_lines());
    for line in 1..=table.n_before() {
        let Some((was, was_edited)) = table.now(line) else { continue };
        if was < *doubtful.start() {
            draft.set(line, was, was_edited);
        } else if *doubtful.end() < was {
            draft.set(line, was - touched.last + touched.last_now, was_edited);
        } else if (touched.first..=touched.last).contains(&was)
            && let Some(now) = steps[(was - touched.first) as usize]
        {
            draft.set(line, now, from.key(line) != new.key(now));
        }
    }
    let added: Vec<Key> = fresh.iter().map(|it| new.key(*it)).collect();
    restore(&mut draft, from, new, &fresh, cuts.put_back(&added), edit.is_guess);
    cuts.note(taken.iter().map(|it| (old.key(*it), table.then(*it))).collect(), &added);
    draft.done()
}

/// The lines that the edit touches, and those around it that look like what it changed, where it
/// may be more than one edit: of a file that is read again, editors tell the first and the last
/// difference, and not which of two equal lines is the new one.
fn doubtful(
    old: &Revision,
    edit: Edit,
    touched: Touched,
    taken: &[u32],
    new: &Revision,
    fresh: &[u32],
) -> RangeInclusive<u32> {
    let Touched { first, last, .. } = touched;
    if !edit.is_guess && (taken.len() < 2 || fresh.len() < 2) {
        return first..=last;
    }
    let changed = taken.iter().map(|it| old.key(*it)).chain(fresh.iter().map(|it| new.key(*it)));
    let changed: HashSet<Key> = changed.collect();
    let above = (1..first).rev().map(|it| old.key(it));
    let below = (last + 1..=old.n_lines()).map(|it| old.key(it));
    first - n_doubtful(above, &changed) as u32..=last + n_doubtful(below, &changed) as u32
}

/// For each line that the edit touches, the line that it became.
fn steps(old: &Revision, new: &Revision, edit: Edit, touched: Touched) -> Vec<Option<u32>> {
    let Touched { first, last, last_now } = touched;
    let mut steps = vec![None; (last - first + 1) as usize];
    let mut set = |line: u32, now: u32| steps[(line - first) as usize] = Some(now);
    // What is left of the touched lines once those that stay whole are taken.
    let (mut before, mut after) = (first..last + 1, first..last_now + 1);
    let begins_behind = old.start(first) + old.line(first).trim_end().len() <= edit.start;
    if begins_behind && old.line(first).trim_end() == new.line(first).trim_end() {
        set(first, first);
        (before.start, after.start) = (first + 1, first + 1);
    }
    let ends_before = edit.end == old.start(last) && edit.end_now == new.start(last_now);
    if ends_before && !before.is_empty() && !after.is_empty() {
        set(last, last_now);
        (before.end, after.end) = (last, last_now);
    }
    // What is left of the first and of the last line.
    let head = old.slice(old.start(first)..edit.start).trim().len();
    let tail = old.slice(edit.end..old.start(last) + old.line(last).len()).trim().len();
    let head = if before.start == first { head } else { 0 };
    let tail = if before.end == last + 1 { tail } else { 0 };
    match (before.len(), after.len()) {
        (0, _) | (_, 0) => {}
        (1, 1) => set(before.start, after.start),
        // Split, or joined: the line is where the larger part of it is.
        (1, _) if head + tail > 0 => {
            set(before.start, if tail <= head { after.start } else { after.end - 1 });
        }
        (_, 1) if head + tail > 0 => {
            set(if tail <= head { before.start } else { before.end - 1 }, after.start);
        }
        _ => {
            let is_same = before.len() == after.len()
                && before.clone().zip(after.clone()).all(|(a, b)| old.key(a) == new.key(b));
            let (parts, parts_now) = (before.start..=before.end - 1, after.start..=after.end - 1);
            // What is indented, or gets other line ends, keeps its lines.
            let pairs = match edit.is_guess {
                _ if is_same => before.zip(after).collect(),
                true => compare::sure_pairs(old, parts, new, parts_now),
                false => compare::pairs(old, parts, new, parts_now),
            };
            pairs.into_iter().for_each(|(line, now)| set(line, now));
        }
    }
    steps
}
