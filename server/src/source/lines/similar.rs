//! Finds lines that were edited among those that changed.

use super::Revision;
use super::align::Scope;
use super::key::Key;

/// Two lines that share less than this are not one line that was edited.
const LEAST_SIMILARITY: f64 = 0.6;
/// The same where there is only one line to choose from.
const LEAST_OF_ONE: f64 = 0.4;
/// The same where nothing says that they are of one function.
const LEAST_IN_FILE: f64 = 0.8;
/// How much better the best must be than the next one.
const LEAST_LEAD: f64 = 0.15;
/// Larger changed regions are not searched for lines that were edited.
const MOST_PAIRS: usize = 20_000;

/// Pairs the lines of a changed region, in order: each with the one that is clearly most like it.
/// `is_once`: whether a line of `from` is not one of several that look alike.
pub(super) fn pairs(
    from: &Revision,
    before: &[u32],
    to: &Revision,
    after: &[u32],
    scope: Scope,
    is_once: impl Fn(Key) -> bool,
) -> Vec<(u32, u32)> {
    // Nothing is measured on blank lines and braces.
    let was: Vec<u32> = before.iter().copied().filter(|it| from.key(*it).is_wordy()).collect();
    let is: Vec<u32> = after.iter().copied().filter(|it| to.key(*it).is_wordy()).collect();
    // One that stands elsewhere was moved there; one that was there before came from there.
    let is_one = was.len() == 1 && is.len() == 1;
    let is_new = |it: &u32| !from.key_set().contains(&to.key(*it));
    let is_gone = |it: &u32| is_once(from.key(*it)) && !to.key_set().contains(&from.key(*it));
    if was.is_empty() || is.is_empty() || MOST_PAIRS < was.len() * is.len() {
        return Vec::new();
    }
    let is_words: Vec<Words<'_>> = is.iter().map(|it| words(to.line(*it))).collect();
    let likeness: Vec<Vec<f64>> = was
        .iter()
        .map(|&a| {
            let (text, was_words) = (from.line(a), words(from.line(a)));
            let each = is.iter().zip(&is_words);
            each.map(|(&b, is_words)| similarity(text, &was_words, to.line(b), is_words)).collect()
        })
        .collect();
    let least = match scope {
        Scope::Function if is_one => LEAST_OF_ONE,
        Scope::Function | Scope::Rest => LEAST_SIMILARITY,
        Scope::File => LEAST_IN_FILE,
    };
    let mut found: Vec<(usize, usize)> = (0..was.len())
        .filter(|it| is_gone(&was[*it]))
        .filter_map(|i| {
            let j = best(is.len(), |j| likeness[i][j])?;
            let back = best(was.len(), |i| likeness[i][j])?;
            (back == i && is_new(&is[j]) && least <= likeness[i][j]).then_some((i, j))
        })
        .collect();
    // What crosses another pair is no better than that one.
    let all = found.clone();
    found.retain(|&(i, j)| !all.iter().any(|&(k, l)| (k < i && j < l) || (i < k && l < j)));
    found.into_iter().map(|(i, j)| (was[i], is[j])).collect()
}

/// The index with the largest value, if it is clearly the largest.
fn best(n: usize, value: impl Fn(usize) -> f64) -> Option<usize> {
    let best = (0..n).max_by(|a, b| value(*a).total_cmp(&value(*b)))?;
    let is_clear = (0..n).all(|it| it == best || value(it) + LEAST_LEAD <= value(best));
    is_clear.then_some(best)
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
fn similarity(a: &str, a_words: &Words<'_>, b: &str, b_words: &Words<'_>) -> f64 {
    let (a, b) = (a.trim_ascii().as_bytes(), b.trim_ascii().as_bytes());
    let shorter = a.len().min(b.len());
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let ends = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y);
    let end = ends.count().min(shorter - start);
    let by_bytes = (start + end) as f64 / a.len().max(b.len()).max(1) as f64;
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
    2.0 * n_shared as f64 / (a.len() + b.len()).max(1) as f64
}
