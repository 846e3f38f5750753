//! Judges where pprof-lens shows each line.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use pprof_lens::source::{LineNow, Revision};

use super::buffer::{Buffer, Row};

/// Wrong and lost lines that are told.
const MOST_EXAMPLES: usize = 40;

/// How many lines were right, over all texts that were looked at.
#[derive(Debug, Default)]
pub(crate) struct Score {
    pub(crate) n_edits: usize,
    pub(crate) n_shown: usize,
    /// Shown at another line than theirs, in another function, or as what they are not.
    pub(crate) n_wrong: usize,
    /// Lines that nobody edited and that stand in their function, and are shown.
    n_kept: usize,
    /// The same, not shown.
    n_lost: usize,
    pub(crate) examples: Vec<String>,
    /// What was told last of a wrong line: it stays wrong for a while.
    last_wrong: u32,
}

/// What may be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// Every edit: a line is what it is, whatever it says. Once it has left its function, a line
    /// that says the same there stands for it.
    Edits,
    /// Two texts: a line that says the same in the same function is the same, unless another one
    /// has a better right to be it.
    Texts,
}

impl Score {
    /// The share of the lines that nobody edited and that are shown.
    pub(crate) fn kept(&self) -> f64 {
        self.n_kept as f64 / (self.n_kept + self.n_lost).max(1) as f64
    }

    pub(crate) fn describe(&self, what: &str) -> String {
        format!(
            "{} {what}: {} lines shown, {} wrong; {:.3} % of what was not edited kept",
            self.n_edits,
            self.n_shown,
            self.n_wrong,
            100.0 * self.kept(),
        )
    }

    pub(crate) fn merge(&mut self, other: Score) {
        self.n_edits += other.n_edits;
        self.n_shown += other.n_shown;
        self.n_wrong += other.n_wrong;
        self.n_kept += other.n_kept;
        self.n_lost += other.n_lost;
        self.examples.extend(other.examples);
        self.examples.truncate(MOST_EXAMPLES);
    }

    /// Looks at every line of the captured text.
    pub(crate) fn add(&mut self, buffer: &Buffer, now: &Arc<Revision>, known: Known, step: &str) {
        let map = now.map_from(&buffer.captured);
        let truth = Truth::of(buffer);
        for id in 1..=buffer.then.len() as u32 {
            let said = map.now(id);
            let text = &buffer.then[id as usize - 1];
            // Nothing is measured on blank lines, and nobody can tell them apart.
            if text.trim().is_empty() {
                continue;
            }
            let home = truth.home.get(&id).copied();
            let is_whole = home.is_some_and(|it| same(&buffer.rows[it as usize - 1].text, text));
            let is_in_func = truth.func_then[id as usize - 1].is_some();
            let stays = is_in_func && home.is_some_and(|it| truth.is_same_function(id, it));
            match said.line() {
                Some(line) => {
                    self.n_shown += 1;
                    if let Some(why) = truth.wrong(buffer, id, said, line, known) {
                        self.n_wrong += 1;
                        let shown = &buffer.rows[line as usize - 1].text;
                        if self.last_wrong != id {
                            self.tell(format!("{step}: {id} {text:?} {said:?} {shown:?}: {why}"));
                        }
                        self.last_wrong = id;
                    } else if is_whole && stays {
                        self.n_kept += 1;
                    }
                }
                None if is_whole && stays && is_wordy(text) => {
                    self.n_lost += 1;
                    if self.n_lost % 1000 == 1 {
                        self.tell(format!("{step}: {id} {text:?} lost, is at {home:?}"));
                    }
                }
                None => {}
            }
        }
    }

    fn tell(&mut self, example: String) {
        if self.examples.len() < MOST_EXAMPLES {
            self.examples.push(example);
        }
    }
}

struct Truth {
    /// Where each line of the captured text is, 1-based.
    home: HashMap<u32, u32>,
    /// For each line now, the nearest line of the captured text above it that is there still.
    above: Vec<u32>,
    /// For each line then and now, the row of `func` above it, with its name and who it is.
    func_then: Vec<Option<(String, u32)>>,
    func_now: Vec<Option<(String, Option<u32>)>>,
}

impl Truth {
    fn of(buffer: &Buffer) -> Truth {
        let homes = buffer.rows.iter().zip(1..).filter_map(|(it, line)| Some((it.id?, line)));
        let home: HashMap<u32, u32> = homes.collect();
        assert_eq!(home.len(), home.keys().collect::<HashSet<_>>().len());
        let mut last = 0;
        let above = buffer.rows.iter().map(|it| {
            last = it.id.unwrap_or(last);
            last
        });
        let above = above.collect();
        let mut func = None;
        let func_then = buffer.then.iter().zip(1..).map(|(it, line)| {
            func = name(it).map(|name| (name, line)).or(func.take());
            // The captured text is what gofmt makes of it.
            let has_more = it.ends_with(['{', '(', ',']);
            let is_last = it == "}" || (name(it).is_some() && !has_more);
            if is_last { func.take() } else { func.clone() }
        });
        let func_then = func_then.collect();
        let mut func = None;
        let func_now = buffer.rows.iter().map(|it| {
            let is_named = name(it.text.trim_start()).is_some();
            let text = if is_named { it.text.trim_start() } else { it.text.as_str() };
            let name = name(text).or(starts_function(text).then(String::new));
            func = name.map(|name| (name, it.id)).or(func.take());
            func.clone()
        });
        Truth { home, above, func_then, func_now: func_now.collect() }
    }

    /// By the name of the function, or by its `func` line being the one it was.
    fn is_same_function(&self, id: u32, line: u32) -> bool {
        let then = self.func_then[id as usize - 1].as_ref();
        let now = self.func_now[line as usize - 1].as_ref();
        match (then, now) {
            (Some((then, then_id)), Some((now, now_id))) => {
                then == now || Some(*then_id) == *now_id
            }
            // Nothing is measured outside functions.
            (None, _) => true,
            (Some(_), None) => false,
        }
    }

    fn is_same_function_then(&self, a: u32, b: u32) -> bool {
        self.func_then[a as usize - 1] == self.func_then[b as usize - 1]
    }

    /// Why a line must not be shown where it is shown.
    fn wrong(
        &self,
        buffer: &Buffer,
        id: u32,
        said: LineNow,
        line: u32,
        known: Known,
    ) -> Option<String> {
        let (text, row) = (&buffer.then[id as usize - 1], &buffer.rows[line as usize - 1]);
        if same(text, &row.text) == said.is_edited() {
            return Some("says that it is edited, or not, and the reverse is true".to_owned());
        }
        if !self.is_same_function(id, line) {
            return Some("in another function".to_owned());
        }
        if row.id == Some(id) {
            return None;
        }
        let home = self.home.get(&id);
        if home.is_none_or(|it| !self.is_same_function(id, *it)) && !said.is_edited() {
            // Nothing in two texts says that it came from another function.
            let is_foreign =
                |it: &u32| known == Known::Texts && !self.is_same_function_then(id, *it);
            return row.id.filter(|it| !is_foreign(it)).map(|it| format!("this line is {it}"));
        }
        if known == Known::Texts {
            let is_better = home.is_some_and(|it| {
                same(&buffer.rows[*it as usize - 1].text, text)
                    && self.is_same_function(id, *it)
                    && n_alike(buffer, id, line) <= n_alike(buffer, id, *it)
            });
            if !is_better && (!said.is_edited() || row.also.contains(&id)) {
                return None;
            }
        }
        if let Some(it) = home {
            return Some(format!("it is at {it}"));
        }
        if let Some(it) = row.id {
            return Some(format!("this line is {it}"));
        }
        // It is gone, and a new line stands there: the same text was written again, or the line
        // that was put into its place is said to be edited.
        let gap = |idx: usize| self.above[..idx].last().copied().unwrap_or(0);
        let is_in_place = || {
            let above = gap(line as usize - 1);
            let survivors = (above + 1..id).filter(|it| self.home.contains_key(it)).count();
            above < id && survivors == 0
        };
        (said.is_edited() && !is_in_place()).then(|| "it is gone, and was elsewhere".to_owned())
    }
}

/// How many lines around a captured one say the same as those around a line now: of two places
/// that cannot be told apart by a line, the longer equal block has the better right to it.
fn n_alike(buffer: &Buffer, id: u32, line: u32) -> usize {
    let (then, now) = (id as usize - 1, line as usize - 1);
    let is_alike = |a: &String, b: &Row| same(a, &b.text);
    let below = buffer.then[then..].iter().zip(&buffer.rows[now..]);
    let above = buffer.then[..then].iter().rev().zip(buffer.rows[..now].iter().rev());
    below.take_while(|it| is_alike(it.0, it.1)).count()
        + above.take_while(|it| is_alike(it.0, it.1)).count()
}

fn starts_function(text: &str) -> bool {
    text.strip_prefix("func").is_some_and(|it| it.starts_with([' ', '(', '\t']))
}

fn name(text: &str) -> Option<String> {
    if !starts_function(text) {
        return None;
    }
    let rest = text.strip_prefix("func")?;
    let word = |it: &str| -> String {
        it.chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect()
    };
    let rest = rest.trim_start();
    match rest.strip_prefix('(') {
        None => Some(word(rest)).filter(|it| !it.is_empty()),
        Some(rest) => {
            let (receiver, rest) = rest.split_once(')')?;
            let receiver = receiver.rsplit([' ', '*']).next()?;
            let (receiver, method) = (word(receiver), word(rest.trim_start()));
            let is_literal = receiver.is_empty() || method.is_empty();
            (!is_literal).then(|| format!("{receiver}.{method}"))
        }
    }
}

fn is_wordy(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// Equal but for white space, other than what keeps two words apart.
pub(super) fn same(a: &str, b: &str) -> bool {
    spaced(a).eq(spaced(b))
}

fn spaced(text: &str) -> impl Iterator<Item = char> + '_ {
    let is_word = |it: &char| it.is_alphanumeric() || *it == '_' || !it.is_ascii();
    let mut last = None;
    let mut is_apart = false;
    text.trim()
        .chars()
        .flat_map(move |it| {
            if it.is_ascii_whitespace() {
                is_apart = true;
                return [None, None];
            }
            let space = is_apart && is_word(&it) && last.as_ref().is_some_and(is_word);
            (last, is_apart) = (Some(it), false);
            [space.then_some(' '), Some(it)]
        })
        .flatten()
}
