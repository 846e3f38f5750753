//! Goes from one stack to the next, and tells what both have in common.
//!
//! A program takes its samples where it is, so stacks that follow each other have most callers in
//! common: in the recorded captures of `demo` nearly half of all frames, in a program that walks
//! a tree nine of ten. Whoever knows that need not look at those frames again.

use super::{LocationId, PackedStack};

/// A stack, outermost frame first, that becomes another one.
#[derive(Debug, Clone, Default)]
pub struct Path {
    frames: Vec<LocationId>,
    /// The same packed, which is leaf first.
    bytes: Vec<u8>,
}

/// What a stack has in common with the one before it: its outermost frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Common {
    /// Number of frames.
    pub n_frames: usize,
    /// Bytes that they take at the end of the packed form.
    pub n_bytes: usize,
}

impl Path {
    /// The stack, outermost frame first.
    pub fn frames(&self) -> &[LocationId] {
        &self.frames
    }

    /// What this stack and a packed one have in common. `bytes` may be any: what is returned is
    /// the packed form of frames of this stack, and stands alone in `bytes`.
    #[inline]
    pub fn common(&self, bytes: &[u8]) -> Common {
        let (mine, n_max) = (self.bytes.as_slice(), self.bytes.len().min(bytes.len()));
        let mut n_bytes = 0;
        while n_bytes + 8 <= n_max {
            let word = |of: &[u8]| {
                let end = of.len() - n_bytes;
                of[end - 8..end].first_chunk().map_or(0, |it| u64::from_le_bytes(*it))
            };
            let differ = word(mine) ^ word(bytes);
            if differ != 0 {
                n_bytes += differ.leading_zeros() as usize / 8;
                break;
            }
            n_bytes += 8;
        }
        if n_bytes + 8 > n_max {
            let same = |n: &usize| mine[mine.len() - n - 1] == bytes[bytes.len() - n - 1];
            n_bytes += (n_bytes..n_max).take_while(same).count();
        }
        // A number starts where the one before it has ended.
        let is_start = |of: &[u8]| {
            let before = &of[..of.len() - n_bytes];
            before.last().is_none_or(|it| *it < 0x80)
        };
        if !(is_start(mine) && is_start(bytes)) {
            let first_end = bytes[bytes.len() - n_bytes..].iter().position(|it| *it < 0x80);
            n_bytes -= first_end.map_or(n_bytes, |it| it + 1);
        }
        let n_gone = mine[..mine.len() - n_bytes].iter().filter(|it| **it < 0x80).count();
        Common { n_frames: self.frames.len() - n_gone, n_bytes }
    }

    /// Becomes the stack that has the outermost `n_common` frames and others, given leaf first.
    /// `bytes` is all of it packed.
    #[inline]
    pub fn replace(&mut self, n_common: usize, others: &[LocationId], bytes: &[u8]) {
        self.frames.truncate(n_common);
        self.frames.extend(others.iter().rev());
        self.bytes.clear();
        self.bytes.extend_from_slice(bytes);
    }

    /// Becomes another stack; returns how many of its outermost frames stay.
    #[inline]
    pub fn go_to(&mut self, stack: PackedStack<'_>) -> usize {
        let bytes = stack.bytes();
        let common = self.common(bytes);
        self.frames.truncate(common.n_frames);
        self.frames.extend(PackedStack::of_packed(&bytes[..bytes.len() - common.n_bytes]));
        self.frames[common.n_frames..].reverse();
        self.bytes.clear();
        self.bytes.extend_from_slice(bytes);
        common.n_frames
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::pack;

    fn packed(stack: &[u32]) -> Vec<u8> {
        let mut out = Vec::new();
        stack.iter().for_each(|it| pack(LocationId(*it), &mut out));
        out
    }

    /// Numbers of one to three bytes, of few kinds, so that stacks are alike.
    fn stacks() -> impl Strategy<Value = Vec<Vec<u32>>> {
        let frame =
            prop::sample::select(vec![0, 1, 126, 127, 128, 129, 255, 16_383, 16_384, 99_999]);
        prop::collection::vec(prop::collection::vec(frame, 0..12), 2..8)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn what_stays_is_what_both_have(stacks in stacks(), n_same in 0..12usize) {
            let mut path = Path::default();
            let mut before: Vec<u32> = Vec::new();
            for mut stack in stacks {
                // Half of them end as the one before.
                stack.extend_from_slice(&before[before.len() - n_same.min(before.len())..]);
                let n_common = path.go_to(PackedStack::of_packed(&packed(&stack)));
                let outermost = |it: &[u32]| it.iter().rev().copied().collect::<Vec<u32>>();
                let (here, there) = (outermost(&stack), outermost(&before));
                let expected = here.iter().zip(&there).take_while(|(a, b)| a == b).count();
                prop_assert_eq!(n_common, expected);
                let frames: Vec<u32> = path.frames().iter().map(|it| it.0).collect();
                prop_assert_eq!(frames, here);
                stack.truncate(20);
                path.go_to(PackedStack::of_packed(&packed(&stack)));
                before = stack;
            }
        }
    }
}
