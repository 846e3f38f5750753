//! The target does what its flags say: Go's own pprof sees each fault at its marked line.
//!
//! The other tests trust these lines, so they are checked without any of our own code.

use crate::support::go::{Program, marked_line};
use crate::support::http;
use crate::support::oracle::pprof;
use crate::support::target::Target;

const MARKDOWN: &str = "internal/plugins/conversations/markdown.go";
const HISTORY: &str = "internal/plugins/workspace/history.go";
const MONITOR: &str = "internal/plugins/tdmonitor/monitor.go";
const GITSTATUS: &str = "internal/plugins/gitstatus/gitstatus.go";
const WATCHER: &str = "internal/plugins/gitstatus/watcher.go";

/// The functions of a profile by line, as `pprof -top -cum -lines` prints them.
fn lines_of(profile: &[u8], options: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("profile.pb.gz");
    std::fs::write(&file, profile).unwrap();
    let mut args = vec!["-top", "-cum", "-lines", "-nodefraction=0"];
    args.extend(options);
    args.push(file.to_str().unwrap());
    pprof(&args)
}

fn place(file: &str, mark: &str) -> String {
    format!("{}:{}", Program::Sidecar.root().join(file).display(), marked_line(file, mark))
}

#[test]
fn hot_spends_most_of_the_time_on_the_hot_line() {
    let target = Target::sidecar(&["-hot"]);
    let report = lines_of(&target.get("profile?seconds=1"), &[]);
    let place = place(MARKDOWN, "hot line");
    let row = report.lines().find(|it| it.contains(&place)).expect(&report);
    let percent = row.split_whitespace().nth(4).unwrap().trim_end_matches('%');
    assert!(percent.parse::<f64>().unwrap() > 50.0, "{report}");
}

#[test]
fn grow_retains_more_and_more_on_the_growing_line() {
    let target = Target::sidecar(&["-grow"]);
    let place = place(HISTORY, "growing line");
    let retained = |profile: &[u8]| -> f64 {
        let report = lines_of(profile, &["-sample_index=inuse_space", "-unit=B"]);
        let row = report.lines().find(|it| it.contains(&place));
        row.map_or(0.0, |it| it.split('B').next().unwrap().trim().parse().unwrap())
    };
    let before = retained(&target.get_until("heap", |profile| retained(profile) > 0.0));
    target.get_until("heap", |profile| retained(profile) > before + f64::from(4 << 20));
}

#[test]
fn stuck_goroutines_wait_on_the_marked_lines() {
    let target = Target::sidecar(&["-stuck=3", "-stuck-nil=2"]);
    let (stuck, started) = (place(MONITOR, "stuck line"), place(MONITOR, "go line"));
    let nil = place(WATCHER, "nil channel line");
    let is_stuck = |it: &&str| {
        it.contains("[chan receive]")
            && it.contains("fetchData")
            && it.contains(&format!("{stuck} "))
            && it.contains(&format!("{started} "))
    };
    let is_nil =
        |it: &&str| it.contains("[chan receive (nil chan)]") && it.contains(&format!("{nil}\n"));
    target.get_until("goroutine?debug=2", |dump| {
        let dump = String::from_utf8_lossy(dump);
        let all: Vec<&str> = dump.split("\n\n").collect();
        all.iter().copied().filter(&is_stuck).count() == 3
            && all.iter().copied().filter(&is_nil).count() == 2
    });
}

#[test]
fn contend_fills_the_mutex_and_the_block_profile() {
    let target = Target::sidecar(&["-contend"]);
    for (kind, mark) in [("block", "contended line"), ("mutex", "unlocking line")] {
        let place = place(GITSTATUS, mark);
        target.get_until(kind, |profile| lines_of(profile, &[]).contains(&place));
    }
}

#[test]
fn without_flags_it_rests() {
    let target = Target::sidecar(&[]);
    // It serves before it has started everything else: wait for the pool, and for the answer
    // that the board gets when all is well.
    target.get_until("goroutine?debug=2", |dump| {
        let dump = String::from_utf8_lossy(dump);
        dump.matches("internal/app.work(").count() == 4 && !dump.contains("fetchData")
    });
}

#[test]
#[cfg(target_os = "linux")]
fn leaked_session_files_stay_open() {
    let folder = tempfile::tempdir().unwrap();
    let sessions = format!("-sessions={}", folder.path().display());
    let target = Target::sidecar(&[&sessions, "-leak-sessions=7"]);
    // The plugin reads the sessions after pprof listens: wait until it draws them.
    target.get_until("goroutine?debug=2", |dump| {
        String::from_utf8_lossy(dump).contains("conversations.(*Plugin).Draw")
    });
    let open = std::fs::read_dir(format!("/proc/{}/fd", target.pid())).unwrap();
    let paths = open.filter_map(|it| std::fs::read_link(it.unwrap().path()).ok());
    assert_eq!(paths.filter(|it| it.starts_with(folder.path())).count(), 7);
}

#[test]
fn a_trimmed_build_names_files_by_module() {
    let target = Target::start(Program::SidecarTrimmed, &[]);
    target.get_until("goroutine?debug=2", |dump| {
        String::from_utf8_lossy(dump).contains("\texample.com/sidecar/internal/app/app.go:")
    });
}

#[test]
fn the_others_serve_pprof_and_none() {
    let plain = Target::start(Program::Plain, &[]);
    assert!(
        plain
            .get("cmdline")
            .starts_with(Program::Plain.executable().as_os_str().as_encoded_bytes())
    );
    let nopprof = Target::start(Program::NoPprof, &[]);
    let answer = http::get(&format!("{}debug/pprof/", nopprof.url()));
    assert_eq!(answer.status, 404);
}
