//! A file with its marks as lines of text, for a terminal: what an editor would show.

use std::collections::{BTreeMap, BTreeSet};

use super::escape::plain;
use super::file::{Code, Diagnostic, FileView, Heat, Severity};

/// Lines shown around one that has a mark.
const CONTEXT: u32 = 1;
/// Where hints start, when the source leaves room.
const HINT_COLUMN: usize = 58;
/// Columns of a terminal that notes are wrapped to.
const WIDTH: usize = 100;
/// Related places under a note.
const MOST_RELATED: usize = 4;

/// What a piece of text is; the terminal decides on its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Source.
    Source,
    /// Source of a line with a hint.
    HotSource(Heat),
    /// Line numbers and frames.
    Frame,
    /// A lens.
    Lens,
    /// A hint.
    Hint(Heat),
    /// A diagnostic.
    Note(Severity),
}

/// One line: pieces in order.
pub type StyledLine = Vec<(Style, String)>;

/// The marked lines of a file with a little around them; `⋯` stands for what is left out.
pub fn annotate(text: &str, view: &FileView) -> Vec<StyledLine> {
    let lines: Vec<&str> = text.lines().collect();
    let notes = notes(view);
    let marked = view.lenses.iter().map(|it| it.line);
    let marked = marked.chain(view.hints.iter().map(|it| it.line)).chain(notes.keys().copied());
    let shown = with_context(marked, &lines);
    let mut out = Vec::new();
    let mut last = 0;
    for number in shown {
        if number != last + 1 && last != 0 {
            out.push(vec![(Style::Frame, "      ⋯".to_owned())]);
        }
        last = number;
        for lens in view.lenses.iter().filter(|it| it.line == number) {
            let title = format!("▸ {}", plain(&lens.title));
            out.push(vec![(Style::Frame, "      │ ".to_owned()), (Style::Lens, title)]);
        }
        out.push(source_line(number, lines[number as usize - 1], view));
        for note in notes.get(&number).into_iter().flatten() {
            out.extend(note_lines(note.severity, &note.message));
            out.extend(related_lines(note));
        }
    }
    out
}

/// The lines around the marked ones, each with the `func` that it is in.
fn with_context(marked: impl Iterator<Item = u32>, lines: &[&str]) -> BTreeSet<u32> {
    let line = |number: u32| lines.get((number as usize).checked_sub(1)?).copied();
    let mut shown = BTreeSet::new();
    for number in marked.filter(|&it| line(it).is_some()) {
        let around = number.saturating_sub(CONTEXT)..=number.saturating_add(CONTEXT);
        // A blank line at an edge separates nothing, and above a `func` is another subject.
        shown.extend(around.filter(|&it| {
            let is_blank = line(it).is_none_or(|text| text.trim().is_empty());
            it == number || !(is_blank || it < number && is_func(line(number)))
        }));
        shown.extend((1..=number).rev().find(|&it| is_func(line(it))));
    }
    // Leaving out a single line takes as much room as the line.
    let holes = |it: &u32| !shown.contains(&(it + 1)) && shown.contains(&(it + 2));
    let holes: Vec<u32> = shown.iter().filter(|it| holes(it)).map(|it| it + 1).collect();
    shown.extend(holes);
    shown
}

/// Go's top-level declarations start in the first column.
fn is_func(line: Option<&str>) -> bool {
    line.is_some_and(|it| it.starts_with("func "))
}

/// Diagnostics that say more than a hint does.
fn notes(view: &FileView) -> BTreeMap<u32, Vec<&Diagnostic>> {
    let mut notes: BTreeMap<u32, Vec<&Diagnostic>> = BTreeMap::new();
    for it in view.diagnostics.iter().filter(|it| it.code != Code::HotLine) {
        notes.entry(it.line).or_default().push(it);
    }
    notes
}

fn source_line(number: u32, text: &str, view: &FileView) -> StyledLine {
    let source = plain(&text.replace('\t', "    ")).into_owned();
    let frame = (Style::Frame, format!("{number:>5} │ "));
    let Some(hint) = view.hints.iter().find(|it| it.line == number) else {
        return vec![frame, (Style::Source, source)];
    };
    let gap = HINT_COLUMN.saturating_sub(source.chars().count()).max(2);
    vec![
        frame,
        (Style::HotSource(hint.heat), source),
        (Style::Hint(hint.heat), format!("{:gap$}{}", "", plain(&hint.text))),
    ]
}

/// A message below its line, wrapped at spaces.
fn note_lines(severity: Severity, message: &str) -> Vec<StyledLine> {
    let room = WIDTH - 12;
    let mut rows: Vec<String> = vec![String::new()];
    for word in plain(message).split(' ') {
        let row_is_full = rows.last().is_some_and(|it| {
            !it.is_empty() && it.chars().count() + 1 + word.chars().count() > room
        });
        if row_is_full {
            rows.push(String::new());
        }
        if let Some(row) = rows.last_mut() {
            if !row.is_empty() {
                row.push(' ');
            }
            row.push_str(word);
        }
    }
    let note = |(idx, row): (usize, String)| {
        let lead = if idx == 0 { "╰─ " } else { "   " };
        let frame = (Style::Frame, "      │   ".to_owned());
        vec![frame, (Style::Note(severity), format!("{lead}{row}"))]
    };
    rows.into_iter().enumerate().map(note).collect()
}

/// Where goroutines that wait came from, and through which calls; a `go` statement's message says
/// already where they wait.
fn related_lines(note: &Diagnostic) -> impl Iterator<Item = StyledLine> {
    let others = note.related.iter().filter(|it| it.line != note.line);
    let others = others.filter(|_| note.code == Code::WaitingGoroutine);
    others.take(MOST_RELATED).map(|it| {
        let file = it.file.file_name().unwrap_or_default().to_string_lossy();
        let text = format!("      │      {}:{} {}", plain(&file), it.line, plain(&it.message));
        vec![(Style::Frame, text)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{Action, Hint, Lens};

    #[test]
    fn shows_marked_lines_and_a_little_around_them() {
        let text = "package a\n\n\nfunc f() {\n\thot()\n}\n\n\n\nfunc g() {\n\twait()\n}\n";
        let view = FileView {
            lenses: vec![Lens {
                line: 4,
                title: "cpu 90%".to_owned(),
                action: Action::SetBaseline,
            }],
            hints: vec![Hint {
                line: 5,
                text: "cpu 80%".to_owned(),
                tooltip: String::new(),
                is_edited: false,
                heat: Heat::Hot,
            }],
            diagnostics: vec![Diagnostic {
                line: 11,
                severity: Severity::Warning,
                code: Code::WaitingGoroutine,
                message: "3 goroutines wait\x1b here".to_owned(),
                related: Vec::new(),
                data: serde_json::Value::Null,
                old: false,
            }],
        };
        let lines: Vec<String> = annotate(text, &view)
            .into_iter()
            .map(|it| it.into_iter().map(|(_, text)| text).collect::<String>())
            .collect();
        let hint = format!("    5 │     hot(){:49}cpu 80%", "");
        let expected = [
            "      │ ▸ cpu 90%",
            "    4 │ func f() {",
            &hint,
            "    6 │ }",
            "      ⋯",
            "   10 │ func g() {",
            "   11 │     wait()",
            "      │   ╰─ 3 goroutines wait\\u{1b} here",
            "   12 │ }",
        ];
        assert_eq!(lines, expected);
    }
}
