//! How many leaked goroutines are found, and how many healthy ones are taken for leaked.
//!
//! Every scenario of `tests/targets/stuck` runs in a process of its own, all at once, and is
//! looked at twice, 65 seconds apart, with a third look between.

use std::thread;
use std::time::{Duration, Instant};

use crate::support::go::Program;
use crate::support::trust::{Score, Scores, Source, Suite, score};

/// The distance between the first look and the last.
const DISTANCE: Duration = Duration::from_secs(65);

const PLAIN: &str = "goroutine?debug=2";
const LEAKS: &str = "goroutineleak?debug=2";

pub(crate) fn run() {
    let plain = Suite::start(Program::Stuck);
    let with_detector = Suite::start(Program::StuckWithLeakDetector);
    // What they start needs a moment to come to rest.
    thread::sleep(Duration::from_secs(2));
    let start = Instant::now();
    let (mut looks, mut with_leaks) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        looks.push(plain.look(PLAIN));
        with_leaks.push(with_detector.look(PLAIN));
        thread::sleep(DISTANCE / 2);
    }
    looks.push(plain.look(PLAIN));
    with_leaks.push(with_detector.look(LEAKS));
    let seconds = start.elapsed().as_secs();

    let without = score(&looks, seconds, Source::Here);
    let with = score(&with_leaks, seconds, Source::Here);
    let blind = score(&looks, seconds, Source::Elsewhere);
    print(&without, &with);
    let false_ones = |it: &&String| it.contains(": Stuck ") || it.contains(": Proved ");
    let mistakes: Vec<&String> = blind.mistakes.iter().filter(false_ones).collect();
    let blind = blind.total();
    println!(
        "\nWithout the source, and without goroutineleak: recall {}, {} of {} healthy ones called \
         stuck or proved.",
        percent(blind.recall()),
        blind.n_false,
        blind.n_healthy
    );
    for it in mistakes {
        println!("- {it}");
    }
}

fn print(without: &Scores, with: &Scores) {
    println!("\n## Verdicts on waiting goroutines\n");
    println!(
        "| primitive | leaked | found | recall | healthy | false | precision \
         | with goroutineleak: provable | proved | found | recall | false |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|");
    let rows = without.by_scenario.iter().zip(&with.by_scenario);
    for ((name, without), (_, with)) in rows {
        row(name, without, with);
    }
    row("all", &without.total(), &with.total());
    for (how, scores) in [("without", without), ("with", with)] {
        if !scores.mistakes.is_empty() {
            println!("\nJudged otherwise than it is, {how} goroutineleak:\n");
        }
        for it in &scores.mistakes {
            println!("- {it}");
        }
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn row(name: &str, without: &Score, with: &Score) {
    println!(
        "| {name} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
        without.n_leaked,
        without.n_found,
        percent(without.recall()),
        without.n_healthy,
        without.n_false,
        percent(without.precision()),
        with.n_provable,
        with.n_proved,
        with.n_found,
        percent(with.recall()),
        with.n_false,
    );
}
