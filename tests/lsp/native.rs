//! Frames that Go has no names for, named from the files that the program runs.

use std::process::Command;

use serde_json::json;

use crate::support::go::{Program, build_native, marked_line_of};
use crate::support::target::Target;

use super::session::{Session, on_line};

const SETTINGS: &str = r#"{ "captureOnAttach": [] }"#;

fn attached(target: &Target) -> Session {
    let mut settings: serde_json::Value = serde_json::from_str(SETTINGS).unwrap();
    settings["target"] = json!(target.url());
    let mut session = Session::start_in(&Program::Native.root(), settings, true, "utf-16");
    session.wait_until("live");
    session
}

#[test]
fn lines_of_a_c_thread_are_shown_in_their_c_file() {
    let file = Program::Native.root().join("burn.c");
    let file = file.to_str().unwrap();
    let hot = marked_line_of(Program::Native, "burn.c", "hot line");
    let call = marked_line_of(Program::Native, "burn.c", "call of what is inlined");
    let text = std::fs::read_to_string(file).unwrap();
    let of_function =
        |start: &str| text.lines().position(|it| it.starts_with(start)).unwrap() as u32 + 1;
    let trimmed = build_native("trimmed/native", &["-trimpath"]);
    for program in [Program::Native.executable(), Program::NativePie.executable(), &trimmed] {
        let target = Target::spawn(Command::new(program));
        let mut session = attached(&target);
        let result = session.command("capture", json!({ "kind": "cpu", "seconds": 1 })).unwrap();
        assert!(result["text"].as_str().unwrap().starts_with("cpu: "), "{result}");
        let diagnostic = session.diagnostic(file, "hot-line", hot);
        assert_eq!(diagnostic["source"], "pprof-lens", "{program:?}");
        session.open(file);
        let hints = session.hints(file);
        for line in [hot, call] {
            let hint = on_line(&hints, line).unwrap_or_else(|| panic!("{program:?}: {hints:#?}"));
            assert!(hint["label"].as_str().unwrap().contains('%'), "{hint}");
        }
        let lenses = session.lenses(file);
        for function in ["static inline", "static void *burn"] {
            let line = of_function(function);
            assert!(on_line(&lenses, line).is_some(), "{program:?}: {lenses:#?}");
        }
        let peek = session.command("peek", json!({ "kind": "cpu", "function": "stir" })).unwrap();
        assert!(peek["text"].as_str().unwrap().contains("burn"), "{peek}");
    }
}

#[test]
fn a_stripped_program_is_said_to_be() {
    let executable = build_native("stripped/native", &["-ldflags=-s -w"]);
    let target = Target::spawn(Command::new(executable));
    let mut session = attached(&target);
    session.command("capture", json!({ "kind": "cpu", "seconds": 1 })).unwrap();
    session.client.notification("window/logMessage", |it| {
        let message = it["message"].as_str().unwrap();
        message.starts_with("cpu: ") && message.contains("in native, which is stripped")
    });
}
