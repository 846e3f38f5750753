//! Takes a function's name apart: which package it belongs to.

use std::borrow::Cow;

/// The import path of a function's package: `example.com/x/y` of `example.com/x/y.(*T).Run`,
/// `main` of `main.hash[...]`. Empty for names that Go did not make.
///
/// Source: `cmd/internal/objabi.PathToPrefix`: dots in the last element, and all that is not
/// printable, stand as `%xx`.
pub fn package_path(function: &str) -> Cow<'_, str> {
    unescape(&function[..package_end(function).unwrap_or(0)])
}

/// What follows the package: `(*T).Run` of `example.com/x/y.(*T).Run`; all of a name without one.
pub(super) fn symbol(function: &str) -> &str {
    &function[package_end(function).map_or(0, |it| it + 1)..]
}

/// The index of the dot behind the package.
fn package_end(function: &str) -> Option<usize> {
    // Type arguments hold paths of their own.
    let name = function.split('[').next().unwrap_or_default();
    let last_element = name.rfind('/').map_or(0, |it| it + 1);
    Some(last_element + name[last_element..].find('.')?)
}

fn unescape(prefix: &str) -> Cow<'_, str> {
    if !prefix.contains('%') {
        return Cow::Borrowed(prefix);
    }
    let mut bytes = Vec::with_capacity(prefix.len());
    let mut rest = prefix.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let digits = tail.get(..2).and_then(|it| std::str::from_utf8(it).ok());
        match digits.and_then(|it| u8::from_str_radix(it, 16).ok()) {
            Some(byte) if first == b'%' => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::package_path;

    #[test]
    fn takes_names_apart() {
        for (function, expected) in [
            ("main.main", "main"),
            ("main.(*T).Run.func1", "main"),
            ("example.com/x/y.(*Plugin[...]).fetch", "example.com/x/y"),
            ("example.com/x.Map[example.com/z.K,go.shape.int]", "example.com/x"),
            ("gopkg.in/yaml%2ev3.(*parser).parse", "gopkg.in/yaml.v3"),
            ("runtime.gopark", "runtime"),
            ("a%b/%e4.f", "a%b/\u{fffd}"),
            ("%\u{e4}\u{e4}.f", "%\u{e4}\u{e4}"),
            ("_Cfunc_sleep", ""),
            ("", ""),
        ] {
            assert_eq!(package_path(function), expected, "{function}");
        }
    }
}
