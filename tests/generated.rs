//! Turns the table of commands and the table of settings into what people and editors read.
//!
//! Each file is compared with what the code says. A stale file is rewritten and the test fails, so that a
//! change is seen once and a second run passes; commit what it wrote.

mod lua;
mod package_json;
mod readme;
mod vimdoc;

use std::fs;
use std::path::{Path, PathBuf};

/// The top of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Compares `file` with what `generate` makes of its present text, and rewrites it when they differ.
fn check(file: &str, generate: impl FnOnce(&str) -> String) {
    let path = root().join(file);
    let present = fs::read_to_string(&path).unwrap_or_default();
    let wanted = generate(&present);
    if present != wanted {
        fs::write(&path, wanted).unwrap();
        panic!("{file} was stale and has been rewritten: run the test again and commit the file");
    }
}

/// Replaces the lines between the line that `is_start` finds and the next one that `is_end` finds.
/// The two lines themselves stay.
fn replace_block(
    text: &str,
    name: &str,
    is_start: impl Fn(&str) -> bool,
    is_end: impl Fn(&str) -> bool,
    body: &str,
) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let start = lines.iter().position(|it| is_start(it));
    let start = start.unwrap_or_else(|| panic!("{name}: the line that opens the block is gone"));
    let len = lines[start + 1..].iter().position(|it| is_end(it));
    let end = start + 1 + len.unwrap_or_else(|| panic!("{name}: the block is never closed"));
    let mut out = lines[..=start].join("\n");
    out.push('\n');
    out.push_str(body);
    out.push_str(&lines[end..].join("\n"));
    out.push('\n');
    out
}

#[test]
fn readme_tables_are_fresh() {
    check("README.md", |present| readme::settings(&readme::commands(present)));
}

#[test]
fn vscode_package_is_fresh() {
    check("editors/vscode/package.json", |present| {
        package_json::settings(&package_json::commands(present))
    });
}

#[test]
fn neovim_table_is_fresh() {
    check("editors/nvim/lua/pprof-lens/generated.lua", |_| lua::table());
}

#[test]
fn neovim_help_is_fresh() {
    check("editors/nvim/doc/pprof-lens.txt", |present| {
        vimdoc::settings(&vimdoc::commands(present))
    });
}
