//! Flame graphs, hot functions, saved captures and findings: what the lists of an editor show.

use serde_json::{Value, json};

use crate::support::go::{Program, marked_line, source_file};
use crate::support::target::Target;

use super::session::{MARKDOWN, MONITOR, Session, uri};

fn hot_session(target: &Target) -> Session {
    let mut session = Session::attached(target.url());
    session.wait_until("live");
    session.command("capture", json!({ "kind": "cpu", "seconds": 1 })).unwrap();
    session
}

fn rows<'a>(answer: &'a Value, key: &str) -> &'a Vec<Value> {
    answer[key].as_array().unwrap_or_else(|| panic!("{answer:#}"))
}

/// The value of a function in a tree: its outermost boxes, so that recursion counts once.
fn sum_of_boxes(tree: &Value, function: &str) -> i64 {
    let boxes = rows(tree, "boxes");
    let is_of = |it: &Value| {
        it["function"]
            .as_u64()
            .is_some_and(|idx| rows(tree, "functions")[idx as usize]["name"] == function)
    };
    let parent = |it: &Value| boxes.get(usize::try_from(it["parent"].as_i64().unwrap()).ok()?);
    let is_outermost =
        |it: &&Value| std::iter::successors(parent(it), |it| parent(it)).all(|it| !is_of(it));
    boxes.iter().filter(|it| is_of(it)).filter(is_outermost).map(|it| value(it, "value")).sum()
}

/// Bytes in use, by the first line of the text: `heap profile: 3: 1536 [..`.
fn heap_bytes(text: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(text);
    text.split_whitespace().nth(3).and_then(|it| it.parse().ok()).unwrap()
}

fn value(row: &Value, key: &str) -> i64 {
    row[key].as_i64().unwrap_or_else(|| panic!("{key} of {row:#}"))
}

#[test]
fn a_flame_graph_has_the_numbers_of_top_and_leads_to_the_lines() {
    let target = Target::sidecar(&["-hot"]);
    let mut session = hot_session(&target);
    let tree = session.command("flamegraph", json!({ "svg": true })).unwrap();
    let hot = session.command("hot", json!({})).unwrap();
    assert_eq!((&tree["kind"], &tree["isDiff"]), (&json!("cpu"), &json!(false)));
    assert_eq!(rows(&tree, "boxes")[0]["value"], tree["total"]);
    assert_eq!(tree["nLeftOut"], 0, "a capture of a second has no box that is too small");
    for row in rows(&hot, "rows") {
        let function = row["function"].as_str().unwrap();
        assert_eq!(sum_of_boxes(&tree, function), value(row, "cum"), "{function}");
    }
    let svg = tree["svg"].as_str().unwrap();
    assert!(svg.contains("<svg") && svg.contains("conversations.truncateLine ("), "{svg:.300}");

    // A box leads to the line that most of its time goes through.
    let line = marked_line(MARKDOWN, "hot line");
    let is_hot = |it: &&Value| {
        let idx = it["function"].as_u64();
        idx.is_some_and(|it| {
            let name = &rows(&tree, "functions")[it as usize]["short"];
            name == "conversations.truncateLine"
        })
    };
    let place = &rows(&tree, "boxes").iter().find(is_hot).unwrap()["place"];
    assert_eq!(*place, json!({ "uri": uri(&source_file(MARKDOWN)), "line": line - 1 }));

    // Rooted at a function, it is the root.
    let function = "example.com/sidecar/internal/plugins/conversations.truncateLine";
    let rooted = session.command("flamegraph", json!({ "function": function })).unwrap();
    assert_eq!(rooted["functions"][0]["name"], function);
    assert_eq!(value(&rooted["boxes"][0], "value"), sum_of_boxes(&tree, function));
    assert_eq!(session.command("flamegraph", json!({ "function": "nobody" })), Err(-32803));
    assert_eq!(session.command("flamegraph", json!({ "capture": "../x" })), Err(-32803));
}

#[test]
fn hot_functions_have_places_and_neighbours() {
    let target = Target::sidecar(&["-hot"]);
    let mut session = hot_session(&target);
    let hot = session.command("hot", json!({ "kind": "cpu" })).unwrap();
    let row = rows(&hot, "rows").iter().find(|it| it["short"] == "conversations.truncateLine");
    let row = row.unwrap_or_else(|| panic!("{hot:#}"));
    assert_eq!(row["place"]["uri"], uri(&source_file(MARKDOWN)));
    assert!(row["cumShare"].as_str().unwrap().ends_with('%'), "{row}");
    assert!(hot["text"].as_str().unwrap().contains("conversations.truncateLine"), "{hot}");
    let peek = session.command("peek", json!({ "function": row["function"] })).unwrap();
    let callee =
        rows(&peek, "callees").iter().find(|it| it["short"] == "conversations.displayWidth");
    let callee = callee.unwrap_or_else(|| panic!("{peek:#}"));
    assert_eq!(callee["place"]["uri"], uri(&source_file(MARKDOWN)));

    // Of the capture that is listed, whatever has been captured since.
    session.command("capture", json!({ "kind": "cpu", "seconds": 2 })).unwrap();
    let argument = json!({ "function": row["function"], "capture": hot["capture"] });
    let again = session.command("peek", argument).unwrap();
    assert_eq!((&again["cum"], &again["total"]), (&row["cum"], &hot["total"]));
    assert_eq!(again["callees"], peek["callees"]);
    let of_now = session.command("peek", json!({ "function": row["function"] })).unwrap();
    assert_ne!(of_now["total"], hot["total"]);
    let status = session.command("status", json!({})).unwrap();
    assert!(status["text"].as_str().unwrap().contains(" · cpu at "), "{status:#}");
}

#[test]
fn saved_captures_are_named_pinned_and_compared() {
    let target = Target::sidecar(&["-grow"]);
    let mut session = Session::attached(target.url());
    session.wait_until("live");
    let empty = session.command("captures", json!({})).unwrap();
    assert!(empty["text"].as_str().unwrap().contains("run the command capture"), "{empty}");
    let capture = |session: &mut Session| {
        let taken = session.command("capture", json!({ "kind": "heap" })).unwrap();
        taken["capture"]["id"].as_str().unwrap().to_owned()
    };
    let before = capture(&mut session);
    let size_before = heap_bytes(&target.get("heap?debug=1"));
    target.get_until("heap?debug=1", |text| size_before + (2 << 20) < heap_bytes(text));
    let after = capture(&mut session);
    session.command("nameCapture", json!({ "id": before, "name": " before the leak " })).unwrap();
    assert_eq!(session.command("pinCapture", json!({ "id": before })).unwrap()["on"], true);
    let listed = session.command("captures", json!({})).unwrap();
    let ids: Vec<&Value> = rows(&listed, "captures").iter().map(|it| &it["id"]).collect();
    assert_eq!(ids, [&json!(after), &json!(before)], "newest first");
    let [newest, oldest] = rows(&listed, "captures").as_slice() else { panic!("{listed:#}") };
    assert_eq!((&oldest["name"], &oldest["pinned"]), (&json!("before the leak"), &json!(true)));
    assert_eq!((&newest["isCurrent"], &oldest["isCurrent"]), (&json!(true), &json!(false)));

    // A new server knows them, too, and needs no program for it.
    let diff = json!({ "base": before, "current": after });
    let grown = |diff: &Value| {
        let row = rows(diff, "rows").iter().find(|it| value(it, "flat") > 0);
        let row = row.unwrap_or_else(|| panic!("{diff:#}"));
        (row["short"].clone(), row["flatText"].clone(), row["place"].clone())
    };
    let told = session.command("diff", diff.clone()).unwrap();
    assert!(grown(&told).1.as_str().unwrap().starts_with('+'), "{told:#}");
    let tree = session.command("flamegraph", json!({ "capture": after, "base": before })).unwrap();
    assert_eq!(tree["isDiff"], true);
    assert!(value(&tree["boxes"][0], "change") > 0, "{:#}", tree["boxes"][0]);
    let long = "x".repeat(300);
    assert_eq!(session.command("nameCapture", json!({ "id": before, "name": long })), Err(-32803));
    assert_eq!(session.command("pinCapture", json!({ "id": "nothing" })), Err(-32803));
    assert_eq!(session.command("diff", json!({ "base": before })), Err(-32803));
}

#[test]
fn findings_come_loudest_first_and_say_why_there_are_none() {
    let target = Target::sidecar(&["-hot", "-stuck=3"]);
    let mut session = Session::start(json!({ "attachAutomatically": false }), true, "utf-16");
    let none = session.command("findings", json!({})).unwrap();
    assert!(none["text"].as_str().unwrap().contains("run the command attach"), "{none}");
    session.command("attach", json!({ "target": target.url() })).unwrap();
    session.command("capture", json!({ "kind": "cpu", "seconds": 1 })).unwrap();
    session.command("goroutines", json!({})).unwrap();
    let found = session.command("findings", json!({})).unwrap();
    let codes: Vec<&str> =
        rows(&found, "findings").iter().map(|it| it["code"].as_str().unwrap()).collect();
    let at = |code: &str| codes.iter().position(|it| *it == code);
    assert!(at("waiting-goroutine").is_some() && at("hot-line").is_some(), "{found:#}");
    assert!(at("waiting-goroutine") < at("hot-line"), "{codes:?}");
    let waiting = &rows(&found, "findings")[at("waiting-goroutine").unwrap()];
    let line = marked_line(MONITOR, "stuck line") - 1;
    assert_eq!(waiting["place"], json!({ "uri": uri(&source_file(MONITOR)), "line": line }));
}

#[test]
fn a_hidden_function_has_no_marks_and_stays_hidden() {
    let target = Target::sidecar(&["-hot"]);
    let folder = tempfile::tempdir().unwrap();
    // The first folder is where the project's file is written; the second has the sources.
    let start = || {
        let settings = json!({ "target": target.url(), "captureOnAttach": [] });
        let mut session = Session::start_in(folder.path(), settings, true, "utf-16");
        let added = json!({ "uri": uri(&Program::Sidecar.root()), "name": "sources" });
        let event = json!({ "event": { "added": [added], "removed": [] } });
        session.client.notify("workspace/didChangeWorkspaceFolders", event);
        session.wait_until("live");
        session.open(MARKDOWN);
        session.command("capture", json!({ "kind": "cpu", "seconds": 1 })).unwrap();
        session
    };
    let line = marked_line(MARKDOWN, "hot line");
    let marked = |session: &mut Session| {
        let hints = session.hints(MARKDOWN);
        hints.iter().any(|it| it["position"]["line"] == line - 1)
    };
    let mut session = start();
    assert!(marked(&mut session));
    let actions = session.actions(MARKDOWN, line);
    let hide = actions.iter().find(|it| it["command"]["command"] == "pprof-lens.hide");
    let hide = hide.unwrap_or_else(|| panic!("{actions:#?}"));
    assert_eq!(hide["title"], "Hide: no marks for conversations.truncateLine");
    let mut argument = hide["command"]["arguments"][0].clone();
    argument["uri"] = json!(uri(&folder.path().join("any.go")));
    let said = session.command("hide", argument.clone()).unwrap();
    assert!(said["text"].as_str().unwrap().contains(".pprof-lens.toml"), "{said}");
    assert!(!marked(&mut session));
    let again = session.command("hide", argument).unwrap();
    assert!(again["text"].as_str().unwrap().contains("says so already"), "{again}");
    let is_hiding = |it: &Value| it["command"]["command"] == "pprof-lens.hide";
    assert!(!session.actions(MARKDOWN, line).iter().any(is_hiding));
    drop(session);

    let mut session = start();
    assert!(!marked(&mut session));
    let status = session.command("status", json!({})).unwrap();
    assert!(status["text"].as_str().unwrap().contains("hidden by .pprof-lens.toml"), "{status}");
    // Taken out by hand, it is back with the next capture.
    std::fs::write(folder.path().join(".pprof-lens.toml"), "").unwrap();
    session.command("capture", json!({ "kind": "cpu", "seconds": 1 })).unwrap();
    assert!(marked(&mut session));
}
