//! `capture`: the bytes as they came, whole or not at all.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;

use super::support::fake::{FakeServer, Step, answer, cut_off};
use super::support::lens::Lens;
use super::support::process::run;
use super::support::target::Target;

/// A server whose index is Go's, so that it is taken for a target.
fn pprof_server(profile: impl Fn() -> Vec<Step> + Send + Sync + 'static) -> FakeServer {
    let index = b"<tr><td>4</td><td><a href='goroutine?debug=1'>goroutine</a></td></tr>";
    FakeServer::start(move |path| match path {
        "/debug/pprof/" => answer("200 OK", "text/html; charset=utf-8", index),
        _ => profile(),
    })
}

fn n_captures(lens: &Lens) -> usize {
    std::fs::read_dir(lens.folder().join("state/captures")).map_or(0, Iterator::count)
}

#[test]
fn saves_what_came_and_says_what_is_next() {
    let lens = Lens::new();
    let target = Target::sidecar(&[]);
    let saved =
        lens.json(&["capture", "heap", "-t", target.address(), "--note", "at rest", "--json"]);
    assert_eq!(saved["kind"], json!("heap"));
    assert_eq!(saved["note"], json!("at rest"));
    assert_eq!(saved["target"]["process"]["pid"], json!(target.pid()));
    let path = Path::new(saved["path"].as_str().unwrap());
    assert!(path.starts_with(lens.folder().join("state")), "{path:?}");
    let bytes = std::fs::read(path).unwrap();
    assert_eq!(json!(bytes.len()), saved["n_bytes"]);
    assert!(bytes.starts_with(&[0x1f, 0x8b]));
    let kept = std::fs::read(path.with_file_name("capture.json")).unwrap();
    let kept: serde_json::Value = serde_json::from_slice(&kept).unwrap();
    assert_eq!(kept["note"], json!("at rest"));
    assert_eq!(
        kept["target"]["process"]["build"]["path"],
        json!("example.com/sidecar/cmd/sidecar")
    );

    let pid = target.pid().to_string();
    let finished = lens.run(&["capture", "cpu", "--seconds", "1", "--target", &pid]);
    assert_eq!((finished.code, finished.stderr.as_str()), (Some(0), ""), "no bar in a pipe");
    let text = finished.stdout;
    assert!(text.starts_with(&format!("captured cpu of sidecar (pid {})", target.pid())), "{text}");
    let next = text.lines().last().unwrap().strip_prefix("next: pprof-lens ").unwrap();
    let next: Vec<&str> = next.split(' ').collect();
    assert!(lens.ok(&next).contains("Type: cpu"), "{next:?}");
    assert_eq!(n_captures(&lens), 2);
}

/// Ends of the last garbage collections, the last one first, as the program itself says.
fn gc_ends(target: &Target) -> Vec<i64> {
    let text = String::from_utf8(target.get("heap?debug=1")).unwrap();
    let ends = text.lines().find_map(|it| it.strip_prefix("# PauseEnd = [")).unwrap();
    let ends = ends.trim_end_matches(']').split(' ').map(|it| it.parse().unwrap());
    let mut ends: Vec<i64> = ends.filter(|it| *it > 0).collect();
    ends.sort_unstable_by(|a, b| b.cmp(a));
    ends
}

#[test]
fn a_heap_capture_says_which_garbage_collection_it_is_as_of() {
    let lens = Lens::new();
    let target = Target::sidecar(&[]);
    target.get("heap?gc=1");
    target.get("heap?gc=1");
    let before = gc_ends(&target);
    let saved = lens.json(&["capture", "heap", "-t", target.address(), "--json"]);
    let last = &saved["last_gc"];
    let (since, published) = (last["since"].as_i64().unwrap(), last["published"].as_i64().unwrap());
    let after = gc_ends(&target);
    assert!(before[1] <= since && after.contains(&since), "{last} {after:?}");
    assert!(before[0] <= published && after.contains(&published), "{last} {after:?}");
    assert!(since <= published && published <= saved["taken_at"].as_i64().unwrap());
    let path = Path::new(saved["path"].as_str().unwrap());
    let kept = std::fs::read(path.with_file_name("capture.json")).unwrap();
    let kept: serde_json::Value = serde_json::from_slice(&kept).unwrap();
    assert_eq!(kept["last_gc"], saved["last_gc"]);
    let text = lens.ok(&["capture", "heap", "-t", target.address()]);
    assert!(text.contains("\nit is as of "), "{text}");
}

#[test]
fn a_kind_that_is_empty_says_why() {
    let lens = Lens::new();
    let target = Target::sidecar(&[]);
    let text = lens.ok(&["capture", "mutex", "--target", target.address()]);
    assert!(text.contains("0 samples") && text.contains("SetMutexProfileFraction"), "{text}");
}

#[test]
fn writes_to_the_file_that_was_named() {
    let lens = Lens::new();
    let target = Target::sidecar(&[]);
    let old = lens.file("heap.pb.gz", b"old");
    let capture =
        |output: &str| ["capture", "heap", "-t", target.address(), "-o", output].map(str::to_owned);
    let args = capture(&old);
    let text = lens.ok(&args.each_ref().map(String::as_str));
    assert!(text.contains(&old), "{text}");
    assert!(std::fs::read(&old).unwrap().starts_with(&[0x1f, 0x8b]));
    assert_eq!(n_captures(&lens), 0, "not in the store as well");

    let folder = lens.folder().to_str().unwrap().to_owned();
    let args = capture(&folder);
    let said = lens.fails(&args.each_ref().map(String::as_str));
    assert!(said.contains("this is a folder"), "{said}");

    // As bytes through a pipe, into a command that reads them.
    let args = capture("-");
    let mut command = lens.command(&args.each_ref().map(String::as_str));
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.stdout.starts_with(&[0x1f, 0x8b]), "{output:?}");
    let top = run(&mut lens.command(&["top", "-"]), &output.stdout);
    assert!(top.stdout.contains("Type: inuse_space"), "{top:?}");
}

#[test]
fn an_answer_that_is_no_profile_is_not_saved() {
    let lens = Lens::new();
    let check = |steps: Vec<Step>, expected: &str| {
        let server = pprof_server(move || steps.clone());
        let said = lens.fails(&["capture", "heap", "--target", &server.address()]);
        assert!(said.contains(expected), "{said}");
        assert_eq!(n_captures(&lens), 0);
    };
    let bytes = "application/octet-stream";
    check(cut_off(b"\x1f\x8b\x08", 999), "cut off after 3 bytes");
    check(answer("200 OK", bytes, b"\x1f\x8b\x08\0\0\0"), "nothing was saved");
    check(answer("200 OK", "text/html", b"<html>Sign in"), "not with a profile");
    check(
        answer("404 Not Found", "text/plain", b"Unknown profile\n"),
        "it has no profile \"heap\"",
    );
}

#[test]
fn other_kinds_and_options_are_told() {
    let lens = Lens::new();
    let said = lens.fails(&["capture", "heep"]);
    assert!(said.contains("goroutineleak"), "{said}");
    let said = lens.fails(&["capture", "cpu", "--seconds", "0"]);
    assert!(said.contains("--seconds"), "{said}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_closes_the_connection_and_saves_nothing() {
    let lens = Lens::new();
    let server = pprof_server(|| vec![Step::Hold]);
    let address = server.address();
    let mut command = lens.command(&["capture", "cpu", "--seconds", "600", "--target", &address]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let pid = child.id().to_string();
    let asked = std::time::Instant::now();
    while !server.requests().iter().any(|it| it.contains("seconds=600")) {
        assert!(asked.elapsed() < super::support::process::DEADLINE);
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    assert_eq!(server.wait_for_hang_up(), "/debug/pprof/profile?seconds=600");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("cancelled by Ctrl-C; nothing was saved"), "{said}");
    assert_eq!(n_captures(&lens), 0);
}
