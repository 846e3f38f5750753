//! `pprof-lens top` beside the bare `pprof -top`, and `diff` beside one `top`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use crate::measure::{Run, in_turn, mebibytes, median, millis, program, ratio};
use crate::profiles::{
    CPU, CPU_SMALL, DEEP_150, DEEP_600, FEW, LABELS, LATER_600, Profiles, SHALLOW,
};
use crate::support::oracle;

/// pprof takes half a minute for the largest: it is run as often as fits into this many seconds,
/// and often enough for a median.
const SECONDS: f64 = 15.0;
const LEAST_RUNS: usize = 3;
const MOST_RUNS: usize = 40;

/// The program as `cargo install` leaves it: a copy, which the system maps with fewer page faults
/// than the file that the linker wrote piece by piece.
static INSTALLED: LazyLock<PathBuf> = LazyLock::new(|| {
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench/pprof-lens");
    fs::copy(env!("CARGO_BIN_EXE_pprof-lens"), &copy).unwrap();
    copy
});

pub(crate) fn run(profiles: &Profiles) {
    println!("\n## `top`: medians, pprof-lens and the bare pprof of this Go in turn\n");
    println!("| profile | size | pprof | pprof-lens | faster | pprof memory | pprof-lens | less |");
    println!("|---|---|---|---|---|---|---|---|");
    for wanted in [CPU_SMALL, CPU, DEEP_150, DEEP_600, SHALLOW, FEW, LABELS] {
        let file = profiles.file(wanted);
        let theirs = || program(&mut pprof(&file));
        let first = theirs();
        let n = ((SECONDS / first.wall.as_secs_f64()) as usize).clamp(LEAST_RUNS, MOST_RUNS);
        let (theirs, ours) = in_turn(n, theirs, || program(&mut top(&file)));
        println!(
            "| {} | {:.0} KB | {} | {} | {:.1}x | {} | {} | {:.1}x |",
            wanted.name,
            file.metadata().unwrap().len() as f64 / 1e3,
            millis(theirs.wall),
            millis(ours.wall),
            ratio(theirs.wall, ours.wall),
            mebibytes(theirs.memory),
            mebibytes(ours.memory),
            theirs.memory as f64 / ours.memory as f64,
        );
    }
    diff(profiles);
}

fn diff(profiles: &Profiles) {
    let (before, after) = (profiles.file(DEEP_600), profiles.file(LATER_600));
    let mut diff = Command::new(&*INSTALLED);
    diff.arg("diff").args([&before, &after]);
    let (both, one) = in_turn(9, || program(&mut diff), || program(&mut top(&after)));
    let line = |what: &str, run: Run| {
        println!(
            "{what}: {}, CPU {}, {}",
            millis(run.wall),
            millis(run.cpu),
            mebibytes(run.memory)
        );
    };
    println!("\n## `diff` of two profiles of 600,000 deep stacks\n");
    line("diff", both);
    line("top of one", one);
    println!("ratio: {:.2} of the wall time", ratio(both.wall, one.wall));
    let mut base = top(&after);
    base.arg("--base").arg(&before);
    line("top --base", median(&[program(&mut base), program(&mut base), program(&mut base)]));
}

fn top(file: &Path) -> Command {
    let mut command = Command::new(&*INSTALLED);
    command.arg("top").arg(file);
    command
}

fn pprof(file: &Path) -> Command {
    let mut command = oracle::oracle();
    command.arg("-top").arg(file);
    command
}
