//! Finds lines that were gone in what an edit put into the text: undone, or pasted elsewhere.

use std::collections::BTreeMap;

use foldhash::{HashMap, HashSet};

use super::Revision;
use super::align::{Scope, align, once};
use super::compare::Owner;
use super::key::Key;
use super::table::Draft;

/// Shorter lines, in bytes, are not known again at another place.
const LEAST_BYTES: usize = 16;

/// `fresh`: the lines of `new` that the edit made, by line.
pub(super) fn restore(draft: &mut Draft, from: &Revision, new: &Revision, fresh: &[u32]) {
    let (Some(first), Some(last)) = (fresh.first(), fresh.last()) else { return };
    if draft.n_gone > 0 {
        restore_gap(draft, from, new, fresh, (*first, *last));
    }
    if draft.n_gone > 0 {
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
fn restore_gap(
    draft: &mut Draft,
    from: &Revision,
    new: &Revision,
    fresh: &[u32],
    (first, last): (u32, u32),
) {
    let above = (1..first).rev().find(|it| draft.then(*it).is_some());
    let below = (last + 1..=draft.n_after()).find(|it| draft.then(*it).is_some());
    let then = |line: Option<u32>| line.and_then(|it| draft.then(it));
    let (first, last) = (then(above).unwrap_or(0) + 1, then(below).unwrap_or(draft.n_before() + 1));
    let (now, now_end) = (above.unwrap_or(0) + 1, below.unwrap_or(draft.n_after() + 1));
    if last <= first || now_end <= now {
        return;
    }
    let is_here = |line: u32| draft.now(line).is_none_or(|(it, _)| now <= it && it < now_end);
    let is_whole = last - first == now_end - now
        && (first..last).zip(now..).all(|(a, b)| from.key(a) == new.key(b))
        && (first..last).all(is_here);
    if is_whole {
        (first..last).for_each(|it| draft.clear(it));
        (first..last).zip(now..).for_each(|(a, b)| draft.set(a, b, false));
        return;
    }
    let gone: Vec<u32> = (first..last).filter(|it| draft.now(*it).is_none()).collect();
    let added: Vec<u32> = fresh.iter().copied().filter(|it| draft.then(*it).is_none()).collect();
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
        let above = (now..to).rev().find_map(|it| draft.then(it));
        let below = (to + 1..now_end).find_map(|it| draft.then(it));
        if is_only && above.is_none_or(|it| it < line) && below.is_none_or(|it| line < it) {
            draft.set(line, to, false);
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
