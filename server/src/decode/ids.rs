//! Gives the ids of the wire, which may be any number in any order, dense indices.

use rustc_hash::FxHashMap;

/// Index of an id in a table whose entries may come before or after they are named.
///
/// Go numbers from 1 without gaps, so a plain vector serves; other writers may use addresses.
#[derive(Default)]
pub(super) struct Ids {
    /// Index plus one by id, for small ids.
    small: Vec<u32>,
    large: FxHashMap<u64, u32>,
    /// The id behind each index, and whether the table has an entry for it.
    known: Vec<(u64, bool)>,
}

/// Ids below this are looked up without hashing.
const SMALL: u64 = 1 << 21;

impl Ids {
    /// Number of ids seen.
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    /// The index of an id, new or not.
    #[inline]
    pub(super) fn index(&mut self, id: u64) -> u32 {
        if let Some(&slot) = self.small.get(id as usize)
            && slot != 0
        {
            return slot - 1;
        }
        self.slow_index(id)
    }

    fn slow_index(&mut self, id: u64) -> u32 {
        let next = self.known.len() as u32;
        if id < SMALL {
            let at = id as usize;
            if at >= self.small.len() {
                self.small.resize((at + 1).next_power_of_two(), 0);
            }
            self.small[at] = next + 1;
        } else {
            let slot = *self.large.entry(id).or_insert(next);
            if slot != next {
                return slot;
            }
        }
        self.known.push((id, false));
        next
    }

    /// Notes that the table has an entry for this index. False if it had one already.
    pub(super) fn define(&mut self, index: u32) -> bool {
        !std::mem::replace(&mut self.known[index as usize].1, true)
    }

    /// The first id that was named and never defined.
    pub(super) fn undefined(&self) -> Option<u64> {
        self.known.iter().find(|(_, defined)| !defined).map(|(id, _)| *id)
    }
}
