//! Sums flat and cum of every line and function, for all sample types in one walk.
//!
//! A line is counted once a sample, as `go tool pprof -list` counts it; a function too, as `-top`
//! does. Frames are added to their location alone, and those that a sample has in common with the
//! next one wait until they go: lines and functions are sums over their locations, less what
//! recursion brought in twice, which is what a frame adds while the same is there further out.

use foldhash::HashMap;

use crate::model::{FunctionId, LocationId, Path, Profile, SampleSink};

use super::FlatCum;

/// Sample types that are summed side by side; a profile with more is summed in several groups.
pub(super) const LANES: usize = 4;

/// A number for each of [`LANES`] sample types.
type Values = [i64; LANES];

/// A location, as long as a line of a processor's cache: its sum, and at hand what a frame must
/// be known for.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Place {
    /// The sum of all frames.
    sum: Values,
    /// Its innermost function and line, as indices plus one: 0 stands for none.
    function: u32,
    line: u32,
    /// There are more functions or lines than one.
    has_more: bool,
}

/// Sums that are being made: a [`SampleSink`], so that they can be made while decoding.
///
/// A frame that stays from one sample to the next is added up once, when it goes.
#[derive(Debug, Default)]
pub struct Tally {
    /// First sample type of the group that is summed.
    first_type: usize,
    /// Functions that are one by their name and file; none: each is its own.
    same_as: Option<Vec<FunctionId>>,
    /// Samples with a value other than zero, and the sum of the absolute values.
    n_counted: [u64; LANES],
    total: Values,
    places: Vec<Place>,
    /// By location: the sum of the samples whose leaf it is.
    leaves: Vec<Values>,
    /// The stack of the last sample, outermost frame first, and what each frame has yet to add.
    path: Vec<(LocationId, Values)>,
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
    /// By index plus one: how often each is on the path, and what it was counted too often.
    on_path: Vec<u32>,
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
            }
            if !self.all[start..].contains(&idx) {
                self.all.push(idx);
            }
        }
        self.ends.push(self.all.len() as u32);
        self.on_path.resize(self.keys.len() + 1, 0);
        self.repeated.resize(self.keys.len() + 1, Values::default());
    }

    fn of_location(&self, location: usize) -> std::ops::Range<usize> {
        let start = if location == 0 { 0 } else { self.ends[location - 1] as usize };
        start..self.ends[location] as usize
    }

    /// The first key of a location, as its index plus one, and how many there are.
    fn first(&self, location: usize) -> (u32, usize) {
        let keys = &self.all[self.of_location(location)];
        (keys.first().map_or(0, |it| it + 1), keys.len())
    }

    /// Notes a key, as its index plus one, that comes onto the path.
    #[inline]
    fn enter(&mut self, key: u32) {
        self.on_path[key as usize] += 1;
    }

    /// The same when it goes. While it is still there, what the frame counts is counted already.
    #[inline]
    fn leave(&mut self, key: u32, values: Values) {
        let key = key as usize;
        self.on_path[key] -= 1;
        if self.on_path[key] > 0 {
            add(&mut self.repeated[key], values);
        }
    }

    /// Notes the keys of a location but the first.
    #[inline(never)]
    fn enter_more(&mut self, location: usize) {
        for at in self.of_location(location).skip(1) {
            self.enter(self.all[at] + 1);
        }
    }

    #[inline(never)]
    fn leave_more(&mut self, location: usize, values: Values) {
        for at in self.of_location(location).skip(1) {
            self.leave(self.all[at] + 1, values);
        }
    }

    /// The cum of each key, given the sums of all locations.
    fn cum(&self, places: &[Place], lane: usize) -> Vec<i64> {
        let mut out: Vec<i64> =
            self.repeated.iter().skip(1).map(|it| 0i64.wrapping_sub(it[lane])).collect();
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
    fn sample(&mut self, profile: &Profile, values: &[i64], stack: &[LocationId], n_common: usize) {
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
        self.leave_to(n_common);
        for &location in &stack[n_common..] {
            self.enter(location);
        }
        if let Some((leaf, sum)) = self.path.last_mut() {
            add(sum, lanes);
            add(&mut self.leaves[leaf.0 as usize], lanes);
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
            let (function, n_functions) = self.functions.first(self.places.len());
            let (line, n_lines) = self.lines.first(self.places.len());
            let has_more = n_functions > 1 || n_lines > 1;
            self.places.push(Place { sum: Values::default(), function, line, has_more });
            self.leaves.push(Values::default());
        }
    }

    #[inline]
    fn enter(&mut self, location: LocationId) {
        let place = self.places[location.0 as usize];
        self.functions.enter(place.function);
        self.lines.enter(place.line);
        if place.has_more {
            self.functions.enter_more(location.0 as usize);
            self.lines.enter_more(location.0 as usize);
        }
        self.path.push((location, Values::default()));
    }

    /// Takes all but the outermost frames off the path, and adds up what they hold.
    #[inline]
    fn leave_to(&mut self, n_frames: usize) {
        let mut sum = Values::default();
        while self.path.len() > n_frames
            && let Some((location, own)) = self.path.pop()
        {
            add(&mut sum, own);
            let place = &mut self.places[location.0 as usize];
            add(&mut place.sum, sum);
            let (function, line, has_more) = (place.function, place.line, place.has_more);
            self.functions.leave(function, sum);
            self.lines.leave(line, sum);
            if has_more {
                self.functions.leave_more(location.0 as usize, sum);
                self.lines.leave_more(location.0 as usize, sum);
            }
        }
        if let Some((_, own)) = self.path.last_mut() {
            add(own, sum);
        }
    }

    /// Adds up what is still to be added.
    pub(super) fn finish(&mut self) {
        self.leave_to(0);
    }

    /// Sums over a profile that is decoded already, from sample type `first_type` on.
    pub(super) fn of(
        profile: &Profile,
        first_type: usize,
        same_as: Option<Vec<FunctionId>>,
    ) -> Tally {
        let mut tally = Tally { first_type, same_as, ..Tally::default() };
        let mut path = Path::default();
        for sample in profile.samples.iter() {
            let n_common = path.go_to(sample.stack);
            tally.sample(profile, sample.values, path.frames(), n_common);
        }
        tally.finish();
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
