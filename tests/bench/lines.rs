//! Line truth: random edits judged by an oracle, and what following an edit costs.

use std::sync::Arc;
use std::time::Instant;

use pprof_lens::source::Revision;

use crate::line_truth::{self, Score};

/// Files that are edited.
const FILES: [&str; 6] = [
    "encoding/json/decode.go",
    "bytes/buffer.go",
    "net/http/server.go",
    "go/printer/nodes.go",
    "strconv/quote.go",
    "runtime/mprof.go",
];
const EDITS: usize = 100_000;
const CHECKOUTS: usize = 1_000;
const TEXTS: usize = 500;
/// The file of more than 10,000 lines in which keys are pressed.
const LONG: [&str; 2] = ["runtime/proc.go", "net/http/transport.go"];
const KEYS: usize = 2_000;
/// Lines of it that are hot.
const HOT: usize = 500;

pub(super) fn run() {
    let files = line_truth::go_files(&FILES);
    let sum = |n: usize, judge: fn(&str, usize, u64) -> Score, what: &str| {
        let mut all = Score::default();
        for (file, seed) in files.iter().zip(1..) {
            all.merge(judge(file, n / files.len() + 1, 1000 * seed));
        }
        println!("{}", all.describe(what));
        all.examples.iter().for_each(|it| println!("  {it}"));
    };
    sum(EDITS, line_truth::follow, "edits followed");
    let compare = |text: &str, n, seed| line_truth::compare(text, n, seed, str::to_owned);
    sum(CHECKOUTS, compare, "edits, texts compared");
    sum(TEXTS, line_truth::reformat, "texts formatted");
    keys();
}

/// What one key costs in a long file: its edit, and every hot line of two captures found again.
fn keys() {
    let text = line_truth::go_files(&LONG).concat();
    let n_lines = text.lines().count();
    let captured: Vec<Arc<Revision>> = (0..2)
        .map(|it| Arc::new(Revision::new(if it == 0 { text.clone() } else { format!("\n{text}") })))
        .collect();
    let mut now = Arc::new(Revision::new(text.clone()));
    now.note_saved();
    captured.iter().for_each(|it| drop(now.map_from(it)));
    let hot: Vec<u32> = (0..HOT).map(|it| (it * n_lines / HOT) as u32 + 1).collect();
    let mut times = Vec::new();
    let mut at = text.len() / 2;
    at += text[at..].find('\n').unwrap();
    for key in "\n\tx := compute(a)".chars().cycle().take(KEYS) {
        let start = Instant::now();
        now = Arc::new(now.changed(at..at, key.encode_utf8(&mut [0; 4])));
        let shown: usize = captured
            .iter()
            .map(|it| {
                let map = now.map_from(it);
                hot.iter().filter(|it| map.now(**it).line().is_some()).count()
            })
            .sum();
        times.push(start.elapsed().as_secs_f64() * 1e3);
        assert!(shown > HOT, "{shown}");
        at += 1;
    }
    let start = Instant::now();
    let alone = Arc::new(Revision::new(now.text().to_owned()));
    drop(alone.map_from(&captured[1]));
    let compared = start.elapsed().as_secs_f64() * 1e3;
    times.sort_by(f64::total_cmp);
    println!(
        "a key in {} lines, {} hot lines of two captures: median {:.3} ms, p99 {:.3} ms; compared \
         anew: {compared:.1} ms",
        n_lines,
        2 * HOT,
        times[times.len() / 2],
        times[times.len() * 99 / 100],
    );
}
