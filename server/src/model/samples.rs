//! The samples of a profile: its mass, stored flat and small.
//!
//! Stacks are kept in the form in which Go writes them, one varint a frame: two bytes where an
//! index of 32 bits takes four, so that the memory a profile takes is near that of its bytes.
//! Labels are kept once a set: thousands of samples have the same.

use std::hash::BuildHasher;

use foldhash::HashMap;
use foldhash::fast::RandomState;

use super::profile::{LocationId, StrId, span};

/// All samples of a profile.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Samples {
    n_values: usize,
    values: Vec<i64>,
    /// All stacks, packed.
    stacks: Vec<u8>,
    /// End of each sample's stack in `stacks`.
    stack_ends: Vec<u32>,
    label_sets: LabelSets,
    /// Each sample's set; empty while no sample has any label.
    labels: Vec<LabelSetId>,
}

/// One sample, borrowed from [`Samples`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample<'a> {
    /// One number for each sample type.
    pub values: &'a [i64],
    /// Leaf first.
    pub stack: PackedStack<'a>,
    /// Which labels: see [`Samples::labels`].
    pub labels: LabelSetId,
}

/// A stack, leaf first: each location's index plus one as a varint.
///
/// Two stacks are equal when their bytes are: there is one form of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PackedStack<'a> {
    bytes: &'a [u8],
}

impl<'a> PackedStack<'a> {
    /// The packed form. `bytes` must be what [`pack`] makes.
    pub(crate) fn of_packed(bytes: &'a [u8]) -> PackedStack<'a> {
        PackedStack { bytes }
    }

    /// The packed form.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The locations, leaf first.
    #[inline]
    pub fn iter(&self) -> Frames<'a> {
        Frames { rest: self.bytes }
    }

    /// Number of frames.
    pub fn len(&self) -> usize {
        self.bytes.iter().filter(|it| **it < 0x80).count()
    }

    /// Whether there are no frames.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The root's location, and the stack below it; none of an empty stack.
    pub fn split_root(self) -> Option<(LocationId, PackedStack<'a>)> {
        let (_, before) = self.bytes.split_last()?;
        // A number ends with the only one of its bytes that is below 0x80.
        let start = before.iter().rposition(|it| *it < 0x80).map_or(0, |it| it + 1);
        let (rest, root) = self.bytes.split_at(start);
        Some((PackedStack { bytes: root }.iter().next()?, PackedStack { bytes: rest }))
    }
}

impl<'a> IntoIterator for PackedStack<'a> {
    type Item = LocationId;
    type IntoIter = Frames<'a>;

    fn into_iter(self) -> Frames<'a> {
        self.iter()
    }
}

/// The locations of a stack, leaf first.
#[derive(Debug, Clone)]
pub struct Frames<'a> {
    rest: &'a [u8],
}

impl Iterator for Frames<'_> {
    type Item = LocationId;

    #[inline]
    fn next(&mut self) -> Option<LocationId> {
        let (number, n_bytes) = match *self.rest {
            [] => return None,
            [a, ..] if a < 0x80 => (u32::from(a), 1),
            [a, b, ..] if b < 0x80 => (u32::from(a & 0x7f) | u32::from(b) << 7, 2),
            [a, b, c, ..] if c < 0x80 => {
                (u32::from(a & 0x7f) | u32::from(b & 0x7f) << 7 | u32::from(c) << 14, 3)
            }
            _ => long(self.rest),
        };
        self.rest = &self.rest[n_bytes..];
        Some(LocationId(number.wrapping_sub(1)))
    }
}

#[cold]
fn long(bytes: &[u8]) -> (u32, usize) {
    let (mut number, mut n_bytes) = (0u32, 0);
    for &byte in bytes.iter().take(5) {
        number |= u32::from(byte & 0x7f) << (7 * n_bytes);
        n_bytes += 1;
        if byte < 0x80 {
            break;
        }
    }
    (number, n_bytes)
}

/// Appends a frame to a packed stack.
#[inline]
pub(crate) fn pack(location: LocationId, out: &mut Vec<u8>) {
    let mut rest = location.0 + 1;
    while rest >= 0x80 {
        out.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    out.push(rest as u8);
}

/// Names a set of labels; two samples have the same labels when they have the same set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct LabelSetId(u32);

impl LabelSetId {
    /// No labels.
    pub const EMPTY: LabelSetId = LabelSetId(0);

    /// The set with this number: see [`LabelSetId::index`].
    pub fn of_index(index: usize) -> LabelSetId {
        LabelSetId(index as u32)
    }

    /// Its number: sets are numbered from 0, the empty one, without gaps.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A label of a sample, for example `bytes=4096` or `endpoint="/login"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Label {
    /// The key.
    pub key: StrId,
    /// The value.
    pub value: LabelValue,
}

/// A label's value: text or a number with an optional unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LabelValue {
    /// Text.
    Str(StrId),
    /// A number; the unit is [`StrId::EMPTY`] when Go wrote it.
    Num(i64, StrId),
}

/// Every set of labels once, the empty one first.
#[derive(Debug, Clone, Default)]
struct LabelSets {
    all: Vec<Label>,
    /// End of each set but the empty one in `all`.
    ends: Vec<u32>,
    /// Sets by hash; a second one with the same hash is at the next free key.
    known: HashMap<u64, LabelSetId>,
    hashes: RandomState,
}

/// Hashes differ between two that hold the same.
impl PartialEq for LabelSets {
    fn eq(&self, other: &LabelSets) -> bool {
        (&self.all, &self.ends) == (&other.all, &other.ends)
    }
}

impl LabelSets {
    fn get(&self, id: LabelSetId) -> &[Label] {
        match id.0.checked_sub(1) {
            None => &[],
            Some(idx) => &self.all[span(&self.ends, idx as usize)],
        }
    }

    fn n_bytes(&self) -> usize {
        // The entry in `known`, at worst.
        const SET_BYTES: usize = 40;
        size_of_val(self.all.as_slice()) + self.ends.len() * SET_BYTES
    }

    fn id(&mut self, labels: &[Label]) -> LabelSetId {
        if labels.is_empty() {
            return LabelSetId::EMPTY;
        }
        let mut hash = self.hashes.hash_one(labels);
        while let Some(&id) = self.known.get(&hash) {
            if self.get(id) == labels {
                return id;
            }
            hash = hash.wrapping_add(1);
        }
        self.all.extend_from_slice(labels);
        self.ends.push(self.all.len() as u32);
        let id = LabelSetId(self.ends.len() as u32);
        self.known.insert(hash, id);
        id
    }
}

impl Samples {
    /// No samples yet, of `n_values` values each.
    pub fn new(n_values: usize) -> Samples {
        Samples { n_values, ..Samples::default() }
    }

    /// Number of values of each sample.
    pub fn n_values(&self) -> usize {
        self.n_values
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.stack_ends.len()
    }

    /// Whether there are no samples at all.
    pub fn is_empty(&self) -> bool {
        self.stack_ends.is_empty()
    }

    /// Bytes of all packed stacks: a measure of the work that a walk over all frames is.
    pub fn n_stack_bytes(&self) -> usize {
        self.stacks.len()
    }

    /// Bytes in memory.
    #[inline]
    pub fn n_bytes(&self) -> usize {
        let ends = size_of_val(self.stack_ends.as_slice()) + size_of_val(self.labels.as_slice());
        size_of_val(self.values.as_slice()) + self.stacks.len() + ends + self.label_sets.n_bytes()
    }

    /// Sample number `idx`. Panics when out of range, as an index into a slice does.
    #[inline]
    pub fn get(&self, idx: usize) -> Sample<'_> {
        Sample {
            values: &self.values[idx * self.n_values..(idx + 1) * self.n_values],
            stack: PackedStack { bytes: &self.stacks[span(&self.stack_ends, idx)] },
            labels: self.labels.get(idx).copied().unwrap_or_default(),
        }
    }

    /// For each sample type, the sum of its values.
    pub fn sums(&self) -> Vec<i64> {
        let mut sums = vec![0i64; self.n_values];
        for sample in self.iter() {
            for (sum, value) in sums.iter_mut().zip(sample.values) {
                *sum = sum.wrapping_add(*value);
            }
        }
        sums
    }

    /// All samples, in the order of the file.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Sample<'_>> {
        (0..self.len()).map(|idx| self.get(idx))
    }

    /// The labels of a set.
    pub fn labels(&self, id: LabelSetId) -> &[Label] {
        self.label_sets.get(id)
    }

    /// Number of sets of labels, the empty one included.
    pub fn n_label_sets(&self) -> usize {
        self.label_sets.ends.len() + 1
    }

    /// The set that holds these labels, new or not.
    pub fn label_set(&mut self, labels: &[Label]) -> LabelSetId {
        self.label_sets.id(labels)
    }

    /// Adds a sample. `values` must hold `n_values` numbers, and the set must be one of these.
    #[inline]
    pub fn push(&mut self, values: &[i64], stack: PackedStack<'_>, labels: LabelSetId) {
        debug_assert_eq!(values.len(), self.n_values);
        if labels != LabelSetId::EMPTY && self.labels.is_empty() {
            self.labels.resize(self.len(), LabelSetId::EMPTY);
        }
        if labels != LabelSetId::EMPTY || !self.labels.is_empty() {
            self.labels.push(labels);
        }
        self.values.extend_from_slice(values);
        self.stacks.extend_from_slice(stack.bytes);
        self.stack_ends.push(self.stacks.len() as u32);
    }

    /// Adds a sample whose stack, leaf first, and labels are not packed yet.
    pub fn add(&mut self, values: &[i64], stack: &[LocationId], labels: &[Label]) {
        let mut packed = Vec::new();
        stack.iter().for_each(|it| pack(*it, &mut packed));
        let labels = self.label_set(labels);
        self.push(values, PackedStack::of_packed(&packed), labels);
    }

    /// The values of sample `idx`, to be changed.
    pub fn values_mut(&mut self, idx: usize) -> &mut [i64] {
        &mut self.values[idx * self.n_values..(idx + 1) * self.n_values]
    }

    /// Keeps only these values of each sample, in this order.
    pub fn select_values(&mut self, kept: &[usize]) {
        let values = self.values.chunks_exact(self.n_values.max(1));
        self.values = values.flat_map(|it| kept.iter().map(|idx| it[*idx])).collect();
        self.n_values = kept.len();
    }

    /// Keeps the samples for which `keep` says so, in their order. In place: a copy would take as
    /// much memory again.
    pub fn retain(&mut self, mut keep: impl FnMut(usize, &[i64]) -> bool) {
        let (mut n_kept, mut n_kept_bytes, mut start) = (0, 0, 0);
        for idx in 0..self.len() {
            let values = idx * self.n_values..(idx + 1) * self.n_values;
            let stack = start..self.stack_ends[idx] as usize;
            start = stack.end;
            if !keep(idx, &self.values[values.clone()]) {
                continue;
            }
            self.values.copy_within(values, n_kept * self.n_values);
            self.stacks.copy_within(stack.clone(), n_kept_bytes);
            n_kept_bytes += stack.len();
            self.stack_ends[n_kept] = n_kept_bytes as u32;
            if let Some(&labels) = self.labels.get(idx) {
                self.labels[n_kept] = labels;
            }
            n_kept += 1;
        }
        self.values.truncate(n_kept * self.n_values);
        self.stacks.truncate(n_kept_bytes);
        self.stack_ends.truncate(n_kept);
        self.labels.truncate(n_kept);
        if self.labels.iter().all(|it| *it == LabelSetId::EMPTY) {
            self.labels.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_comes_back_as_it_was_packed() {
        let stack = [0, 1, 126, 127, 128, 16_382, 16_383, 2_097_150, 2_097_151, u32::MAX - 1];
        let mut bytes = Vec::new();
        for it in stack {
            pack(LocationId(it), &mut bytes);
        }
        let packed = PackedStack::of_packed(&bytes);
        assert_eq!(packed.iter().map(|it| it.0).collect::<Vec<_>>(), stack);
        assert_eq!(packed.len(), stack.len());
        let from_root = std::iter::successors(packed.split_root(), |(_, rest)| rest.split_root());
        let mut backwards: Vec<u32> = from_root.map(|(it, _)| it.0).collect();
        backwards.reverse();
        assert_eq!(backwards, stack);
    }

    #[test]
    fn a_set_of_labels_is_there_once() {
        let mut samples = Samples::new(1);
        let label = |it| Label { key: StrId(1), value: LabelValue::Num(it, StrId::EMPTY) };
        let one = samples.label_set(&[label(1)]);
        let two = samples.label_set(&[label(1), label(2)]);
        assert_ne!(one, two);
        assert_eq!(samples.label_set(&[label(1)]), one);
        assert_eq!(samples.labels(two), [label(1), label(2)]);
        assert_eq!(samples.labels(LabelSetId::EMPTY), []);
        samples.push(&[5], PackedStack::of_packed(&[1]), LabelSetId::EMPTY);
        samples.push(&[6], PackedStack::of_packed(&[1]), two);
        assert_eq!(samples.get(0).labels, LabelSetId::EMPTY);
        assert_eq!(samples.get(1).labels, two);
        samples.retain(|_, values| values[0] == 6);
        assert_eq!((samples.len(), samples.labels(samples.get(0).labels).len()), (1, 2));
    }

    #[test]
    fn what_is_kept_is_as_if_the_rest_had_never_been() {
        let label = [Label { key: StrId(1), value: LabelValue::Str(StrId(2)) }];
        let stack = |it: u32| (0..it).map(LocationId).collect::<Vec<_>>();
        for mask in 0..1u32 << 6 {
            let (mut all, mut expected) = (Samples::new(2), Samples::new(2));
            for it in [&mut all, &mut expected] {
                it.label_set(&label);
            }
            for idx in 0..6u32 {
                let labels = if idx == 3 { &label[..] } else { &[] };
                all.add(&[idx.into(), 7], &stack(idx * 50), labels);
                if mask >> idx & 1 == 1 {
                    expected.add(&[idx.into(), 7], &stack(idx * 50), labels);
                }
            }
            all.retain(|idx, values| {
                assert_eq!(values, [idx as i64, 7]);
                mask >> idx & 1 == 1
            });
            assert_eq!(all, expected, "{mask:b}");
        }
    }
}
