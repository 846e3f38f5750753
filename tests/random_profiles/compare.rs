//! Compares two reports, but for what the real tool leaves to chance.
//!
//! pprof sorts its rows with an unstable sort after a walk over a hash map. Rows that are equal
//! in value and in printed name, which differ only in what is not printed (start line, binary),
//! come in random order, and so do their other columns. `-files` has many such rows, functions
//! without a name have some.

/// A report with rows of such ties sorted, and without their running sum.
pub(crate) fn canonical(report: &str, is_by_cum: bool) -> String {
    let Some((head, rows)) = report.split_once("      flat  flat%   sum%        cum   cum%\n")
    else {
        return report.to_owned();
    };
    let rows: Vec<Row> = rows.lines().map(|it| Row::of(it, is_by_cum)).collect();
    let mut out = head.to_owned();
    for ties in rows.chunk_by(|a, b| (a.key, a.name) == (b.key, b.name)) {
        let mut lines: Vec<String> = match ties {
            [row] => vec![row.line.to_owned()],
            _ => ties.iter().map(|it| it.without_sum()).collect(),
        };
        lines.sort();
        out += &(lines.join("\n") + "\n");
    }
    out
}

struct Row<'a> {
    line: &'a str,
    words: Vec<&'a str>,
    /// The value that rows are sorted by, without its sign.
    key: &'a str,
    name: &'a str,
}

impl<'a> Row<'a> {
    fn of(line: &'a str, is_by_cum: bool) -> Row<'a> {
        let words: Vec<&str> = line.split_whitespace().take(5).collect();
        let name = line.rsplit_once("%  ").map_or("", |it| it.1);
        let name = name.trim_end_matches(" (inline)").trim_end_matches(" (partial-inline)");
        let key = words.get(if is_by_cum { 3 } else { 0 }).copied().unwrap_or_default();
        Row { line, words, key: key.trim_start_matches('-'), name }
    }

    fn without_sum(&self) -> String {
        let words = self.words.iter().enumerate().filter(|it| it.0 != 2).map(|it| *it.1);
        let name = self.line.rsplit_once("%  ").map_or("", |it| it.1);
        words.chain([name]).collect::<Vec<_>>().join(" ")
    }
}
