//! The call tree of a profile: what a flame graph draws.
//!
//! Samples are shared out from the root on, by the function that comes next on their stacks, the
//! largest share first. What is too small to be seen is not followed, so that the work is that of
//! the tree that is shown: a tree of all stacks would take more memory than the profile.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

use crate::model::{FunctionId, PackedStack, Profile};

use super::filter::Filter;
use super::nodes::{Granularity, Identity, Nodes};
use super::{Subject, walk};

/// A tree of calls, summed by function.
#[derive(Debug, Clone, PartialEq)]
pub struct CallTree {
    /// What percentages refer to.
    pub total: i64,
    /// Names of functions, as in the profile; [`CallBox::name`] is an index.
    pub names: Vec<String>,
    /// Callers before what they call, and of each the largest first. The first is the root.
    pub boxes: Vec<CallBox>,
    /// Boxes that are too small: what they called is not counted.
    pub n_left_out: usize,
    /// Filters that met nothing: `focus`, `ignore`.
    pub unmatched_filters: Vec<&'static str>,
}

/// A function where it was called in this way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallBox {
    /// Index of the caller's box; none for the root.
    pub parent: Option<u32>,
    /// Index into [`CallTree::names`]; none where the root is no function but the whole program.
    pub name: Option<u32>,
    /// With all that it called. Of a difference: without the base.
    pub cum: i64,
    /// The function itself.
    pub flat: i64,
    /// The base's cum; 0 unless there is a base.
    pub base_cum: i64,
    /// The base's flat.
    pub base_flat: i64,
    /// The function and its line with the largest share; none where the profile has no lines.
    pub line: Option<(FunctionId, i64)>,
}

/// What is left out of a tree.
#[derive(Debug, Clone)]
pub struct TreeOptions {
    /// Which samples count.
    pub filter: Filter,
    /// The function that is the root, by its exact name; none: the whole program.
    pub root: Option<String>,
    /// Boxes below this share of the root are left out.
    pub least_share: f64,
    /// At most this many boxes: the largest.
    pub most_boxes: usize,
}

impl Default for TreeOptions {
    /// What can be seen on a screen.
    fn default() -> TreeOptions {
        TreeOptions {
            filter: Filter::default(),
            root: None,
            least_share: 0.0005,
            most_boxes: 20_000,
        }
    }
}

/// Sums a profile as a tree. None when the root has no samples.
pub fn call_tree(subject: Subject<'_>, options: &TreeOptions) -> Option<CallTree> {
    let profile = subject.profile;
    let filtered = options.filter.apply(profile);
    let nodes =
        Nodes::of(profile, Identity { granularity: Granularity::Functions, ..Identity::default() });
    let is_wanted = |idx: usize| filtered.samples.as_ref().is_none_or(|it| it[idx]);
    let mut cursors: Vec<Cursor<'_>> = Vec::new();
    for (idx, sample) in profile.samples.iter().enumerate() {
        let value = sample.values[subject.value_idx];
        if value == 0 || !is_wanted(idx) {
            continue;
        }
        let is_base = subject.base_samples.is_some_and(|it| it[idx]);
        let (now, base) = if is_base { (0, value.wrapping_neg()) } else { (value, 0) };
        cursors.push(Cursor { now, base, rest: sample.stack, n_frames: 0, location: 0, at: END });
    }
    let mut grower = Grower { profile, nodes: &nodes, boxes: Vec::new(), queue: BinaryHeap::new() };
    if let Some(name) = &options.root {
        let root = nodes.infos.iter().position(|it| **nodes.text(it.name) == **name)? as u32;
        cursors.retain_mut(|it| it.skip_to(root, &nodes, profile));
    }
    let all = Sums::of(&cursors);
    if cursors.is_empty() {
        return None;
    }
    let least = (all.size() as f64 * options.least_share) as i64;
    let n_left_out = grower.grow(&mut cursors, options.root.is_some(), least, options.most_boxes);
    let (boxes, names) = grower.in_order();
    Some(CallTree {
        total: walk::total(profile, subject.value_idx, subject.base_samples),
        names,
        boxes,
        n_left_out,
        unmatched_filters: filtered.unmatched,
    })
}

/// A sample on its way down its stack.
struct Cursor<'a> {
    now: i64,
    base: i64,
    /// What lies below.
    rest: PackedStack<'a>,
    /// Index of the location that it is in, with frames that it has still to pass.
    location: u32,
    n_frames: u32,
    /// The frame that it has come to.
    at: At,
}

/// A frame: its node, and its line plus one, 0 where it has none. Frames of a node stand together
/// when they are sorted.
type At = (u32, u32);

/// Where the stack ends.
const END: At = (u32::MAX, u32::MAX);

impl Cursor<'_> {
    fn advance(&mut self, nodes: &Nodes<'_>, profile: &Profile) {
        if self.n_frames == 0 {
            let Some((location, rest)) = self.rest.split_root() else {
                self.at = END;
                return;
            };
            (self.location, self.rest) = (location.0, rest);
            self.n_frames = nodes.of_location(location).len() as u32;
        }
        self.n_frames -= 1;
        let location = &profile.locations[self.location as usize];
        let node = nodes.of_location_idx(self.location as usize)[self.n_frames as usize];
        let line = if location.n_lines == 0 { 0 } else { location.first_line + self.n_frames + 1 };
        self.at = (node, line);
    }

    /// Goes on to the outermost frame of a function; false when there is none.
    fn skip_to(&mut self, node: u32, nodes: &Nodes<'_>, profile: &Profile) -> bool {
        loop {
            self.advance(nodes, profile);
            if self.at.0 == node || self.at == END {
                return self.at != END;
            }
        }
    }
}

#[derive(Clone, Copy, Default)]
struct Sums {
    now: i64,
    base: i64,
}

impl Sums {
    fn of(cursors: &[Cursor<'_>]) -> Sums {
        cursors.iter().fold(Sums::default(), |sums, it| Sums {
            now: sums.now.wrapping_add(it.now),
            base: sums.base.wrapping_add(it.base),
        })
    }

    /// By which boxes compare: what has gone since the base is worth seeing, too.
    fn size(self) -> i64 {
        self.now.saturating_abs().max(self.base.saturating_abs())
    }
}

struct Grower<'a> {
    profile: &'a Profile,
    nodes: &'a Nodes<'a>,
    /// In the order in which they were found; names are nodes.
    boxes: Vec<CallBox>,
    /// Boxes that are not shared out yet, with their cursors: the largest is next.
    queue: BinaryHeap<(i64, Reverse<u32>, RangeOf)>,
}

/// A range that can be compared.
type RangeOf = (usize, usize);

impl<'a> Grower<'a> {
    /// Returns the number of boxes that were left out.
    fn grow(
        &mut self,
        cursors: &mut [Cursor<'a>],
        has_function: bool,
        least: i64,
        most: usize,
    ) -> usize {
        let all = 0..cursors.len();
        if has_function {
            cursors.sort_unstable_by_key(|it| it.at);
        }
        let node = has_function.then(|| cursors[0].at.0);
        self.add(None, node, cursors, all);
        let mut n_left_out = 0;
        while let Some((_, Reverse(parent), (start, end))) = self.queue.pop() {
            let part = &mut cursors[start..end];
            part.iter_mut().for_each(|it| it.advance(self.nodes, self.profile));
            // Most often everything goes the same way.
            if part.iter().any(|it| it.at != part[0].at) {
                part.sort_unstable_by_key(|it| it.at);
            }
            let mut first = start;
            for run in part.chunk_by(|a, b| a.at.0 == b.at.0) {
                let range = first..first + run.len();
                first = range.end;
                if run[0].at == END {
                    let own = Sums::of(run);
                    let it = &mut self.boxes[parent as usize];
                    (it.flat, it.base_flat) = (own.now, own.base);
                } else if least <= Sums::of(run).size() && self.boxes.len() < most {
                    self.add(Some(parent), Some(run[0].at.0), run, range);
                } else {
                    n_left_out += 1;
                }
            }
        }
        n_left_out
    }

    /// `run`: the cursors of the box, sorted, which are those of `range`.
    fn add(
        &mut self,
        parent: Option<u32>,
        node: Option<u32>,
        run: &[Cursor<'_>],
        range: Range<usize>,
    ) {
        let sums = Sums::of(run);
        let lines = run.chunk_by(|a, b| a.at == b.at).map(|it| (Sums::of(it).size(), it[0].at.1));
        let line = lines.rev().max_by_key(|it| it.0).map_or(0, |it| it.1);
        let line = line.checked_sub(1).filter(|_| node.is_some());
        let line = line.map(|it| self.profile.lines[it as usize]);
        let idx = self.boxes.len() as u32;
        self.boxes.push(CallBox {
            parent,
            name: node,
            cum: sums.now,
            flat: 0,
            base_cum: sums.base,
            base_flat: 0,
            line: line.map(|it| (it.function, it.line)),
        });
        self.queue.push((sums.size(), Reverse(idx), (range.start, range.end)));
    }

    /// The boxes, callers first, and the names that they have.
    fn in_order(self) -> (Vec<CallBox>, Vec<String>) {
        let name = |it: &CallBox| it.name.map(|it| self.nodes.printable_name(it));
        let mut children: Vec<Vec<u32>> = vec![Vec::new(); self.boxes.len()];
        for (it, idx) in self.boxes.iter().zip(0..) {
            if let Some(parent) = it.parent {
                children[parent as usize].push(idx);
            }
        }
        for it in &mut children {
            it.sort_by_cached_key(|&idx| {
                let it = &self.boxes[idx as usize];
                (it.cum, it.base_cum, Reverse(name(it)))
            });
        }
        let mut names = Vec::new();
        let mut known = foldhash::HashMap::default();
        let mut name_idx = |node: u32| {
            *known.entry(node).or_insert_with(|| {
                names.push(self.nodes.printable_name(node).into_owned());
                names.len() as u32 - 1
            })
        };
        let mut out = Vec::with_capacity(self.boxes.len());
        let mut stack = vec![(0, None)];
        while let Some((idx, parent)) = stack.pop() {
            let here = Some(out.len() as u32);
            let it = &self.boxes[idx as usize];
            out.push(CallBox { parent, name: it.name.map(&mut name_idx), ..*it });
            // The largest is last, so it is taken next.
            stack.extend(children[idx as usize].iter().map(|&it| (it, here)));
        }
        (out, names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Function, Line, Location, LocationId, Samples, StrId, ValueType};

    /// A profile of stacks, root first; a name may have a line: `main.f:7`.
    fn profile(samples: &[(i64, &str)]) -> Profile {
        let mut out = Profile { samples: Samples::new(1), ..Profile::default() };
        out.sample_types = vec![ValueType { typ: StrId::EMPTY, unit: StrId::EMPTY }];
        let mut known: Vec<String> = Vec::new();
        for (value, stack) in samples {
            let frames: Vec<&str> = stack.split_whitespace().collect();
            let mut ids = Vec::new();
            for frame in frames.iter().rev() {
                let idx = known.iter().position(|it| it == frame).unwrap_or_else(|| {
                    let (name, line) = frame.split_once(':').unwrap_or((frame, "1"));
                    let name = out.strings.push(name);
                    let function = FunctionId(out.functions.len() as u32);
                    let (system_name, filename) = (name, StrId::EMPTY);
                    out.functions.push(Function { name, system_name, filename, start_line: 1 });
                    let first_line = out.lines.len() as u32;
                    out.lines.push(Line { function, line: line.parse().unwrap() });
                    let (mapping, address) = (None, 0);
                    out.locations.push(Location { mapping, address, first_line, n_lines: 1 });
                    known.push((*frame).to_owned());
                    known.len() - 1
                });
                ids.push(LocationId(idx as u32));
            }
            out.samples.add(&[*value], &ids, &[]);
        }
        out
    }

    fn drawn(subject: Subject<'_>, options: &TreeOptions) -> Vec<String> {
        let tree = call_tree(subject, options).unwrap();
        let depth = |idx: usize| {
            let parent = |it: &usize| Some(tree.boxes[*it].parent? as usize);
            std::iter::successors(Some(idx), parent).count() - 1
        };
        let boxes = tree.boxes.iter().enumerate();
        let lines = boxes.map(|(idx, it)| {
            let name = it.name.map_or("all", |it| &tree.names[it as usize]);
            let line = it.line.map_or(0, |it| it.1);
            let base = if subject.base_samples.is_some() {
                format!(" was {}/{}", it.base_cum, it.base_flat)
            } else {
                String::new()
            };
            format!("{}{name}:{line} {}/{}{base}", "  ".repeat(depth(idx)), it.cum, it.flat)
        });
        let left_out = (tree.n_left_out > 0).then(|| format!("… {}", tree.n_left_out));
        lines.chain(left_out).collect()
    }

    fn plain(profile: &Profile) -> Subject<'_> {
        Subject { profile, value_idx: 0, base_samples: None }
    }

    const STACKS: [(i64, &str); 6] = [
        (50, "main work:3 sum:9"),
        (20, "main work:4 sum:9"),
        (10, "main work:3"),
        (5, "main idle"),
        (4, "other work:4 work:3"),
        (1, "main"),
    ];

    #[test]
    fn callers_come_before_callees_and_the_largest_first() {
        let all = TreeOptions::default();
        let tree = drawn(plain(&profile(&STACKS)), &all);
        insta::assert_snapshot!(tree.join("\n"), @r"
        all:0 90/0
          main:1 86/1
            work:3 80/10
              sum:9 70/70
            idle:1 5/5
          other:1 4/0
            work:4 4/0
              work:3 4/4
        ");
    }

    #[test]
    fn a_function_can_be_the_root() {
        let options = TreeOptions { root: Some("work".to_owned()), ..TreeOptions::default() };
        let tree = drawn(plain(&profile(&STACKS)), &options);
        assert_eq!(tree, ["work:3 84/10", "  sum:9 70/70", "  work:3 4/4"]);
        let options = TreeOptions { root: Some("nobody".to_owned()), ..options };
        assert_eq!(call_tree(plain(&profile(&STACKS)), &options), None);
    }

    #[test]
    fn what_is_too_small_or_too_much_is_counted_and_left_out() {
        let options = TreeOptions { least_share: 0.2, ..TreeOptions::default() };
        let tree = drawn(plain(&profile(&STACKS)), &options);
        assert_eq!(
            tree,
            ["all:0 90/0", "  main:1 86/1", "    work:3 80/10", "      sum:9 70/70", "… 2"]
        );
        let options = TreeOptions { most_boxes: 2, ..TreeOptions::default() };
        let tree = drawn(plain(&profile(&STACKS)), &options);
        assert_eq!(tree, ["all:0 90/0", "  main:1 86/1", "… 3"]);
    }

    #[test]
    fn a_difference_has_both_sides() {
        let profile = profile(&[(30, "main grow"), (-10, "main grow"), (-40, "main gone")]);
        let is_base = [false, true, true];
        let subject = Subject { base_samples: Some(&is_base), ..plain(&profile) };
        assert_eq!(
            drawn(subject, &TreeOptions::default()),
            [
                "all:0 30/0 was 50/0",
                "  main:1 30/0 was 50/0",
                "    grow:1 30/30 was 10/10",
                "    gone:1 0/0 was 40/40"
            ]
        );
    }
}
