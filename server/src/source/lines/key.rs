//! What two lines that count as equal have in common: a hash of their text without white space
//! outside quotes, but for what keeps two words apart.

use std::hash::{BuildHasher, Hasher};
use std::sync::LazyLock;

use foldhash::fast::RandomState;

/// The key of a line. Its lowest bit says whether the line has letters or digits: braces and
/// blank lines stand everywhere and prove nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub(super) struct Key(u64);

/// Seeded anew in each process: nobody can prepare lines with one key.
static SEED: LazyLock<RandomState> = LazyLock::new(RandomState::default);

impl Key {
    pub(super) fn of(line: &str) -> Key {
        let mut hasher = SEED.build_hasher();
        let (mut is_wordy, mut was_word, mut is_apart) = (false, false, false);
        let bytes = line.trim_ascii().as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let n_bytes = match byte {
                b'"' | b'\'' | b'`' => quoted(&bytes[at..]),
                _ => 1,
            };
            if byte.is_ascii_whitespace() {
                is_apart = true;
            } else {
                let is_word = byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii();
                if is_apart && was_word && is_word {
                    hasher.write_u8(b' ');
                }
                (was_word, is_apart) = (is_word, false);
                bytes[at..at + n_bytes].iter().for_each(|it| hasher.write_u8(*it));
                is_wordy = is_wordy || byte.is_ascii_alphanumeric() || !byte.is_ascii();
            }
            at += n_bytes;
        }
        Key((hasher.finish() & !1) | u64::from(is_wordy))
    }

    /// Whether the line has letters or digits outside quotes.
    pub(super) fn is_wordy(self) -> bool {
        self.0 & 1 == 1
    }
}

/// Length of a text in quotes; 1 for what begins none on this line, as in a comment's `don't`.
fn quoted(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\\' if text[0] != b'`' => at += 2,
            it if it == text[0] => return at + 1,
            _ => at += 1,
        }
    }
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_counts_in_quotes_alone() {
        let same = |a: &str, b: &str| Key::of(a) == Key::of(b);
        assert!(same("\tx := f(a,  b) // c\r", "x:=f(a, b)  //c"));
        assert!(!same("x := \"a b\"", "x := \"ab\""));
        assert!(!same("go f()", "gof()") && same("go\t f()", "go f()"));
        assert!(!same(r#"x := "\" a""#, r#"x := "\"a""#));
        assert!(!same("x := '`'  + y", "x := '`'  + z"));
        assert!(same("// it isn't  so\r", "// it isn't so"));
        assert!(same("", "  \r") && !same("}", "{"));
        assert!(Key::of("return x").is_wordy() && !Key::of("\t})").is_wordy());
    }
}
