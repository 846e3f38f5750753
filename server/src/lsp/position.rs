//! Turns LSP positions into byte offsets and back.
//!
//! Three ways to say where something is meet here:
//! - LSP position: line and character, both 0-based; the character counts UTF-16 units or, when
//!   negotiated, UTF-8 bytes. Lines end in `\n`, `\r\n` or a lone `\r`.
//! - Byte offset: 0-based, into the document's UTF-8 text; always on a character boundary here.
//! - Profile line: 1-based, and only `\n` ends a line, as the Go compiler counts.
//!
//! A position that is out of range is clamped to the end of its line or of the document, as the
//! specification says.

use tower_lsp::lsp_types;

/// What the `character` of a position counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Encoding {
    /// Bytes of UTF-8.
    Utf8,
    /// Units of UTF-16: what LSP assumes when nothing is said.
    #[default]
    Utf16,
}

/// The starts of the lines of one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LineIndex {
    /// Byte offset of each line's start; the first is 0.
    starts: Vec<usize>,
    /// The lines that end in a lone `\r`, ascending: a profile's line goes on behind them.
    lone_returns: Vec<usize>,
}

impl LineIndex {
    pub(crate) fn new(text: &str) -> LineIndex {
        let bytes = text.as_bytes();
        let (mut starts, mut lone_returns) = (vec![0], Vec::new());
        for idx in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            let is_newline = bytes[idx] == b'\n';
            if !is_newline && bytes.get(idx + 1) == Some(&b'\n') {
                continue;
            }
            if !is_newline {
                lone_returns.push(starts.len() - 1);
            }
            starts.push(idx + 1);
        }
        LineIndex { starts, lone_returns }
    }

    /// Byte offset of a position.
    pub(crate) fn offset(
        &self,
        text: &str,
        position: lsp_types::Position,
        encoding: Encoding,
    ) -> usize {
        let line_idx = position.line as usize;
        let Some(&start) = self.starts.get(line_idx) else { return text.len() };
        let line = self.line_text(text, line_idx);
        start + offset_in_line(line, position.character as usize, encoding)
    }

    /// Range of a whole line that a profile names (1-based), without its indentation and its
    /// end; the end of the document when the line is past it.
    pub(crate) fn profile_line_range(
        &self,
        text: &str,
        line: u32,
        encoding: Encoding,
    ) -> lsp_types::Range {
        let line_idx = self.line_idx_of(line);
        let line = self.line_text(text, line_idx);
        let n_indent = line.len() - line.trim_start().len();
        let end = line.trim_end().len().max(n_indent);
        let at = |offset: usize| {
            lsp_types::Position::new(line_idx as u32, width(&line[..offset], encoding) as u32)
        };
        lsp_types::Range::new(at(n_indent), at(end))
    }

    /// The 1-based profile line of a 0-based LSP line.
    pub(crate) fn to_profile_line(&self, line_idx: u32) -> u32 {
        if self.starts.len() <= line_idx as usize {
            return line_idx.saturating_add(1);
        }
        let n_lone = self.lone_returns.partition_point(|&it| it < line_idx as usize);
        line_idx + 1 - n_lone as u32
    }

    fn line_idx_of(&self, line: u32) -> usize {
        let wanted = line.saturating_sub(1) as usize;
        let (mut low, mut high) = (0, self.lone_returns.len());
        // Those that come before the wanted line: the n-th stands on line `it - n`.
        while low < high {
            let n = low.midpoint(high);
            if self.lone_returns[n] - n < wanted { low = n + 1 } else { high = n }
        }
        (wanted + low).min(self.starts.len() - 1)
    }

    /// The line without its end.
    fn line_text<'a>(&self, text: &'a str, line_idx: usize) -> &'a str {
        let start = self.starts[line_idx];
        let end = self.starts.get(line_idx + 1).copied().unwrap_or(text.len());
        text[start..end].trim_end_matches(['\n', '\r'])
    }
}

fn offset_in_line(line: &str, character: usize, encoding: Encoding) -> usize {
    match encoding {
        Encoding::Utf8 => {
            let mut offset = character.min(line.len());
            while !line.is_char_boundary(offset) {
                offset -= 1;
            }
            offset
        }
        Encoding::Utf16 => {
            let mut n_units = 0;
            for (offset, char) in line.char_indices() {
                n_units += char.len_utf16();
                if n_units > character {
                    return offset;
                }
            }
            line.len()
        }
    }
}

/// Number of units of `text`.
pub(crate) fn width(text: &str, encoding: Encoding) -> usize {
    match encoding {
        Encoding::Utf8 => text.len(),
        Encoding::Utf16 => text.chars().map(char::len_utf16).sum(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn offset(text: &str, line: u32, character: u32, encoding: Encoding) -> usize {
        let position = lsp_types::Position::new(line, character);
        LineIndex::new(text).offset(text, position, encoding)
    }

    #[test]
    fn counts_in_the_negotiated_unit() {
        let text = "aé😀b\r\nx\ry\n";
        assert_eq!(offset(text, 0, 4, Encoding::Utf16), 7);
        assert_eq!(offset(text, 0, 7, Encoding::Utf8), 7);
        // The middle of a surrogate pair, or of a character's bytes, is before the character.
        assert_eq!(offset(text, 0, 3, Encoding::Utf16), 3);
        assert_eq!(offset(text, 0, 5, Encoding::Utf8), 3);
        assert_eq!(offset(text, 1, 0, Encoding::Utf16), 10);
        assert_eq!(offset(text, 2, 1, Encoding::Utf16), 13);
    }

    #[test]
    fn clamps_what_is_out_of_range() {
        let text = "ab\r\ncd";
        assert_eq!(offset(text, 0, 99, Encoding::Utf16), 2);
        assert_eq!(offset(text, 0, u32::MAX, Encoding::Utf8), 2);
        assert_eq!(offset(text, 9, 0, Encoding::Utf16), 6);
        assert_eq!(offset("", 3, 3, Encoding::Utf16), 0);
    }

    #[test]
    fn finds_profile_lines_behind_a_lone_carriage_return() {
        let text = "a\rb\n\tc := 1 \n";
        let index = LineIndex::new(text);
        let range = index.profile_line_range(text, 2, Encoding::Utf16);
        assert_eq!((range.start.line, range.start.character, range.end.character), (2, 1, 7));
        assert_eq!(index.to_profile_line(2), 2);
        assert_eq!(index.to_profile_line(1), 1);
        assert_eq!(index.profile_line_range(text, 99, Encoding::Utf8).start.line, 3);
    }

    proptest! {
        /// Against counting the ends of lines.
        #[test]
        fn finds_profile_lines(text in "[a\r\n]{0,30}") {
            let index = LineIndex::new(&text);
            let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|it| it + 1));
            for (start, line) in starts.zip(1u32..) {
                let line_idx = index.line_idx_of(line);
                prop_assert_eq!(index.starts[line_idx], start);
                prop_assert_eq!(index.to_profile_line(line_idx as u32), line);
            }
        }

        /// Against a slow count, character by character.
        #[test]
        fn agrees_with_a_slow_count(text in "[aé😀\r\n\t]{0,30}", line in 0u32..6, character in 0u32..12) {
            for encoding in [Encoding::Utf8, Encoding::Utf16] {
                let fast = offset(&text, line, character, encoding);
                prop_assert_eq!(fast, slow_offset(&text, line, character, encoding));
            }
        }
    }

    fn slow_offset(text: &str, line: u32, character: u32, encoding: Encoding) -> usize {
        let (mut at_line, mut at_character, mut offset) = (0, 0, 0);
        let mut chars = text.chars().peekable();
        while let Some(char) = chars.next() {
            let is_end = char == '\n' || char == '\r';
            let n_units = width(char.encode_utf8(&mut [0; 4]), encoding) as u32;
            if at_line == line && (is_end || at_character + n_units > character) {
                return offset;
            }
            offset += char.len_utf8();
            at_character += n_units;
            if char == '\r' && chars.peek() == Some(&'\n') {
                chars.next();
                offset += 1;
            }
            if is_end {
                (at_line, at_character) = (at_line + 1, 0);
            }
        }
        offset
    }
}
