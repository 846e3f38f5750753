//! `top` as `go tool pprof -top` prints it, line for line.
//!
//! Source: `internal/report` of github.com/google/pprof (`printText`, `reportLabels`,
//! `selectOutputUnit`).

use jiff::tz::TimeZone;

use crate::listing::measure::{Conversion, go_int, pad_left, percentage, scale, write_percentage};
use crate::listing::{InlineMark, Subject, Top, TopRow};

use super::escape::plain;
use super::report_header::report_header;

/// The whole report, one text with a line break at its end.
///
/// `unit` is `minimum` for the unit that suits the smallest row, or a unit such as `ms`.
/// `node_fraction` is what the rows were trimmed by: the header names it.
pub fn top_text(
    subject: &Subject<'_>,
    top: &Top<'_>,
    unit: &str,
    node_fraction: f64,
    zone: &TimeZone,
) -> String {
    let from = subject.unit();
    let unit = &*plain(output_unit(&top.rows, top.total, from, unit));
    let conversion = Conversion::new(from, unit);
    let value = |it: i64| conversion.label(it);

    let mut lines = report_header(subject, top.total, unit, zone);
    if !top.active_filters.is_empty() {
        lines.push("Active filters:".to_owned());
        lines.extend(top.active_filters.iter().map(|it| format!("   {}", shortened(it))));
    }
    let shown = top.rows.iter().fold(0i64, |sum, it| sum.wrapping_add(it.flat));
    lines.push(format!(
        "Showing nodes accounting for {}, {} of {} total",
        value(shown),
        percentage(shown, top.total).trim(),
        value(top.total)
    ));
    if top.total != 0 {
        if top.n_dropped > 0 {
            let cutoff = go_int(top.total as f64 * node_fraction).wrapping_abs();
            let nodes = if top.n_dropped > 1 { "nodes" } else { "node" };
            lines.push(format!("Dropped {} {nodes} (cum <= {})", top.n_dropped, value(cutoff)));
        }
        if !top.rows.is_empty() && top.rows.len() < top.n_before_count {
            lines.push(format!(
                "Showing top {} nodes out of {}",
                top.rows.len(),
                top.n_before_count
            ));
        }
    }

    let mut out = String::with_capacity(1024 + 96 * top.rows.len());
    for line in lines {
        out.push_str(&plain(&line));
        out.push('\n');
    }
    out.push_str("      flat  flat%   sum%        cum   cum%\n");
    let mut sum = 0i64;
    for row in &top.rows {
        sum = sum.wrapping_add(row.flat);
        let mark = match row.mark {
            InlineMark::None => "",
            InlineMark::Inline => " (inline)",
            InlineMark::Partial => " (partial-inline)",
        };
        // Thousands of rows: `write!` takes several times as long.
        write_value(&mut out, &conversion, row.flat);
        for share in [row.flat, sum] {
            out.push(' ');
            write_percentage(&mut out, share, top.total);
        }
        out.push(' ');
        write_value(&mut out, &conversion, row.cum);
        out.push(' ');
        write_percentage(&mut out, row.cum, top.total);
        out.push_str("  ");
        out.push_str(&plain(&row.printable_name));
        out.push_str(mark);
        out.push('\n');
    }
    out
}

fn write_value(out: &mut String, conversion: &Conversion<'_>, value: i64) {
    let start = out.len();
    conversion.write(out, value);
    pad_left(out, start, 10);
}

/// The unit of a whole report: that of its smallest value, or of a hundred times that when the
/// total is much larger.
fn output_unit<'a>(rows: &[TopRow<'_>], total: i64, from: &'a str, asked: &'a str) -> &'a str {
    if asked != "minimum" || rows.is_empty() {
        return asked;
    }
    let size = |row: &TopRow<'_>| match row.flat {
        0 => row.cum.wrapping_abs(),
        flat => flat.wrapping_abs(),
    };
    let smallest = rows.iter().map(size).filter(|it| *it > 0).min().unwrap_or(total);
    let (_, of_smallest) = scale(smallest, from, "minimum");
    let (_, of_total) = scale(total, from, "minimum");
    let unit = if of_smallest != of_total && smallest.wrapping_mul(100) < total {
        scale(smallest.wrapping_mul(100), from, "minimum").1
    } else {
        of_smallest
    };
    if unit.is_empty() { from } else { unit }
}

/// pprof cuts a filter after 80 bytes.
fn shortened(filter: &str) -> String {
    match filter.char_indices().find(|(at, it)| at + it.len_utf8() > 80) {
        Some((at, _)) => format!("{}…", &filter[..at]),
        None => filter.to_owned(),
    }
}
