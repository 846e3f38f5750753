//! Finds the top-level functions of a Go file, and says which of them a profile's name speaks of.
//!
//! It is asked after every keystroke, also about text that is no Go at that moment: it reads the
//! text once, keeps only functions, and begins anew at every `func` in the first column.

use super::package::symbol;

/// The top-level functions of a text, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decls {
    all: Vec<Decl>,
    /// Indices into `all`, by name.
    by_name: Vec<usize>,
}

/// A top-level function or method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decl {
    /// `Run`, or `T.Run` for a method of `T` or `*T`; without type parameters.
    pub name: String,
    /// Line of `func`, 1-based.
    pub first_line: u32,
    /// Line of the closing brace.
    pub last_line: u32,
}

impl Decls {
    /// Reads a text.
    pub fn of(text: &str) -> Decls {
        let mut reader = Reader { bytes: text.as_bytes(), at: 0, line: 1 };
        let mut all: Vec<Decl> = Vec::new();
        while reader.skip_to_func() {
            let (start, first_line) = (reader.at, reader.line);
            reader.skip_decl();
            let end = text.len().min(reader.at);
            if let Some(name) = text.get(start..end).and_then(name) {
                all.push(Decl { name, first_line, last_line: reader.line });
            }
        }
        let mut by_name: Vec<usize> = (0..all.len()).collect();
        by_name.sort_by_key(|it| &all[*it].name);
        Decls { all, by_name }
    }

    /// All, by line.
    pub fn iter(&self) -> impl Iterator<Item = &Decl> {
        self.all.iter()
    }

    /// The function whose `func` is on a line.
    pub fn at(&self, line: u32) -> Option<&Decl> {
        self.around(line).filter(|it| it.first_line == line)
    }

    /// The function around a line.
    pub fn around(&self, line: u32) -> Option<&Decl> {
        let idx = self.all.partition_point(|it| it.first_line <= line).checked_sub(1)?;
        Some(&self.all[idx]).filter(|it| line <= it.last_line)
    }

    /// Whether a function of a profile cannot have this line: because it stands elsewhere in the
    /// text. Says nothing of functions that are not found by their names.
    pub fn contradicts(&self, function: &str, line: u32) -> bool {
        // `init` is what sets the package's variables, too, wherever they stand.
        let is_anywhere = parts(function).first().is_none_or(|it| matches!(*it, "init" | "glob"));
        !is_anywhere
            && self.around(line).is_none_or(|it| !it.may_hold(function))
            && self.all.iter().any(|it| it.may_hold(function))
    }

    /// The only function of this name, as [`Decl::name`] has it; none when there are several.
    pub fn named(&self, name: &str) -> Option<&Decl> {
        let name_at = |idx: usize| self.all[idx].name.as_str();
        let start = self.by_name.partition_point(|it| name_at(*it) < name);
        let mut here = self.by_name[start..].iter().take_while(|it| name_at(**it) == name);
        let first = &self.all[*here.next()?];
        here.next().is_none().then_some(first)
    }

    /// The function that a name of a profile is that of, and not that of a literal inside it.
    pub fn of_function(&self, function: &str) -> Option<&Decl> {
        self.named(&own_name(function)?)
    }
}

impl Decl {
    /// Whether code of a function of a profile can stand in this one: because it is the function,
    /// or a literal in it, or because a literal that stands here was named after the function
    /// that it was inlined into.
    pub fn may_hold(&self, function: &str) -> bool {
        let parts = parts(function);
        let single = parts.iter().any(|it| *it == self.name);
        single
            || self.name.split_once('.').is_some_and(|(receiver, method)| {
                parts.windows(2).any(|it| it[0] == receiver && it[1] == method)
            })
    }
}

/// `T.Run` of `example.com/x.(*T[...]).Run`; none for literals and what the compiler made.
pub fn own_name(function: &str) -> Option<String> {
    let parts = parts(function);
    let is_plain = |it: &&str| !is_made(it);
    match parts.as_slice() {
        [name] if is_plain(name) => Some((*name).to_owned()),
        // `init.0`, `f.func1` and `f.f2` of a literal look like a method of a type `f`.
        [receiver, method] if is_plain(receiver) && is_plain(method) => {
            Some(format!("{receiver}.{method}"))
        }
        _ => None,
    }
}

/// `func1`, `gowrap2`, `deferwrap1`, `0`, `init`, and the empty part of `glob..func1`.
fn is_made(part: &str) -> bool {
    let word = part.trim_end_matches(|it: char| it.is_ascii_digit());
    word.is_empty()
        || (word.len() < part.len() && matches!(word, "func" | "gowrap" | "deferwrap"))
        || matches!(part, "init" | "glob")
}

/// The parts of a name after its package: `T`, `Run`, `func1` of `x.(*T[...]).Run.func1-range2`.
///
/// Source: `cmd/compile/internal/ir` (`closureName`) and `cmd/internal/objabi`.
fn parts(function: &str) -> Vec<&str> {
    let symbol = symbol(function);
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0usize);
    for (at, byte) in symbol.bytes().enumerate() {
        match byte {
            b'[' | b'(' => depth += 1,
            b']' | b')' => depth = depth.saturating_sub(1),
            b'.' if depth == 0 => {
                parts.push(part(&symbol[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(part(&symbol[start..]));
    parts
}

/// Without pointer, type arguments and the marks of wrappers and of loop bodies.
fn part(text: &str) -> &str {
    let text = text.trim_start_matches(['(', '*']);
    text.split(['[', ')', '-']).next().unwrap_or_default()
}

/// Whether a line begins with `func`.
pub(super) fn is_head(line: &[u8]) -> bool {
    let rest = line.strip_prefix(b"func").unwrap_or_default();
    matches!(rest.first(), Some(b' ' | b'(' | b'\t'))
}

/// `T.Run` of `func (it *T[K]) Run(...) {...}`.
pub(super) fn name(decl: &str) -> Option<String> {
    let rest = decl.strip_prefix("func")?.trim_start();
    let Some(rest) = rest.strip_prefix('(') else {
        return Some(word(rest)).filter(|it| !it.is_empty()).map(str::to_owned);
    };
    let (receiver, rest) = rest.split_once(')')?;
    let receiver = receiver.split('[').next()?.trim_end_matches(|it| !is_word(it));
    let receiver = &receiver[receiver.rfind(|it| !is_word(it)).map_or(0, |it| it + 1)..];
    let method = word(rest.trim_start());
    (!method.is_empty() && !receiver.is_empty()).then(|| format!("{receiver}.{method}"))
}

fn word(text: &str) -> &str {
    &text[..text.find(|it| !is_word(it)).unwrap_or(text.len())]
}

fn is_word(it: char) -> bool {
    it == '_' || it.is_alphanumeric()
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Of `at`, 1-based.
    line: u32,
}

impl Reader<'_> {
    /// Goes to the next `func` in the first column that is neither in a comment nor in a text.
    fn skip_to_func(&mut self) -> bool {
        while self.at < self.bytes.len() {
            if self.is_at_func() {
                return true;
            }
            self.step();
        }
        false
    }

    /// Goes to the end of the line on which a function ends, or to the next one.
    fn skip_decl(&mut self) {
        self.at += "func".len();
        let (mut depth, mut n_parens, mut has_body) = (0usize, 0usize, false);
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'{' => (depth, has_body) = (depth + 1, has_body || n_parens == 0),
                b'}' => depth = depth.saturating_sub(1),
                b'(' => n_parens += 1,
                b')' => n_parens = n_parens.saturating_sub(1),
                // A function of another language has no body.
                b'\n' if depth == 0 && n_parens == 0 => return,
                b'\n' if self.is_func(self.at + 1) => return,
                _ => {}
            }
            self.step();
        }
    }

    fn is_at_func(&self) -> bool {
        (self.at == 0 || self.bytes[self.at - 1] == b'\n') && self.is_func(self.at)
    }

    fn is_func(&self, at: usize) -> bool {
        is_head(&self.bytes[at.min(self.bytes.len())..])
    }

    /// Over one byte, comment or text.
    fn step(&mut self) {
        let rest = &self.bytes[self.at..];
        let n_bytes = match rest[0] {
            b'/' if rest.get(1) == Some(&b'/') => memchr::memchr(b'\n', rest).unwrap_or(rest.len()),
            b'/' if rest.get(1) == Some(&b'*') => {
                memchr::memmem::find(&rest[2..], b"*/").map_or(rest.len(), |it| it + 4)
            }
            b'`' => memchr::memchr(b'`', &rest[1..]).map_or(rest.len(), |it| it + 2),
            quote @ (b'"' | b'\'') => quoted(rest, quote),
            b'\n' => 1,
            _ => 1 + rest[1..].iter().take_while(|it| IS_PLAIN[usize::from(**it)]).count(),
        };
        let over = &rest[..n_bytes];
        if over[0] == b'\n' || n_bytes > 1 {
            self.line += memchr::memchr_iter(b'\n', over).count() as u32;
        }
        self.at += n_bytes;
    }
}

/// Length up to the closing quote; a line break ends it, too.
fn quoted(text: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while let Some(it) = text.get(at) {
        match it {
            b'\\' => at += 2,
            b'\n' => return at,
            it if *it == quote => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

/// Bytes that mean nothing here, whatever stands around them.
const IS_PLAIN: [bool; 256] = {
    let marks = *b"\n{}()\"'`/";
    let mut table = [true; 256];
    let mut idx = 0;
    while idx < marks.len() {
        table[marks[idx] as usize] = false;
        idx += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let decls = Decls::of(text);
        decls.iter().map(|it| format!("{} {}-{}", it.name, it.first_line, it.last_line)).collect()
    }

    #[test]
    fn finds_functions_and_methods() {
        let text = "package p

// func no() {
/*
func no() {
*/
var text = `
func no() {
`

func f(a interface{}, b struct {
	x int
}) (c chan struct{}) {
	s := \"}\" + `}` // }
	go func() { '}' }()
	return
}
func (it *T[K, V]) Run() { return }
func (T) Stop(x map[string]struct{}) {
}
func asm(x int) int
func Map[T any](x T) T { return x }
var g = func() {
}
func (
	it T,
) wide(
	x int,
) error {
	return nil
}
";
        assert_eq!(
            shown(text),
            ["f 11-17", "T.Run 18-18", "T.Stop 19-20", "asm 21-21", "Map 22-22", "T.wide 25-31",]
        );
    }

    #[test]
    fn begins_anew_at_a_function_when_braces_do_not_match() {
        assert_eq!(shown("func f() {\n\tif x {\n\nfunc g() {\n}\n"), ["f 1-3", "g 4-5"]);
        assert_eq!(shown("func f() {\n}}\nfunc g() {\n\t}"), ["f 1-2", "g 3-4"]);
        assert_eq!(shown("func f(\nfunc g() {}\n"), ["f 1-1", "g 2-2"]);
        for odd in ["func", "func ", "func (", "func (a", "func () {", "`", "\"\\", "/*", "'"] {
            assert!(Decls::of(odd).all.len() <= 1, "{odd}");
        }
    }

    #[test]
    fn finds_the_function_around_a_line() {
        let decls = Decls::of("func f() {\n}\n\nfunc g() {\n\tx()\n}\n");
        let around = |line| decls.around(line).map(|it| it.name.as_str());
        assert_eq!(
            [0, 1, 2, 3, 5, 6, 7].map(around),
            [None, Some("f"), Some("f"), None, Some("g"), Some("g"), None,]
        );
    }

    #[test]
    fn knows_functions_by_their_names_in_profiles() {
        for (function, expected) in [
            ("main.main", Some("main")),
            ("example.com/x/y.(*T).Run", Some("T.Run")),
            ("example.com/x.v2.T.Run", None),
            ("gopkg.in/yaml%2ev3.T.Run", Some("T.Run")),
            ("x.(*T[go.shape.int,a/b.C]).Run", Some("T.Run")),
            ("x.Map[a/b.C,go.shape.struct { x.d int }]", Some("Map")),
            ("main.main.func1", None),
            ("main.main.gowrap2", None),
            ("main.init.0", None),
            ("main.init", None),
            ("main.glob..func1", None),
            ("main.T.Run-fm", Some("T.Run")),
            ("main.f-range1", Some("f")),
            ("main.(*T).Run.f.func2", None),
            ("", None),
        ] {
            assert_eq!(own_name(function).as_deref(), expected, "{function}");
        }
    }

    #[test]
    fn knows_where_a_function_may_stand() {
        let decl = |name: &str| Decl { name: name.to_owned(), first_line: 1, last_line: 2 };
        for (name, function, expected) in [
            ("main", "main.main.func1.2", true),
            ("T.Run", "a/b.(*T[...]).Run.func1", true),
            ("T.Run", "a/b.(*T).Stop.func1", false),
            ("Run", "a/b.(*T).Stop", false),
            // A literal of `listen` that was inlined into `Update`.
            ("Plugin.listen", "a/b.(*Plugin).Update.(*Plugin).listen.func15", true),
            ("helper", "a/b.(*Plugin).Update.helper.func15", true),
            ("init", "main.init.0", true),
            ("f", "main.glob..func1", false),
        ] {
            assert_eq!(decl(name).may_hold(function), expected, "{name} {function}");
        }
    }

    proptest! {
        #[test]
        fn reads_anything(text in "(func |func \\(T\\) f|[a-f(){}\"'`/*\\\\\n\t.\\[\\]é ]){0,80}") {
            let decls = Decls::of(&text);
            let mut last = 0;
            for it in decls.iter() {
                prop_assert!(last < it.first_line && it.first_line <= it.last_line);
                prop_assert!(it.last_line as usize <= text.split('\n').count());
                last = it.last_line;
            }
            parts(&text);
            own_name(&text);
        }
    }
}
