//! `top` and `list` print what the real pprof prints, line for line, on live captures.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tempfile::TempDir;

use crate::support::lens::Lens;
use crate::support::oracle::pprof_finished;
use crate::support::target::Target;

/// Captures of every kind from one program with all its faults, and a second heap.
struct Captures {
    folder: TempDir,
}

const KINDS: [&str; 8] =
    ["profile?seconds=2", "heap", "allocs", "goroutine", "mutex", "block", "threadcreate", "heap"];
const NAMES: [&str; 8] =
    ["cpu", "heap", "allocs", "goroutine", "mutex", "block", "threadcreate", "later"];

impl Captures {
    fn path(&self, name: &str) -> String {
        let path: PathBuf = self.folder.path().join(name);
        path.into_os_string().into_string().unwrap()
    }
}

fn captures() -> &'static Captures {
    static CAPTURED: OnceLock<Captures> = OnceLock::new();
    CAPTURED.get_or_init(|| {
        let target = Target::sidecar(&["-hot", "-grow", "-stuck=3", "-contend", "-memrate=4096"]);
        let folder = tempfile::tempdir().unwrap();
        for (kind, name) in KINDS.into_iter().zip(NAMES) {
            std::fs::write(folder.path().join(name), target.get(kind)).unwrap();
        }
        Captures { folder }
    })
}

/// Runs both programs with the same arguments and compares what they print.
fn check(lens: &Lens, command: &[&str], options: &str, files: &[String]) -> Result<(), String> {
    let options: Vec<&str> = options.split_whitespace().collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let ours = lens.run(&[command, &options, &files].concat());
    let mut theirs = vec![match command {
        ["list", functions] => format!("-list={functions}"),
        _ => "-top".to_owned(),
    }];
    theirs.extend(options.iter().chain(&files).map(|it| (*it).to_owned()));
    let theirs: Vec<&str> = theirs.iter().map(String::as_str).collect();
    let expected = pprof_finished(&theirs);
    let outcome = |code: Option<i32>| if code == Some(0) { "succeeds" } else { "fails" };
    if outcome(ours.code) != outcome(expected.code) || ours.stdout != expected.stdout {
        return Err(format!(
            "{command:?} {options:?} {files:?}\n--- pprof {}\n{}\n--- pprof-lens {}\n{}\n{}",
            outcome(expected.code),
            expected.stdout,
            outcome(ours.code),
            ours.stdout,
            ours.stderr
        ));
    }
    Ok(())
}

/// Runs all cases on two threads and fails with the first few that differ.
fn check_all(cases: &[(Vec<&str>, String, Vec<String>)]) {
    let next = AtomicUsize::new(0);
    let work = || {
        let lens = Lens::new();
        let mut differ = Vec::new();
        while let Some((command, options, files)) = cases.get(next.fetch_add(1, Ordering::Relaxed))
        {
            differ.extend(check(&lens, command, options, files).err());
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
    for name in NAMES {
        for granularity in ["", "-lines", "-filefunctions"] {
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
                cases.push((vec!["top"], options, vec![captures().path(name)]));
            }
        }
    }
    check_all(&cases);
}

#[test]
fn list_equals_pprof_on_every_kind() {
    let mut cases = Vec::new();
    for name in NAMES {
        for functions in ["conversations", "fetchData", r"History\)", "no such function"] {
            for options in ["", "-noinlines", "-unit=B -sample_index=0"] {
                let files = vec![captures().path(name)];
                cases.push((vec!["list", functions], options.to_owned(), files));
            }
        }
    }
    cases.push((vec!["list", "."], String::new(), vec![captures().path("cpu")]));
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
                let files = vec![captures().path("later")];
                cases.push((vec!["top"], options.clone(), files.clone()));
                if !other.starts_with("-lines") && !other.starts_with("-cum") {
                    cases.push((vec!["list", "History"], options, files));
                }
            }
        }
    }
    check_all(&cases);
}

/// `-files` of the real tool prints ties in random order: compared sorted.
#[test]
fn files_equal_pprof_but_for_the_order_of_ties() {
    let lens = Lens::new();
    for name in NAMES {
        let file = captures().path(name);
        let sorted = |text: String| {
            let mut lines: Vec<String> = text
                .lines()
                .map(|it| it.split_whitespace().collect::<Vec<_>>())
                .map(|it| {
                    // The running sum depends on the order.
                    let is_row = it.len() >= 6 && it[1].ends_with('%');
                    if is_row { [&it[..2], &it[3..]].concat().join(" ") } else { it.join(" ") }
                })
                .collect();
            lines.sort();
            lines
        };
        let ours = lens.ok(&["top", "-files", &file]);
        let theirs = pprof_finished(&["-top", "-files", &file]).stdout;
        assert_eq!(sorted(ours), sorted(theirs), "{name}");
    }
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
