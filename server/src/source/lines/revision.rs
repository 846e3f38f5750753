//! One text of a file, and where the lines of its other texts stand in it.

use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use foldhash::{HashMap, HashSet};

use super::super::decls::{self, Decls};
use super::LineMap;
use super::align::once;
use super::carry::{Edit, carry};
use super::compare::compare;
use super::cuts::Cuts;
use super::key::Key;
use super::table::{Draft, Table};

/// Texts that were saved, or opened, whose lines are followed through all edits.
const MOST_ANCHORS: usize = 8;

/// A text that does not change: a file as it was captured, or as it is now.
///
/// Comparing two texts of a long file takes longer than all else that is done after an edit:
/// each pair is compared once, whoever asks, and those who ask meanwhile wait for the one result.
/// What an edit makes of a text knows all that was known of it.
#[derive(Debug)]
pub struct Revision {
    text: Arc<str>,
    starts: OnceLock<Vec<u32>>,
    keys: OnceLock<Vec<Key>>,
    key_set: OnceLock<HashSet<Key>>,
    keys_once: OnceLock<HashSet<Key>>,
    decls: OnceLock<Decls>,
    marks: OnceLock<Vec<u32>>,
    names: OnceLock<HashMap<String, u32>>,
    maps: Mutex<Vec<Known>>,
    /// Earlier texts of this document, the first one first. They have neither anchors nor maps.
    anchors: Mutex<Vec<Arc<Revision>>>,
}

/// A comparison that was made, or is being made.
#[derive(Debug, Clone)]
struct Known {
    /// Does not keep the text that is compared with.
    from: Weak<Revision>,
    table: Arc<OnceLock<Arc<Table>>>,
    /// What edits took out of the text since.
    cuts: Cuts,
}

impl Revision {
    /// Of this text.
    pub fn new(text: String) -> Revision {
        Revision::of(text.into())
    }

    fn of(text: Arc<str>) -> Revision {
        Revision {
            text,
            starts: OnceLock::new(),
            keys: OnceLock::new(),
            key_set: OnceLock::new(),
            keys_once: OnceLock::new(),
            decls: OnceLock::new(),
            marks: OnceLock::new(),
            names: OnceLock::new(),
            maps: Mutex::default(),
            anchors: Mutex::default(),
        }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// This is what the file on disk says, too: a program may be built from it. A capture of that
    /// program is followed through every edit from here on.
    pub fn note_saved(&self) {
        let mut anchors = self.anchors.lock().unwrap_or_else(PoisonError::into_inner);
        if anchors.last().is_some_and(|it| it.text == self.text) {
            return;
        }
        let anchor = Arc::new(Revision::of(self.text.clone()));
        let table = Arc::new(OnceLock::from(Arc::new(Table::identity(self.n_lines()))));
        self.lock_maps().push(Known {
            from: Arc::downgrade(&anchor),
            table,
            cuts: Cuts::default(),
        });
        if anchors.len() == MOST_ANCHORS {
            // The first one is what was opened: most captures speak of it.
            anchors.remove(1);
        }
        anchors.push(anchor);
    }

    /// The text after the bytes of `range`, which lie between characters, were replaced.
    pub fn changed(&self, range: Range<usize>, replacement: &str) -> Revision {
        self.edited(range, replacement, false)
    }

    /// The same, where only the whole text after is known.
    pub fn replaced(&self, text: &str) -> Revision {
        self.edited(0..self.text.len(), text, true)
    }

    fn edited(&self, range: Range<usize>, replacement: &str, is_guess: bool) -> Revision {
        let (range, replacement) = without_common(&self.text, range, replacement);
        let text = [&self.text[..range.start], replacement, &self.text[range.end..]].concat();
        let new = Revision::new(text);
        let end_now = range.start + replacement.len();
        let edit = Edit { start: range.start, end: range.end, end_now, is_guess };
        let known = self.lock_maps().clone();
        let carried = known.iter().filter_map(|it| {
            let (from, table) = (it.from.upgrade()?, it.table.get()?);
            let mut cuts = it.cuts.clone();
            let table = carry(table, &mut cuts, &from, self, &new, edit);
            let table = Arc::new(OnceLock::from(Arc::new(table)));
            Some(Known { from: it.from.clone(), table, cuts })
        });
        let maps = carried.collect();
        *new.lock_maps() = maps;
        let anchors = self.anchors.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Revision { anchors: Mutex::new(anchors), ..new }
    }

    /// Where the lines of another text of the file stand in this one.
    pub fn map_from(self: &Arc<Revision>, from: &Arc<Revision>) -> LineMap {
        let map = |table| LineMap { from: from.clone(), to: self.clone(), table };
        if self.text == from.text {
            return map(Arc::new(Table::identity(self.n_lines())));
        }
        let table = self.known(from);
        map(table.get_or_init(|| Arc::new(self.find_table(from))).clone())
    }

    /// An edit that led here tells more than a comparison: it begins at the text that is known.
    fn find_table(&self, from: &Revision) -> Table {
        let anchors = self.anchors.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let same = anchors.iter().find(|it| it.text == from.text);
        let Some(anchor) = same.or(anchors.first()) else { return compare(from, self) };
        let known = self.known(anchor);
        let Some(table) = known.get() else { return compare(from, self) };
        if same.is_some() {
            return Table::clone(table);
        }
        let first = compare(from, anchor);
        let mut draft = Draft::new(from.n_lines(), self.n_lines());
        for line in 1..=from.n_lines() {
            let then = first.now(line);
            if let Some((now, _)) = then.and_then(|(it, _)| table.now(it)) {
                draft.set(line, now, from.key(line) != self.key(now));
            }
        }
        draft.done()
    }

    fn known(&self, from: &Arc<Revision>) -> Arc<OnceLock<Arc<Table>>> {
        let mut maps = self.lock_maps();
        if let Some(it) = maps.iter().find(|it| it.from.as_ptr() == Arc::as_ptr(from)) {
            return it.table.clone();
        }
        maps.retain(|it| it.from.strong_count() > 0);
        let table = Arc::default();
        let from = Arc::downgrade(from);
        maps.push(Known { from, table: Arc::clone(&table), cuts: Cuts::default() });
        table
    }

    fn lock_maps(&self) -> std::sync::MutexGuard<'_, Vec<Known>> {
        self.maps.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The top-level functions.
    pub fn decls(&self) -> &Decls {
        self.decls.get_or_init(|| Decls::of(&self.text))
    }

    /// Number of lines; behind a line break at the end there is one more, empty line.
    pub(super) fn n_lines(&self) -> u32 {
        self.starts().len() as u32
    }

    /// Byte at which a line starts.
    pub(super) fn start(&self, line: u32) -> usize {
        self.starts()[line as usize - 1] as usize
    }

    /// A line without its line break.
    pub(super) fn line(&self, line: u32) -> &str {
        let end = self.starts().get(line as usize).map_or(self.text.len(), |it| *it as usize - 1);
        &self.text[self.start(line)..end]
    }

    /// The line of a byte.
    pub(super) fn line_at(&self, byte: usize) -> u32 {
        self.starts().partition_point(|it| *it as usize <= byte) as u32
    }

    pub(super) fn slice(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    /// What a line is compared by.
    pub(super) fn key(&self, line: u32) -> Key {
        match self.keys.get() {
            Some(it) => it[line as usize - 1],
            None => Key::of(self.line(line)),
        }
    }

    /// Those of all lines. Takes long in a long text: after an edit, few lines are compared.
    pub(super) fn keys(&self) -> &[Key] {
        self.keys.get_or_init(|| (1..=self.n_lines()).map(|it| Key::of(self.line(it))).collect())
    }

    /// Those of all lines, to ask whether a line stands anywhere.
    pub(super) fn key_set(&self) -> &HashSet<Key> {
        self.key_set.get_or_init(|| self.keys().iter().copied().collect())
    }

    /// Those that stand once.
    pub(super) fn keys_once(&self) -> &HashSet<Key> {
        self.keys_once.get_or_init(|| once(self.keys()))
    }

    /// The nearest line at or above this one that begins a function: the function, for those who
    /// cannot wait until the text is valid Go.
    pub(super) fn head_above(&self, line: u32) -> Option<u32> {
        let marks = self.marks();
        let n_above = marks.partition_point(|it| *it <= line);
        marks[..n_above].iter().rev().copied().find(|it| self.is_head(*it))
    }

    /// Whether a line stands behind the brace that closes a function, as far as `gofmt` has put
    /// it into the first column; true above the first function.
    pub(super) fn is_outside(&self, line: u32) -> bool {
        let marks = self.marks();
        let n_above = marks.partition_point(|it| *it < line);
        let is_open = |it: u32| self.is_head(it) && !self.line(it).trim_end().ends_with('}');
        !self.is_head(line) && !marks[..n_above].last().is_some_and(|it| is_open(*it))
    }

    /// The name of the function whose `func` is on a line; see [`super::super::Decl::name`].
    pub(super) fn name_at(&self, line: u32) -> Option<String> {
        decls::name(self.line(line).trim_ascii_start())
    }

    /// Whether any line begins a function.
    pub(super) fn has_functions(&self) -> bool {
        self.marks().iter().any(|it| self.is_head(*it))
    }

    /// Whether exactly one line begins the function of this name.
    pub(super) fn has_one(&self, name: &str) -> bool {
        let names = self.names.get_or_init(|| {
            let mut names: HashMap<String, u32> = HashMap::default();
            let heads = self.marks().iter().filter(|it| self.is_head(**it));
            for name in heads.filter_map(|it| self.name_at(*it)) {
                *names.entry(name).or_default() += 1;
            }
            names
        });
        names.get(name) == Some(&1)
    }

    /// A `func` in the first column, or one with a name: while a text is indented, or pasted into
    /// another function, it is still that function.
    fn is_head(&self, line: u32) -> bool {
        let text = self.line(line);
        let text_from_func = text.trim_ascii_start();
        decls::is_head(text_from_func.as_bytes())
            && (text_from_func.len() == text.len() || decls::name(text_from_func).is_some())
    }

    /// The lines that begin a function, and those that begin with a closing brace.
    fn marks(&self) -> &[u32] {
        self.marks.get_or_init(|| {
            let text = self.text.as_bytes();
            let first = |start: u32| {
                let rest = &text[start as usize..];
                rest.iter().find(|it| !matches!(it, b'\t' | b' ')).copied()
            };
            let lines = self.starts().iter().zip(1..);
            let marks = lines.filter(|(start, line)| {
                text.get(**start as usize) == Some(&b'}')
                    || (first(**start) == Some(b'f') && self.is_head(*line))
            });
            marks.map(|(_, line)| line).collect()
        })
    }

    fn starts(&self) -> &[u32] {
        self.starts.get_or_init(|| {
            let ends = memchr::memchr_iter(b'\n', self.text.as_bytes());
            std::iter::once(0).chain(ends.map(|it| it as u32 + 1)).collect()
        })
    }
}

/// An edit without what it replaces by the same: editors send more than what was changed.
fn without_common<'a>(
    text: &str,
    range: Range<usize>,
    replacement: &'a str,
) -> (Range<usize>, &'a str) {
    let (was, is) = (text[range.clone()].as_bytes(), replacement.as_bytes());
    let mut n_start = was.iter().zip(is).take_while(|(a, b)| a == b).count();
    while !text.is_char_boundary(range.start + n_start) || !replacement.is_char_boundary(n_start) {
        n_start -= 1;
    }
    let ends = was[n_start..].iter().rev().zip(is[n_start..].iter().rev());
    let mut n_end = ends.take_while(|(a, b)| a == b).count();
    while !text.is_char_boundary(range.end - n_end) {
        n_end -= 1;
    }
    (range.start + n_start..range.end - n_end, &replacement[n_start..is.len() - n_end])
}

impl Default for Revision {
    fn default() -> Revision {
        Revision::new(String::new())
    }
}

impl PartialEq for Revision {
    fn eq(&self, other: &Revision) -> bool {
        self.text == other.text
    }
}

impl Eq for Revision {}
