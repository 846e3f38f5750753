//! A function's callers and callees, as a small table for a window.

use std::fmt::Write;

use crate::listing::measure::{label, percentage};
use crate::listing::{Neighbour, Peek};

use super::escape::plain;

/// The function, who calls it and whom it calls; shares are of the function's cum.
pub fn peek_text(peek: &Peek, sample_type: &str, unit: &str) -> String {
    let share = |it: i64| percentage(it, peek.total).trim().to_owned();
    let mut out = format!(
        "{}\n{}: flat {} ({}), cum {} ({})\n",
        plain(&peek.function),
        plain(sample_type),
        label(peek.flat, unit),
        share(peek.flat),
        label(peek.cum, unit),
        share(peek.cum),
    );
    for (title, neighbours, none) in [
        ("Callers", &peek.callers, "none: it starts its goroutine, or the stack was cut"),
        ("Callees", &peek.callees, "none: it calls nothing that was sampled"),
    ] {
        let _ = writeln!(out, "\n{title}");
        if neighbours.is_empty() {
            let _ = writeln!(out, "  {none}");
        }
        for it in neighbours {
            out.push_str(&row(it, peek.cum, unit));
        }
    }
    out
}

fn row(it: &Neighbour, cum: i64, unit: &str) -> String {
    let mark = if it.is_inline { " (inline)" } else { "" };
    format!(
        "{:>12} {}  {}{mark}\n",
        label(it.weight, unit),
        percentage(it.weight, cum),
        plain(&it.function)
    )
}
