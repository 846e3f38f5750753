//! Drives a real, headless Neovim with our plugin and the real server: what is drawn is checked.
//!
//! Each test runs one Lua spec of `tests/neovim/` in a process of its own, against a real target.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::go::{Program, marked_line, marked_line_of, source_file, tests_folder};
use crate::support::measured::note_measured;
use crate::support::nvim::nvim;
use crate::support::process;
use crate::support::target::Target;
use crate::support::workspace::Workspace;

const MARKDOWN: &str = "internal/plugins/conversations/markdown.go";
const HISTORY: &str = "internal/plugins/workspace/history.go";
const MONITOR: &str = "internal/plugins/tdmonitor/monitor.go";

/// The marked places of the target that the specs speak of.
fn places() -> Value {
    let place = |file: &str, mark: &str| json!({ "file": source_file(file), "line": marked_line(file, mark) });
    json!({
        "hot": place(MARKDOWN, "hot line"),
        "growing": place(HISTORY, "growing line"),
        "stuck": place(MONITOR, "stuck line"),
        "go": place(MONITOR, "go line"),
    })
}

/// Neovim without the user's configuration, data and state.
fn clean_nvim(home: &Path) -> Command {
    let mut command = Command::new(nvim());
    command
        .args(["--clean", "--headless", "-n", "-u"])
        .arg(tests_folder().join("neovim/init.lua"))
        .env_remove("VIM")
        .env_remove("VIMRUNTIME")
        .env_remove("NVIM")
        .env_remove("SIDECAR_PPROF")
        .env("HOME", home)
        .env("PPROF_LENS_STATE_DIR", home.join("pprof-lens"))
        .env("PPROF_LENS_BIN", env!("CARGO_BIN_EXE_pprof-lens"));
    for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"] {
        command.env(name, home.join(name));
    }
    command
}

/// Runs a spec against a target with these faults.
fn run(spec: &str, flags: &[&str]) {
    run_on(&Target::sidecar(flags), spec, &places());
}

fn run_on(target: &Target, spec: &str, places: &Value) {
    let home = tempfile::tempdir().unwrap();
    let folder = tests_folder().join("neovim");
    let harness = folder.join("harness.lua");
    let spec = folder.join(spec);
    let run = format!(
        "lua _G.harness = dofile([[{}]]); _G.harness.run([[{}]])",
        harness.display(),
        spec.display()
    );
    let mut command = clean_nvim(home.path());
    command
        .args(["-c", &run])
        .env("PPROF_LENS_TARGET", target.url())
        .env("PPROF_LENS_PLACES", places.to_string());
    let finished = process::run(&mut command, b"");
    let said = format!("{}\n{}", finished.stdout, finished.stderr);
    assert_eq!(finished.code, Some(0), "{}:\n{said}", spec.display());
    note_measured(&said);
}

#[test]
fn a_cpu_capture_draws_the_hot_line() {
    run("hot.lua", &["-hot"]);
}

#[test]
fn c_beside_go_draws_its_hot_line() {
    let line = marked_line_of(Program::Native, "burn.c", "hot line");
    let hot = json!({ "file": Program::Native.root().join("burn.c"), "line": line });
    run_on(&Target::start(Program::Native, &[]), "native.lua", &json!({ "hot": hot }));
}

#[test]
fn a_diff_shows_what_grew() {
    run("growth.lua", &["-grow"]);
}

#[test]
fn waiting_goroutines_are_drawn_and_jumped_to() {
    run("goroutines.lua", &["-stuck=3"]);
}

#[test]
fn an_empty_editor_is_two_steps_from_the_blocking_line() {
    run("empty.lua", &["-stuck=3"]);
}

#[test]
fn lists_lead_to_the_code_and_what_is_hidden_stays_hidden() {
    let workspace = Workspace::copy("neovimlists");
    let file = workspace.root().join(MARKDOWN);
    let places = json!({ "hot": { "file": file, "line": marked_line(MARKDOWN, "hot line") } });
    run_on(&workspace.start(&["-hot"]), "lists.lua", &places);
}

#[test]
fn the_command_completes_and_explains() {
    run("command.lua", &[]);
}
