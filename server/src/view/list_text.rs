//! `list` as `go tool pprof -list` prints it, line for line.
//!
//! Source: `internal/report/source.go` of github.com/google/pprof (`printSource`,
//! `getSourceFromFile`).

use std::collections::HashSet;
use std::fmt::Write;
use std::rc::Rc;

use crate::listing::measure::{percentage, scaled_label};
use crate::listing::{List, Routine, RoutineLine, Subject};

use super::escape::plain;

/// A profile may name the same long file for a million functions: no listing is longer than this,
/// but for the routine that it ends with.
const MOST_BYTES: usize = 128 << 20;

/// The whole report. `source` gives the lines of a file, or why there are none.
pub fn list_text(
    subject: &Subject<'_>,
    list: &List,
    unit: &str,
    mut source: impl FnMut(&Routine) -> Result<Rc<[String]>, String>,
) -> String {
    let value = |it: i64| scaled_label(it, subject.unit(), unit);
    let value_or_dot = |it: i64| if it == 0 { ".".to_owned() } else { value(it) };
    let mut out = String::new();
    let mut looked_for = HashSet::new();
    // Writing to a text cannot fail.
    let _ = writeln!(out, "Total: {}", value(list.total));
    for (idx, routine) in list.routines.iter().enumerate() {
        if MOST_BYTES < out.len() {
            let n_left = list.routines.len() - idx;
            let limit = MOST_BYTES >> 20;
            let _ = writeln!(
                out,
                "and {n_left} more functions, after {limit} MiB of listing: name fewer of them"
            );
            break;
        }
        let name = plain(&routine.name);
        if routine.file.is_empty() {
            // It comes first of its name: files are sorted.
            let has_files = list.routines.get(idx + 1).is_some_and(|it| it.name == routine.name);
            if has_files {
                continue;
            }
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
        // Without a line to show pprof does not look for the file, and misses it only if it has
        // looked before.
        let is_shown = (*routine.range.start()).max(1) <= *routine.range.end();
        if !is_shown && !looked_for.contains(&routine.file) {
            continue;
        }
        looked_for.insert(&routine.file);
        let text = match source(routine) {
            Ok(it) => it,
            Err(why) => {
                let _ = writeln!(out, " Error: {}", plain(&why));
                continue;
            }
        };
        for (line, text) in (1..).zip(&*text).filter(|(line, _)| routine.range.contains(line)) {
            let zero = RoutineLine { line, flat: 0, cum: 0 };
            let found = routine.lines.binary_search_by_key(&line, |it| it.line);
            let cost = found.map_or(&zero, |idx| &routine.lines[idx]);
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

/// Source keeps its tabs; everything else that could move the cursor is escaped.
fn plain_source(text: &str) -> String {
    text.split('\t').map(plain).collect::<Vec<_>>().join("\t")
}
