//! A program that was built from one commit, in a workspace that is at another.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::git::{forget_repository, git};
use crate::support::go::go;
use crate::support::target::Target;

use super::session::{Session, on_line};

const MESSAGE: &str = "window/showMessage";

pub(super) const MAIN: &str = r#"package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"

	"example.org/dep"
)

var sum int

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Printf("pprof http://%s/debug/pprof/\n", listener.Addr())
	go http.Serve(listener, nil)
	go work()
	io.Copy(io.Discard, os.Stdin)
}

func work() {
	for i := 0; ; i++ {
		sum += dep.Hash(i) // hot line
	}
}
"#;

const DEP: &str = r#"package dep

func Hash(n int) int {
	for range 1000 {
		n = n*31 + n>>7
	}
	return n
}
"#;

/// A repository with a program in a folder below it, and that program, built and running.
pub(super) struct Hot {
    pub(super) dir: TempDir,
    built: String,
    pub(super) target: Target,
}

impl Hot {
    pub(super) fn new() -> Hot {
        let dir = tempfile::tempdir().unwrap();
        let repository = dir.path().join("repository");
        let root = repository.join("app");
        write(&root.join("main.go"), MAIN);
        for dep in ["dep", "other"] {
            write(&root.join(dep).join("dep.go"), DEP);
            write(&root.join(dep).join("go.mod"), "module example.org/dep\n\ngo 1.24\n");
        }
        write(&root.join("go.mod"), &go_mod("dep"));
        git(&repository, &["init", "-q"]);
        let built = commit(&repository);
        let executable = dir.path().join("hot");
        build(&root, &executable);
        let target = Target::spawn(Command::new(&executable));
        Hot { dir, built, target }
    }

    pub(super) fn repository(&self) -> PathBuf {
        self.dir.path().join("repository")
    }

    pub(super) fn root(&self) -> PathBuf {
        self.repository().join("app")
    }

    pub(super) fn main_go(&self) -> String {
        self.root().join("main.go").to_str().unwrap().to_owned()
    }

    pub(super) fn session(&self) -> Session {
        let settings = json!({ "target": self.target.url(), "captureOnAttach": [] });
        let mut session = Session::start_in(&self.root(), settings, true, "utf-16");
        session.wait_until("live");
        session
    }
}

pub(super) fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn go_mod(dep: &str) -> String {
    format!(
        "module example.com/hot\n\ngo 1.24\n\nrequire example.org/dep v1.0.0\n\n\
         replace example.org/dep => ./{dep}\n"
    )
}

pub(super) fn commit(repository: &Path) -> String {
    git(repository, &["add", "-A"]);
    git(repository, &["commit", "-qm", "one more"]);
    git(repository, &["rev-parse", "HEAD"])
}

pub(super) fn build(root: &Path, executable: &Path) {
    let mut go = go();
    forget_repository(&mut go);
    go.args(["build", "-buildvcs=true", "-o"]).arg(executable).arg(".").current_dir(root);
    let output = go.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

pub(super) fn hot_line(text: &str) -> u32 {
    let idx = text.lines().position(|it| it.contains("// hot line")).unwrap();
    idx as u32 + 1
}

fn status(session: &mut Session) -> (Value, String) {
    let status = session.command("status", json!({})).unwrap();
    (status["build"].clone(), status["text"].as_str().unwrap().to_owned())
}

#[test]
fn follows_lines_from_the_builds_commit_to_the_workspaces() {
    let hot = Hot::new();
    let mut early = hot.session();
    let (build, text) = status(&mut early);
    assert_eq!(build["commit"], "same", "{build:#}");
    assert_eq!(build["built"], *hot.built);
    assert_eq!(build["dependencies"], json!([]));
    assert_eq!(build["go"], Value::Null, "{build:#}");
    assert!(text.contains(&format!("built from commit {}, where", &hot.built[..7])), "{text}");
    early.command("capture", json!({ "kind": "cpu", "seconds": 1 })).unwrap();
    early.open(&hot.main_go());
    assert!(!early.hover(&hot.main_go(), hot_line(MAIN)).contains("commit"));
    assert_eq!(early.client.n_kept(MESSAGE), 0);

    // Moved down, and the lines above no longer are what they were.
    let now = MAIN.replace("var sum int", "// One.\n// Two.\n// Three.\nvar sum int");
    write(&hot.root().join("main.go"), &now);
    write(&hot.root().join("go.mod"), &go_mod("other"));
    let here = commit(&hot.repository());
    let (build, text) = status(&mut early);
    assert_eq!((&build["commit"], &build["here"]), (&json!("other"), &json!(here)));
    let differs = json!([{ "path": "example.org/dep", "built": "./dep", "here": "./other" }]);
    assert_eq!(build["dependencies"], differs);
    let said = format!("built from commit {}, the workspace is at {}", &hot.built[..7], &here[..7]);
    assert!(text.contains(&said), "{text}");
    assert!(text.contains("\nexample.org/dep: built with ./dep, here is ./other\n"), "{text}");

    // One that has never seen the text that was built.
    let mut late = hot.session();
    let message = late.client.notification(MESSAGE, |_| true);
    let message = message["message"].as_str().unwrap();
    assert!(message.contains(&said), "{message}");
    for _ in 0..2 {
        late.command("capture", json!({ "kind": "cpu", "seconds": 1 })).unwrap();
    }
    late.open(&hot.main_go());
    let hints = late.hints(&hot.main_go());
    assert!(on_line(&hints, hot_line(MAIN)).is_none(), "{hints:#?}");
    assert!(on_line(&hints, hot_line(&now)).is_some(), "{hints:#?}");
    let hover = late.hover(&hot.main_go(), hot_line(&now));
    assert!(hover.contains(&said) && !hover.contains("saved after"), "{hover}");
    assert_eq!(status(&mut late).0["unread"], Value::Null);
    assert_eq!(late.client.n_kept(MESSAGE), 0);
}

#[test]
fn a_build_with_changes_is_no_commits() {
    let hot = Hot::new();
    write(
        &hot.root().join("main.go"),
        &MAIN.replace("var sum int", "// Not committed.\nvar sum int"),
    );
    let executable = hot.dir.path().join("changed");
    build(&hot.root(), &executable);
    let changed = Hot { target: Target::spawn(Command::new(&executable)), ..hot };
    git(&changed.repository(), &["checkout", "-q", "app/main.go"]);
    let mut session = changed.session();
    let (build, text) = status(&mut session);
    assert_eq!(build["commit"], "modified", "{build:#}");
    assert!(text.contains("with changes that were not committed\n"), "{text}");
    session.command("capture", json!({ "kind": "cpu", "seconds": 1 })).unwrap();
    session.open(&changed.main_go());
    // The commit is not what was built, and the file is newer than the executable: of its lines
    // nothing is known, and the function is found by its name.
    let hover = session.hover(&changed.main_go(), hot_line(MAIN) - 2);
    assert!(hover.contains("saved after the program was built"), "{hover}");
    assert!(hover.contains("with changes that were not committed"), "{hover}");
    assert_eq!(session.client.n_kept(MESSAGE), 0);
}
