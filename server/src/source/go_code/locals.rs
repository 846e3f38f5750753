//! Finds what a function declares to wait on, and whether it lets it out.
//!
//! A channel, context, lock, pipe or timer that is declared in a function, and that only the
//! function and the goroutines that it starts can name, can be acted on by nobody else.

use std::ops::Range;

use super::file::{Function, GoFile};

/// What a variable is, by what it was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Made {
    /// A channel, pipe, lock, group or context: another goroutine must act.
    Waitable,
    /// A context or timer that ends by itself.
    ByTime,
    /// A ticker.
    Ticker,
    /// A timer.
    Timer,
    /// The process's signals.
    Signals,
    /// The context of a request.
    Request,
}

/// The variables of one declaration: who holds one of them can act on the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Declared<'a> {
    /// Index of the name that was looked for.
    pub(super) at: usize,
    pub(super) names: Vec<&'a str>,
    pub(super) made: Made,
}

/// How deep parameters are followed.
const MOST_DEPTH: usize = 3;

impl<'a> GoFile<'a> {
    /// The declaration of a variable in a function; none when there is none, or several.
    pub(super) fn declared(&self, function: &Function<'a>, name: &str) -> Option<Declared<'a>> {
        let mut found = None;
        for idx in function.body.0 + 1..function.body.1 {
            if self.text(idx) != name || self.before(idx) == "." || !self.declares(idx) {
                continue;
            }
            if found.replace(idx).is_some() {
                return None;
            }
        }
        // Literals that call a parameter the same mean something else by it.
        let is_hidden = self.functions.iter().any(|it| {
            it.name.is_none()
                && function.body.0 < it.start
                && it.body.1 < function.body.1
                && it.params.contains(&name)
        });
        if is_hidden { None } else { self.declaration(found?) }
    }

    /// Whether a name is declared at this token: `x :=`, `a, x :=`, `var x`.
    fn declares(&self, idx: usize) -> bool {
        if self.before(idx) == "var" {
            return true;
        }
        let mut at = idx + 1;
        while self.text(at) == "," {
            at += 2;
        }
        self.text(at) == ":=" && self.line(at) == self.line(idx)
    }

    fn declaration(&self, idx: usize) -> Option<Declared<'a>> {
        if self.before(idx) == "var" {
            let line = self.line(idx);
            let text = |it: usize| if self.line(it) == line { self.text(it) } else { "" };
            // `var wg sync.WaitGroup`
            let made = match (text(idx + 1), text(idx + 2), text(idx + 3)) {
                ("sync", ".", "WaitGroup" | "Mutex" | "RWMutex") => Made::Waitable,
                ("errgroup", ".", "Group") => Made::Waitable,
                _ => return None,
            };
            return Some(Declared { at: idx, names: vec![self.text(idx)], made });
        }
        let mut start = idx;
        while self.before(start) == "," {
            start -= 2;
        }
        let mut names = vec![self.text(start)];
        let mut at = start + 1;
        while self.text(at) == "," {
            names.push(self.text(at + 1));
            at += 2;
        }
        // Several values, as in `a, b := make(chan int), make(chan int)`: one for each name.
        let value = at + 1;
        let values = self.values(value);
        if values.len() == names.len() && names.len() > 1 {
            let of = names.iter().position(|it| *it == self.text(idx))?;
            let made = self.made(values[of].clone())?;
            return Some(Declared { at: idx, names: vec![names[of]], made });
        }
        let made = self.made(values.first()?.clone())?;
        names.retain(|it| *it != "_");
        Some(Declared { at: idx, names, made })
    }

    /// The values after `:=`, up to the end of the line or statement.
    fn values(&self, start: usize) -> Vec<Range<usize>> {
        let mut out = Vec::new();
        let (mut from, mut at) = (start, start);
        let mut line = self.line(start);
        while at < self.tokens.len() && self.line(at) == line {
            match self.text(at) {
                "(" | "[" | "{" if self.pairs[at] > at => {
                    at = self.pairs[at];
                    line = self.line(at);
                }
                "," => {
                    out.push(from..at);
                    from = at + 1;
                }
                ";" | ")" | "}" | "]" => break,
                _ => {}
            }
            at += 1;
        }
        out.push(from..at);
        out
    }

    fn made(&self, value: Range<usize>) -> Option<Made> {
        let texts: Vec<&str> = value.clone().map(|it| self.text(it)).collect();
        Some(match texts.as_slice() {
            ["make", "(", "chan", "os", ".", "Signal", ..] => Made::Signals,
            ["make", "(", "chan", ..] => Made::Waitable,
            ["context", ".", "WithCancel" | "WithCancelCause", "(", parent @ ..] => {
                // Whoever ends the parent ends it.
                match parent {
                    ["context", ".", "Background" | "TODO", ..] => Made::Waitable,
                    _ => return None,
                }
            }
            ["context", ".", with, "(", ..] if with.starts_with("With") && *with != "WithValue" => {
                Made::ByTime
            }
            ["signal", ".", "NotifyContext", ..] => Made::Signals,
            ["io" | "net", ".", "Pipe", ..] | ["sync", ".", "NewCond", ..] => Made::Waitable,
            ["&", "sync", ".", "WaitGroup" | "Mutex" | "RWMutex", ..]
            | ["sync", ".", "WaitGroup" | "Mutex" | "RWMutex", "{", ..]
            | ["new", "(", "sync", ".", "WaitGroup" | "Mutex" | "RWMutex", ..]
            | ["&", "errgroup", ".", "Group", ..]
            | ["new", "(", "errgroup", ".", "Group", ..] => Made::Waitable,
            ["time", ".", "NewTicker" | "Tick", ..] => Made::Ticker,
            ["time", ".", "NewTimer", ..] => Made::Timer,
            ["time", ".", "After", ..] => Made::ByTime,
            [.., ".", "Context", "(", ")"] => Made::Request,
            _ => return None,
        })
    }

    /// Whether two tokens stand in the same innermost loop.
    pub(super) fn is_same_turn(&self, a: usize, b: usize) -> bool {
        let innermost = |idx: usize| {
            let around = self.loops.iter().filter(|it| it.body.0 < idx && idx < it.body.1);
            around.map(|it| it.start).max()
        };
        innermost(a).is_some() && innermost(a) == innermost(b)
    }

    /// The variable that another was made from by a reader or writer around it:
    /// `scanner := bufio.NewScanner(reader)`.
    pub(super) fn made_from(&self, function: &Function<'a>, name: &str) -> Option<&'a str> {
        let declares = |it: &usize| {
            self.text(*it) == name && self.text(it + 1) == ":=" && self.before(*it) != ","
        };
        let mut all = (function.body.0..function.body.1).filter(declares);
        let value = all.next().filter(|_| all.next().is_none())? + 2;
        let is_wrapper = matches!(self.text(value), "bufio" | "io")
            && self.text(value + 2).starts_with("New")
            && self.text(value + 3) == "(";
        let first = self.parts_of_call(value + 3).first()?.clone();
        (is_wrapper && first.len() == 1).then(|| self.text(first.start))
    }

    /// The arguments of the call whose bracket is here.
    pub(super) fn parts_of_call(&self, open: usize) -> Vec<Range<usize>> {
        if self.text(open) == "(" { self.parts(open) } else { Vec::new() }
    }

    /// Whether no use of a variable in these tokens lets somebody else act on it.
    pub(super) fn stays(&self, name: &str, within: (usize, usize), depth: usize) -> bool {
        (within.0 + 1..within.1)
            .filter(|it| self.text(*it) == name && self.before(*it) != ".")
            .all(|it| self.use_stays(it, depth))
    }

    fn use_stays(&self, idx: usize, depth: usize) -> bool {
        if !self.literals_are_run_here(idx) {
            return false;
        }
        let (before, after) = (self.before(idx), self.text(idx + 1));
        match after {
            "." | "(" | "<-" | ":=" => return true,
            "==" | "!=" => return true,
            "=" if before != "*" => return true,
            _ => {}
        }
        match before {
            "range" | "==" | "!=" | "var" => return true,
            "<-" => return self.is_receive(idx - 1),
            "=" => return self.text(idx.saturating_sub(2)) == "_",
            "," if self.declares(idx) => return true,
            _ => {}
        }
        if self.declares(idx) {
            return true;
        }
        // An argument, perhaps by its address.
        match self.enclosing(idx) {
            Some(open) if self.text(open) == "(" => self.argument_stays(idx, open, depth),
            _ => false,
        }
    }

    /// Whether `<-` takes from what follows; else it sends it, or is part of a type.
    pub(super) fn is_receive(&self, arrow: usize) -> bool {
        let before = self.before(arrow);
        let is_operand = before == ")" || before == "]" || before == "}" || {
            let it = arrow.checked_sub(1).and_then(|it| self.tokens.get(it));
            it.is_some_and(|it| it.is_name() && !is_keyword(it.text))
        };
        let on_same_line = arrow > 0 && self.line(arrow - 1) == self.line(arrow);
        before != "chan" && self.text(arrow + 1) != "chan" && !(is_operand && on_same_line)
    }

    /// Whether `<-` sends to what stands before it.
    pub(super) fn is_send(&self, arrow: usize) -> bool {
        let before = self.before(arrow);
        before != "chan" && self.text(arrow + 1) != "chan" && !self.is_receive(arrow)
    }

    /// Whether each literal around a use is started, deferred or run at once, up to the function.
    /// One that is kept or handed over may be run by anybody, at any time.
    fn literals_are_run_here(&self, idx: usize) -> bool {
        self.functions_around(idx).take_while(|it| it.name.is_none()).all(|it| {
            match self.before(it.start) {
                "go" | "defer" => true,
                ":=" => self.is_only_called(self.before(it.start - 1), it.start),
                "(" => {
                    let open = it.start - 1;
                    matches!(self.before(open), "Go" | "TryGo" | "Do")
                        && self.before(open - 1) == "."
                }
                // Called at once: `func() { .. }()`.
                _ => {
                    self.text(it.body.1 + 1) == "("
                        && self.line(it.body.1 + 1) == self.line(it.body.1)
                }
            }
        })
    }

    /// Whether a variable that holds a literal is called, and nothing else is done with it.
    fn is_only_called(&self, name: &str, literal: usize) -> bool {
        let Some(function) = self.named_around(literal) else { return false };
        (function.body.0 + 1..function.body.1)
            .filter(|it| self.text(*it) == name && self.before(*it) != ".")
            .all(|it| self.text(it + 1) == "(" || it + 2 == literal)
    }

    fn argument_stays(&self, idx: usize, open: usize, depth: usize) -> bool {
        let callee = self.before(open);
        if callee == "}" {
            // The arguments of a literal that is called at once.
            let body = self.pairs[open - 1];
            let Some(literal) = self.functions.iter().find(|it| it.body.0 == body) else {
                return false;
            };
            return self.parameter_stays(literal, idx, open, depth);
        }
        if self.before(open - 1) == "." {
            let package = open.checked_sub(3).map_or("", |it| self.text(it));
            let is_library = match package {
                "io" | "bufio" | "context" | "sync" | "time" => true,
                "fmt" => callee.starts_with("Fprint"),
                _ => false,
            };
            if is_library {
                return true;
            }
        }
        match callee {
            "close" | "len" | "cap" | "make" => true,
            _ => self.named(callee).is_some_and(|it| self.parameter_stays(it, idx, open, depth)),
        }
    }

    fn parameter_stays(
        &self,
        callee: &Function<'a>,
        idx: usize,
        open: usize,
        depth: usize,
    ) -> bool {
        let position = self.parts(open).iter().position(|it| it.contains(&idx));
        let param = position.and_then(|it| callee.params.get(it));
        depth < MOST_DEPTH && param.is_some_and(|it| self.stays(it, callee.body, depth + 1))
    }
}

pub(super) fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "case" | "return" | "go" | "defer" | "range" | "if" | "for" | "switch" | "else" | "select"
    )
}
