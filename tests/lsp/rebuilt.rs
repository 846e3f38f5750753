//! A program that is built anew while its first build's captures are shown.

use std::process::Command;

use serde_json::json;

use crate::support::target::Target;

use super::build_match::{Hot, MAIN, build, commit, hot_line, write};
use super::session::on_line;

#[test]
fn each_capture_is_mapped_through_its_own_build() {
    let mut hot = Hot::new();
    let mut session = hot.session();
    let main_go = hot.main_go();
    let cpu = json!({ "kind": "cpu", "seconds": 1 });
    session.command("capture", cpu.clone()).unwrap();
    session.command("setBaseline", json!({})).unwrap();
    let diff = session.command("diff", json!({})).unwrap();
    assert_eq!((&diff["otherRun"], &diff["otherBuild"]), (&json!(false), &json!(false)));

    let now = MAIN.replace("func work() {", "func idle() {}\n\nfunc work() {\n\tidle()");
    assert_eq!(hot_line(&now), hot_line(MAIN) + 3);
    write(&hot.root().join("main.go"), &now);
    commit(&hot.repository());
    session.open(&main_go);
    // The old capture, in the new text.
    let hints = session.hints(&main_go);
    assert!(on_line(&hints, hot_line(&now)).is_some(), "{hints:#?}");
    assert!(on_line(&hints, hot_line(MAIN)).is_none(), "{hints:#?}");

    let executable = hot.dir.path().join("anew");
    build(&hot.root(), &executable);
    hot.target = Target::spawn(Command::new(&executable));
    session.command("attach", json!({ "target": hot.target.url() })).unwrap();
    session.command("capture", cpu).unwrap();
    let hints = session.hints(&main_go);
    assert!(on_line(&hints, hot_line(&now)).is_some(), "{hints:#?}");
    assert!(on_line(&hints, hot_line(MAIN)).is_none(), "{hints:#?}");
    // Compared with the same line of the other build.
    let hover = session.hover(&main_go, hot_line(&now));
    assert!(hover.contains("lines are compared where they are found in both"), "{hover}");
    assert!(!hover.contains("+1s since") && hover.contains("since the baseline"), "{hover}");
    let diff = session.command("diff", json!({})).unwrap();
    assert_eq!((&diff["otherRun"], &diff["otherBuild"]), (&json!(true), &json!(true)));
    let text = diff["text"].as_str().unwrap();
    assert!(text.contains("Two builds: functions are compared by name"), "{text}");
}
