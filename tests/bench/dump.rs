//! How fast the text of a goroutine dump is read and grouped.

use pprof_lens::decode;

use crate::measure::{call, median};
use crate::profiles::{DUMP, Profiles};

pub(crate) fn run(profiles: &Profiles) {
    let text = std::fs::read(profiles.file(DUMP)).unwrap();
    let runs: Vec<_> = (0..21).map(|_| call(|| decode::dump(&text).unwrap())).collect();
    let dump = decode::dump(&text).unwrap();
    let seconds = median(&runs).wall.as_secs_f64();
    println!("\n## A goroutine dump\n");
    println!(
        "{} MB, {} goroutines with {} stacks, {}: {:.2} GB/s on one core",
        text.len() / 1_000_000,
        dump.goroutines.len(),
        dump.stacks.len(),
        if dump.truncated { "cut by Go" } else { "whole" },
        text.len() as f64 / seconds / 1e9,
    );
}
