//! Attaching, losing and finding a target again, cancelling, and what an untrusted folder may do.

use serde_json::{Value, json};

use crate::support::fake::{FakeServer, Step, answer};

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
