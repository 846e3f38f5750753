//! Small decisions from one number, so that a failure has one number to repeat it by.

/// A stream of numbers from a seed (SplitMix64). Seed 0 always says "as usual".
pub(crate) struct Dice {
    state: u64,
    is_plain: bool,
}

impl Dice {
    /// The stream of this seed.
    pub(crate) fn of(seed: u64) -> Dice {
        Dice { state: seed, is_plain: seed == 0 }
    }

    /// A number below `n`; always 0 for seed 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        if self.is_plain {
            return 0;
        }
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.state;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((it ^ (it >> 31)) % n as u64) as usize
    }

    /// True once in `n` times, never for seed 0.
    pub(crate) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }

    /// Puts the elements in some order; seed 0 leaves them.
    pub(crate) fn shuffle<T>(&mut self, all: &mut [T]) {
        if self.is_plain {
            return;
        }
        for idx in (1..all.len()).rev() {
            all.swap(idx, self.below(idx + 1));
        }
    }
}
