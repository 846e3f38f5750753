//! Colours of the terminal for what views call by meaning.

use anstyle::{AnsiColor, Style};

use crate::view::{self, Heat, Severity, StyledLine};

const TITLE: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// A title with a rule before it and a remark behind it.
pub(super) fn title(text: &str, remark: &str) -> String {
    format!("\n{DIM}──{DIM:#} {TITLE}{text}{TITLE:#}  {DIM}{remark}{DIM:#}\n")
}

/// Styled lines as text with colours; the stream drops them where there is no terminal.
pub(super) fn lines(lines: &[StyledLine]) -> String {
    let mut out = String::new();
    for line in lines {
        for (meaning, text) in line {
            let style = of(*meaning);
            out += &format!("{style}{text}{style:#}");
        }
        out.push('\n');
    }
    out
}

fn of(meaning: view::Style) -> Style {
    match meaning {
        view::Style::Source => Style::new(),
        view::Style::HotSource(Heat::Hot) => Style::new().bold(),
        view::Style::HotSource(_) => Style::new(),
        view::Style::Frame => DIM,
        view::Style::Lens => AnsiColor::Cyan.on_default(),
        view::Style::Hint(Heat::Hot) => AnsiColor::Red.on_default().bold(),
        view::Style::Hint(Heat::Warm) => AnsiColor::Yellow.on_default(),
        view::Style::Hint(Heat::Mild) => DIM,
        view::Style::Note(Severity::Error) => AnsiColor::Red.on_default().bold(),
        view::Style::Note(Severity::Warning) => AnsiColor::Yellow.on_default().bold(),
        view::Style::Note(_) => AnsiColor::Magenta.on_default(),
    }
}
