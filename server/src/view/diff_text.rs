//! What grew and what shrank, as a table for a terminal or an editor's window.

use std::fmt::Write;

use crate::diff::DiffTable;
use crate::listing::measure::{label, percentage};

use super::escape::plain;

/// A header with the totals, then a row a function, largest change first.
///
/// `n_rows` bounds the rows; 0 prints all.
pub fn diff_text(table: &DiffTable, n_rows: usize) -> String {
    let value = |it: i64| label(it, &table.unit);
    let change = table.total.wrapping_sub(table.base_total);
    let mut out = format!(
        "{}: {} → {}  {} ({} of the base)\n",
        plain(&table.sample_type),
        value(table.base_total),
        value(table.total),
        signed(change, &table.unit),
        percentage(change, table.base_total).trim(),
    );
    if table.is_other_build {
        out.push_str(
            "Two builds: functions are compared by name, and lines where both texts have them.\n",
        );
    }
    if table.rows.is_empty() {
        out.push_str("No function changed.\n");
        return out;
    }
    out.push_str("    Δ flat      Δ cum   cum before      cum now  function\n");
    let n_shown = if n_rows == 0 { table.rows.len() } else { n_rows.min(table.rows.len()) };
    for row in &table.rows[..n_shown] {
        let change = row.change();
        // Writing to a text cannot fail.
        let _ = writeln!(
            out,
            "{:>10} {:>10} {:>12} {:>12}  {}",
            signed(change.flat, &table.unit),
            signed(change.cum, &table.unit),
            value(row.base.cum),
            value(row.now.cum),
            plain(&row.function),
        );
    }
    if n_shown < table.rows.len() {
        let _ = writeln!(out, "… and {} more that changed less", table.rows.len() - n_shown);
    }
    out
}

/// A change with its sign: `+1.20s`, `-5.50MB`, `0`.
pub fn signed(value: i64, unit: &str) -> String {
    let text = label(value, unit);
    if value > 0 && text != "0" { format!("+{text}") } else { text }
}
