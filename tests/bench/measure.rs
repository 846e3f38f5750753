//! Wall time, CPU time and memory of programs and of calls.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;
use wait4::Wait4;

/// What one run took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    pub(crate) wall: Duration,
    pub(crate) cpu: Duration,
    /// Peak memory in bytes; 0 for a call.
    pub(crate) memory: u64,
}

/// The median of each figure.
pub(crate) fn median(runs: &[Run]) -> Run {
    fn middle<T: Ord + Copy>(runs: &[Run], of: impl Fn(&Run) -> T) -> T {
        let mut all: Vec<T> = runs.iter().map(of).collect();
        all.sort();
        all[all.len() / 2]
    }
    Run {
        wall: middle(runs, |it| it.wall),
        cpu: middle(runs, |it| it.cpu),
        memory: middle(runs, |it| it.memory),
    }
}

/// Runs a program to its end; what it prints is thrown away.
pub(crate) fn program(command: &mut Command) -> Run {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let used = command.spawn().unwrap().wait4().unwrap();
    let wall = start.elapsed();
    assert!(used.status.success(), "{command:?} failed");
    Run { wall, cpu: used.rusage.utime + used.rusage.stime, memory: used.rusage.maxrss }
}

/// Runs a call, with all threads it starts.
pub(crate) fn call<T>(work: impl FnOnce() -> T) -> Run {
    let (start, cpu) = (Instant::now(), ProcessTime::now());
    let result = work();
    let run = Run { wall: start.elapsed(), cpu: cpu.elapsed(), memory: 0 };
    drop(std::hint::black_box(result));
    run
}

/// Runs two things in turn, so that what else the machine does falls on both.
pub(crate) fn in_turn(
    n: usize,
    mut a: impl FnMut() -> Run,
    mut b: impl FnMut() -> Run,
) -> (Run, Run) {
    let (runs_a, runs_b): (Vec<Run>, Vec<Run>) = (0..n).map(|_| (a(), b())).unzip();
    (median(&runs_a), median(&runs_b))
}

pub(crate) fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64()
}

pub(crate) fn millis(it: Duration) -> String {
    let millis = it.as_secs_f64() * 1e3;
    if millis < 100.0 { format!("{millis:.1} ms") } else { format!("{millis:.0} ms") }
}

pub(crate) fn mebibytes(bytes: u64) -> String {
    format!("{:.0} MiB", bytes as f64 / f64::from(1 << 20))
}
