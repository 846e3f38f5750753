//! Pairs the lines of two versions of one function, or of what stands outside functions.
//!
//! A diff always has an answer; where lines look alike, it is one of several. What it says is
//! believed only where there is no other.

use std::hash::Hash;

use foldhash::{HashMap, HashSet};
use imara_diff::{Algorithm, Diff, InternedInput};

use super::Revision;
use super::key::Key;
use super::similar;

/// Equal lines in a row.
#[derive(Debug, Clone, Copy)]
struct Run {
    before: usize,
    after: usize,
    len: usize,
}

/// What is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Two versions of a function: they begin and end at the same place, and a line that stands
    /// once in both is the same one.
    Function,
    /// What stands outside functions, and in those that one text has not: a line must stand once
    /// in the whole texts.
    File,
    /// Lines that are left over of a function: what changed between them is not known.
    Rest,
}

/// The pairs of `before`, lines of `from`, and `after`, lines of `to`: equal ones, and such that
/// were edited.
pub(super) fn align(
    from: &Revision,
    before: &[u32],
    to: &Revision,
    after: &[u32],
    scope: Scope,
) -> Vec<(u32, u32)> {
    let keys = |text: &Revision, lines: &[u32]| -> Vec<Key> {
        lines.iter().map(|it| text.key(*it)).collect()
    };
    let (was, is) = (keys(from, before), keys(to, after));
    let is_once = |it: &Key| match scope {
        Scope::File => from.keys_once().contains(it) && to.keys_once().contains(it),
        Scope::Function | Scope::Rest => true,
    };
    // Functions that only one text has leave holes.
    let has_ends = match scope {
        Scope::Function => true,
        Scope::File => !from.has_functions() && !to.has_functions(),
        Scope::Rest => false,
    };
    let is_block =
        |a: usize, b: usize| before[a] + 1 == before[a + 1] && after[b] + 1 == after[b + 1];
    let once_then = once(&was);
    let runs =
        certain_runs(&was, &is, has_ends, is_block, |it| once_then.contains(it) && is_once(it));
    let mut pairs = Vec::new();
    for run in trimmed(&runs, &was, &is) {
        let lines = before[run.before..].iter().zip(&after[run.after..]).take(run.len);
        pairs.extend(lines.map(|(a, b)| (*a, *b)));
    }
    for (a, b) in gaps(&runs, was.len(), is.len()).into_iter().filter(|_| scope != Scope::Rest) {
        pairs.extend(similar::pairs(from, &before[a], to, &after[b], scope, |it| {
            once_then.contains(&it)
        }));
    }
    pairs
}

/// Runs that hold a line that stands once in both, or begin or end with the texts. `is_block`:
/// whether a line of each is followed by the next one; `is_once`: whether it stands once in the
/// first text, and in more than that.
fn certain_runs(
    was: &[Key],
    is: &[Key],
    has_ends: bool,
    is_block: impl Fn(usize, usize) -> bool,
    is_once: impl Fn(&Key) -> bool,
) -> Vec<Run> {
    let is_certain = |(a, b): &(&Key, &Key)| has_ends && a == b;
    let n_start = was.iter().zip(is).take_while(is_certain).count();
    let (was_rest, is_rest) = (&was[n_start..], &is[n_start..]);
    let last = was_rest.iter().rev().zip(is_rest.iter().rev());
    let n_end = last.take_while(is_certain).count();
    let (was_rest, is_rest) =
        (&was_rest[..was_rest.len() - n_end], &is_rest[..is_rest.len() - n_end]);
    let once_now = once(is);
    let mut runs = vec![Run { before: 0, after: 0, len: n_start }];
    runs.extend(
        diff(was_rest, is_rest)
            .map(|it| Run { before: it.before + n_start, after: it.after + n_start, len: it.len })
            .flat_map(|it| blocks(it, &is_block))
            .filter(|run| {
                let keys = &was[run.before..run.before + run.len];
                keys.iter().any(|it| it.is_wordy() && once_now.contains(it) && is_once(it))
            }),
    );
    runs.push(Run { before: was.len() - n_end, after: is.len() - n_end, len: n_end });
    runs.retain(|it| it.len > 0);
    runs
}

/// The parts of a run whose lines follow each other in both texts, too.
fn blocks(run: Run, is_block: impl Fn(usize, usize) -> bool) -> Vec<Run> {
    let mut blocks = vec![Run { len: 1, ..run }];
    for n in 1..run.len {
        let (before, after) = (run.before + n, run.after + n);
        match blocks.last_mut() {
            Some(last) if is_block(before - 1, after - 1) => last.len += 1,
            _ => blocks.push(Run { before, after, len: 1 }),
        }
    }
    blocks
}

fn diff(was: &[Key], is: &[Key]) -> impl Iterator<Item = Run> {
    let mut input: InternedInput<Key> = InternedInput::default();
    input.update_before(was.iter().copied());
    input.update_after(is.iter().copied());
    let diff = Diff::compute(Algorithm::Histogram, &input);
    let (mut before, mut after) = (0, 0);
    let mut runs = Vec::new();
    for hunk in diff.hunks() {
        let len = hunk.before.start as usize - before;
        runs.push(Run { before, after, len });
        (before, after) = (hunk.before.end as usize, hunk.after.end as usize);
    }
    runs.push(Run { before, after, len: was.len() - before });
    runs.into_iter().filter(|it| it.len > 0)
}

/// What lies between runs, and before and after them.
fn gaps(
    runs: &[Run],
    n_before: usize,
    n_after: usize,
) -> Vec<(std::ops::Range<usize>, std::ops::Range<usize>)> {
    let (mut before, mut after) = (0, 0);
    let end = Run { before: n_before, after: n_after, len: 0 };
    let mut gaps = Vec::with_capacity(runs.len() + 1);
    for run in runs.iter().chain([&end]) {
        gaps.push((before..run.before, after..run.after));
        (before, after) = (run.before + run.len, run.after + run.len);
    }
    gaps
}

/// The runs without the lines at their edges that stand in the gap next to them as well: a line
/// that was put twice, or one of two that was removed, cannot be told from the other one.
fn trimmed(runs: &[Run], was: &[Key], is: &[Key]) -> Vec<Run> {
    let gaps = gaps(runs, was.len(), is.len());
    let in_gap: Vec<HashSet<Key>> = gaps
        .iter()
        .map(|(a, b)| was[a.clone()].iter().chain(&is[b.clone()]).copied().collect())
        .collect();
    let mut out = Vec::with_capacity(runs.len());
    for (idx, run) in runs.iter().enumerate() {
        let keys = &was[run.before..run.before + run.len];
        let n_first = n_doubtful(keys.iter().copied(), &in_gap[idx]);
        let n_last = n_doubtful(keys[n_first..].iter().rev().copied(), &in_gap[idx + 1]);
        let (before, after) = (run.before + n_first, run.after + n_first);
        out.push(Run { before, after, len: run.len - n_first - n_last });
    }
    out
}

/// How many lines of a run, from the gap on, are like those of the gap. Blank lines and braces
/// between them tell nothing.
pub(super) fn n_doubtful(lines: impl Iterator<Item = Key>, gap: &HashSet<Key>) -> usize {
    let mut n_doubtful = 0;
    for (line, n) in lines.zip(1..) {
        if gap.contains(&line) {
            n_doubtful = n;
        } else if line.is_wordy() {
            break;
        }
    }
    n_doubtful
}

/// What stands there exactly once.
pub(super) fn once<T: Hash + Eq + Copy>(all: &[T]) -> HashSet<T> {
    let mut counts: HashMap<T, u32> = HashMap::default();
    all.iter().for_each(|it| *counts.entry(*it).or_default() += 1);
    counts.into_iter().filter(|(_, n)| *n == 1).map(|(it, _)| it).collect()
}
