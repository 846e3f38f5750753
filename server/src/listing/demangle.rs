//! Function names as `go tool pprof` prints them.
//!
//! pprof takes Go names for C++ ones where they hold `<`, `>`, `[` or `]`, and cuts what stands
//! in parentheses and angle brackets: `main.(*T).M[go.shape.int]` becomes
//! `main..M[go.shape.int]`. Reports that are compared with pprof's group by these names;
//! editors show the true ones.
//!
//! Source: `internal/symbolizer` of github.com/google/pprof (`demangleSingleFunction`).

use std::borrow::Cow;

use crate::model::{Function, Profile};

/// The name of a function as pprof prints it.
pub(super) fn pprof_name<'a>(profile: &'a Profile, function: &Function) -> Cow<'a, str> {
    let (name, system_name) = (profile.str(function.name), profile.str(function.system_name));
    if !name.is_empty() && system_name != name {
        return Cow::Borrowed(name);
    }
    cut_brackets(system_name)
}

fn cut_brackets(name: &str) -> Cow<'_, str> {
    // Most names have none of these, and are looked through once.
    let is_plain = !name.bytes().any(|it| matches!(it, b'<' | b'>' | b'[' | b']' | b':'));
    if is_plain || name.contains(".<") || name.contains("]).") {
        return Cow::Borrowed(name);
    }
    let looks_like_cpp = name.contains(['<', '>', '[', ']']) || name.contains("::");
    if !looks_like_cpp {
        return Cow::Borrowed(name);
    }
    let without_parameters = cut_balanced(name, b'(', b')');
    Cow::Owned(cut_balanced(&without_parameters, b'<', b'>'))
}

/// Removes every outermost balanced pair and what it encloses. A closing bracket too many ends
/// the search; an opening one too many keeps all that follows it.
fn cut_balanced(name: &str, open: u8, close: u8) -> String {
    let mut out = String::with_capacity(name.len());
    let (mut kept_to, mut first, mut depth) = (0, 0, 0usize);
    for (at, byte) in name.bytes().enumerate() {
        if byte == open {
            if depth == 0 {
                first = at;
            }
            depth += 1;
        } else if byte == close {
            if depth == 0 {
                break;
            }
            depth -= 1;
            if depth == 0 {
                out.push_str(&name[kept_to..first]);
                kept_to = at + 1;
            }
        }
    }
    out.push_str(&name[kept_to..]);
    out
}

#[cfg(test)]
mod tests {
    use super::cut_brackets;

    #[test]
    fn cuts_what_pprof_cuts() {
        for (name, expected) in [
            ("main.(*T).Run", "main.(*T).Run"),
            ("main.(*T).GM[go.shape.int]", "main..GM[go.shape.int]"),
            (
                "main.Fn[go.shape.int,go.shape.func(int, string) error]",
                "main.Fn[go.shape.int,go.shape.func error]",
            ),
            ("main.(*L[go.shape.string]).Meth", "main.(*L[go.shape.string]).Meth"),
            ("a::b<c>(d)", "a::b"),
            ("odd)[(x)", "odd)[(x)"),
            ("a[((b)", "a[((b)"),
            ("a[(b)c(d)e", "a[ce"),
        ] {
            assert_eq!(cut_brackets(name), expected);
        }
    }
}
