//! What it costs a program to be watched with the default settings: its CPU time, and the longest
//! time for which all of it stood still.
//!
//! Programs of all sizes run at once, first alone and then each with a server that is attached to
//! it and has one of its files open, as an editor has.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::editor::Editor;
use crate::profiles::{Profiles, Running};

/// What a row is called, how many goroutines wait, and how deep they are: about 10 frames, or 36.
const SIZES: [(&str, &str, &str); 6] = [
    ("100", "-park=100", SHALLOW),
    ("100, deep", "-park=100", DEEP),
    ("1,000", "-park=1000", SHALLOW),
    ("1,000, deep", "-park=1000", DEEP),
    ("10,000", "-park=10000", SHALLOW),
    ("100,000", "-park=100000", SHALLOW),
];
const SHALLOW: &str = "-shape=shallow";
const DEEP: &str = "-shape=deep";
/// Long enough for everything that is asked by the clock, at least twice.
const WATCHED: Duration = Duration::from_secs(150);
const ALONE: Duration = Duration::from_secs(30);
/// What attaching asks for is over by then: it is shown by itself.
const ATTACHING: Duration = Duration::from_secs(15);

pub(crate) fn run(profiles: &Profiles, binary: &Path) {
    let programs = SIZES.map(|(_, park, shape)| profiles.start(&[park, shape, "-stacks=500"]));
    // Starting so many goroutines leaves a garbage collection or two behind.
    thread::sleep(Duration::from_secs(5));
    let alone = measure(&programs, ALONE, || ());
    let mut editors = Vec::new();
    let attaching = measure(&programs, ATTACHING, || {
        for program in &programs {
            let settings = json!({ "target": program.url() });
            let mut editor = Editor::with_settings(binary, &profiles.source(), settings);
            let path = profiles.source().join("main.go");
            editor.open(&path, &fs::read_to_string(&path).unwrap());
            editors.push(editor);
        }
    });
    let watched = measure(&programs, WATCHED, || ());
    println!("\n## A program that is watched with the default settings\n");
    println!(
        "| goroutines | CPU alone | CPU watched | longest stop alone | while attaching | watched |"
    );
    println!("|---|---|---|---|---|---|");
    for (idx, (size, _, _)) in SIZES.iter().enumerate() {
        println!(
            "| {size} | {:.2} % | {:.2} % | {} | {} | {} |",
            alone[idx].percent,
            watched[idx].percent,
            alone[idx].stop(),
            attaching[idx].stop(),
            watched[idx].stop(),
        );
    }
    println!(
        "\nCPU is that of the program, in percent of one core. Attaching took it {} of CPU time.",
        attaching.iter().map(|it| format!("{:.0} ms", it.millis)).collect::<Vec<_>>().join(", ")
    );
}

/// What a program did in a while.
struct Cost {
    millis: f64,
    percent: f64,
    longest_stop: Option<f64>,
}

impl Cost {
    fn stop(&self) -> String {
        self.longest_stop.map_or("none".to_owned(), |it| format!("{:.2} ms", it * 1e3))
    }
}

fn measure(programs: &[Running], duration: Duration, work: impl FnOnce()) -> Vec<Cost> {
    let before: Vec<_> = programs.iter().map(|it| (cpu_seconds(it.pid()), stops(it))).collect();
    let start = std::time::Instant::now();
    work();
    thread::sleep(duration.saturating_sub(start.elapsed()));
    let seconds = start.elapsed().as_secs_f64();
    let after = programs.iter().zip(before);
    after
        .map(|(program, (cpu, stopped))| {
            let cpu = cpu_seconds(program.pid()) - cpu;
            let is_new = |(stop, count): &(&u64, &u64)| stopped.get(stop) != Some(count);
            let now = stops(program);
            let longest =
                now.iter().filter(is_new).map(|(stop, _)| f64::from_bits(*stop)).next_back();
            Cost { millis: cpu * 1e3, percent: cpu / seconds * 100.0, longest_stop: longest }
        })
        .collect()
}

/// User and system time of a process, all its threads.
fn cpu_seconds(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat[stat.rfind(')').unwrap()..].split_whitespace().collect();
    let ticks: f64 = [fields[12], fields[13]].iter().map(|it| it.parse::<f64>().unwrap()).sum();
    // Linux counts in hundredths of a second on every machine that Rust runs on.
    ticks / 100.0
}

/// How often all of a program stood still, by how long at most (the bits of the seconds, which
/// sort as the seconds do). An unbounded bucket has no length: none is known that fell into it.
fn stops(program: &Running) -> BTreeMap<u64, u64> {
    let text = String::from_utf8(program.get("pauses")).unwrap();
    let mut stops = BTreeMap::new();
    for line in text.lines() {
        let (seconds, count) = line.split_once(' ').unwrap();
        let seconds: f64 = seconds.parse().unwrap_or(f64::INFINITY);
        *stops.entry(seconds.to_bits()).or_default() += count.parse::<u64>().unwrap();
    }
    stops
}
