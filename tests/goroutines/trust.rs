//! Leaked goroutines are found and healthy ones are left alone, by the scorer of the benchmark.
//!
//! The benchmark lets a minute pass between its looks; here the second look is judged as if a
//! minute had passed.

use std::thread;
use std::time::Duration;

use super::super::support::go::Program;
use super::super::support::trust::{Scores, Source, Suite, score};

const PAUSE: Duration = Duration::from_secs(1);

/// What went wrong, for the message.
fn mistakes(scores: &Scores) -> String {
    format!("{:?}\n{}", scores.total(), scores.mistakes.join("\n"))
}

#[test]
fn leaked_goroutines_are_found_and_healthy_ones_are_left_alone() {
    let suite = Suite::start(Program::StuckWithLeakDetector);
    let mut looks = Vec::new();
    for _ in 0..3 {
        thread::sleep(PAUSE);
        looks.push(suite.look("goroutine?debug=2"));
    }
    let without = score(&looks, 65, Source::Here);
    let total = without.total();
    assert!(100 < total.n_leaked && 200 < total.n_healthy, "{total:?}");
    assert_eq!(total.n_false, 0, "{}", mistakes(&without));
    assert!(0.95 <= total.recall(), "{}", mistakes(&without));

    // Without the source it finds less, and its mistakes are no louder.
    let blind = score(&looks, 65, Source::Elsewhere);
    assert!(0.95 < blind.total().precision(), "{}", mistakes(&blind));
    assert!(0.45 < blind.total().recall(), "{}", mistakes(&blind));

    looks.push(suite.look("goroutineleak?debug=2"));
    let with = score(&looks, 65, Source::Here);
    let total = with.total();
    assert!(80 < total.n_provable, "{total:?}");
    assert_eq!(total.n_proved, total.n_provable, "{}", mistakes(&with));
    assert_eq!(total.n_false, 0, "{}", mistakes(&with));
    assert!(0.95 <= total.recall(), "{}", mistakes(&with));
}
