//! The command explainSource: the open file, a frame, and what was not found.

use serde_json::json;

use crate::support::go::{Program, source_file};
use crate::support::target::Target;

use super::session::{MARKDOWN, Session, uri};

const HOT: &str = "example.com/sidecar/internal/plugins/conversations.truncateLine";

#[test]
fn says_how_files_were_found() {
    let target = Target::start(Program::SidecarTrimmed, &["-hot"]);
    let mut session = Session::attached(target.url());
    session.wait_until("live");
    let nothing = session.command("explainSource", json!({})).unwrap();
    assert!(nothing["text"].as_str().unwrap().contains("run the command capture"), "{nothing}");
    session.open(MARKDOWN);
    session.command("capture", json!({ "kind": "cpu", "seconds": 1 })).unwrap();

    let path = source_file(MARKDOWN);
    let here = session.command("explainSource", json!({ "uri": uri(&path) })).unwrap();
    let file = &here["files"][0];
    assert_eq!(file["file"], path.to_str().unwrap(), "{here:#}");
    assert_eq!([&file["rule"], &file["root"]], ["modulePath", "workspace"], "{here:#}");
    assert_eq!(file["path"], format!("example.com/sidecar/{MARKDOWN}"));
    let text = here["text"].as_str().unwrap();
    assert!(text.contains("found by        module path"), "{text}");

    let frame = session.command("explainSource", json!({ "frame": "truncateLine" })).unwrap();
    assert_eq!(frame["files"][0]["function"], HOT, "{frame:#}");
    let pair = json!({ "function": HOT, "file": file["path"] });
    let same = session.command("explainSource", pair).unwrap();
    assert_eq!(same["files"].as_array().unwrap().len(), 1, "{same:#}");

    // A file of no capture is looked for all the same.
    let other = json!({ "file": "/build/nowhere.go", "function": "example.org/other.F" });
    let other = session.command("explainSource", other).unwrap();
    assert_eq!(other["files"][0]["file"], json!(null));
    let tried = other["files"][0]["tried"].as_array().unwrap();
    let of_package = tried.iter().find(|it| it["rule"] == "packagePath").unwrap();
    assert_eq!(of_package["why"], "package example.org/other is of no module of the workspace");
    let nobody = session.command("explainSource", json!({ "function": "main.nobody" })).unwrap();
    assert!(nobody["text"].as_str().unwrap().contains("no capture has that frame"), "{nobody}");
}
