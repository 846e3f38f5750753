//! Compares two texts of a file of which nothing else is known: after a checkout, or `gofmt`.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::Revision;
use super::align::{Scope, align};
use super::table::{Draft, Table};

/// Where the lines of `from` are in `to`.
pub(super) fn compare(from: &Revision, to: &Revision) -> Table {
    let mut draft = Draft::new(from.n_lines(), to.n_lines());
    for (line, now) in sure_pairs(from, 1..=from.n_lines(), to, 1..=to.n_lines()) {
        draft.set(line, now, from.key(line) != to.key(now));
    }
    draft.done()
}

/// Those of the [`pairs`] that are sure where nothing is known of the texts. What stands between
/// functions counts to the one above: it may be any other's comment.
pub(super) fn sure_pairs(
    from: &Revision,
    before: RangeInclusive<u32>,
    to: &Revision,
    after: RangeInclusive<u32>,
) -> Vec<(u32, u32)> {
    let is_only = |line: u32, now: u32| {
        let (key, key_now) = (from.key(line), to.key(now));
        key != key_now || (from.keys_once().contains(&key) && to.keys_once().contains(&key))
    };
    let mut pairs = pairs(from, before, to, after);
    pairs.retain(|&(line, now)| !from.is_outside(line) || is_only(line, now));
    pairs
}

/// The lines of a part of a text that stand in a part of another one.
///
/// Functions are paired by their names first: a line is looked for in its own function alone. A
/// function is what follows its `func`, so that the text need not be valid Go.
pub(super) fn pairs(
    from: &Revision,
    before: RangeInclusive<u32>,
    to: &Revision,
    after: RangeInclusive<u32>,
) -> Vec<(u32, u32)> {
    let mut groups: BTreeMap<Option<String>, (Vec<u32>, Vec<u32>)> = BTreeMap::new();
    let mut owner = Owner::of(from, from, to);
    before.for_each(|it| groups.entry(owner.at(it)).or_default().0.push(it));
    let mut owner = Owner::of(to, from, to);
    after.for_each(|it| groups.entry(owner.at(it)).or_default().1.push(it));
    let aligned = groups.iter().map(|(owner, (before, after))| {
        let scope = if owner.is_some() { Scope::Function } else { Scope::File };
        align(from, before, to, after, scope)
    });
    aligned.flatten().collect()
}

/// The name of the function of each line, where both texts have one function of this name.
pub(super) struct Owner<'a> {
    text: &'a Revision,
    both: [&'a Revision; 2],
    /// The line of the last `func` that was asked for, and its name.
    last: (Option<u32>, Option<String>),
}

impl<'a> Owner<'a> {
    pub(super) fn of(text: &'a Revision, from: &'a Revision, to: &'a Revision) -> Owner<'a> {
        Owner { text, both: [from, to], last: (None, None) }
    }

    pub(super) fn at(&mut self, line: u32) -> Option<String> {
        let head = self.text.head_above(line);
        if self.last.0 != head {
            let name = head.and_then(|it| self.text.name_at(it));
            let is_shared = |it: &String| self.both.iter().all(|text| text.has_one(it));
            self.last = (head, name.filter(is_shared));
        }
        self.last.1.clone()
    }
}
