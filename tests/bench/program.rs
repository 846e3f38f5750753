//! Writes and builds the Go program whose profiles are measured: `target/main.go` and thousands
//! of functions that call each other.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::go;

/// Functions of the program, in files of one thousand.
const N_FUNCTIONS: usize = 3_000;
const N_IN_A_FILE: usize = 1_000;
/// The first of them call only each other: what the shape `few` walks through.
const N_FEW: usize = 24;
/// The function that a tenth of all walks end in.
const HOT: usize = 1_500;
/// The module, which stands in the names of all functions.
const MODULE: &str = "example.com/bench";

/// Writes the program's source into `folder` and returns its executable.
pub(crate) fn build(folder: &Path) -> PathBuf {
    fs::create_dir_all(folder).unwrap();
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    write("go.mod", &format!("module {MODULE}\n\ngo 1.24\n"));
    write("main.go", include_str!("target/main.go"));
    for first in (0..N_FUNCTIONS).step_by(N_IN_A_FILE) {
        let functions = (first..first + N_IN_A_FILE).map(function);
        write(
            &format!("functions{first}.go"),
            &format!("package main\n{}", functions.collect::<String>()),
        );
    }
    write("tables.go", &tables());
    go::build(folder, ".", "bench", &[])
}

/// A function that calls one of four others, and does the work where the walk ends. Every
/// seventh is small enough to be inlined where it is called. The hot one is called often and
/// ends a walk that is near its end.
fn function(index: usize) -> String {
    let callee = |k: usize| {
        let next = index * 7 + k * 997 + 3;
        let callee = match index < N_FEW {
            true => next % N_FEW,
            false if index.is_multiple_of(40) && k == 3 => HOT,
            false => N_FEW + next % (N_FUNCTIONS - N_FEW),
        };
        format!("fn{callee:04}")
    };
    let mut out = format!("\nfunc fn{index:04}(w *walk) {{\n");
    if index % 7 == 5 && index != HOT {
        let _ = write!(out, "\t{}(w)\n}}\n", callee(1));
        return out;
    }
    let is_over = if index == HOT { "isNearlyOver" } else { "isOver" };
    let _ = write!(
        out,
        "\tif w.{is_over}() {{
\t\tif w.work != nil {{
\t\t\tw.work(w)
\t\t\treturn
\t\t}}
\t\tkept = append(kept, make([]byte, w.size))
\t\treturn
\t}}
\tswitch w.pick(4) {{
"
    );
    for k in 0..4 {
        let _ = write!(out, "\tcase {k}:\n\t\t{}(w)\n", callee(k));
    }
    out.push_str("\t}\n}\n");
    out
}

fn tables() -> String {
    let table = |name: &str, functions: std::ops::Range<usize>| {
        let rows: String = functions.map(|it| format!("\t\tfn{it:04},\n")).collect();
        format!("\t{name} = []func(*walk){{\n{rows}\t}}\n")
    };
    format!(
        "package main\n\nvar few, many []func(*walk)\n\nfunc init() {{\n{}{}}}\n",
        table("few", 0..N_FEW),
        table("many", N_FEW..N_FUNCTIONS)
    )
}
