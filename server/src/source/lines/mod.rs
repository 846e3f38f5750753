//! Says where each line of the profiled text stands in the text as it is now.
//!
//! Two texts without a history are compared ([`compare`]); from then on each edit is followed
//! ([`carry`]), so that equal lines are never mistaken for one another, and what was cut out is
//! known where it is put back ([`cuts`]). What cannot be told apart is not shown: a number on no
//! line is better than one on a wrong line.
//!
//! Lines are compared without white space outside quotes: `gofmt` edits nothing.

mod align;
mod carry;
mod compare;
mod cuts;
mod key;
mod restore;
mod revision;
mod similar;
mod table;

use std::sync::Arc;

pub use revision::Revision;
use table::Table;

/// Where a line of the profiled text is now. Lines are 1-based.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineNow {
    /// Where it was.
    Exact(u32),
    /// The same line, elsewhere.
    Moved(u32),
    /// Its text was changed; it stands here.
    Edited(u32),
    /// It is gone, or in another function, or one of several lines that look alike.
    Deleted,
    /// The profiled text has no such line, or is not known: it is not what was built.
    Unknown,
}

impl LineNow {
    /// The line, where there is still one to show something on.
    pub fn line(self) -> Option<u32> {
        match self {
            LineNow::Exact(it) | LineNow::Moved(it) | LineNow::Edited(it) => Some(it),
            LineNow::Deleted | LineNow::Unknown => None,
        }
    }

    /// Whether what was measured is not what stands there now.
    pub fn is_edited(self) -> bool {
        matches!(self, LineNow::Edited(_))
    }
}

/// Maps the lines of one text to those of another. Cheap to clone.
#[derive(Debug, Clone)]
pub struct LineMap {
    from: Arc<Revision>,
    to: Arc<Revision>,
    table: Arc<Table>,
}

impl LineMap {
    /// Whether no line changed or moved.
    pub fn is_identity(&self) -> bool {
        self.table.is_identity()
    }

    /// Where a line of the profiled text is now.
    pub fn now(&self, line: u32) -> LineNow {
        if line == 0 || self.table.n_before() < line {
            return LineNow::Unknown;
        }
        match self.table.now(line) {
            Some((to, _)) if !self.is_same_function(line, to) => LineNow::Deleted,
            Some((to, true)) => LineNow::Edited(to),
            Some((to, false)) if to == line => LineNow::Exact(to),
            Some((to, false)) => LineNow::Moved(to),
            None => LineNow::Deleted,
        }
    }

    /// The line of the profiled text that stands at a line of the text now; none for new lines.
    pub fn then(&self, line: u32) -> Option<u32> {
        self.table.then(line).filter(|it| self.now(*it).line() == Some(line))
    }

    /// The line of `func`, in the text now, of the function around a line of the profiled text.
    pub fn function_around(&self, line: u32) -> Option<u32> {
        let decl = self.from.decls().around(line)?;
        let moved = || self.now(decl.first_line).line();
        moved().or_else(|| Some(self.to.decls().named(&decl.name)?.first_line))
    }

    /// The line of `func`, in the text now, of a function by its name in the profile; none for
    /// literals.
    pub fn function_named(&self, function: &str) -> Option<u32> {
        Some(self.to.decls().of_function(function)?.first_line)
    }

    /// The name of the function whose `func` is on a line of the text now.
    pub fn function_at(&self, line: u32) -> Option<String> {
        self.to.decls().at(line).map(|it| it.name.clone())
    }

    /// A line does not stand for one of another function, nor for one outside all functions.
    ///
    /// Only lines that begin with `func` are looked at in the text now: it may be no valid Go at
    /// this moment.
    fn is_same_function(&self, line: u32, to: u32) -> bool {
        if self.table.is_identity() {
            return true;
        }
        if self.from.decls().around(line).is_none() {
            return self.to.is_outside(to);
        }
        let (Some(then), Some(now)) = (self.from.head_above(line), self.to.head_above(to)) else {
            return false;
        };
        self.table.now(then).is_some_and(|(it, _)| it == now)
            || self.from.name_at(then).is_some_and(|it| self.to.name_at(now) == Some(it))
    }
}

#[cfg(test)]
mod tests;
