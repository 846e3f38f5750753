//! Regular expressions as Go reads them: people bring the ones they use with pprof.
//!
//! Go's syntax is RE2's, which the regex crate's is too, but for what is translated here. Source:
//! the documentation of Go's `regexp/syntax`.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use regex::Regex;

/// A regular expression, with the text that it was written as.
#[derive(Debug, Clone)]
pub struct Expression {
    text: String,
    compiled: Regex,
}

impl Expression {
    /// Whether the expression is found anywhere in a text.
    pub fn is_match(&self, text: &str) -> bool {
        self.compiled.is_match(text)
    }

    /// The same in the regex crate's words.
    pub(super) fn translated(&self) -> String {
        translated(&self.text)
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

impl FromStr for Expression {
    type Err = regex::Error;

    fn from_str(text: &str) -> Result<Expression, regex::Error> {
        Ok(Expression { text: text.to_owned(), compiled: Regex::new(&translated(text))? })
    }
}

impl Display for Expression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The same expression in the regex crate's words.
fn translated(mut rest: &str) -> String {
    let mut out = String::with_capacity(rest.len() + 8);
    while let Some(next) = rest.chars().next() {
        if let Some(quoted) = rest.strip_prefix(r"\Q") {
            let (text, tail) = quoted.split_once(r"\E").unwrap_or((quoted, ""));
            out += &regex::escape(text);
            rest = tail;
        } else if next == '\\' {
            rest = escape(rest, &mut out);
        } else if next == '[' {
            rest = class(rest, &mut out);
        } else {
            // A brace that repeats nothing stands for itself.
            if next == '{' && !is_repetition(rest) {
                out.push('\\');
            }
            out.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    out
}

/// `{2}`, `{2,}` or `{2,3}`.
fn is_repetition(rest: &str) -> bool {
    let is_number = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    let inside = rest.strip_prefix('{').and_then(|it| it.split_once('}'));
    inside.is_some_and(|(inside, _)| match inside.split_once(',') {
        Some((least, most)) => is_number(least) && (most.is_empty() || is_number(most)),
        None => is_number(inside),
    })
}

/// Translates what starts with a backslash: Go's classes know ASCII alone.
fn escape<'a>(rest: &'a str, out: &mut String) -> &'a str {
    let mut chars = rest.chars();
    chars.next();
    match chars.next() {
        Some('d') => out.push_str("[0-9]"),
        Some('D') => out.push_str("[^0-9]"),
        Some('w') => out.push_str("[0-9A-Za-z_]"),
        Some('W') => out.push_str("[^0-9A-Za-z_]"),
        Some('s') => out.push_str(r"[\t\n\x0c\r ]"),
        Some('S') => out.push_str(r"[^\t\n\x0c\r ]"),
        Some('b') => out.push_str(r"(?-u:\b)"),
        // These would be the edges of words.
        Some(it @ ('<' | '>')) => out.push(it),
        Some(it) => {
            out.extend(['\\', it]);
            // `\x{e9}`, `\p{Greek}`.
            let braces = chars.as_str();
            if matches!(it, 'x' | 'p' | 'P')
                && braces.starts_with('{')
                && let Some(end) = braces.find('}')
            {
                out.push_str(&braces[..=end]);
                return &braces[end + 1..];
            }
        }
        None => out.push('\\'),
    }
    chars.as_str()
}

/// Translates a class: within one, Go has no sets and no operators on them.
fn class<'a>(rest: &'a str, out: &mut String) -> &'a str {
    out.push('[');
    let mut rest = &rest[1..];
    if let Some(it) = rest.strip_prefix('^') {
        out.push('^');
        rest = it;
    }
    let mut is_first = true;
    while let Some(next) = rest.chars().next() {
        if next == ']' && !is_first {
            out.push(']');
            return &rest[1..];
        }
        is_first = false;
        let named = rest.strip_prefix("[:").and_then(|it| it.find(":]"));
        if let Some(len) = named {
            let (name, tail) = rest.split_at(len + 4);
            out.push_str(name);
            rest = tail;
            continue;
        }
        rest = literal(rest, out);
        if let Some(end) = rest.strip_prefix('-')
            && !end.is_empty()
            && !end.starts_with(']')
        {
            out.push('-');
            rest = literal(end, out);
        }
    }
    // It never ends: the regex crate says so.
    rest
}

/// Translates one character of a class.
fn literal<'a>(rest: &'a str, out: &mut String) -> &'a str {
    match rest.chars().next() {
        Some('\\') => escape(rest, out),
        Some(it) => {
            if it.is_ascii_punctuation() {
                out.push('\\');
            }
            out.push(it);
            &rest[it.len_utf8()..]
        }
        None => rest,
    }
}

#[cfg(test)]
mod tests {
    use super::{Expression, translated};

    #[test]
    fn says_the_same_in_other_words() {
        for (go, expected) in [
            (r"main\.(work|run)$", r"main\.(work|run)$"),
            ("interface {}", r"interface \{}"),
            ("a{2,}b{,3}", r"a{2,}b\{,3}"),
            ("[[]int", r"[\[]int"),
            ("[]a-z&&~~-]", r"[\]a-z\&\&\~\~\-]"),
            ("[^[:alpha:]+--]", r"[^[:alpha:]\+-\-]"),
            (r"\Q[a](\E.", r"\[a\]\(."),
            (r"\w[\d.]\<", r"[0-9A-Za-z_][[0-9]\.]<"),
            (r"\x{e9}\pL\p{Greek}\z", r"\x{e9}\pL\p{Greek}\z"),
        ] {
            assert_eq!(translated(go), expected);
            go.parse::<Expression>().unwrap();
        }
    }

    #[test]
    fn survives_what_is_no_expression() {
        for text in ["[", "[^", "[a-", "[a\\", "\\", "(", "[[:x:]", r"\Q", "{", "[é-", "[]"] {
            let _ = text.parse::<Expression>();
        }
    }
}
