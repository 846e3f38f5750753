//! What pprof-lens costs, side by side with pprof: `cargo bench`.
//!
//! `cargo bench -- top server` runs these parts alone: `top`, `decode`, `linear`, `goroutines`,
//! `server`. It needs Go; all programs and profiles are made in `target/tmp/bench`.
//! Nothing here passes or fails: the numbers are for reading, on a machine that does nothing
//! else meanwhile.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod decoding;
mod dump;
mod linear;
mod measure;
mod profiles;
mod program;
mod reports;
#[allow(dead_code)]
#[path = "../support/mod.rs"]
mod support;

use profiles::Profiles;

fn main() {
    let parts: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with('-')).collect();
    let wants = |part: &str| parts.is_empty() || parts.iter().any(|it| it == part);
    let profiles = Profiles::new();
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
}
