//! Attaching, losing and finding a target again, cancelling, and what an untrusted folder may do.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::fake::{FakeServer, Step, answer};
use crate::support::go::build;
use crate::support::target::Target;

use super::session::{MARKDOWN, Session};

/// Serves an index page, and nothing at all for a CPU profile until the client has had enough.
fn slow_server() -> FakeServer {
    FakeServer::start(|path| match path.split('?').next().unwrap() {
        "/debug/pprof/profile" => vec![Step::Hold],
        _ => {
            let index = "<table><tr><td>7</td><td><a href='goroutine?debug=1'>goroutine</a></td></tr></table>";
            answer("200 OK", "text/html; charset=utf-8", index.as_bytes())
        }
    })
}

#[test]
fn cancelling_a_capture_closes_the_connection() {
    let server = slow_server();
    let mut session = Session::attached(&server.url());
    session.wait_until("live");
    let capture = json!({ "command": "pprof-lens.capture", "arguments": [{ "kind": "cpu" }] });

    // By the progress bar.
    let id = session.client.ask("workspace/executeCommand", capture.clone());
    let begun = session.client.notification("$/progress", |it| it["value"]["kind"] == "begin");
    assert_eq!(begun["value"]["cancellable"], true);
    let report = session.client.notification("$/progress", |it| it["value"]["kind"] == "report");
    assert!(report["value"]["percentage"].as_u64() <= Some(100));
    session.client.notify("window/workDoneProgress/cancel", json!({ "token": begun["token"] }));
    assert_eq!(session.client.reply(id), Err(-32800));
    assert!(server.wait_for_hang_up().starts_with("/debug/pprof/profile"));
    let token = begun["token"].clone();
    session
        .client
        .notification("$/progress", |it| it["value"]["kind"] == "end" && it["token"] == token);

    // By the request.
    let id = session.client.ask("workspace/executeCommand", capture);
    session.client.notification("$/progress", |it| it["value"]["kind"] == "begin");
    session.client.notification("$/progress", |it| it["value"]["kind"] == "report");
    session.client.notify("$/cancelRequest", json!({ "id": id }));
    assert_eq!(session.client.reply(id), Err(-32800));
    assert!(server.wait_for_hang_up().starts_with("/debug/pprof/profile"));
    session.client.notification("$/progress", |it| it["value"]["kind"] == "end");
}

#[test]
fn an_untrusted_folder_causes_no_connection() {
    let server = slow_server();
    let settings = json!({ "target": server.url(), "captureOnAttach": ["heap"] });
    let mut session = Session::start(settings, false, "utf-16");
    session.open(MARKDOWN);
    let status = session.wait_until("detached");
    assert_eq!(status["target"], Value::Null);
    session.command("status", json!({})).unwrap();
    session.lenses(MARKDOWN);
    session.command("shutdown", json!({})).unwrap_err();
    session.client.request("shutdown", Value::Null).unwrap();
    session.client.notify("exit", Value::Null);
    session.client.exit_code();
    assert_eq!(server.requests(), Vec::<String>::new());
}

#[test]
fn commands_say_what_was_wrong() {
    let mut session = Session::start(json!({}), false, "utf-16");
    assert_eq!(session.command("melt", json!({})), Err(-32602));
    assert_eq!(session.command("capture", json!({ "kind": "heep" })), Err(-32602));
    assert_eq!(session.command("capture", json!({ "sort": "heap" })), Err(-32602));
    assert_eq!(session.command("capture", json!({ "kind": "heap" })), Err(-32803));
    assert_eq!(session.command("peek", json!({ "function": "main.main" })), Err(-32803));
    assert_eq!(session.command("attach", json!({ "target": "127.0.0.1:1" })), Err(-32803));
    let detached = session.command("detach", json!({})).unwrap();
    assert_eq!(detached["text"], "nothing was attached");
    let status = session.command("status", json!({})).unwrap();
    assert!(status["text"].as_str().unwrap().contains("not trusted"), "{status}");
}

/// A program that serves pprof on any port until its input ends.
const OWN_PROGRAM: &str = r#"package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr())
	go http.Serve(listener, nil)
	io.Copy(io.Discard, os.Stdin)
}
"#;

#[test]
fn a_program_of_the_workspace_is_attached_by_itself_and_no_other() {
    // A module of its own, so that no other test's program belongs to this workspace.
    let folder = tempfile::tempdir().unwrap();
    let module = format!("example.test/own{}", std::process::id());
    std::fs::write(folder.path().join("go.mod"), format!("module {module}\n\ngo 1.19\n")).unwrap();
    std::fs::write(folder.path().join("main.go"), OWN_PROGRAM).unwrap();
    let executable = build(folder.path(), ".", "own", &[]);
    let other = Target::sidecar(&[]);
    let settings = json!({ "captureOnAttach": [] });
    let mut session = Session::start_in(folder.path(), settings.clone(), true, "utf-16");
    let mut untrusting = Session::start_in(folder.path(), settings, false, "utf-16");
    assert_eq!(session.wait_until("detached")["target"], Value::Null);

    let mut child = Command::new(executable).stdin(Stdio::piped()).spawn().unwrap();
    let live = session.wait_until("live");
    assert_eq!(live["target"]["process"]["pid"], child.id());
    assert_ne!(live["target"]["process"]["pid"], other.pid());
    assert_eq!(live["target"]["process"]["build"]["main"]["path"], module);

    // The user lets it go: it is not taken again.
    session.command("detach", json!({})).unwrap();
    assert_eq!(session.wait_until("detached")["target"], Value::Null);
    let status = untrusting.command("status", json!({})).unwrap();
    assert_eq!(status["state"], "detached");
    let targets = session.command("targets", json!({})).unwrap();
    let row = targets.as_array().unwrap().iter().find(|it| it["pid"] == child.id()).unwrap();
    assert_eq!(row["main_module"], module);
    drop(child.stdin.take());
    child.wait().unwrap();
}

#[test]
fn several_programs_are_offered_for_choice() {
    let targets = [Target::sidecar(&[]), Target::sidecar(&[])];
    let mut session = Session::start(json!({ "attachAutomatically": false }), true, "utf-16");
    session.client.answers = false;
    let params = json!({ "command": "pprof-lens.attach", "arguments": [] });
    let id = session.client.ask("workspace/executeCommand", params);
    let question =
        session.client.wait_for("a question", |it| it["method"] == "window/showMessageRequest");
    let actions = question["params"]["actions"].as_array().unwrap();
    let wanted = format!("(pid {})", targets[1].pid());
    let choice = actions.iter().find(|it| it["title"].as_str().unwrap().contains(&wanted));
    session.client.answer(question["id"].clone(), choice.unwrap().clone());
    let attached = session.client.reply(id).unwrap();
    assert_eq!(attached["target"]["url"], targets[1].url());
}

#[test]
#[cfg(unix)]
fn a_stopped_target_is_gone_until_it_goes_on() {
    let target = Target::sidecar(&["-hot"]);
    let mut session = Session::attached(target.url());
    session.wait_until("live");
    session.command("capture", json!({ "kind": "heap" })).unwrap();
    signal(&target, "-STOP");
    session.wait_until("gone");
    let status = session.command("status", json!({})).unwrap();
    assert_eq!(status["captures"][0]["old"], true);
    signal(&target, "-CONT");
    session.wait_until("live");
    // It is the same run: what was measured speaks of it.
    let status = session.command("status", json!({})).unwrap();
    assert_eq!(status["captures"][0]["old"], false);
}

#[cfg(unix)]
fn signal(target: &Target, signal: &str) {
    let status = Command::new("kill").args([signal, &target.pid().to_string()]).status();
    assert!(status.unwrap().success());
}
