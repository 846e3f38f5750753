//! What the server asks a program by itself: little, and nothing while nobody is at the editor.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::fake::{FakeServer, Step, answer};
use crate::support::go::{Program, marked_line, source_file};
use crate::support::target::Target;

use super::session::{MONITOR, Session, uri};

const GOROUTINE_PROFILE: &[u8] = include_bytes!("../../server/src/demo/recorded/goroutine.pb.gz");

/// Serves an index page with this many goroutines, and a profile of them.
fn program_with(n_goroutines: u64) -> FakeServer {
    FakeServer::start(move |path| match path {
        "/debug/pprof/goroutine" => answer("200 OK", "application/octet-stream", GOROUTINE_PROFILE),
        it if it.contains("debug=2") => answer("200 OK", "text/plain", DUMP.as_bytes()),
        _ => index(n_goroutines),
    })
}

const DUMP: &str =
    "goroutine 7 [select]:\nmain.f()\n\t/m.go:1 +0x1\ncreated by main.main\n\t/m.go:9 +0x1\n";

fn index(n_goroutines: u64) -> Vec<Step> {
    let row = format!(
        "<table><tr><td>{n_goroutines}</td><td><a href='goroutine?debug=1'>goroutine</a></td></tr></table>"
    );
    answer("200 OK", "text/html; charset=utf-8", row.as_bytes())
}

/// Waits until there are more requests than before; false when none comes for `patience`.
fn is_asked(server: &FakeServer, patience: Duration) -> bool {
    let (before, start) = (server.requests().len(), Instant::now());
    while start.elapsed() < patience {
        if server.requests().len() > before {
            return true;
        }
        thread::sleep(Duration::from_millis(50));
    }
    false
}

/// More than the time between two looks at the index page.
const PATIENCE: Duration = Duration::from_secs(8);
/// A request that was under way when the editor lost the focus.
const LAST_REQUEST: Duration = Duration::from_millis(500);

#[test]
fn nothing_is_asked_while_nobody_is_at_the_editor_unless_the_user_wants_it() {
    let server = program_with(7);
    let mut session = Session::attached(&server.url());
    session.wait_until("live");
    assert!(is_asked(&server, PATIENCE), "it is followed");
    session.client.notify("pprof-lens/activity", json!({ "active": false }));
    thread::sleep(LAST_REQUEST);
    assert!(!is_asked(&server, PATIENCE / 2), "{:?}", server.requests());

    let watching = session.command("watch", json!({})).unwrap();
    assert!(watching["text"].as_str().unwrap().starts_with("watching "), "{watching}");
    let status = session.wait_until("live");
    assert!(status["text"].as_str().unwrap().contains("watching"), "{status}");
    assert!(is_asked(&server, PATIENCE), "it is watched");
    assert_eq!(session.command("watch", json!({ "on": false })).unwrap()["on"], false);
    thread::sleep(LAST_REQUEST);
    assert!(!is_asked(&server, PATIENCE / 2), "{:?}", server.requests());

    session.client.notify("pprof-lens/activity", json!({ "active": true }));
    assert!(is_asked(&server, PATIENCE), "somebody is back");
}

#[test]
fn a_program_with_many_goroutines_is_counted_and_never_dumped_unasked() {
    let server = program_with(5_000);
    let mut session = Session::attached(&server.url());
    session.wait_until("live");
    let start = Instant::now();
    while !server.requests().iter().any(|it| it == "/debug/pprof/goroutine") {
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", server.requests());
        thread::sleep(Duration::from_millis(50));
    }
    assert!(!server.requests().iter().any(|it| it.contains("debug=2")), "{:?}", server.requests());
}

#[test]
fn a_dump_that_stops_the_program_is_asked_for_and_one_that_is_cut_twice() {
    let server = program_with(40_000);
    let mut session = Session::attached(&server.url());
    session.wait_until("live");
    session.client.answers = false;
    let params = json!({ "command": "pprof-lens.goroutines", "arguments": [] });
    for n_agreed in 0..=2 {
        let id = session.client.ask("workspace/executeCommand", params.clone());
        for n_asked in 0..2 {
            let question = session
                .client
                .wait_for("a question", |it| it["method"] == "window/showMessageRequest");
            let message = question["params"]["message"].as_str().unwrap();
            assert!(message.contains("40000"), "{message}");
            let action = &question["params"]["actions"][0];
            let agrees = n_asked < n_agreed;
            let reply = if agrees { action.clone() } else { Value::Null };
            session.client.answer(question["id"].clone(), reply);
            if !agrees {
                break;
            }
        }
        let result = session.client.reply(id);
        let is_dumped = server.requests().iter().any(|it| it.contains("debug=2"));
        assert_eq!((result.is_ok(), is_dumped), (n_agreed == 2, n_agreed == 2), "{result:?}");
    }
}

#[test]
fn goroutines_that_are_marked_as_expected_idle_from_then_on() {
    let target = Target::sidecar(&["-stuck=3"]);
    let workspace = tempfile::tempdir().unwrap();
    let settings = json!({ "target": target.url(), "captureOnAttach": [] });
    let mut session = Session::start_in(workspace.path(), settings, true, "utf-16");
    session.wait_until("live");
    let fetches = |session: &mut Session| {
        let result = session.command("goroutines", json!({})).unwrap();
        let groups = result["groups"].as_array().unwrap().clone();
        let is_fetch = |it: &&Value| it["frames"].to_string().contains("fetchData");
        groups.iter().find(is_fetch).unwrap().clone()
    };
    let group = fetches(&mut session);
    assert_ne!(group["verdict"], "idle");
    let written = session.command("expect", group["expect"].clone()).unwrap();
    assert!(written["text"].as_str().unwrap().contains(".pprof-lens.toml"), "{written}");
    let group = fetches(&mut session);
    assert_eq!((&group["verdict"], &group["expect"]), (&json!("idle"), &Value::Null), "{group:#}");
    let reason = group["reason"].as_str().unwrap();
    assert!(reason.contains("marked as expected"), "{reason}");
}

#[test]
fn a_line_offers_to_mark_its_goroutines_as_expected() {
    let target = Target::sidecar(&["-stuck=3"]);
    let mut session = Session::attached(target.url());
    session.wait_until("live");
    session.open(MONITOR);
    session.command("goroutines", json!({})).unwrap();
    let actions = session.actions(MONITOR, marked_line(MONITOR, "stuck line"));
    let expect = actions.iter().find(|it| it["command"]["command"] == "pprof-lens.expect");
    let argument = &expect.unwrap()["command"]["arguments"][0];
    assert!(argument["function"].as_str().unwrap().contains("tdmonitor"), "{argument}");
    assert_eq!(argument["uri"], uri(&source_file(MONITOR)));
}

#[test]
fn the_leak_detector_is_asked_on_command() {
    let target = Target::start(Program::StuckWithLeakDetector, &["-run=channel receive"]);
    let mut session = Session::attached(target.url());
    session.wait_until("live");
    let verdicts = |result: &Value| {
        let groups = result["groups"].as_array().unwrap();
        groups.iter().map(|it| it["verdict"].clone()).collect::<Vec<_>>()
    };
    let proved = session.command("goroutines", json!({ "leaks": true })).unwrap();
    assert!(verdicts(&proved).contains(&json!("proved")), "{proved:#}");

    let target = Target::sidecar(&[]);
    let mut session = Session::attached(target.url());
    session.wait_until("live");
    assert_eq!(session.command("goroutines", json!({ "leaks": true })), Err(-32803));
}

#[test]
fn counts_go_on_when_the_program_is_started_again() {
    let target = Target::sidecar(&["-stuck=3"]);
    let port = target.port();
    let mut session = Session::attached(target.url());
    session.wait_until("live");
    assert_eq!(session.command("goroutines", json!({ "last": true })), Err(-32803));
    session.command("goroutines", json!({})).unwrap();
    let last = session.command("goroutines", json!({ "last": true })).unwrap();
    assert_eq!(last["trend"].as_array().unwrap().len(), 1, "{last:#}");
    drop(target);
    session.wait_until("gone");
    let _target = Target::start_on(Program::Sidecar, port, &["-stuck=5"]);
    session.wait_until("live");
    let after = session.command("goroutines", json!({})).unwrap();
    let groups = after["groups"].as_array().unwrap();
    let stuck = groups.iter().find(|it| it["place"]["uri"] == uri(&source_file(MONITOR)));
    let trend = stuck.unwrap()["trend"].as_array().unwrap().clone();
    let counts: Vec<_> = trend.iter().map(|it| it["count"].as_u64().unwrap()).collect();
    assert_eq!(counts, [3, 5], "{after:#}");
}

#[test]
fn whoever_wants_to_see_goroutines_need_not_attach_first() {
    let target = Target::sidecar(&["-stuck=3"]);
    let settings = json!({ "attachAutomatically": false, "captureOnAttach": [] });
    let mut session = Session::start(settings, true, "utf-16");
    session.client.answers = false;
    let params = json!({ "command": "pprof-lens.goroutines", "arguments": [] });
    let id = session.client.ask("workspace/executeCommand", params);
    // Other tests run such programs at the same time: then it asks which one.
    let pid = format!("(pid {})", target.pid());
    let result = loop {
        let message = session.client.wait_for("a question or the reply", |it| {
            it["method"] == "window/showMessageRequest"
                || it.get("method").is_none() && it["id"] == id
        });
        if message.get("method").is_none() {
            break message["result"].clone();
        }
        let actions = message["params"]["actions"].as_array().unwrap().clone();
        let choice = actions.iter().find(|it| it["title"].as_str().unwrap().contains(&pid));
        let choice = choice.or(actions.first()).unwrap().clone();
        session.client.answer(message["id"].clone(), choice);
    };
    assert!(result["groups"].is_array(), "{result:#}");
}
