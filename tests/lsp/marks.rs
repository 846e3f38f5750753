//! What an editor draws for the live Go target, at the right lines.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::go::{Program, marked_line, source_file};
use crate::support::target::Target;

use super::client::DEADLINE;
use super::session::{HISTORY, MARKDOWN, MONITOR, Session, WATCHER, at, on_line, starts_on, uri};

/// The line in which `-hot` spends most of its own time: the loop that the marked line calls.
/// Diagnostics stand where time is spent, hints also where it is called from.
fn spent_line() -> u32 {
    let text = std::fs::read_to_string(source_file(MARKDOWN)).unwrap();
    let idx = text.lines().position(|it| it.contains("for _, r := range s {")).unwrap();
    idx as u32 + 1
}

/// Waits until the heap profile of the target has samples of the growing line.
fn wait_until_grown(target: &Target) {
    target.get_until("heap?debug=1", |text| String::from_utf8_lossy(text).contains("history.go"));
}

#[test]
fn hot_lines_are_shown_where_they_are_in_either_encoding() {
    let target = Target::sidecar(&["-hot"]);
    let line = marked_line(MARKDOWN, "hot line");
    for encoding in ["utf-8", "utf-16"] {
        let settings = json!({ "target": target.url(), "captureOnAttach": [] });
        let mut session = Session::start(settings, true, encoding);
        session.wait_until("live");
        let result = session.command("capture", json!({ "kind": "cpu", "seconds": 1 })).unwrap();
        assert!(result["text"].as_str().unwrap().starts_with("cpu: "), "{result}");
        // The file is not open, and has its diagnostics all the same.
        let diagnostic = session.diagnostic(MARKDOWN, "hot-line", spent_line());
        assert_eq!(diagnostic["source"], "pprof-lens");
        assert_eq!(diagnostic["data"]["old"], false);

        session.open(MARKDOWN);
        let text = std::fs::read_to_string(source_file(MARKDOWN)).unwrap();
        let hot_text = text.lines().nth(line as usize - 1).unwrap();
        let hints = session.hints(MARKDOWN);
        let hint = on_line(&hints, line).unwrap_or_else(|| panic!("{hints:#?}"));
        assert_eq!(hint["position"]["character"], hot_text.len());
        assert!(hint["label"].as_str().unwrap().contains('%'), "{hint}");
        let lenses = session.lenses(MARKDOWN);
        let lens = on_line(&lenses, line - 1).unwrap_or_else(|| panic!("{lenses:#?}"));
        assert!(lens["command"]["command"].as_str().unwrap().starts_with("pprof-lens."));
        let hover = session.hover(MARKDOWN, line);
        assert!(hover.contains("cpu"), "{hover}");
        let range = json!({ "start": at(MARKDOWN, line)["position"], "end": at(MARKDOWN, line)["position"] });
        let actions = session.client.request(
            "textDocument/codeAction",
            json!({
                "textDocument": at(MARKDOWN, line)["textDocument"], "range": range,
                "context": { "diagnostics": [diagnostic] },
            }),
        );
        assert!(!actions.unwrap().as_array().unwrap().is_empty());
    }
}

#[test]
fn an_unsaved_edit_above_moves_everything() {
    let target = Target::sidecar(&["-hot"]);
    let line = marked_line(MARKDOWN, "hot line");
    let mut session = Session::attached(target.url());
    session.wait_until("live");
    session.open(MARKDOWN);
    session.command("capture", json!({ "kind": "cpu", "seconds": 1 })).unwrap();
    session.diagnostic(MARKDOWN, "hot-line", spent_line());
    session.insert_at(MARKDOWN, 1, "// One.\n// Two.\n\n");
    // Asked at once: an answer about the old text would be drawn on wrong lines.
    let (hints, lenses) = (session.hints(MARKDOWN), session.lenses(MARKDOWN));
    assert!(on_line(&hints, line + 3).is_some(), "{hints:#?}");
    assert!(on_line(&lenses, line + 2).is_some(), "{lenses:#?}");
    session.diagnostic(MARKDOWN, "hot-line", spent_line() + 3);
    assert!(session.hover(MARKDOWN, line + 3).contains("cpu"));
    // The function at the cursor is the one around the moved line.
    let place = json!({ "uri": uri(&source_file(MARKDOWN)), "line": line + 3 - 1 });
    let peek = session.command("peek", place).unwrap();
    assert!(peek["function"].as_str().unwrap().ends_with("conversations.truncateLine"), "{peek}");
    assert!(peek["text"].as_str().unwrap().contains("conversations.displayWidth"), "{peek}");
}

#[test]
fn edits_that_come_faster_than_they_are_drawn_are_drawn_at_last() {
    let target = Target::sidecar(&["-hot"]);
    let line = marked_line(MARKDOWN, "hot line");
    let mut session = Session::attached(target.url());
    session.wait_until("live");
    session.open(MARKDOWN);
    session.command("capture", json!({ "kind": "cpu", "seconds": 1 })).unwrap();
    session.diagnostic(MARKDOWN, "hot-line", spent_line());
    let n_edits = 40;
    let uri = uri(&source_file(MARKDOWN));
    let document = json!({ "uri": uri });
    let all = json!({
        "start": { "line": 0, "character": 0 }, "end": { "line": 9999, "character": 0 },
    });
    let asked: Vec<i64> = (1..=n_edits)
        .map(|idx| {
            session.insert_as(idx as i32 + 1, MARKDOWN, 1, "// One more.\n");
            let params = json!({ "textDocument": document, "range": all });
            session.client.ask("textDocument/inlayHint", params)
        })
        .collect();
    // No answer is about a text that was older than the question.
    for (id, n_more) in asked.into_iter().zip(1..) {
        let hints = session.client.reply(id).unwrap();
        let hints = hints.as_array().unwrap();
        let is_current = (n_more..=n_edits).any(|it| on_line(hints, line + it).is_some());
        assert!(is_current, "after {n_more}: {hints:#?}");
    }
    let last = session.client.notification("textDocument/publishDiagnostics", |it| {
        it["uri"] == uri && it["version"] == n_edits + 1
    });
    let diagnostics = last["diagnostics"].as_array().unwrap();
    assert!(on_line(diagnostics, spent_line() + n_edits).is_some(), "{last:#}");

    // Unsaved changes go with the document.
    session.client.notify("textDocument/didClose", json!({ "textDocument": document }));
    session.client.notification("textDocument/publishDiagnostics", |it| {
        let diagnostics = it["diagnostics"].as_array().unwrap();
        it["uri"] == uri
            && it["version"] == Value::Null
            && on_line(diagnostics, spent_line()).is_some()
    });
}

#[test]
fn an_edit_moves_what_other_files_say_of_it() {
    let target = Target::sidecar(&["-stuck-nil=2"]);
    let mut session = Session::attached(target.url());
    session.wait_until("live");
    session.command("goroutines", json!({})).unwrap();
    let main = "cmd/sidecar/main.go";
    let line = marked_line(WATCHER, "nil channel line");
    let diagnostic = session.diagnostic(WATCHER, "waiting-goroutine", line);
    let line_in_main = |it: &Value| {
        let related = it["relatedInformation"].as_array().unwrap();
        let place = related.iter().find(|it| it["location"]["uri"] == uri(&source_file(main)));
        place.unwrap()["location"]["range"]["start"]["line"].as_u64().unwrap()
    };
    let before = line_in_main(&diagnostic);
    session.open(main);
    session.insert_at(main, 1, "// One.\n// Two.\n");
    session.diagnostic_that(WATCHER, |it| {
        it["code"] == "waiting-goroutine" && line_in_main(it) == before + 2
    });
}

#[test]
fn positions_count_in_the_negotiated_unit() {
    let target = Target::sidecar(&["-hot"]);
    let line = marked_line(MARKDOWN, "hot line");
    let text = std::fs::read_to_string(source_file(MARKDOWN)).unwrap();
    let n_before = text.lines().nth(line as usize - 1).unwrap().len();
    for (encoding, n_units) in [("utf-8", 10), ("utf-16", 7)] {
        let settings = json!({ "target": target.url(), "captureOnAttach": [] });
        let mut session = Session::start(settings, true, encoding);
        session.wait_until("live");
        session.open(MARKDOWN);
        session.command("capture", json!({ "kind": "cpu", "seconds": 1 })).unwrap();
        session.insert_at(MARKDOWN, line, "/*é😀*/");
        let hints = session.hints(MARKDOWN);
        let hint = on_line(&hints, line).unwrap_or_else(|| panic!("{hints:#?}"));
        assert_eq!(hint["position"]["character"], n_before + n_units, "{encoding}");
    }
}

#[test]
fn settings_decide_what_is_drawn() {
    let target = Target::sidecar(&["-hot"]);
    let mut session = Session::attached(target.url());
    session.wait_until("live");
    session.open(MARKDOWN);
    session.command("capture", json!({ "kind": "cpu", "seconds": 1 })).unwrap();
    session.diagnostic(MARKDOWN, "hot-line", spent_line());
    assert!(!session.hints(MARKDOWN).is_empty());
    let settings = json!({ "hintEnable": false, "diagnosticEnable": false, "colour": "red" });
    session.client.notify(
        "workspace/didChangeConfiguration",
        json!({ "settings": { "pprof-lens": settings } }),
    );
    let uri = uri(&source_file(MARKDOWN));
    session.client.notification("textDocument/publishDiagnostics", |it| {
        it["uri"] == uri && it["diagnostics"] == json!([])
    });
    assert!(session.hints(MARKDOWN).is_empty());
    assert!(!session.lenses(MARKDOWN).is_empty());
    session.client.notification("window/logMessage", |it| {
        it["message"].as_str().unwrap().contains("pprof-lens.colour: there is no such setting")
    });
}

#[test]
fn growth_since_the_baseline_is_shown() {
    let target = Target::sidecar(&["-grow", "-memrate=4096"]);
    let line = marked_line(HISTORY, "growing line");
    wait_until_grown(&target);
    let mut session = Session::attached(target.url());
    session.wait_until("live");
    assert_eq!(session.command("diff", json!({})), Err(-32803));
    session.command("capture", json!({ "kind": "heap" })).unwrap();
    session.command("setBaseline", json!({ "kind": "heap" })).unwrap();
    let before = retained(&session.command("status", json!({})).unwrap());
    let end = Instant::now() + DEADLINE;
    loop {
        session.command("capture", json!({ "kind": "heap" })).unwrap();
        let now = retained(&session.command("status", json!({})).unwrap());
        if now > before + (8 << 20) {
            break;
        }
        assert!(Instant::now() < end, "the target does not grow: {before} to {now}");
    }
    let diff = session.command("diff", json!({ "kind": "heap" })).unwrap();
    let rows = diff["rows"].as_array().unwrap();
    let function = rows[0]["function"].as_str().unwrap();
    assert!(function.contains("workspace.") && rows[0]["flat"].as_i64() > Some(4 << 20), "{diff}");
    session.diagnostic(HISTORY, "growth", line);
    session.command("clearBaseline", json!({})).unwrap();
    assert_eq!(session.command("diff", json!({})), Err(-32803));
}

fn retained(status: &Value) -> i64 {
    let captures = status["captures"].as_array().unwrap();
    let heap = captures.iter().find(|it| it["capture"]["kind"] == "heap").unwrap();
    heap["total"].as_i64().unwrap()
}

#[test]
fn waiting_goroutines_are_shown_with_the_statement_that_started_them() {
    let target = Target::sidecar(&["-stuck=3", "-stuck-nil=2"]);
    let mut session = Session::attached(target.url());
    session.wait_until("live");
    let result = session.command("goroutines", json!({})).unwrap();
    let groups = result["groups"].as_array().unwrap();
    let line = marked_line(WATCHER, "nil channel line");
    let group = groups.iter().find(|it| it["verdict"] == "proved").unwrap();
    assert_eq!(group["count"], 2);
    assert_eq!(group["place"]["uri"], uri(&source_file(WATCHER)));
    assert_eq!(group["place"]["line"], line - 1);

    let diagnostic = session.diagnostic(WATCHER, "waiting-goroutine", line);
    let related = diagnostic["relatedInformation"].as_array().unwrap();
    let main = uri(&source_file("cmd/sidecar/main.go"));
    assert!(related.iter().any(|it| it["location"]["uri"] == main), "{diagnostic:#}");

    let stuck_line = marked_line(MONITOR, "stuck line");
    let stuck = groups.iter().find(|it| it["place"]["uri"] == uri(&source_file(MONITOR)));
    assert_eq!(stuck.unwrap()["place"]["line"], stuck_line - 1);
    let here = json!({ "uri": uri(&source_file(MONITOR)), "line": stuck_line - 1 });
    let there = session.command("goroutines", here).unwrap();
    assert_eq!(there["groups"].as_array().unwrap().len(), 1, "{there:#}");
}

#[test]
fn a_target_that_comes_back_is_attached_again() {
    let target = Target::sidecar(&["-hot"]);
    let port = target.port();
    let line = spent_line();
    let settings = json!({ "target": target.url(), "captureOnAttach": [] });
    let mut session = Session::start(settings, true, "utf-8");
    let live = session.wait_until("live");
    assert_eq!(live["target"]["process"]["pid"], target.pid());
    session.command("capture", json!({ "kind": "cpu", "seconds": 1 })).unwrap();
    session.diagnostic_that(MARKDOWN, |it| {
        it["data"]["old"] == false && starts_on(&it["range"], line)
    });
    drop(target);
    session.wait_until("gone");
    session
        .diagnostic_that(MARKDOWN, |it| it["data"]["old"] == true && starts_on(&it["range"], line));

    let target = Target::start_on(Program::Sidecar, port, &["-hot"]);
    let start = Instant::now();
    let live = session.wait_until("live");
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert_eq!(live["target"]["process"]["pid"], target.pid());
    // What is shown is still of the run before; a new capture replaces it.
    let status = session.command("status", json!({})).unwrap();
    assert_eq!(status["captures"][0]["old"], true);
    session.command("setBaseline", json!({})).unwrap();
    session.command("capture", json!({ "kind": "cpu", "seconds": 1 })).unwrap();
    assert_eq!(session.command("diff", json!({})).unwrap()["otherRun"], true);
    session.diagnostic_that(MARKDOWN, |it| {
        it["data"]["old"] == false && starts_on(&it["range"], line)
    });
}

#[test]
fn a_command_attaches_and_detaches_even_in_an_untrusted_folder() {
    let target = Target::sidecar(&["-hot"]);
    let mut session = Session::start(json!({ "captureOnAttach": [] }), false, "utf-16");
    let attached =
        session.command("attach", json!({ "target": target.pid().to_string() })).unwrap();
    assert_eq!(attached["target"]["url"], target.url());
    session.wait_until("live");
    session.command("capture", json!({ "kind": "cpu", "seconds": 1 })).unwrap();
    session.diagnostic(MARKDOWN, "hot-line", spent_line());
    session.command("detach", json!({})).unwrap();
    session.wait_until("detached");
    let uri = uri(&source_file(MARKDOWN));
    session.client.notification("textDocument/publishDiagnostics", |it| {
        it["uri"] == uri && it["diagnostics"] == json!([])
    });
    session.open(MARKDOWN);
    assert!(session.lenses(MARKDOWN).is_empty() && session.hints(MARKDOWN).is_empty());
}

#[test]
fn a_capture_that_cannot_be_saved_is_shown_all_the_same() {
    let target = Target::sidecar(&["-grow", "-memrate=4096"]);
    wait_until_grown(&target);
    let mut session = Session::attached(target.url());
    session.wait_until("live");
    // A file stands where the folder of captures would be.
    std::fs::write(session.client.state_dir.path().join("captures"), "").unwrap();
    session.open(HISTORY);
    let end = Instant::now() + DEADLINE;
    loop {
        let result = session.command("capture", json!({ "kind": "heap" })).unwrap();
        let text = result["text"].as_str().unwrap();
        assert!(text.contains("kept for this session only: saving capture"), "{text}");
        // The heap is as of the last collection, which may have been before the first snapshot.
        if !session.lenses(HISTORY).is_empty() {
            break;
        }
        assert!(Instant::now() < end, "no lens: {text}");
    }
    // It serves as a baseline, too.
    session.command("setBaseline", json!({ "kind": "heap" })).unwrap();
    session.command("diff", json!({ "kind": "heap" })).unwrap();
}
