//! Compares two texts of a file of which nothing else is known: after a checkout, or `gofmt`.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::Revision;
use super::align::{Ends, align};
use super::table::{Draft, Table};

/// Where the lines of `from` are in `to`.
pub(super) fn compare(from: &Revision, to: &Revision) -> Table {
    let mut draft = Draft::new(from.n_lines(), to.n_lines());
    for (line, now) in pairs(from, 1..=from.n_lines(), to, 1..=to.n_lines()) {
        draft.set(line, now, from.key(line) != to.key(now));
    }
    draft.done()
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
    let mut groups: BTreeMap<Option<&str>, (Vec<u32>, Vec<u32>)> = BTreeMap::new();
    let mut owner = Owner::of(from, from, to);
    before.for_each(|it| groups.entry(owner.at(it)).or_default().0.push(it));
    let mut owner = Owner::of(to, from, to);
    after.for_each(|it| groups.entry(owner.at(it)).or_default().1.push(it));
    groups.values().flat_map(|(before, after)| align(from, before, to, after, Ends::Same)).collect()
}

/// The name of the function of each line, where both texts have one function of this name.
pub(super) struct Owner<'a> {
    text: &'a Revision,
    both: [&'a Revision; 2],
    /// The line of the last `func` that was asked for, and its name.
    last: Option<(u32, Option<&'a str>)>,
}

impl<'a> Owner<'a> {
    pub(super) fn of(text: &'a Revision, from: &'a Revision, to: &'a Revision) -> Owner<'a> {
        Owner { text, both: [from, to], last: None }
    }

    pub(super) fn at(&mut self, line: u32) -> Option<&'a str> {
        let head = self.text.head_above(line)?;
        if let Some((_, name)) = self.last.filter(|it| it.0 == head.line) {
            return name;
        }
        let is_shared = |it: &&str| self.both.iter().all(|text| text.has_one(it));
        let name = head.name.as_deref().filter(is_shared);
        self.last = Some((head.line, name));
        name
    }
}
