//! Gives the ids of the wire, which may be any number in any order, dense indices.

use foldhash::HashMap;

/// Index of an id in a table whose entries may come before or after they are named.
///
/// Go numbers from 1 without gaps, so a plain vector serves; other writers may use addresses.
#[derive(Default)]
pub(super) struct Ids {
    /// Index plus one by id, for small ids.
    small: Vec<u32>,
    large: HashMap<u64, u32>,
    /// Whether the table has an entry for each index.
    defined: Vec<bool>,
    n_defined: usize,
    /// Each of the first `n_dense` ids is its index plus one.
    n_dense: u64,
    /// The ids behind the indices after those.
    others: Vec<u64>,
}

/// Ids below this are looked up without hashing.
const SMALL: u64 = 1 << 21;

impl Ids {
    /// Number of ids seen.
    pub(super) fn len(&self) -> usize {
        self.defined.len()
    }

    /// The index of an id below the first gap, which needs no look at any table.
    #[inline]
    pub(super) fn dense_index(&self, id: u64) -> Option<u32> {
        let index = id.wrapping_sub(1);
        (index < self.n_dense).then_some(index as u32)
    }

    /// Whether the table has an entry for every id that was seen.
    #[inline]
    pub(super) fn are_defined(&self) -> bool {
        self.n_defined == self.defined.len()
    }

    /// The index of an id, new or not.
    #[inline]
    pub(super) fn index(&mut self, id: u64) -> u32 {
        if let Some(it) = self.dense_index(id) {
            return it;
        }
        if let Some(&slot) = self.small.get(id as usize)
            && slot != 0
        {
            return slot - 1;
        }
        self.slow_index(id)
    }

    fn slow_index(&mut self, id: u64) -> u32 {
        let next = self.defined.len() as u32;
        if id == self.n_dense + 1 && self.others.is_empty() {
            self.n_dense = id;
        } else if id < SMALL {
            let at = id as usize;
            if at >= self.small.len() {
                self.small.resize((at + 1).next_power_of_two(), 0);
            }
            self.small[at] = next + 1;
            self.others.push(id);
        } else {
            let slot = *self.large.entry(id).or_insert(next);
            if slot != next {
                return slot;
            }
            self.others.push(id);
        }
        self.defined.push(false);
        next
    }

    /// Notes that the table has an entry for this index. False if it had one already.
    pub(super) fn define(&mut self, index: u32) -> bool {
        let was_defined = std::mem::replace(&mut self.defined[index as usize], true);
        self.n_defined += usize::from(!was_defined);
        !was_defined
    }

    /// The first id that was named and never defined.
    pub(super) fn undefined(&self) -> Option<u64> {
        let index = self.defined.iter().position(|it| !it)? as u64;
        let other = index.checked_sub(self.n_dense);
        Some(other.map_or(index + 1, |it| self.others[it as usize]))
    }
}
