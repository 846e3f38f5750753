//! How a session ends, and what an editor that misbehaves cannot do to the process.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::Client;

const HOVER: &str = "textDocument/hover";

fn hover_params() -> Value {
    json!({
        "textDocument": { "uri": "file:///w/a.go" },
        "position": { "line": 0, "character": 0 },
    })
}

#[test]
fn exit_ends_the_process_with_standard_input_open() {
    let mut client = Client::initialized("");
    client.request("shutdown", Value::Null).unwrap();
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), Some(0));
}

#[test]
fn the_last_replies_are_written_before_the_end() {
    let mut client = Client::initialized("");
    let shutdown = client.ask("shutdown", Value::Null);
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), Some(0));
    assert_eq!(client.reply(shutdown), Ok(Value::Null));
}

#[test]
fn exit_without_shutdown_is_a_failure() {
    let mut client = Client::initialized("");
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), Some(1));
}

#[test]
fn the_end_of_input_ends_the_process_whatever_still_runs() {
    let failures = "wait:textDocument/hover:60000;spin:textDocument/codeLens:60000";
    let mut client = Client::initialized(failures);
    client.ask(HOVER, hover_params());
    client.ask("textDocument/codeLens", json!({ "textDocument": { "uri": "file:///w/a.go" } }));
    client.close_input();
    let start = Instant::now();
    assert_eq!(client.exit_code(), Some(1));
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn an_editor_that_closed_our_output_ends_the_process() {
    let mut client = Client::start_unread("");
    client.stop_listening();
    client.ask("initialize", json!({ "capabilities": {} }));
    assert_eq!(client.exit_code(), Some(1));
}

#[test]
fn the_end_of_the_parent_process_ends_ours() {
    let mut parent = Command::new("sleep").arg("600").stdout(Stdio::null()).spawn().unwrap();
    let mut client = Client::start("");
    client.initialize(json!({ "processId": parent.id(), "capabilities": {} }));
    parent.kill().unwrap();
    parent.wait().unwrap();
    assert_eq!(client.exit_code(), Some(1));
}

#[test]
#[cfg(target_os = "linux")]
fn an_editor_that_stops_reading_makes_us_wait_and_not_grow() {
    let mut client = Client::start_unread("note:textDocument/hover:200000");
    client.ask("initialize", json!({ "capabilities": {} }));
    client.notify("initialized", json!({}));
    let hover = client.ask(HOVER, hover_params());
    wait_until_stalled(client.pid());
    let grown = status_kilobytes(client.pid(), "VmHWM:");
    assert!(grown < 64 * 1024, "{grown} kB");
    client.start_reading();
    client.notification("window/logMessage", |it| it["message"] == "note 199999");
    assert_eq!(client.reply(hover), Ok(Value::Null));
}

/// Waits until the process has filled its output's pipe and has written nothing for half a
/// second.
#[cfg(target_os = "linux")]
fn wait_until_stalled(pid: u32) {
    let end = Instant::now() + super::client::DEADLINE;
    let (mut last, mut since) = (0, Instant::now());
    while last < 30_000 || since.elapsed() < Duration::from_millis(500) {
        assert!(Instant::now() < end, "the server never stalls; it wrote {last} bytes");
        std::thread::sleep(Duration::from_millis(20));
        let now = n_bytes_written(pid);
        if now != last {
            (last, since) = (now, Instant::now());
        }
    }
}

#[cfg(target_os = "linux")]
fn n_bytes_written(pid: u32) -> u64 {
    let io = std::fs::read_to_string(format!("/proc/{pid}/io")).unwrap();
    let line = io.lines().find_map(|it| it.strip_prefix("wchar: ")).unwrap();
    line.parse().unwrap()
}

#[cfg(target_os = "linux")]
fn status_kilobytes(pid: u32, key: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|it| it.starts_with(key)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
