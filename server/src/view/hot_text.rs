//! The functions with the largest share as a table for a window: short names first of all.

use std::fmt::Write;

use crate::listing::Top;
use crate::listing::measure::{label, percentage};
use crate::stuck::short_name;

use super::escape::plain;

/// Rows of the table.
const MOST_ROWS: usize = 60;

/// A header and a row a function, in the order of the rows.
pub fn hot_text(top: &Top<'_>, unit: &str) -> String {
    let mut out = String::from("      flat  flat%        cum   cum%  function\n");
    for it in top.rows.iter().take(MOST_ROWS) {
        // Writing to a text cannot fail.
        let _ = writeln!(
            out,
            "{:>10} {} {:>10} {}  {}",
            label(it.flat, unit),
            percentage(it.flat, top.total),
            label(it.cum, unit),
            percentage(it.cum, top.total),
            plain(short_name(&it.printable_name)),
        );
    }
    let n_more = top.n_before_count.saturating_sub(MOST_ROWS);
    if n_more > 0 {
        let _ = writeln!(out, "… and {n_more} more");
    }
    out
}
