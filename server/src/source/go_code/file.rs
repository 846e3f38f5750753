//! Finds the functions, function literals and loops of a Go file.

use super::tokens::{Token, tokens};

/// A file, split.
#[derive(Debug)]
pub(super) struct GoFile<'a> {
    pub(super) tokens: Vec<Token<'a>>,
    /// For each bracket the index of the one that it belongs to; itself where there is none.
    pub(super) pairs: Vec<usize>,
    /// In the order of their bodies' ends: inner ones before outer ones.
    pub(super) functions: Vec<Function<'a>>,
    pub(super) loops: Vec<Loop>,
}

/// A function or a function literal.
#[derive(Debug, Clone)]
pub(super) struct Function<'a> {
    /// None for a literal.
    pub(super) name: Option<&'a str>,
    pub(super) params: Vec<&'a str>,
    /// Index of the keyword.
    pub(super) start: usize,
    /// Indices of the braces.
    pub(super) body: (usize, usize),
}

/// A `for` statement.
#[derive(Debug, Clone, Copy)]
pub(super) struct Loop {
    pub(super) kind: LoopKind,
    /// Index of the keyword.
    pub(super) start: usize,
    /// Indices of the braces.
    pub(super) body: (usize, usize),
}

/// What ends a loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LoopKind {
    /// Nothing that stands in its header.
    Endless,
    /// A condition.
    While,
    /// The end of what it ranges over.
    Range,
    /// A count.
    Counted,
}

impl<'a> GoFile<'a> {
    pub(super) fn new(text: &'a str) -> GoFile<'a> {
        let tokens = tokens(text);
        let pairs = pairs(&tokens);
        let mut file = GoFile { tokens, pairs, functions: Vec::new(), loops: Vec::new() };
        for idx in 0..file.tokens.len() {
            match file.tokens[idx].text {
                "func" => {
                    // A result that is a function type has no body of its own.
                    let found = file.function(idx);
                    let is_known = |it: &Function<'_>| {
                        file.functions.iter().any(|known| known.body == it.body)
                    };
                    let found = found.filter(|it| !is_known(it));
                    file.functions.extend(found);
                }
                "for" => file.loops.extend(file.for_loop(idx)),
                _ => {}
            }
        }
        file.functions.sort_by_key(|it| it.body.1);
        file
    }

    /// The text of a token; empty where there is none.
    pub(super) fn text(&self, idx: usize) -> &'a str {
        self.tokens.get(idx).map_or("", |it| it.text)
    }

    /// The text of the token before.
    pub(super) fn before(&self, idx: usize) -> &'a str {
        idx.checked_sub(1).map_or("", |it| self.text(it))
    }

    pub(super) fn line(&self, idx: usize) -> u32 {
        self.tokens.get(idx).map_or(0, |it| it.line)
    }

    /// Indices of the tokens of a line.
    pub(super) fn on_line(&self, line: u32) -> std::ops::Range<usize> {
        let start = self.tokens.partition_point(|it| it.line < line);
        start..self.tokens.partition_point(|it| it.line <= line)
    }

    /// The functions around a token, innermost first.
    pub(super) fn functions_around(&self, idx: usize) -> impl Iterator<Item = &Function<'a>> {
        self.functions.iter().filter(move |it| it.body.0 < idx && idx < it.body.1)
    }

    /// The named function around a token.
    pub(super) fn named_around(&self, idx: usize) -> Option<&Function<'a>> {
        self.functions_around(idx).find(|it| it.name.is_some())
    }

    /// The only function or method of this name; none when there are several.
    pub(super) fn named(&self, name: &str) -> Option<&Function<'a>> {
        let mut all = self.functions.iter().filter(|it| it.name == Some(name));
        all.next().filter(|_| all.next().is_none())
    }

    /// The index of the bracket that encloses a token: `(`, `[` or `{`.
    pub(super) fn enclosing(&self, idx: usize) -> Option<usize> {
        let mut at = idx;
        while at > 0 {
            at -= 1;
            match self.text(at) {
                ")" | "]" | "}" if self.pairs[at] < at => at = self.pairs[at],
                "(" | "[" | "{" => return Some(at),
                _ => {}
            }
        }
        None
    }

    /// The parts of a bracket's content between its commas, as ranges of tokens.
    pub(super) fn parts(&self, open: usize) -> Vec<std::ops::Range<usize>> {
        let end = self.pairs[open];
        let mut out = Vec::new();
        let (mut start, mut at) = (open + 1, open + 1);
        while at < end {
            match self.text(at) {
                "(" | "[" | "{" if self.pairs[at] > at => at = self.pairs[at],
                "," => {
                    out.push(start..at);
                    start = at + 1;
                }
                _ => {}
            }
            at += 1;
        }
        if start < end {
            out.push(start..end);
        }
        out
    }

    fn function(&self, start: usize) -> Option<Function<'a>> {
        let mut at = start + 1;
        let mut name = None;
        // A receiver, or the parameters of a literal.
        if self.text(at) == "(" && self.tokens.get(self.pairs[at] + 1)?.is_name() {
            let after = self.pairs[at] + 1;
            if matches!(self.text(after + 1), "(" | "[") && self.enclosing(start).is_none() {
                at = after;
            }
        }
        if self.tokens.get(at)?.is_name() {
            name = Some(self.text(at));
            at += 1;
            if self.text(at) == "[" {
                at = self.pairs[at] + 1;
            }
        }
        if self.text(at) != "(" {
            return None;
        }
        let params = self.parts(at).into_iter().map(|it| self.text(it.start)).collect();
        at = self.pairs[at] + 1;
        // Results, up to the body; a type has none.
        loop {
            match self.text(at) {
                "{" => break,
                "struct" | "interface" if self.text(at + 1) == "{" => at = self.pairs[at + 1] + 1,
                "(" | "[" => at = self.pairs[at] + 1,
                "chan" | "<-" | "*" | "." | "map" => at += 1,
                _ if self.tokens.get(at)?.is_name() && self.line(at) == self.line(at - 1) => {
                    at += 1
                }
                _ => return None,
            }
            if at <= start {
                return None;
            }
        }
        (self.pairs[at] > at).then(|| Function { name, params, start, body: (at, self.pairs[at]) })
    }

    fn for_loop(&self, start: usize) -> Option<Loop> {
        let mut at = start + 1;
        let (mut n_semicolons, mut is_range) = (0, false);
        loop {
            match self.text(at) {
                "{" => break,
                "struct" | "interface" if self.text(at + 1) == "{" => at = self.pairs[at + 1],
                "(" | "[" if self.pairs[at] > at => at = self.pairs[at],
                ";" => n_semicolons += 1,
                "range" => is_range = true,
                "" | "}" | ")" => return None,
                _ => {}
            }
            at += 1;
        }
        let kind = match (at == start + 1, is_range, n_semicolons) {
            (true, ..) => LoopKind::Endless,
            (_, true, _) => LoopKind::Range,
            (_, _, 0) => LoopKind::While,
            // `for n := 0; ; n++` counts and does not end.
            _ if self.has_no_condition(start, at) => LoopKind::Endless,
            _ => LoopKind::Counted,
        };
        (self.pairs[at] > at).then_some(Loop { kind, start, body: (at, self.pairs[at]) })
    }

    fn has_no_condition(&self, start: usize, end: usize) -> bool {
        (start..end).any(|it| self.text(it) == ";" && self.text(it + 1) == ";")
    }
}

fn pairs(tokens: &[Token<'_>]) -> Vec<usize> {
    let mut pairs: Vec<usize> = (0..tokens.len()).collect();
    let mut open = Vec::new();
    for (idx, token) in tokens.iter().enumerate() {
        match token.text {
            "(" | "[" | "{" => open.push(idx),
            ")" | "]" | "}" => {
                if let Some(start) = open.pop() {
                    pairs[start] = idx;
                    pairs[idx] = start;
                }
            }
            _ => {}
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_functions_and_loops() {
        let text = "package p
func (it *T[K]) Run(ctx, stop <-chan struct{}, f func() error) (chan struct{}, error) {
	go func(n int) { for { <-stop } }(1)
	for a, b := range xs { use(a, b) }
	for i := 0; i < 3; i++ {}
	for n := 0; ; n++ {}
	for it.ok() {}
}
type f func(int) string
func Map[T any](x T) func() T { return func() T { return x } }
var g = func() {}
";
        let file = GoFile::new(text);
        let names: Vec<_> = file.functions.iter().map(|it| (it.name, it.params.clone())).collect();
        assert_eq!(
            names,
            [
                (None, vec!["n"]),
                (Some("Run"), vec!["ctx", "stop", "f"]),
                (None, vec![]),
                (Some("Map"), vec!["x"]),
                (None, vec![]),
            ]
        );
        let kinds: Vec<LoopKind> = file.loops.iter().map(|it| it.kind).collect();
        assert_eq!(
            kinds,
            [
                LoopKind::Endless,
                LoopKind::Range,
                LoopKind::Counted,
                LoopKind::Endless,
                LoopKind::While
            ]
        );
        for odd in ["func", "func (", "for {", "for", "func f(", "}{", "func (a", "for ; {"] {
            GoFile::new(odd);
        }
    }
}
