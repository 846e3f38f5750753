//! A text whose lines know who they are, beside the revision that pprof-lens makes of the edits.

use std::sync::Arc;

use pprof_lens::source::Revision;

/// Draws at random, the same from each seed.
#[derive(Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    /// From 0 to `n`, `n` excluded. SplitMix64.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((it ^ (it >> 31)) % n.max(1) as u64) as usize
    }

    pub(crate) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

/// A line.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// The line of the captured text that it is, 1-based; none for a new one.
    pub(crate) id: Option<u32>,
    /// The lines that parts of it were: it is a copy, a piece, or two that were joined.
    pub(crate) also: Vec<u32>,
    pub(crate) text: String,
}

impl Row {
    /// A new line.
    pub(crate) fn new(text: String) -> Row {
        Row { id: None, also: Vec::new(), text }
    }
}

/// Bytes that are replaced, as an editor says it.
#[derive(Debug, Clone)]
struct Change {
    start: usize,
    old: String,
    new: String,
}

#[derive(Debug)]
pub(crate) struct Buffer {
    pub(crate) captured: Arc<Revision>,
    /// The captured text's lines, 0-based.
    pub(crate) then: Vec<String>,
    pub(crate) rows: Vec<Row>,
    now: Arc<Revision>,
    is_crlf: bool,
    /// What each step did: the rows and the line ends before it, and its changes.
    done: Vec<(Vec<Row>, bool, Vec<Change>)>,
}

impl Buffer {
    pub(crate) fn new(text: &str, dice: &mut Dice) -> Buffer {
        let is_crlf = dice.one_in(5);
        let then: Vec<String> = text.lines().map(str::to_owned).collect();
        let rows =
            then.iter().zip(1..).map(|(it, id)| Row { id: Some(id), ..Row::new(it.clone()) });
        let mut buffer = Buffer {
            captured: Arc::default(),
            rows: rows.collect(),
            then,
            now: Arc::default(),
            is_crlf,
            done: Vec::new(),
        };
        let text = buffer.text();
        buffer.captured = Arc::new(Revision::new(text.clone()));
        buffer.now = Arc::new(Revision::new(text));
        buffer.now.note_saved();
        buffer
    }

    pub(crate) fn now(&self) -> &Arc<Revision> {
        &self.now
    }

    pub(crate) fn line_end(&self) -> &'static str {
        if self.is_crlf { "\r\n" } else { "\n" }
    }

    fn text(&self) -> String {
        let end = self.line_end();
        self.rows.iter().flat_map(|it| [it.text.as_str(), end]).collect()
    }

    /// Byte at which a row starts, 0-based.
    pub(crate) fn start(&self, row: usize) -> usize {
        let end = self.line_end().len();
        self.rows[..row].iter().map(|it| it.text.len() + end).sum()
    }

    /// Begins a step, which is undone as one.
    pub(crate) fn begin(&mut self) {
        self.done.push((self.rows.clone(), self.is_crlf, Vec::new()));
    }

    /// Replaces bytes of the text alone; the caller makes the rows agree.
    pub(crate) fn replace(&mut self, start: usize, n_bytes: usize, new: &str) {
        let old = self.now.text()[start..start + n_bytes].to_owned();
        self.now = Arc::new(self.now.changed(start..start + n_bytes, new));
        let change = Change { start, old, new: new.to_owned() };
        self.done.last_mut().unwrap().2.push(change);
    }

    /// Replaces whole rows. `form` chooses how the editor says it.
    pub(crate) fn replace_rows(&mut self, first: usize, n_rows: usize, new: Vec<Row>, form: usize) {
        let end = self.line_end();
        let start = self.start(first);
        let until = self.start(first + n_rows);
        let text: Vec<&str> = new.iter().map(|it| it.text.as_str()).collect();
        // From line end to line end, where there is a line above; else from start to start.
        if form == 0 && first > 0 {
            let text: String = text.iter().flat_map(|it| [end, *it]).collect();
            self.replace(start - end.len(), until - start, &text);
        } else {
            let text: String = text.iter().flat_map(|it| [*it, end]).collect();
            self.replace(start, until - start, &text);
        }
        self.rows.splice(first..first + n_rows, new);
    }

    /// Sends all of the text, with these line ends.
    pub(crate) fn replace_all(&mut self, is_crlf: bool) {
        self.is_crlf = is_crlf;
        let text = self.text();
        let old = self.now.text().to_owned();
        self.now = Arc::new(self.now.replaced(&text));
        self.done.last_mut().unwrap().2.push(Change { start: 0, old, new: text });
    }

    /// Takes the last step back.
    pub(crate) fn undo(&mut self) {
        let Some((rows, is_crlf, changes)) = self.done.pop() else { return };
        for it in changes.iter().rev() {
            let range = it.start..it.start + it.new.len();
            self.now = Arc::new(self.now.changed(range, &it.old));
        }
        (self.rows, self.is_crlf) = (rows, is_crlf);
    }

    /// The two texts are one.
    pub(crate) fn check(&self, step: &str) {
        assert_eq!(self.now.text(), self.text(), "{step}");
    }
}
