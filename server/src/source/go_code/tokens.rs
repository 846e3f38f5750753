//! Splits Go source into tokens: names, operators and literals, with their lines.

/// A token, by reference to the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) text: &'a str,
    /// 1-based.
    pub(super) line: u32,
}

impl Token<'_> {
    /// A name or a keyword.
    pub(super) fn is_name(&self) -> bool {
        self.text.starts_with(|it: char| it == '_' || it.is_alphabetic())
    }
}

/// Operators of more than one character that mean something here.
const LONG: [&str; 7] = ["<-", ":=", "...", "==", "!=", "<=", ">="];

/// The tokens of a file, without comments. Text that is no Go gives tokens, too, and never fails.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let (mut at, mut line) = (0, 1);
    while let Some(first) = bytes.get(at) {
        let start = at;
        match first {
            b'\n' => {
                line += 1;
                at += 1;
                continue;
            }
            b' ' | b'\t' | b'\r' => {
                at += 1;
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at = find(bytes, at, b'\n');
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                let end = text[at + 2..].find("*/").map_or(bytes.len(), |it| at + it + 4);
                line += n_lines(&bytes[at..end]);
                at = end;
                continue;
            }
            b'`' => at = (find(bytes, at + 1, b'`') + 1).min(bytes.len()),
            b'"' | b'\'' => at = end_of_quoted(bytes, at),
            _ if is_word(*first) => {
                at += bytes[at..].iter().take_while(|it| is_word(**it)).count();
            }
            _ => {
                let rest = &text[at..];
                let long = LONG.iter().find(|it| rest.starts_with(**it));
                at += long
                    .map_or_else(|| rest.chars().next().map_or(1, char::len_utf8), |it| it.len());
            }
        }
        out.push(Token { text: &text[start..at], line });
        line += n_lines(&bytes[start..at]);
    }
    out
}

/// Letters beyond ASCII are parts of words: no operator has any.
fn is_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

fn find(bytes: &[u8], from: usize, wanted: u8) -> usize {
    memchr::memchr(wanted, &bytes[from.min(bytes.len())..]).map_or(bytes.len(), |it| from + it)
}

fn n_lines(bytes: &[u8]) -> u32 {
    memchr::memchr_iter(b'\n', bytes).count() as u32
}

/// The index after the closing quote; a line break ends it, too.
fn end_of_quoted(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(it) = bytes.get(at) {
        match it {
            b'\\' => at += 2,
            b'\n' => return at,
            it if *it == bytes[start] => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        tokens(text).into_iter().map(|it| it.text).collect()
    }

    #[test]
    fn splits() {
        assert_eq!(split("a := <-ch // x\nb"), ["a", ":=", "<-", "ch", "b"]);
        assert_eq!(split("ch<-\"a\\\"<-\" /* { */ 'x'"), ["ch", "<-", "\"a\\\"<-\"", "'x'"]);
        assert_eq!(split("f(xs...) `{\n`}"), ["f", "(", "xs", "...", ")", "`{\n`", "}"]);
        assert_eq!(split("größe != 1.5"), ["größe", "!=", "1", ".", "5"]);
        assert_eq!(tokens("a\n`\n\n`\nb").last().unwrap().line, 5);
        for odd in ["\"", "'\\", "/*", "`", "\"a\nb", "…\u{0}\u{7f}", "\\"] {
            tokens(odd);
        }
    }
}
