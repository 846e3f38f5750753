//! Turns the labels of a goroutine's header into pairs of text.
//!
//! `"key": "value", "key2": "value2"}` in Go 1.26; from Go 1.27 only text with a character that is
//! not `[A-Za-z0-9./_]` is quoted. Quoted text is escaped as `runtime.printquoted` does.

use crate::decode::limits;

/// Pairs in the order written; as many as a sample may have.
pub(super) type Labels = Vec<(String, String)>;

/// Reads labels up to and with the closing brace; returns what stands after it.
pub(super) fn labels(mut text: &[u8]) -> Option<(Labels, &[u8])> {
    let mut labels = Vec::new();
    loop {
        let (key, rest) = word(text)?;
        let (value, rest) = word(rest.strip_prefix(b": ")?)?;
        if labels.len() < limits::LABELS {
            labels.push((key, value));
        }
        if let Some(rest) = rest.strip_prefix(b"}") {
            return Some((labels, rest));
        }
        text = rest.strip_prefix(b", ")?;
    }
}

/// One key or value, quoted or not.
fn word(text: &[u8]) -> Option<(String, &[u8])> {
    if let Some(quoted) = text.strip_prefix(b"\"") {
        return unquote(quoted);
    }
    let is_plain = |it: &u8| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'/' | b'_');
    let end = text.iter().position(|it| !is_plain(it))?;
    Some((String::from_utf8_lossy(&text[..end]).into_owned(), &text[end..]))
}

/// Reads up to the closing quote.
fn unquote(mut text: &[u8]) -> Option<(String, &[u8])> {
    let mut out = Vec::new();
    loop {
        let (first, rest) = text.split_first()?;
        text = rest;
        match first {
            b'"' => return Some((String::from_utf8_lossy(&out).into_owned(), text)),
            b'\\' => text = unescape(text, &mut out)?,
            other => out.push(*other),
        }
    }
}

/// Reads one escape, without its backslash.
fn unescape<'a>(text: &'a [u8], out: &mut Vec<u8>) -> Option<&'a [u8]> {
    let (kind, rest) = text.split_first()?;
    let n_digits = match kind {
        b'n' => return push(out, b'\n', rest),
        b'r' => return push(out, b'\r', rest),
        b't' => return push(out, b'\t', rest),
        b'"' | b'\\' => return push(out, *kind, rest),
        b'x' => 2,
        b'u' => 4,
        b'U' => 8,
        _ => return None,
    };
    let (digits, rest) = rest.split_at_checked(n_digits)?;
    let code = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    if *kind == b'x' {
        // A byte that was no UTF-8, or a control character: the same byte either way.
        return push(out, code as u8, rest);
    }
    let it = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    out.extend_from_slice(it.encode_utf8(&mut [0; 4]).as_bytes());
    Some(rest)
}

fn push<'a>(out: &mut Vec<u8>, byte: u8, rest: &'a [u8]) -> Option<&'a [u8]> {
    out.push(byte);
    Some(rest)
}
