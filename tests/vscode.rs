//! Drives a real VS Code (code-server in Chromium) with our package and the real server: what is
//! drawn is checked.
//!
//! Each test runs one scenario of `tests/vscode/scenarios/`. Pictures are kept in
//! `tests/.artefacts/vscode/`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::go::{Program, marked_line, tests_folder};
use crate::support::measured::note_measured;
use crate::support::process::{Finished, run_within};
use crate::support::workspace::Workspace;

/// A window with two processes of its own takes its time on a busy machine.
const DEADLINE: Duration = Duration::from_secs(150);

const MARKDOWN: &str = "internal/plugins/conversations/markdown.go";
const HISTORY: &str = "internal/plugins/workspace/history.go";
const MONITOR: &str = "internal/plugins/tdmonitor/monitor.go";

/// One window at a time: two cores draw two of them more slowly than one after the other.
static TURN: Mutex<()> = Mutex::new(());

/// The package, installed once.
fn extensions() -> &'static Path {
    static INSTALLED: OnceLock<TempDir> = OnceLock::new();
    let folder = INSTALLED.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let mut package = Command::new("npm");
        // What is tested is stripped as a release is: the rest of it would be packed, too.
        let server = folder.path().join("pprof-lens");
        let strip = Command::new("strip").arg("-o").arg(&server).arg(server_path()).status();
        assert!(strip.unwrap().success());
        package.args(["run", "--silent", "package"]).current_dir(extension_folder());
        package.env("PPROF_LENS_BIN", &server);
        succeeds(&mut package);
        let mut install = node("install", folder.path());
        install.env("PPROF_LENS_VSIX", vsix()).env("PPROF_LENS_EXTENSIONS", folder.path());
        succeeds(&mut install);
        folder
    });
    folder.path()
}

fn server_path() -> &'static str {
    env!("CARGO_BIN_EXE_pprof-lens")
}

fn extension_folder() -> PathBuf {
    tests_folder().parent().unwrap().join("editors/vscode")
}

fn vsix() -> PathBuf {
    extension_folder().join("pprof-lens.vsix")
}

/// `node run.js ..` with a home of its own.
fn node(scenario: &str, home: &Path) -> Command {
    let default = tests_folder().join(".tools/node24-venv/bin/node");
    let node = std::env::var_os("PPROF_LENS_NODE").map_or(default, PathBuf::from);
    assert!(node.exists(), "no Node at {}: run tests/run, which installs it", node.display());
    let mut command = Command::new(node);
    command.arg(tests_folder().join("vscode/run.js")).arg(scenario);
    command.env("PPROF_LENS_HOME", home).env("PPROF_LENS_BIN", server_path());
    command.env("PPROF_LENS_CHROMIUM", chromium());
    command
}

/// The browser: `PPROF_LENS_CHROMIUM`, or one on the path.
fn chromium() -> PathBuf {
    if let Some(path) = std::env::var_os("PPROF_LENS_CHROMIUM") {
        return path.into();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let names = ["chromium", "google-chrome"];
    let mut all = std::env::split_paths(&path).flat_map(|it| names.map(|name| it.join(name)));
    all.find(|it| it.exists()).expect("no Chromium: run tests/run, which finds or installs it")
}

fn succeeds(command: &mut Command) -> Finished {
    let finished = run_within(command, b"", DEADLINE);
    let said = format!("{}\n{}", finished.stdout, finished.stderr);
    assert_eq!(finished.code, Some(0), "{command:?}:\n{said}");
    finished
}

/// The marked lines that the scenarios speak of, by file in the workspace.
fn places() -> Value {
    let place = |file: &str, mark: &str| json!({ "file": file, "line": marked_line(file, mark) });
    let text = std::fs::read_to_string(Program::Sidecar.root().join(MARKDOWN)).unwrap();
    let spent = text.lines().position(|it| it.contains("for _, r := range s {")).unwrap() + 1;
    json!({
        "hot": place(MARKDOWN, "hot line"),
        "spent": { "file": MARKDOWN, "line": spent },
        "growing": place(HISTORY, "growing line"),
        "stuck": place(MONITOR, "stuck line"),
        "go": place(MONITOR, "go line"),
    })
}

/// A server that leaves what was said in both directions beside itself.
fn recorded(home: &Path) -> PathBuf {
    let script = home.join("recorded");
    let (server, home) = (server_path(), home.display());
    // The server takes the shell's place: VS Code sees at once when it dies.
    let text = format!(
        "#!/usr/bin/env bash\nexec {server:?} \"$@\" < <(tee {home}/in.$$.log) > >(tee {home}/out.$$.log)\n"
    );
    std::fs::write(&script, text).unwrap();
    std::fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    script
}

fn run(scenario: &str) {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let home = tempfile::tempdir().unwrap();
    let workspace = Workspace::copy(&format!("vscode{scenario}"));
    let mut command = node(scenario, home.path());
    command
        .env("PPROF_LENS_FOLDER", workspace.root())
        .env("PPROF_LENS_PROGRAM", workspace.executable())
        .env("PPROF_LENS_EXTENSIONS", extensions())
        .env("PPROF_LENS_BIN_RECORDED", recorded(home.path()))
        .env("PPROF_LENS_STATE_DIR", home.path().join("state"))
        .env("PPROF_LENS_PLACES", places().to_string())
        .env("PPROF_LENS_ARTEFACTS", tests_folder().join(".artefacts/vscode"));
    note_measured(&succeeds(&mut command).stdout);
}

#[test]
fn lines_are_marked_and_follow_edits() {
    run("lines");
}

#[test]
fn panels_lead_to_the_code_and_what_is_hidden_stays_hidden() {
    run("panels");
}

#[test]
fn growth_is_shown_and_captures_are_compared() {
    run("growth");
}

#[test]
fn stuck_goroutines_lead_to_their_lines() {
    run("goroutines");
}

#[test]
fn a_program_and_a_server_that_are_killed_come_back() {
    run("restarts");
}

#[test]
fn nothing_runs_before_the_folder_is_trusted() {
    run("trust");
}

#[test]
fn the_package_holds_what_it_should_and_nothing_else() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    extensions();
    let mut list = Command::new("python3");
    list.args([
        "-c",
        "import sys, zipfile; print(*sorted(zipfile.ZipFile(sys.argv[1]).namelist()), sep='\\n')",
    ]);
    let listed = succeeds(list.arg(vsix())).stdout;
    let expected = [
        "[Content_Types].xml",
        "extension.vsixmanifest",
        "extension/LICENSE.txt",
        "extension/icon.svg",
        "extension/out/extension.js",
        "extension/out/webview/flame.js",
        "extension/out/webview/hot.js",
        "extension/out/webview/panel.css",
        "extension/package.json",
        "extension/server/pprof-lens",
        "extension/walkthrough/capture.md",
        "extension/walkthrough/compare.md",
        "extension/walkthrough/goroutines.md",
        "extension/walkthrough/read.md",
        "extension/walkthrough/start.md",
    ];
    let mut listed: Vec<&str> = listed.lines().collect();
    listed.sort_unstable();
    assert_eq!(listed, expected);
    let package = std::fs::read_to_string(extension_folder().join("package.json")).unwrap();
    let package: Value = serde_json::from_str(&package).unwrap();
    for script in ["install", "preinstall", "postinstall"] {
        assert_eq!(package["scripts"][script], Value::Null);
    }
    assert_eq!(package["capabilities"]["untrustedWorkspaces"]["supported"], false);
    let properties = &package["contributes"]["configuration"]["properties"];
    for setting in ["pprof-lens.server.path", "pprof-lens.target"] {
        assert_eq!(properties[setting]["scope"], "machine", "{setting}");
    }
}
