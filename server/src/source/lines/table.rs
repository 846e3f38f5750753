//! For each line of one text, its line in another one: not always in order, for lines move.

/// Set for lines whose text was changed.
const EDITED: u32 = 1 << 31;
const GONE: u32 = 0;

/// Lines are 1-based.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    n_before: u32,
    n_after: u32,
    /// None: every line is where it was.
    lines: Option<Lines>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Lines {
    /// For each line before, its line now.
    now: Vec<u32>,
    /// For each line now, its line before.
    then: Vec<u32>,
}

impl Table {
    /// Of a text of so many lines that did not change.
    pub(super) fn identity(n_lines: u32) -> Table {
        Table { n_before: n_lines, n_after: n_lines, lines: None }
    }

    pub(super) fn is_identity(&self) -> bool {
        self.lines.is_none()
    }

    pub(super) fn n_before(&self) -> u32 {
        self.n_before
    }

    /// Where a line is now, and whether its text was changed.
    pub(super) fn now(&self, line: u32) -> Option<(u32, bool)> {
        let idx = line.checked_sub(1)? as usize;
        match &self.lines {
            None => (line <= self.n_before).then_some((line, false)),
            Some(it) => unpack(*it.now.get(idx)?),
        }
    }

    /// The line that stands at a line now.
    pub(super) fn then(&self, line: u32) -> Option<u32> {
        let idx = line.checked_sub(1)? as usize;
        match &self.lines {
            None => (line <= self.n_after).then_some(line),
            Some(it) => it.then.get(idx).copied().filter(|it| *it != GONE),
        }
    }
}

/// A table that is being made.
#[derive(Debug)]
pub(super) struct Draft {
    lines: Lines,
    pub(super) n_gone: usize,
}

impl Draft {
    /// Every line is gone.
    pub(super) fn new(n_before: u32, n_after: u32) -> Draft {
        let gone = |n: u32| vec![GONE; n as usize];
        Draft {
            lines: Lines { now: gone(n_before), then: gone(n_after) },
            n_gone: n_before as usize,
        }
    }

    /// A line is now at `to`. Neither is taken yet.
    pub(super) fn set(&mut self, line: u32, to: u32, is_edited: bool) {
        self.lines.now[line as usize - 1] = if is_edited { to | EDITED } else { to };
        self.lines.then[to as usize - 1] = line;
        self.n_gone -= 1;
    }

    /// A line is gone.
    pub(super) fn clear(&mut self, line: u32) {
        if let Some((to, _)) = self.now(line) {
            self.lines.now[line as usize - 1] = GONE;
            self.lines.then[to as usize - 1] = GONE;
            self.n_gone += 1;
        }
    }

    pub(super) fn now(&self, line: u32) -> Option<(u32, bool)> {
        unpack(self.lines.now[line as usize - 1])
    }

    pub(super) fn then(&self, line: u32) -> Option<u32> {
        Some(self.lines.then[line as usize - 1]).filter(|it| *it != GONE)
    }

    pub(super) fn n_before(&self) -> u32 {
        self.lines.now.len() as u32
    }

    pub(super) fn n_after(&self) -> u32 {
        self.lines.then.len() as u32
    }

    pub(super) fn done(self) -> Table {
        let (n_before, n_after) = (self.n_before(), self.n_after());
        let stays = self.lines.now.iter().zip(1..).all(|(now, line)| *now == line);
        let lines = (!stays || n_before != n_after).then_some(self.lines);
        Table { n_before, n_after, lines }
    }
}

fn unpack(packed: u32) -> Option<(u32, bool)> {
    (packed != GONE).then_some((packed & !EDITED, packed & EDITED != 0))
}
