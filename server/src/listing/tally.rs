//! Sums flat and cum of every line and function, for all sample types in one walk.
//!
//! A line is counted once a sample, as `go tool pprof -list` counts it; a function too, as `-top`
//! does. The walk adds each frame to its location alone, which is the least that can be done a
//! frame; lines and functions are sums over their locations, less what recursion brought in
//! twice. Only samples in which a function comes back pay for finding that.

use foldhash::HashMap;

use crate::model::{FunctionId, LocationId, Profile, SampleSink};

use super::FlatCum;

/// Sample types that are summed side by side; a profile with more is summed in several groups.
pub(super) const LANES: usize = 4;

/// A number for each of [`LANES`] sample types.
type Values = [i64; LANES];

/// A location, as long as a line of a processor's cache: what a frame is added to, and at hand what a frame must be known for.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Place {
    /// The sum of all frames.
    sum: Values,
    /// The innermost function and the one that it is inlined into, else the same again. As
    /// indices plus one: 0 stands for no function.
    functions: [u32; 2],
    /// Its lines, likewise; as indices.
    lines: [u32; 2],
    /// There are more functions or lines than two.
    has_more: bool,
}

/// Sums that are being made: a [`SampleSink`], so that they can be made while decoding.
#[derive(Debug, Default)]
pub struct Tally {
    /// First sample type of the group that is summed.
    first_type: usize,
    /// Functions that are one by their name and file; none: each is its own.
    same_as: Option<Vec<FunctionId>>,
    n_samples: u32,
    /// Samples with a value other than zero, and the sum of the absolute values.
    n_counted: [u64; LANES],
    total: Values,
    places: Vec<Place>,
    /// By location: the sum of the samples whose leaf it is.
    leaves: Vec<Values>,
    /// By function, as in [`Place`]: the last sample that it was seen in, and the last one in
    /// which it came back.
    last_samples: Vec<u32>,
    last_repeated: Vec<u32>,
    lines: Distinct<(FunctionId, i64)>,
    functions: Distinct<FunctionId>,
}

/// The lines, or functions, of locations: what a location's sum counts for.
#[derive(Debug, Default)]
struct Distinct<K> {
    known: HashMap<K, u32>,
    keys: Vec<K>,
    /// Of all locations, each once a location.
    all: Vec<u32>,
    /// End of each location's in `all`.
    ends: Vec<u32>,
    /// The last sample with recursion in which each was seen, and what it was counted too often.
    last_samples: Vec<u32>,
    repeated: Vec<Values>,
}

impl<K: Copy + Eq + std::hash::Hash> Distinct<K> {
    /// Adds a location with these keys, which may repeat.
    fn add_location(&mut self, keys: impl Iterator<Item = K>) {
        let start = self.all.len();
        for key in keys {
            let next = self.keys.len() as u32;
            let idx = *self.known.entry(key).or_insert(next);
            if idx == next {
                self.keys.push(key);
                self.last_samples.push(0);
                self.repeated.push(Values::default());
            }
            if !self.all[start..].contains(&idx) {
                self.all.push(idx);
            }
        }
        self.ends.push(self.all.len() as u32);
    }

    fn of_location(&self, location: usize) -> std::ops::Range<usize> {
        let start = if location == 0 { 0 } else { self.ends[location - 1] as usize };
        start..self.ends[location] as usize
    }

    /// The first key of a location and the second, else the first again; and how many there are.
    fn first_two(&self, location: usize) -> ([Option<u32>; 2], usize) {
        let keys = &self.all[self.of_location(location)];
        let first = keys.first().copied();
        ([first, keys.get(1).copied().or(first)], keys.len())
    }

    /// Notes a key that a sample counts, and what it counts if it did so before.
    #[inline]
    fn find_repeated(&mut self, sample: u32, key: u32, values: Values) {
        let key = key as usize;
        if std::mem::replace(&mut self.last_samples[key], sample) == sample {
            add(&mut self.repeated[key], values);
        }
    }

    /// The same for all keys of a location.
    fn find_repeated_of(&mut self, sample: u32, location: usize, values: Values) {
        for at in self.of_location(location) {
            self.find_repeated(sample, self.all[at], values);
        }
    }

    /// The cum of each key, given the sums of all locations.
    fn cum(&self, places: &[Place], lane: usize) -> Vec<i64> {
        let mut out: Vec<i64> =
            self.repeated.iter().map(|it| 0i64.wrapping_sub(it[lane])).collect();
        for (location, place) in places.iter().enumerate() {
            for &idx in &self.all[self.of_location(location)] {
                let cum = &mut out[idx as usize];
                *cum = cum.wrapping_add(place.sum[lane]);
            }
        }
        out
    }
}

impl SampleSink for Tally {
    fn sample(&mut self, profile: &Profile, values: &[i64], stack: &[LocationId]) {
        if self.places.len() < profile.locations.len() {
            self.add_locations(profile);
        }
        let mut lanes = Values::default();
        for (lane, value) in lanes.iter_mut().zip(values.iter().skip(self.first_type)) {
            *lane = *value;
        }
        for (lane, &value) in lanes.iter().enumerate() {
            self.n_counted[lane] += u64::from(value != 0);
            self.total[lane] = self.total[lane].wrapping_add(value.wrapping_abs());
        }
        if let Some(leaf) = stack.first() {
            add(&mut self.leaves[leaf.0 as usize], lanes);
        }
        self.n_samples += 1;
        let this = self.n_samples;
        let (places, last_samples) = (self.places.as_mut_slice(), self.last_samples.as_mut_slice());
        let mut comes_back = false;
        for location in stack {
            let place = &mut places[location.0 as usize];
            add(&mut place.sum, lanes);
            let [inner, outer] = place.functions.map(|it| it as usize);
            if last_samples[inner] == this || last_samples[outer] == this {
                comes_back = true;
                self.last_repeated[inner] = this;
                self.last_repeated[outer] = this;
            }
            last_samples[inner] = this;
            last_samples[outer] = this;
            if place.has_more {
                for &function in
                    &self.functions.all[self.functions.of_location(location.0 as usize)]
                {
                    // The two that are at hand are looked at above.
                    let function = function as usize + 1;
                    if function != inner && function != outer {
                        if last_samples[function] == this {
                            comes_back = true;
                            self.last_repeated[function] = this;
                        }
                        last_samples[function] = this;
                    }
                }
            }
        }
        if comes_back {
            self.find_repeated(stack, lanes);
        }
    }
}

#[inline]
fn add(sums: &mut Values, values: Values) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum = sum.wrapping_add(value);
    }
}

impl Tally {
    /// Makes room for locations that are new.
    #[cold]
    fn add_locations(&mut self, profile: &Profile) {
        for location in &profile.locations[self.places.len()..] {
            let lines = &profile.lines[location.line_range()];
            let same_as = self.same_as.as_deref();
            let keys = lines.iter().map(|it| match same_as {
                Some(same_as) => (same_as[it.function.0 as usize], it.line),
                None => (it.function, it.line),
            });
            self.lines.add_location(keys.clone());
            self.functions.add_location(keys.map(|(function, _)| function));
            let (functions, n_functions) = self.functions.first_two(self.places.len());
            let (lines, n_lines) = self.lines.first_two(self.places.len());
            self.places.push(Place {
                sum: Values::default(),
                functions: functions.map(|it| it.map_or(0, |it| it + 1)),
                lines: lines.map(Option::unwrap_or_default),
                has_more: n_functions > 2 || n_lines > 2,
            });
            self.leaves.push(Values::default());
        }
        self.last_samples.resize(self.functions.keys.len() + 1, 0);
        self.last_repeated.resize(self.functions.keys.len() + 1, 0);
    }

    /// Notes what the last sample counted more than once.
    fn find_repeated(&mut self, stack: &[LocationId], values: Values) {
        let this = self.n_samples;
        for location in stack {
            let idx = location.0 as usize;
            let place = &self.places[idx];
            let is_repeated = |it: u32| self.last_repeated[it as usize] == this;
            if place.has_more {
                self.lines.find_repeated_of(this, idx, values);
                self.functions.find_repeated_of(this, idx, values);
                continue;
            }
            // A line comes back only where its function does, and 0 is none.
            let [inner, outer] = place.functions;
            if inner == 0 || !(is_repeated(inner) || is_repeated(outer)) {
                continue;
            }
            let lines = place.lines;
            self.lines.find_repeated(this, lines[0], values);
            self.functions.find_repeated(this, inner - 1, values);
            if lines[1] != lines[0] {
                self.lines.find_repeated(this, lines[1], values);
            }
            if outer != inner {
                self.functions.find_repeated(this, outer - 1, values);
            }
        }
    }

    /// Sums over a profile that is decoded already, from sample type `first_type` on.
    pub(super) fn of(
        profile: &Profile,
        first_type: usize,
        same_as: Option<Vec<FunctionId>>,
    ) -> Tally {
        let mut tally = Tally { first_type, same_as, ..Tally::default() };
        let mut stack = Vec::new();
        for sample in profile.samples.iter() {
            stack.clear();
            stack.extend(sample.stack);
            tally.sample(profile, sample.values, &stack);
        }
        tally
    }

    /// Samples with a value other than zero, and the sum of the absolute values.
    pub(super) fn totals(&self, value_idx: usize) -> (u64, i64) {
        let lane = value_idx - self.first_type;
        (self.n_counted[lane], self.total[lane])
    }

    /// Flat and cum of every line of a function.
    pub(super) fn lines(&self, value_idx: usize) -> Vec<(FunctionId, i64, FlatCum)> {
        let lane = value_idx - self.first_type;
        let mut flat = vec![0i64; self.lines.keys.len()];
        for (location, sum) in self.leaves.iter().enumerate() {
            if let Some(&innermost) = self.lines.all[self.lines.of_location(location)].first() {
                let flat = &mut flat[innermost as usize];
                *flat = flat.wrapping_add(sum[lane]);
            }
        }
        let cum = self.lines.cum(&self.places, lane);
        let sums = flat.into_iter().zip(cum).map(|(flat, cum)| FlatCum { flat, cum });
        let all = self.lines.keys.iter().zip(sums);
        all.map(|(&(function, line), sum)| (function, line, sum)).collect()
    }

    /// The cum of every function.
    pub(super) fn functions(&self, value_idx: usize) -> impl Iterator<Item = (FunctionId, i64)> {
        let cum = self.functions.cum(&self.places, value_idx - self.first_type);
        self.functions.keys.iter().copied().zip(cum)
    }
}
