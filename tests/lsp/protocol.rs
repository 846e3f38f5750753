//! The rules of the protocol that the gate keeps: order, independence, errors.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::Client;

const HOVER: &str = "textDocument/hover";
const LENSES: &str = "textDocument/codeLens";

fn at_start_of_a() -> Value {
    json!({
        "textDocument": { "uri": "file:///w/a.go" },
        "position": { "line": 0, "character": 0 },
    })
}

fn ping(client: &mut Client) {
    let lenses = client.request(LENSES, json!({ "textDocument": { "uri": "file:///w/a.go" } }));
    assert!(lenses.is_ok(), "{lenses:?}");
}

#[test]
fn a_panic_becomes_an_error_reply() {
    let mut client = Client::initialized("panic:textDocument/hover");
    assert_eq!(client.request(HOVER, at_start_of_a()), Err(-32603));
    ping(&mut client);
    assert_eq!(client.request(HOVER, at_start_of_a()), Err(-32603));
}

#[test]
fn changes_of_documents_arrive_in_order() {
    let mut client = Client::initialized("");
    let uri = "file:///w/a.go";
    client.notify(
        "textDocument/didOpen",
        json!({ "textDocument": { "uri": uri, "languageId": "go", "version": 0, "text": "" } }),
    );
    for version in 1..=12 {
        let end = json!({ "line": version, "character": 0 });
        client.notify(
            "textDocument/didChange",
            json!({
                "textDocument": { "uri": uri, "version": version },
                "contentChanges": [{
                    "range": { "start": end, "end": end }, "text": format!("{version}\n"),
                }],
            }),
        );
    }
    let document = client.request("pprof-lens/debugText", json!({ "uri": uri })).unwrap();
    let expected: String = (1..=12).map(|it| format!("{it}\n")).collect();
    assert_eq!(document, json!({ "version": 12, "text": expected }));
}

#[test]
fn a_busy_handler_blocks_nobody() {
    let mut client = Client::initialized("spin:textDocument/hover:3000");
    let slow = client.ask(HOVER, at_start_of_a());
    let start = Instant::now();
    ping(&mut client);
    assert!(start.elapsed() < Duration::from_millis(1500), "{:?}", start.elapsed());
    assert_eq!(client.reply(slow), Ok(Value::Null));
}

#[test]
fn waiting_handlers_block_nobody() {
    let mut client = Client::initialized("wait:textDocument/hover:3000");
    let slow: Vec<i64> = (0..8).map(|_| client.ask(HOVER, at_start_of_a())).collect();
    let start = Instant::now();
    ping(&mut client);
    assert!(start.elapsed() < Duration::from_millis(1500), "{:?}", start.elapsed());
    for id in slow {
        assert_eq!(client.reply(id), Ok(Value::Null));
    }
}

#[test]
fn handlers_that_wait_for_answers_do_not_stop_the_reading_of_answers() {
    let mut client = Client::initialized("ask:textDocument/hover");
    client.answers = false;
    let asking: Vec<i64> = (0..4).map(|_| client.ask(HOVER, at_start_of_a())).collect();
    let params = json!({ "textDocument": { "uri": "file:///w/a.go" } });
    let queued: Vec<i64> = (0..110).map(|_| client.ask(LENSES, params.clone())).collect();
    for _ in &asking {
        let question = client.question("window/showMessageRequest");
        client.answer(question, Value::Null);
    }
    for id in asking.into_iter().chain(queued) {
        assert!(client.reply(id).is_ok());
    }
}

#[test]
fn a_late_answer_is_ignored() {
    let mut client = Client::initialized("ask:textDocument/hover:20");
    client.answers = false;
    assert_eq!(client.request(HOVER, at_start_of_a()), Ok(Value::Null));
    let question = client.question("window/showMessageRequest");
    client.answer(question.clone(), Value::Null);
    client.answer(question, Value::Null);
    client.answer(json!(987_654), Value::Null);
    client.answer(json!("nobody asked"), json!({ "x": [1, 2] }));
    client.send_body(r#"{"jsonrpc":"2.0","id":5,"error":{"code":"odd","more":true}}"#);
    ping(&mut client);
}

#[test]
fn what_is_no_message_gets_an_error_reply() {
    let mut client = Client::initialized("");
    for (body, code) in [
        (r#"{"jsonrpc":"2.0","id":1,"method":"#, -32700),
        ("", -32700),
        ("\u{feff}{}", -32700),
        ("[]", -32600),
        ("17", -32600),
        (r#"{"jsonrpc":"2.0","id":1.5,"method":"a"}"#, -32600),
    ] {
        client.send_body(body);
        assert_eq!(client.reply(Value::Null), Err(code), "{body}");
    }
    client.send_body(&"[".repeat(100_000));
    assert_eq!(client.reply(Value::Null), Err(-32700));
    client.send_body(r#"{"jsonrpc":"2.0","id":"seven","method":7}"#);
    assert_eq!(client.reply("seven"), Err(-32600));
    ping(&mut client);
}

#[test]
fn a_bad_header_is_reported_and_the_next_message_is_found() {
    for header in ["Content-Length: 1000000000000", "Content-Length: -1", "Content-Type: x"] {
        let mut client = Client::initialized("");
        client.send_raw(format!("{header}\r\n\r\n{{}}").as_bytes());
        assert_eq!(client.reply(Value::Null), Err(-32700), "{header}");
        ping(&mut client);
    }
}

#[test]
fn a_cancelled_request_is_dropped_and_says_so() {
    let mut client = Client::initialized("wait:textDocument/hover:60000");
    let slow = client.ask(HOVER, at_start_of_a());
    client.notify("$/cancelRequest", json!({ "id": slow }));
    client.notify("$/cancelRequest", json!({ "id": "unknown" }));
    client.notify("$/cancelRequest", json!(null));
    assert_eq!(client.reply(slow), Err(-32800));
    // An id that tower-lsp itself could not cancel.
    client.send_body(
        &json!({ "jsonrpc": "2.0", "id": i64::MAX, "method": HOVER, "params": at_start_of_a() })
            .to_string(),
    );
    client.notify("$/cancelRequest", json!({ "id": i64::MAX }));
    assert_eq!(client.reply(i64::MAX), Err(-32800));
}

#[test]
fn an_id_in_use_is_refused_and_free_again_afterwards() {
    let mut client = Client::initialized("wait:textDocument/hover:60000");
    let body = json!({ "jsonrpc": "2.0", "id": "x", "method": HOVER, "params": at_start_of_a() });
    client.send_body(&body.to_string());
    client.send_body(&body.to_string());
    assert_eq!(client.reply("x"), Err(-32600));
    client.notify("$/cancelRequest", json!({ "id": "x" }));
    assert_eq!(client.reply("x"), Err(-32800));
    let body = json!({ "jsonrpc": "2.0", "id": "x", "method": "no/such/method" });
    client.send_body(&body.to_string());
    assert_eq!(client.reply("x"), Err(-32601));
}

#[test]
fn the_lifecycle_is_kept() {
    let mut client = Client::start("");
    assert_eq!(client.request(HOVER, at_start_of_a()), Err(-32002));
    let params = json!({ "capabilities": {} });
    client.initialize(params.clone());
    assert_eq!(client.request("initialize", params), Err(-32600));
    assert_eq!(client.request("no/such/method", Value::Null), Err(-32601));
    assert_eq!(client.request("$/unknown", Value::Null), Err(-32601));
    client.notify("$/unknown", Value::Null);
    client.notify("textDocument/didOpen", json!({ "textDocument": 7 }));
    assert_eq!(client.request(HOVER, json!({ "textDocument": 7 })), Err(-32602));
    assert_eq!(client.request("shutdown", Value::Null), Ok(Value::Null));
    assert_eq!(client.request(HOVER, at_start_of_a()), Err(-32600));
}

#[test]
fn requests_behind_initialize_need_not_wait_for_its_reply() {
    let mut client = Client::start("");
    let initialize = client.ask("initialize", json!({ "capabilities": {} }));
    ping(&mut client);
    assert!(client.reply(initialize).is_ok());
}

#[test]
fn unknown_values_in_capabilities_do_no_harm() {
    let mut client = Client::start("");
    let capabilities = client.initialize(json!({
        "processId": "none",
        "rootUri": 7,
        "trace": "shouting",
        "workspaceFolders": [{ "uri": "not a uri" }],
        "capabilities": {
            "general": { "positionEncodings": ["utf-8", "utf-64"] },
            "workspace": {
                "workspaceEdit": { "failureHandling": "shrug", "resourceOperations": ["melt"] },
                "codeLens": 3,
            },
            "textDocument": { "completion": { "completionItem": { "tagSupport": true } } },
        },
    }));
    assert_eq!(capabilities["positionEncoding"], "utf-8");
    ping(&mut client);
}

#[test]
fn says_what_it_can_do() {
    let mut client = Client::start("");
    let capabilities = client.initialize(json!({ "capabilities": {} }));
    assert_eq!(capabilities["positionEncoding"], "utf-16");
    let sync = json!({ "openClose": true, "change": 2, "save": { "includeText": false } });
    assert_eq!(capabilities["textDocumentSync"], sync);
    assert_eq!(capabilities["codeLensProvider"], json!({ "resolveProvider": false }));
    let commands = capabilities["executeCommandProvider"]["commands"].as_array().unwrap();
    assert!(commands.contains(&json!("pprof-lens.capture")), "{commands:?}");
}
