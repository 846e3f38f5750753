//! Finds what a goroutine waits for at a line, and how the code comes there.

use std::ops::Range;

use crate::model::Turn;

use super::file::{Function, GoFile, LoopKind};

/// What is waited for: the tokens of an expression such as `ch`, `ctx.Done()` or `it.jobs`.
pub(super) type Awaited = Range<usize>;

/// A wait that was found on a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wait {
    /// The token that waits: `<-`, `range`, `select`, or the name of a method.
    pub(super) at: usize,
    pub(super) awaited: Vec<Awaited>,
    pub(super) is_event: bool,
}

impl<'a> GoFile<'a> {
    /// The wait of a goroutine in this state on this line; none when the line has none, as when
    /// the file has changed since the program was built.
    pub(super) fn wait_on(&self, state: &str, line: u32) -> Option<Wait> {
        let tokens = self.on_line(line);
        match state {
            "chan receive" => self.receive_on(tokens),
            "chan send" => {
                let at = tokens.clone().find(|it| self.is_send_at(*it))?;
                Some(Wait { at, awaited: vec![self.operand_before(at)], is_event: false })
            }
            "select" => {
                let at = tokens.clone().find(|it| self.text(*it) == "select")?;
                Some(Wait { at, awaited: self.cases(at + 1)?, is_event: false })
            }
            _ => None,
        }
    }

    /// A call on this line, of a method or with arguments, that a library waits in.
    pub(super) fn call_on(&self, line: u32, method: &str) -> Option<Wait> {
        let tokens = self.on_line(line);
        let at = tokens.clone().find(|it| self.text(*it) == method && self.text(it + 1) == "(")?;
        let mut awaited = Vec::new();
        if self.before(at) == "." {
            awaited.push(self.operand_before(at - 1));
        }
        awaited.extend(self.parts(at + 1));
        Some(Wait { at, awaited, is_event: false })
    }

    fn receive_on(&self, tokens: Range<usize>) -> Option<Wait> {
        // The line of a loop is where a range waits for its next value.
        let range = tokens.clone().find(|it| self.text(*it) == "range");
        if let Some(at) = range {
            let end = self.loops.iter().find(|it| it.start < at && at < it.body.0)?.body.0;
            let ranges_over = at + 1..end;
            return Some(Wait { at, awaited: vec![ranges_over], is_event: false });
        }
        let arrows: Vec<usize> =
            tokens.filter(|it| self.text(*it) == "<-" && self.is_receive(*it)).collect();
        let at = *arrows.first()?;
        let awaited: Vec<Awaited> = arrows.iter().map(|it| self.operand_after(*it)).collect();
        let ends_line =
            |it: &Awaited| self.line(it.end) != self.line(at) || self.text(it.end) == "}";
        let starts_statement =
            at == 0 || self.line(at - 1) != self.line(at) || matches!(self.before(at), "{" | ";");
        let is_event = arrows.len() == 1 && starts_statement && ends_line(&awaited[0]);
        Some(Wait { at, awaited, is_event })
    }

    fn is_send_at(&self, idx: usize) -> bool {
        self.text(idx) == "<-" && self.is_send(idx)
    }

    /// What the cases of a `select` wait for.
    fn cases(&self, open: usize) -> Option<Vec<Awaited>> {
        if self.text(open) != "{" {
            return None;
        }
        let mut awaited = Vec::new();
        let mut at = open + 1;
        while at < self.pairs[open] {
            match self.text(at) {
                "{" | "(" | "[" => at = self.pairs[at].max(at),
                "default" => return None,
                "case" => {
                    let end = (at..self.pairs[open]).find(|it| self.text(*it) == ":")?;
                    let arrow = (at..end).find(|it| self.text(*it) == "<-")?;
                    awaited.push(match self.is_receive(arrow) {
                        true => self.operand_after(arrow),
                        false => self.operand_before(arrow),
                    });
                }
                _ => {}
            }
            at += 1;
        }
        Some(awaited)
    }

    /// `it.jobs` of `<-it.jobs`, `ctx.Done()` of `<-ctx.Done()`.
    fn operand_after(&self, arrow: usize) -> Awaited {
        let start = arrow + 1;
        let mut at = start;
        loop {
            match self.text(at) {
                "(" | "[" if at > start && self.pairs[at] > at => at = self.pairs[at] + 1,
                "." => at += 1,
                _ if self.tokens.get(at).is_some_and(|it| it.is_name())
                    && (at == start || self.before(at) == ".") =>
                {
                    at += 1;
                }
                _ => return start..at,
            }
        }
    }

    /// `it.jobs` of `it.jobs <- 1`.
    fn operand_before(&self, end: usize) -> Awaited {
        let mut start = end;
        while start > 0 {
            let it = self.text(start - 1);
            let is_joined = start == end
                || self.text(start) == "."
                || self.text(start) == "("
                || self.text(start) == "[";
            if matches!(it, ")" | "]") && is_joined {
                start = self.pairs[start - 1].min(start - 1);
            } else if it == "." || (is_joined && self.tokens[start - 1].is_name()) {
                start -= 1;
            } else {
                break;
            }
        }
        start..end
    }

    /// How the code comes to a token of a function: a wait, or a call that leads to one.
    pub(super) fn turn(
        &self,
        function: &Function<'a>,
        at: usize,
        is_call: bool,
        is_cond: bool,
    ) -> Turn {
        // Up to the condition or range of a loop, its header is part of each turn.
        let mut around: Vec<_> = self
            .loops
            .iter()
            .filter(|it| function.body.0 < it.start && it.start < at && at < it.body.1)
            .collect();
        around.sort_by_key(|it| std::cmp::Reverse(it.start));
        // A condition variable's wait stands in a loop of its own.
        if is_cond && around.first().is_some_and(|it| it.kind == LoopKind::While) {
            around.remove(0);
        }
        let Some(inner) = around.first() else { return Turn::Once };
        let is_endless = match inner.kind {
            LoopKind::Endless | LoopKind::While => true,
            LoopKind::Range => at < inner.body.0,
            LoopKind::Counted => false,
        };
        let from = if at < inner.body.0 { inner.start } else { inner.body.0 };
        let waits_before = (from + 1..at).any(|it| match self.text(it) {
            "<-" | "select" => true,
            "Wait" | "Sleep" => !is_cond,
            "(" => is_call && !self.is_quick(it),
            _ => false,
        });
        if is_endless && !waits_before { Turn::Rests } else { Turn::Again }
    }

    /// A call that does not wait for anything that comes from outside.
    fn is_quick(&self, open: usize) -> bool {
        matches!(
            self.before(open),
            "Lock" | "RLock" | "Unlock" | "RUnlock" | "len" | "Err" | "Load"
        ) || matches!(self.before(open), "if" | "for" | "=" | ":=" | "," | "(")
    }
}
