//! The main job on the command line, end to end: a running program's faults are shown at the
//! lines that cause them.
//!
//! Expected lines are found by the marker comments in the target's source.

use std::time::Instant;

use serde_json::Value;

use crate::support::go::{Program, marked_line, source_file};
use crate::support::lens::Lens;
use crate::support::process::{self, DEADLINE};
use crate::support::target::Target;

const MARKDOWN: &str = "internal/plugins/conversations/markdown.go";
const HISTORY: &str = "internal/plugins/workspace/history.go";

/// The place of a marked line as the commands print it: file and 1-based line.
fn place(file: &str, mark: &str) -> (String, u64) {
    (source_file(file).to_str().unwrap().to_owned(), marked_line(file, mark).into())
}

/// The share of the total that a line has, from `list --json`.
fn share(list: &Value, (file, line): &(String, u64)) -> f64 {
    let routines = list["routines"].as_array().unwrap().iter();
    let lines = routines
        .filter(|it| it["file"] == file.as_str())
        .flat_map(|it| it["lines"].as_array().unwrap());
    let cum: i64 =
        lines.filter(|it| it["line"] == *line).map(|it| it["cum"].as_i64().unwrap()).sum();
    cum as f64 / list["total"].as_i64().unwrap() as f64
}

#[test]
fn a_cpu_capture_shows_the_hot_line() {
    let lens = Lens::new();
    let target = Target::sidecar(&["-hot"]);
    lens.ok(&["capture", "cpu", "--seconds=1", "--target", target.url(), "-o", "cpu.pb.gz"]);

    let top = lens.json(&["top", "--json", "--cum", "cpu.pb.gz"]);
    let names: Vec<&str> =
        top["rows"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert!(names.iter().any(|it| it.ends_with("conversations.truncateLine")), "{names:?}");

    let hot = place(MARKDOWN, "hot line");
    let list = lens.json(&["list", "--json", "truncateLine", "cpu.pb.gz"]);
    assert!(share(&list, &hot) > 0.5, "{list}");
    let text = lens.ok(&["list", "truncateLine", "cpu.pb.gz"]);
    let row = text.lines().find(|it| it.ends_with("// hot line")).expect(&text);
    assert!(row.contains(&format!(" {}:", hot.1)), "{text}");
}

#[test]
fn two_heap_captures_show_the_line_that_grew() {
    let lens = Lens::new();
    let target = Target::sidecar(&["-grow"]);
    let growing = place(HISTORY, "growing line");
    // The first collections find nothing that was sampled.
    target.get_until("heap?debug=1", |text| String::from_utf8_lossy(text).contains(&growing.0));
    let retained = |file: &str| {
        lens.ok(&["capture", "heap", "--target", target.url(), "-o", file]);
        // Where nothing is held that was sampled, there is nothing to list.
        let top = lens.json(&["top", "--json", "--sample-index=inuse_space", file]);
        if top["total"] == 0 {
            return 0.0;
        }
        let list = lens.json(&["list", "--json", "--sample-index=inuse_space", ".", file]);
        let share = share(&list, &growing);
        if share.is_nan() { 0.0 } else { share * list["total"].as_f64().unwrap() }
    };
    let before = retained("base.pb.gz");
    // The heap is as of the last collection: capture until it has grown by some samples.
    let deadline = Instant::now() + DEADLINE;
    while retained("now.pb.gz") < before + f64::from(6 << 20) {
        assert!(Instant::now() < deadline, "nothing grew on {growing:?}");
    }

    let diff = lens.ok(&["diff", "base.pb.gz", "now.pb.gz"]);
    let first = diff.lines().find(|it| it.contains("example.com/sidecar")).expect(&diff);
    assert!(first.contains("workspace.(*History).appendHistory"), "{diff}");
}

#[test]
fn a_trimmed_build_is_listed_with_its_source() {
    let lens = Lens::new();
    let target = Target::start(Program::SidecarTrimmed, &["-hot"]);
    lens.ok(&["capture", "cpu", "--seconds=1", "--target", target.address(), "-o", "cpu.pb.gz"]);
    let mut command = lens.command(&["list", "truncateLine"]);
    command.arg(lens.folder().join("cpu.pb.gz")).current_dir(Program::Sidecar.root());
    let finished = process::run(&mut command, &[]);
    assert!(finished.stdout.contains("// hot line"), "{finished:?}");
}
