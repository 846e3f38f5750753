//! `top` and `list` print what the real pprof prints, line for line, on live captures.

mod captures;
mod odd;

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::random_profiles::canonical;
use crate::support::lens::Lens;
use crate::support::oracle::pprof_finished;

use captures::{captures, names};

/// A report that both programs make.
struct Case {
    /// The expression of `list`; none: `top`.
    list: Option<String>,
    options: String,
    file: String,
}

impl Case {
    fn top(options: String, file: String) -> Case {
        Case { list: None, options, file }
    }

    fn list(functions: &str, options: &str, file: String) -> Case {
        Case { list: Some(functions.to_owned()), options: options.to_owned(), file }
    }
}

/// Runs both programs with the same arguments and compares what they print.
fn check(lens: &Lens, case: &Case) -> Result<(), String> {
    let mut shared: Vec<&str> = case.options.split_whitespace().collect();
    shared.push(&case.file);
    let (ours, theirs) = match &case.list {
        Some(it) => (vec!["list", it], format!("-list={it}")),
        None => (vec!["top"], "-top".to_owned()),
    };
    let ours = lens.run(&[&ours, &shared[..]].concat());
    let expected = pprof_finished(&[&[theirs.as_str()], &shared[..]].concat());
    let outcome = |code: Option<i32>| if code == Some(0) { "succeeds" } else { "fails" };
    let is_by_cum = shared.contains(&"-cum");
    let [printed, wanted] = [&ours, &expected].map(|it| canonical(&it.stdout, is_by_cum));
    if outcome(ours.code) != outcome(expected.code) || printed != wanted {
        return Err(format!(
            "{theirs} {shared:?}\n--- pprof {}\n{}\n--- pprof-lens {}\n{}\n{}",
            outcome(expected.code),
            lines_not_in(&wanted, &printed),
            outcome(ours.code),
            lines_not_in(&printed, &wanted),
            ours.stderr
        ));
    }
    Ok(())
}

/// The first lines of a report that the other one does not have.
fn lines_not_in(report: &str, other: &str) -> String {
    let others: HashSet<&str> = other.lines().collect();
    let only_here = report.lines().filter(|it| !others.contains(it));
    only_here.take(20).collect::<Vec<_>>().join("\n")
}

/// Runs all cases on two threads and fails with the first few that differ.
fn check_all(cases: &[Case]) {
    // Files are often tied, in random order, and a count cuts through the ties.
    let is_chance = |it: &Case| it.options.contains("-files") && it.options.contains("-nodecount");
    let cases: Vec<&Case> = cases.iter().filter(|it| !is_chance(it)).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let lens = Lens::new();
        let mut differ = Vec::new();
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            differ.extend(check(&lens, case).err());
        }
        differ
    };
    let differ: Vec<String> = thread::scope(|scope| {
        let threads = [scope.spawn(work), scope.spawn(work)];
        threads.into_iter().flat_map(|it| it.join().unwrap()).collect()
    });
    let first: Vec<_> = differ.iter().take(3).cloned().collect();
    assert!(
        differ.is_empty(),
        "{} of {} differ:\n{}",
        differ.len(),
        cases.len(),
        first.join("\n\n")
    );
}

#[test]
fn top_equals_pprof_on_every_kind() {
    let mut cases = Vec::new();
    for name in names() {
        for granularity in ["", "-lines", "-filefunctions", "-files"] {
            for other in [
                "",
                "-cum",
                "-noinlines",
                "-nodefraction=0",
                "-nodecount=7",
                "-nodecount=3 -cum -noinlines",
                "-unit=B",
                "-sample_index=0",
                "-focus=parse",
                "-ignore=json -cum",
                "-focus=conversations -ignore=Rune",
            ] {
                let options = format!("{granularity} {other}");
                cases.push(Case::top(options, captures().path(name)));
            }
        }
    }
    check_all(&cases);
}

#[test]
fn list_equals_pprof_on_every_kind() {
    let mut cases = Vec::new();
    for name in names() {
        for functions in ["conversations", "fetchData", r"History\)", "no such function"] {
            for options in ["", "-noinlines", "-unit=B -sample_index=0"] {
                cases.push(Case::list(functions, options, captures().path(name)));
            }
        }
    }
    cases.push(Case::list(".", "", captures().path("cpu")));
    check_all(&cases);
}

#[test]
fn differences_equal_pprof() {
    let mut cases = Vec::new();
    for base in ["-base", "-diff_base"] {
        for sample_type in ["alloc_objects", "alloc_space", "inuse_objects", "inuse_space"] {
            for other in ["", "-normalize", "-lines", "-cum -nodefraction=0"] {
                let base = format!("{base}={}", captures().path("heap"));
                let options = format!("{base} -sample_index={sample_type} {other}");
                let file = captures().path("later");
                cases.push(Case::list("History", &options, file.clone()));
                cases.push(Case::top(options, file));
            }
        }
    }
    check_all(&cases);
}

#[test]
fn json_holds_the_raw_numbers_of_all_rows() {
    let lens = Lens::new();
    let file = captures().path("cpu");
    let top = lens.json(&["top", "--json", &file]);
    assert_eq!((&top["sample_type"], &top["unit"]), (&"cpu".into(), &"nanoseconds".into()));
    let text = pprof_finished(&["-top", "-nodefraction=0", "-unit=ns", &file]).stdout;
    let rows = text.lines().skip_while(|it| !it.contains("flat%")).skip(1);
    let expected: Vec<(String, String, String)> = rows
        .map(|row| {
            let words: Vec<&str> = row.split_whitespace().collect();
            let number = |it: &str| it.trim_end_matches("ns").to_owned();
            // A generic function's name may have spaces, and a mark may follow it.
            let name = words[5..].join(" ");
            let name = name.trim_end_matches(" (inline)").trim_end_matches(" (partial-inline)");
            (number(words[0]), number(words[3]), name.to_owned())
        })
        .collect();
    let rows = top["rows"].as_array().unwrap();
    let ours: Vec<(String, String, String)> = rows
        .iter()
        .map(|it| {
            (it["flat"].to_string(), it["cum"].to_string(), it["name"].as_str().unwrap().to_owned())
        })
        .collect();
    assert_eq!(ours, expected);

    let list = lens.json(&["list", "--json", "truncateLine", &file]);
    let routine = &list["routines"][0];
    let sum: i64 =
        routine["lines"].as_array().unwrap().iter().map(|it| it["flat"].as_i64().unwrap()).sum();
    assert_eq!(routine["flat"], sum);
    assert_eq!(list["total"], top["total"]);
}
