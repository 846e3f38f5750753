//! Says where each line of the profiled text stands in the text as it is now.
//!
//! Lines are compared without the white space around them: a line that was indented anew, as
//! `gofmt` does when an `if` is put around it, is still the same line.

use std::ops::Range;
use std::sync::Arc;

use imara_diff::{Algorithm, Diff, InternedInput};

/// Two lines that share less than this are not one line that was edited.
const LEAST_SIMILARITY: f64 = 0.5;
/// Larger changed regions are not searched for lines that were edited.
const MOST_PAIRS: usize = 20_000;

/// Where a line of the profiled text is now. Lines are 1-based.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineNow {
    /// Where it was.
    Exact(u32),
    /// The same line, elsewhere.
    Moved(u32),
    /// Its text was changed; it stands here.
    Edited(u32),
    /// It is gone; this is the nearest line that is left.
    Deleted(u32),
    /// The profiled text has no such line: it is not what was built.
    Unknown,
}

impl LineNow {
    /// The line, where there is still one to show something on.
    pub fn line(self) -> Option<u32> {
        match self {
            LineNow::Exact(it) | LineNow::Moved(it) | LineNow::Edited(it) => Some(it),
            LineNow::Deleted(_) | LineNow::Unknown => None,
        }
    }

    /// Whether what was measured is not what stands there now.
    pub fn is_edited(self) -> bool {
        matches!(self, LineNow::Edited(_))
    }
}

/// Maps the lines of one text to those of another. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LineMap {
    n_before: u32,
    n_after: u32,
    /// Ascending; between them, lines are equal.
    hunks: Arc<[Hunk]>,
}

/// A changed region, 0-based.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Hunk {
    before: Range<u32>,
    after: Range<u32>,
    /// For each line of `before`, the line that it became.
    pairs: Vec<Option<Pair>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pair {
    after: u32,
    is_edited: bool,
}

impl LineMap {
    /// Compares the profiled text with the text as it is now.
    pub fn new(before: &str, after: &str) -> LineMap {
        // Most edits touch one place: what is equal above and below it is not looked at.
        let start = common_start(before, after);
        let end = common_end(&before[start..], &after[start..]);
        let n_above = n_ends(&before[..start]);
        let (was, is) = (lines(before, start, end), lines(after, start, end));
        let mut input: InternedInput<&str> = InternedInput::default();
        input.reserve(was.len() as u32, is.len() as u32);
        input.update_before(was.iter().copied());
        input.update_after(is.iter().copied());
        let mut diff = Diff::compute(Algorithm::Myers, &input);
        diff.postprocess_no_heuristic(&input);
        let hunks = diff.hunks().map(|it| {
            let (was, is) = (&was[usize_range(&it.before)], &is[usize_range(&it.after)]);
            let (before, after) = (down(&it.before, n_above), down(&it.after, n_above));
            Hunk { pairs: align(was, is, after.start), before, after }
        });
        LineMap { n_before: n_lines(before), n_after: n_lines(after), hunks: hunks.collect() }
    }

    /// The map of a text to itself.
    pub fn identity(text: &str) -> LineMap {
        let n_lines = n_lines(text);
        LineMap { n_before: n_lines, n_after: n_lines, hunks: Arc::default() }
    }

    /// Whether no line changed or moved.
    pub fn is_identity(&self) -> bool {
        self.hunks.is_empty()
    }

    /// The lines of the profiled text that are gone, and whose nearest line that is left is this
    /// one of the text now.
    pub fn removed_at(&self, line: u32) -> impl Iterator<Item = u32> + '_ {
        let hunks = self.hunks.iter().filter(move |it| self.next_to(it) == line);
        hunks.flat_map(|it| {
            let gone = it.before.clone().zip(&it.pairs).filter(|(_, pair)| pair.is_none());
            gone.map(|(idx, _)| idx + 1)
        })
    }

    /// The line of the text now that is nearest to what is gone in a changed region.
    fn next_to(&self, hunk: &Hunk) -> u32 {
        (hunk.after.start + 1).min(self.n_after).max(1)
    }

    /// Where a line of the profiled text is now.
    pub fn now(&self, line: u32) -> LineNow {
        if line == 0 || self.n_before < line {
            return LineNow::Unknown;
        }
        let idx = line - 1;
        let n_before = self.hunks.partition_point(|it| it.before.end <= idx);
        if let Some(hunk) = self.hunks.get(n_before).filter(|it| it.before.contains(&idx)) {
            return match hunk.pairs[(idx - hunk.before.start) as usize] {
                Some(Pair { after, is_edited: true }) => LineNow::Edited(after + 1),
                Some(Pair { after, .. }) => same(idx, after),
                None => LineNow::Deleted(self.next_to(hunk)),
            };
        }
        let after = match n_before.checked_sub(1).map(|it| &self.hunks[it]) {
            Some(last) => last.after.end + (idx - last.before.end),
            None => idx,
        };
        same(idx, after)
    }

    /// The line of the profiled text that stands at a line of the text now; none for new lines.
    pub fn then(&self, line: u32) -> Option<u32> {
        if line == 0 || self.n_after < line {
            return None;
        }
        let idx = line - 1;
        let n_before = self.hunks.partition_point(|it| it.after.end <= idx);
        if let Some(hunk) = self.hunks.get(n_before).filter(|it| it.after.contains(&idx)) {
            let found = hunk.pairs.iter().position(|it| it.is_some_and(|it| it.after == idx))?;
            return Some(hunk.before.start + found as u32 + 1);
        }
        Some(match n_before.checked_sub(1).map(|it| &self.hunks[it]) {
            Some(last) => last.before.end + (idx - last.after.end) + 1,
            None => line,
        })
    }
}

/// Bytes of the whole lines that two texts begin with alike.
fn common_start(a: &str, b: &str) -> usize {
    const STEP: usize = 256;
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let n_steps = a.chunks(STEP).zip(b.chunks(STEP)).take_while(|(x, y)| x == y).count();
    let n_alike = (n_steps * STEP).min(a.len()).min(b.len());
    let rest = a[n_alike..].iter().zip(&b[n_alike..]).take_while(|(x, y)| x == y);
    let n_alike = n_alike + rest.count();
    memchr::memrchr(b'\n', &a[..n_alike]).map_or(0, |it| it + 1)
}

/// Bytes of the whole lines that two texts end with alike.
fn common_end(a: &str, b: &str) -> usize {
    const STEP: usize = 256;
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let n_steps = a.rchunks(STEP).zip(b.rchunks(STEP)).take_while(|(x, y)| x == y).count();
    let n_alike = (n_steps * STEP).min(a.len()).min(b.len());
    let (a_rest, b_rest) = (&a[..a.len() - n_alike], &b[..b.len() - n_alike]);
    let rest = a_rest.iter().rev().zip(b_rest.iter().rev()).take_while(|(x, y)| x == y);
    let n_alike = n_alike + rest.count();
    let starts_line = |it: &[u8]| matches!(it[..it.len() - n_alike].last(), None | Some(b'\n'));
    if starts_line(a) && starts_line(b) {
        return n_alike;
    }
    let alike = &a[a.len() - n_alike..];
    memchr::memchr(b'\n', alike).map_or(0, |it| n_alike - it - 1)
}

/// The lines of a text between what is left out at its start and its end.
fn lines(text: &str, start: usize, end: usize) -> Vec<&str> {
    text[start..text.len() - end].lines().map(str::trim_ascii).collect()
}

fn n_ends(text: &str) -> u32 {
    memchr::memchr_iter(b'\n', text.as_bytes()).count() as u32
}

fn n_lines(text: &str) -> u32 {
    n_ends(text) + u32::from(!text.is_empty() && !text.ends_with('\n'))
}

fn down(range: &Range<u32>, n_lines: u32) -> Range<u32> {
    range.start + n_lines..range.end + n_lines
}

fn usize_range(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}

fn same(before: u32, after: u32) -> LineNow {
    if before == after { LineNow::Exact(after + 1) } else { LineNow::Moved(after + 1) }
}

/// Pairs lines in order so that the sum of their similarities is the largest.
fn align(before: &[&str], after: &[&str], after_start: u32) -> Vec<Option<Pair>> {
    let (rows, columns) = (before.len(), after.len());
    let mut pairs = vec![None; rows];
    if rows == 0 || columns == 0 || MOST_PAIRS < rows * columns {
        return pairs;
    }
    let (was, is): (Vec<Words>, Vec<Words>) =
        (before.iter().map(|it| words(it)).collect(), after.iter().map(|it| words(it)).collect());
    let likeness: Vec<f64> = (before.iter().zip(&was))
        .flat_map(|a| after.iter().zip(&is).map(move |b| similarity(a, b)))
        .collect();
    // best[i][j]: the largest sum for before[i..] and after[j..].
    let width = columns + 1;
    let mut best = vec![0.0f64; (rows + 1) * width];
    for i in (0..rows).rev() {
        for j in (0..columns).rev() {
            let paired = match likeness[i * columns + j] {
                it if it < LEAST_SIMILARITY => 0.0,
                it => it + best[(i + 1) * width + j + 1],
            };
            best[i * width + j] =
                paired.max(best[(i + 1) * width + j]).max(best[i * width + j + 1]);
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < rows && j < columns {
        let here = best[i * width + j];
        if here == best[(i + 1) * width + j] {
            i += 1;
        } else if here == best[i * width + j + 1] {
            j += 1;
        } else {
            let is_edited = before[i] != after[j];
            pairs[i] = Some(Pair { after: after_start + j as u32, is_edited });
            (i, j) = (i + 1, j + 1);
        }
    }
    pairs
}

/// The words of a line, sorted, punctuation left out.
type Words<'a> = Vec<&'a str>;

fn words(line: &str) -> Words<'_> {
    let words = line.split(|it: char| !it.is_alphanumeric() && it != '_');
    let mut words: Words<'_> = words.filter(|it| !it.is_empty()).collect();
    words.sort_unstable();
    words
}

/// How much two lines share, from 0 to 1: by their common start and end, or by their words.
/// Blank lines are like nothing: nothing is measured on them.
fn similarity((a, a_words): (&&str, &Words<'_>), (b, b_words): (&&str, &Words<'_>)) -> f64 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let (a_bytes, b_bytes) = (a.as_bytes(), b.as_bytes());
    let shorter = a_bytes.len().min(b_bytes.len());
    let start = a_bytes.iter().zip(b_bytes).take_while(|(x, y)| x == y).count();
    let ends = a_bytes.iter().rev().zip(b_bytes.iter().rev()).take_while(|(x, y)| x == y);
    let end = ends.count().min(shorter - start);
    let by_bytes = (start + end) as f64 / a_bytes.len().max(b_bytes.len()) as f64;
    by_bytes.max(by_words(a_words, b_words))
}

/// Twice the words in both over all words (Dice's coefficient).
fn by_words(a: &[&str], b: &[&str]) -> f64 {
    let (mut i, mut j, mut n_shared) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                n_shared += 1;
                (i, j) = (i + 1, j + 1);
            }
        }
    }
    if a.is_empty() && b.is_empty() {
        0.0
    } else {
        2.0 * n_shared as f64 / (a.len() + b.len()) as f64
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// One line of output a line of `before`: `=3` exact, `>4` moved, `~4` edited, `x4` deleted.
    fn check(before: &str, after: &str, expected: &str) {
        let map = LineMap::new(before, after);
        let shown: Vec<String> = (1..=before.lines().count() as u32)
            .map(|line| match map.now(line) {
                LineNow::Exact(it) => format!("={it}"),
                LineNow::Moved(it) => format!(">{it}"),
                LineNow::Edited(it) => format!("~{it}"),
                LineNow::Deleted(it) => format!("x{it}"),
                LineNow::Unknown => "?".to_owned(),
            })
            .collect();
        assert_eq!(shown.join(" "), expected);
    }

    #[test]
    fn equal_texts_stay() {
        check("a\nb\nc", "a\nb\nc", "=1 =2 =3");
        check("a\r\nb\r\n", "a\nb\n", "=1 =2");
        assert!(LineMap::new("a\nb", "a\nb").is_identity());
    }

    #[test]
    fn lines_move_with_what_is_put_above_them() {
        check("a\nb\nc", "new\na\nmore\nb\nc", ">2 >4 >5");
        check("a\nb\nc", "b\nc", "x1 >1 >2");
    }

    #[test]
    fn a_changed_line_is_edited_and_its_neighbours_are_not() {
        check(
            "func f() {\n\tsum += hash(b)\n\treturn sum\n}",
            "func f() {\n\tsum += hash(b, seed)\n\treturn sum\n}",
            "=1 ~2 =3 =4",
        );
        check("for i := 0; i < n; i++ {", "for i := range n {", "~1");
    }

    #[test]
    fn a_line_that_became_another_is_deleted() {
        check("a\n\tgo p.refresh(ctx)\nb", "a\n\tdefer close(done)\nb", "=1 x2 =3");
        check("only", "", "x1");
    }

    #[test]
    fn an_edited_line_is_found_among_new_ones() {
        check(
            "x\nv := compute(a)\ny",
            "x\nif a == nil {\nreturn\n}\nv, err := compute(a)\ny",
            "=1 ~5 >6",
        );
    }

    #[test]
    fn indenting_is_no_edit() {
        check("f()\ng()", "if x {\n\tf()\n\tg()\n}", ">2 >3");
    }

    #[test]
    fn lines_that_never_were_are_unknown() {
        let map = LineMap::new("a\nb", "a\nb");
        for line in [0, 3, u32::MAX] {
            assert_eq!(map.now(line), LineNow::Unknown);
            assert_eq!(map.then(line), None);
        }
    }

    /// Length of the longest common subsequence, by the textbook.
    fn longest_common(a: &[&str], b: &[&str]) -> usize {
        let mut best = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..a.len() {
            for j in 0..b.len() {
                best[i + 1][j + 1] =
                    if a[i] == b[j] { best[i][j] + 1 } else { best[i][j + 1].max(best[i + 1][j]) };
            }
        }
        best[a.len()][b.len()]
    }

    fn text() -> impl Strategy<Value = String> {
        let line = prop::sample::select(vec![
            "}",
            "",
            "x++",
            "\treturn x",
            "return y",
            "if x {",
            "\tif x && y {",
            "sum += hash(b)",
            "sum += hash(b, seed)",
        ]);
        prop::collection::vec(line, 0..24).prop_map(|it| it.join("\n"))
    }

    proptest! {
        /// What people do most: everything around a region that is put in or taken out is kept.
        #[test]
        fn keeps_what_was_not_touched(text in text(), other in text(), at in 0usize..24) {
            let lines: Vec<&str> = text.lines().collect();
            let at = at.min(lines.len());
            let other: Vec<&str> = other.lines().collect();
            let after = [&lines[..at], &other[..], &lines[at..]].concat().join("\n");
            let (text, n_other) = (lines.join("\n"), other.len() as u32);
            let (put_in, taken_out) = (LineMap::new(&text, &after), LineMap::new(&after, &text));
            for line in 1..=text.lines().count() as u32 {
                let now = put_in.now(line);
                prop_assert!(matches!(now, LineNow::Exact(_) | LineNow::Moved(_)), "{:?}", now);
                // Equal lines may stand for each other, but none goes further than it must.
                let now = now.line().unwrap();
                prop_assert!(line <= now && now <= line + n_other);
                let then = taken_out.then(line).unwrap();
                prop_assert!(line <= then && then <= line + n_other);
            }
        }

        #[test]
        fn keeps_its_promises(before in text(), after in text()) {
            let map = LineMap::new(&before, &after);
            let was: Vec<&str> = before.lines().map(str::trim).collect();
            let is: Vec<&str> = after.lines().map(str::trim).collect();
            let (mut last, mut n_same) = (0, 0);
            for line in 1..=was.len() as u32 {
                let now = map.now(line);
                let text = was[line as usize - 1];
                match now {
                    LineNow::Exact(it) | LineNow::Moved(it) => {
                        n_same += 1;
                        prop_assert_eq!(text, is[it as usize - 1]);
                        prop_assert_eq!(now == LineNow::Exact(it), it == line);
                    }
                    LineNow::Edited(it) => {
                        prop_assert_ne!(text, is[it as usize - 1]);
                        let is = is[it as usize - 1];
                        let likeness = similarity((&text, &words(text)), (&is, &words(is)));
                        prop_assert!(likeness >= LEAST_SIMILARITY);
                    }
                    LineNow::Deleted(it) => {
                        prop_assert!(map.removed_at(it).any(|it| it == line));
                        prop_assert!(1 <= it && it <= (is.len() as u32).max(1));
                    }
                    LineNow::Unknown => prop_assert!(false, "line {} is known", line),
                }
                if let Some(it) = now.line() {
                    // No two lines come to stand on one, and none overtakes another.
                    prop_assert!(last < it);
                    last = it;
                    prop_assert_eq!(map.then(it), Some(line));
                }
            }
            prop_assert!(n_same <= longest_common(&was, &is));
        }
    }
}
