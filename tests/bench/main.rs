//! What pprof-lens costs, side by side with pprof: `cargo bench`.
//!
//! `cargo bench -- top server` runs these parts alone: `top`, `decode`, `linear`, `goroutines`,
//! `server`, `trust`, `watch`, `lines`. It needs Go; all programs and profiles are made in `target/tmp/bench`.
//! Nothing here passes or fails: the numbers are for reading, on a machine that does nothing
//! else meanwhile.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod decoding;
mod dump;
mod editor;
#[path = "../line_truth/mod.rs"]
mod line_truth;
mod linear;
mod lines;
mod measure;
mod profiles;
mod program;
mod reports;
mod server;
#[allow(dead_code)]
#[path = "../support/mod.rs"]
mod support;
mod trust;
mod watch;

use std::path::Path;
use std::process::Command;

use profiles::{DEEP_600, HEAPS, Profiles};

fn main() {
    let parts: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with('-')).collect();
    let wants = |part: &str| parts.is_empty() || parts.iter().any(|it| it == part);
    // It needs no profiles, and takes a minute: only when asked for.
    if parts == ["trust"] {
        return trust::run();
    }
    // The same, and it needs no profiles either.
    if parts == ["lines"] {
        return lines::run();
    }
    let profiles = Profiles::new();
    let binary = Path::new(env!("CARGO_BIN_EXE_pprof-lens"));
    // It takes three minutes: the same.
    if parts == ["watch"] {
        return watch::run(&profiles, binary);
    }
    if parts == ["make"] {
        return profiles.make_all();
    }
    // A process of its own: the system counts what this one holds to the programs that it starts.
    let this = std::env::current_exe().unwrap();
    assert!(Command::new(this).arg("make").status().unwrap().success());
    if wants("top") {
        reports::run(&profiles);
    }
    if wants("decode") {
        decoding::run(&profiles);
    }
    if wants("linear") {
        linear::run(&profiles);
    }
    if wants("goroutines") {
        dump::run(&profiles);
    }
    if wants("server") {
        let files = [profiles.file(DEEP_600), profiles.file(HEAPS[0])];
        println!("{}", server::run(binary, &profiles.source(), &files[0], &files[1]));
    }
}
