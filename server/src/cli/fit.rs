//! Shortens the lines of a report to the width of a terminal. In a pipe or a file they stay as
//! pprof prints them.

use std::io::IsTerminal;

/// Which part of a line that is too long stays beside its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// The end: of a function's name it says more than its package.
    End,
    /// The start: of a line of source.
    Start,
}

/// Columns of numbers before the names that `top` prints.
const NUMBER_COLUMNS: usize = 44;
/// A narrower terminal shows nothing that could be read.
const LEAST_WIDTH: usize = 60;

/// The text, fitted to the terminal if it is written to one.
pub(super) fn to_terminal(text: String, keep: Keep) -> String {
    let stdout = console::Term::stdout();
    let width = stdout.size_checked().map(|(_, columns)| usize::from(columns));
    match width.filter(|_| std::io::stdout().is_terminal()) {
        Some(it) => fitted(&text, it.max(LEAST_WIDTH), keep),
        None => text,
    }
}

fn fitted(text: &str, width: usize, keep: Keep) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches('\n');
        let n_chars = content.chars().count();
        let take = |skip: usize, n: usize| content.chars().skip(skip).take(n);
        if n_chars <= width {
            out.push_str(content);
        } else if keep == Keep::Start {
            out.extend(take(0, width - 1));
            out.push('…');
        } else {
            let n_tail = width - NUMBER_COLUMNS - 1;
            out.extend(take(0, NUMBER_COLUMNS));
            out.push('…');
            out.extend(take(n_chars - n_tail, n_tail));
        }
        out.push_str(&line[content.len()..]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_keep_their_ends_and_long_lines_their_starts() {
        let row = "     1.20s 40.00% 40.00%      2.10s 70.00%  example.com/app/internal/plugins/conversations.renderMarkdown\n";
        assert_eq!(
            fitted(row, 80, Keep::End),
            "     1.20s 40.00% 40.00%      2.10s 70.00%  …lugins/conversations.renderMarkdown\n"
        );
        assert_eq!(fitted("Type: cpu\nx", 80, Keep::End), "Type: cpu\nx");
        let line = "         .      2.10s     12:    return é(\"a very long line of source\")\n";
        assert_eq!(
            fitted(line, 60, Keep::Start),
            "         .      2.10s     12:    return é(\"a very long line…\n"
        );
        assert!(fitted(row, 60, Keep::End).lines().all(|it| it.chars().count() == 60));
    }
}
