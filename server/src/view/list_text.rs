//! `list` as `go tool pprof -list` prints it, line for line.
//!
//! Source: `internal/report/source.go` of github.com/google/pprof (`printSource`,
//! `getSourceFromFile`).

use std::fmt::Write;

use crate::listing::measure::{percentage, scaled_label};
use crate::listing::{List, Routine, RoutineLine, Subject};

use super::escape::plain;

/// Lines shown before the first and after the last line with a value.
const MARGIN: i64 = 5;

/// The whole report. `source` gives the lines of a file, or why there are none.
pub fn list_text(
    subject: &Subject<'_>,
    list: &List,
    unit: &str,
    mut source: impl FnMut(&Routine) -> Result<Vec<String>, String>,
) -> String {
    let value = |it: i64| scaled_label(it, subject.unit(), unit);
    let value_or_dot = |it: i64| if it == 0 { ".".to_owned() } else { value(it) };
    let mut out = String::new();
    // Writing to a text cannot fail.
    let _ = writeln!(out, "Total: {}", value(list.total));
    for routine in &list.routines {
        let name = plain(&routine.name);
        if routine.file.is_empty() {
            let _ = writeln!(out, "No source information for {name}");
            continue;
        }
        let _ = writeln!(
            out,
            "ROUTINE ======================== {name} in {}\n{:>10} {:>10} (flat, cum) {} of Total",
            plain(&routine.file),
            value(routine.flat),
            value(routine.cum),
            percentage(routine.cum, list.total),
        );
        let text = match source(routine) {
            Ok(it) => it,
            Err(why) => {
                let _ = writeln!(out, " Error: {}", plain(&why));
                continue;
            }
        };
        let (first, last) = range(routine);
        for (line, text) in (1..).zip(&text).filter(|(line, _)| (first..=last).contains(line)) {
            let zero = RoutineLine { line, flat: 0, cum: 0 };
            let cost = routine.lines.iter().find(|it| it.line == line).unwrap_or(&zero);
            let _ = writeln!(
                out,
                "{:>10} {:>10} {line:>6}:{}",
                value_or_dot(cost.flat),
                value_or_dot(cost.cum),
                plain_source(text),
            );
        }
    }
    out
}

/// From `func`, or a margin before the first value, to a margin after the last.
fn range(routine: &Routine) -> (i64, i64) {
    let lines = || routine.lines.iter().map(|it| it.line);
    let first = match routine.start_line {
        0 => lines().min().unwrap_or(1).saturating_sub(MARGIN),
        line => line,
    };
    (first, lines().max().unwrap_or(first).saturating_add(MARGIN))
}

/// Source keeps its tabs; everything else that could move the cursor is escaped.
fn plain_source(text: &str) -> String {
    text.split('\t').map(plain).collect::<Vec<_>>().join("\t")
}
