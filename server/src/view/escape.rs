//! Makes text from a profile safe to show: names, paths and labels may hold anything.

use std::borrow::Cow;

/// Longest piece of foreign text that is shown, in characters.
const MOST_CHARS: usize = 4096;

/// One line of plain text: for a terminal, a message or a lens.
///
/// Control characters, line breaks, bidirectional marks and zero-width characters become visible
/// escapes, so that nothing can move the cursor, colour the rest or pretend to be other text.
pub fn plain(text: &str) -> Cow<'_, str> {
    let is_plain = |it: char| !is_hidden(it);
    let is_printed = |it: u8| matches!(it, b' '..=b'~');
    let is_safe = text.bytes().all(is_printed) || text.chars().all(is_plain);
    if text.len() <= MOST_CHARS && is_safe {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().min(MOST_CHARS) + 16);
    for (idx, it) in text.chars().enumerate() {
        if idx == MOST_CHARS {
            out.push('…');
            break;
        }
        if is_hidden(it) { out.extend(it.escape_default()) } else { out.push(it) }
    }
    Cow::Owned(out)
}

/// One line of Markdown that renders as the text itself: no link, no markup, no HTML.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for it in plain(text).chars() {
        // CommonMark: a backslash before ASCII punctuation makes it literal.
        if it.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(it);
    }
    out
}

/// Markdown that renders as the text itself in the editor's code font, and reads well raw.
pub fn code_span(text: &str) -> String {
    let text = plain(text);
    // CommonMark: the fence is longer than any run of backticks inside.
    let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.is_empty() || text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Characters that do something instead of showing something.
fn is_hidden(it: char) -> bool {
    it.is_control()
        || matches!(it,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_would_do_something() {
        assert_eq!(plain("main.(*T).Run[...]"), "main.(*T).Run[...]");
        assert_eq!(plain("a\x1b[31mb\r\nc"), "a\\u{1b}[31mb\\r\\nc");
        assert_eq!(plain("x\u{202e}y\u{200b}z"), "x\\u{202e}y\\u{200b}z");
        assert_eq!(plain(&"n".repeat(9000)).chars().count(), MOST_CHARS + 1);
    }

    #[test]
    fn markdown_has_no_markup_left() {
        assert_eq!(markdown("[x](command:y)"), "\\[x\\]\\(command\\:y\\)");
        assert_eq!(markdown("<img>\n`a`"), "\\<img\\>\\\\n\\`a\\`");
    }

    #[test]
    fn code_spans_cannot_be_closed_from_inside() {
        assert_eq!(code_span("main.(*T).Run"), "`main.(*T).Run`");
        assert_eq!(code_span("a`b``c"), "```a`b``c```");
        assert_eq!(code_span("`"), "`` ` ``");
        assert_eq!(code_span(""), "`  `");
    }
}
