//! Counts goroutines over time: all of them, and those that stand at the same place.
//!
//! Ids end with a run and verdicts rest on them; counts do not. A place is known by its functions
//! and lines alone, so it is the same in a text dump and in a goroutine profile, and in the next
//! run of the same build.

use std::hash::{BuildHasher, Hasher};

use foldhash::HashMap;
use foldhash::fast::FixedState;

use crate::model::{Dump, Frame, Profile};

/// Points of one series; when there are more, every second of them goes.
const MOST_POINTS: usize = 96;
/// Places that are kept, the largest.
const MOST_PLACES: usize = 2_000;
/// A count that grows at this many looks in a row, and never falls, grows steadily.
const STEADY_LOOKS: usize = 5;
/// Growth below this, or below a tenth of what there was, may be chance.
const LEAST_STEADY_GROWTH: usize = 10;

/// A place where goroutines stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PlaceKey(u64);

impl PlaceKey {
    /// The place of a stack of a dump.
    pub fn of_frames(frames: &[Frame]) -> PlaceKey {
        PlaceKey::of(frames.iter().map(|it| (&*it.function, i64::from(it.line))))
    }

    /// Dumps leave out most functions of the runtime, profiles do not.
    fn of<'a>(frames: impl Iterator<Item = (&'a str, i64)>) -> PlaceKey {
        let mut hasher = FixedState::default().build_hasher();
        for (function, line) in frames.filter(|(it, _)| !it.starts_with("runtime.")) {
            hasher.write(function.as_bytes());
            hasher.write_i64(line);
        }
        PlaceKey(hasher.finish())
    }
}

/// How many there were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// In seconds of any clock that only moves on.
    pub at: u64,
    /// Number of goroutines.
    pub count: usize,
}

/// How many goroutines there are at one moment: in all, and at each place.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Counts {
    total: usize,
    /// Frames of all.
    n_frames: usize,
    places: HashMap<PlaceKey, usize>,
}

impl Counts {
    /// Those of a dump; none when it was cut, which shows too few.
    pub fn of_dump(dump: &Dump) -> Option<Counts> {
        if dump.truncated {
            return None;
        }
        let keys: Vec<PlaceKey> =
            dump.stacks.iter().map(|it| PlaceKey::of_frames(&it.frames)).collect();
        let mut counts = Counts { total: dump.goroutines.len(), ..Counts::default() };
        for it in &dump.goroutines {
            if let Some(key) = keys.get(it.stack.0 as usize) {
                *counts.places.entry(*key).or_default() += 1;
                counts.n_frames += dump.stacks[it.stack.0 as usize].frames.len();
            }
        }
        Some(counts)
    }

    /// Those of a goroutine profile.
    pub fn of_profile(profile: &Profile) -> Counts {
        let mut counts = Counts::default();
        for sample in profile.samples.iter() {
            let lines = sample.stack.iter().flat_map(|it| {
                let location = &profile.locations[it.0 as usize];
                &profile.lines[location.line_range()]
            });
            let n_frames = lines.clone().count();
            let name = |it| profile.str(profile.function(it).name);
            let key = PlaceKey::of(lines.map(|it| (name(it.function), it.line)));
            let count = sample.values.first().map_or(0, |it| usize::try_from(*it).unwrap_or(0));
            *counts.places.entry(key).or_default() += count;
            counts.total += count;
            counts.n_frames += n_frames.saturating_mul(count);
        }
        counts
    }

    /// Frames of a goroutine, on average; none where there are no goroutines.
    pub fn mean_depth(&self) -> Option<f64> {
        (self.total > 0).then(|| self.n_frames as f64 / self.total as f64)
    }
}

/// Counts over time. Never larger than a few MB.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trends {
    total: Vec<Point>,
    places: HashMap<PlaceKey, Vec<Point>>,
}

impl Trends {
    /// Adds the number of all goroutines, where no more is known.
    pub fn add_total(&mut self, total: usize, now: u64) {
        push(&mut self.total, Point { at: now, count: total });
    }

    /// Adds what one look shows.
    pub fn add(&mut self, counts: &Counts, now: u64) {
        self.add_total(counts.total, now);
        for (key, points) in &mut self.places {
            if !counts.places.contains_key(key) {
                push(points, Point { at: now, count: 0 });
            }
        }
        for (key, &count) in &counts.places {
            push(self.places.entry(*key).or_default(), Point { at: now, count });
        }
        // Where nobody has been for as long as is remembered, there is nothing to tell.
        self.places.retain(|_, points| points.iter().any(|it| it.count > 0));
        if self.places.len() > MOST_PLACES {
            let last = |points: &[Point]| points.last().map_or(0, |it| it.count);
            let mut sizes: Vec<usize> = self.places.values().map(|it| last(it)).collect();
            sizes.sort_unstable_by(|a, b| b.cmp(a));
            let least = sizes[MOST_PLACES];
            self.places.retain(|_, points| last(points) > least);
        }
    }

    /// All goroutines, oldest point first.
    pub fn total(&self) -> &[Point] {
        &self.total
    }

    /// Those at a place, oldest point first.
    pub fn at(&self, key: PlaceKey) -> &[Point] {
        self.places.get(&key).map_or(&[], Vec::as_slice)
    }

    /// Whether there are more and more goroutines: at each of the last looks at least as many as
    /// at the one before, and at the end more than chance brings.
    pub fn grows_steadily(&self) -> bool {
        let Some(start) = self.total.len().checked_sub(STEADY_LOOKS) else { return false };
        let last = &self.total[start..];
        let (first, end) = (last[0].count, last[STEADY_LOOKS - 1].count);
        last.windows(2).all(|it| it[0].count <= it[1].count)
            && first + LEAST_STEADY_GROWTH.max(first / 10) <= end
    }
}

fn push(points: &mut Vec<Point>, point: Point) {
    points.push(point);
    if points.len() > MOST_POINTS {
        // The first and the last stay: what is asked for is the change between them.
        let last = points.len() - 1;
        let mut idx = 0;
        points.retain(|_| {
            idx += 1;
            (idx - 1) % 2 == 0 || idx - 1 == last
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dump(n: usize, line: u32) -> Dump {
        let one = |id: usize| {
            format!(
                "goroutine {id} [select]:\nmain.f()\n\t/m.go:{line} +0x1\ncreated by main.main\n\t/m.go:9 +0x1\n"
            )
        };
        crate::decode::dump((0..n).map(one).collect::<Vec<_>>().join("\n").as_bytes()).unwrap()
    }

    fn key(dump: &Dump) -> PlaceKey {
        PlaceKey::of_frames(&dump.stacks[0].frames)
    }

    fn counts(points: &[Point]) -> Vec<usize> {
        points.iter().map(|it| it.count).collect()
    }

    #[test]
    fn counts_each_place_over_time() {
        let mut trends = Trends::default();
        let (here, there) = (dump(2, 1), dump(3, 2));
        for (now, dump) in [&here, &dump(5, 1), &there].into_iter().enumerate() {
            trends.add(&Counts::of_dump(dump).unwrap(), now as u64 * 60);
        }
        assert_eq!(counts(trends.total()), [2, 5, 3]);
        assert_eq!(counts(trends.at(key(&here))), [2, 5, 0]);
        assert_eq!(counts(trends.at(key(&there))), [3]);
        let cut = Dump { truncated: true, ..dump(9, 1) };
        assert_eq!(Counts::of_dump(&cut), None, "a cut dump shows too few");
    }

    #[test]
    fn remembers_the_beginning_however_long_it_lasts() {
        let mut trends = Trends::default();
        for now in 0..10_000 {
            trends.add_total(now, now as u64);
        }
        let points = trends.total();
        assert!(points.len() <= MOST_POINTS, "{}", points.len());
        assert_eq!((points[0].count, points[points.len() - 1].count), (0, 9_999));
        assert!(points.is_sorted_by_key(|it| it.at));
    }

    #[test]
    fn steady_growth_is_more_than_chance() {
        let grows = |counts: &[usize]| {
            let mut trends = Trends::default();
            for (now, it) in counts.iter().enumerate() {
                trends.add_total(*it, now as u64);
            }
            trends.grows_steadily()
        };
        assert!(grows(&[20, 25, 25, 30, 40]));
        assert!(grows(&[900, 20, 25, 25, 30, 40]), "what was before does not count");
        assert!(!grows(&[20, 25, 30, 40]), "too few looks");
        assert!(!grows(&[20, 40, 30, 50, 60]), "it fell");
        assert!(!grows(&[1_000, 1_020, 1_030, 1_040, 1_050]), "a twentieth may be chance");
        assert!(!grows(&[98, 98, 98, 98, 98]));
    }

    #[test]
    fn many_places_are_not_all_kept() {
        let mut trends = Trends::default();
        let text: Vec<String> = (0..3_000)
            .map(|it| format!("goroutine {it} [select]:\nmain.f()\n\t/m.go:{it} +0x1\ncreated by main.main\n\t/m.go:9 +0x1\n"))
            .collect();
        let mut text = text.join("\n");
        text += "\ngoroutine 5000 [select]:\nmain.f()\n\t/m.go:7 +0x1\ncreated by main.main\n\t/m.go:9 +0x1\n";
        let dump = crate::decode::dump(text.as_bytes()).unwrap();
        trends.add(&Counts::of_dump(&dump).unwrap(), 0);
        assert!(trends.places.len() <= MOST_PLACES);
        let largest = dump.stacks.iter().find(|it| it.frames[0].line == 7).unwrap();
        assert_eq!(counts(trends.at(PlaceKey::of_frames(&largest.frames))), [2]);
    }
}
