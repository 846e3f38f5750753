//! Estimates for how long a goroutine dump stops the program that writes it.
//!
//! `goroutine?debug=2` stops the world while it prints every stack, and starts anew with a buffer
//! twice as large whenever the last one was too small, up to 64 MiB, where the text is cut.

use std::ops::RangeInclusive;

/// Up to this many goroutines a dump that somebody asked for stops the program for a few
/// milliseconds, at most some fifty with deep stacks: no question.
pub const FREE_DUMP_GOROUTINES: u64 = 1_000;

/// Above this many goroutines the text of deep stacks passes 64 MiB: the dump is cut.
pub const WHOLE_DUMP_GOROUTINES: u64 = 30_000;

/// Frames of all goroutines up to which a dump may be taken unasked: under 10 ms. Measured on two
/// cores, with Go 1.26: 9,000 to 11,000 frames stop a program for 12 to 15 ms.
const FREE_DUMP_FRAMES: f64 = 5_000.0;

/// Frames that Go keeps of a stack: what one is taken for that nobody has seen.
const MOST_FRAMES: f64 = 128.0;

/// Whether a dump may be taken unasked: it stops the program for less than 10 ms. `mean_depth` is
/// the mean number of frames of a goroutine, where a goroutine profile has told it.
pub fn may_dump_unasked(n_goroutines: u64, mean_depth: Option<f64>) -> bool {
    n_goroutines as f64 * mean_depth.unwrap_or(MOST_FRAMES) <= FREE_DUMP_FRAMES
}

/// Measured stops (goroutines, microseconds for each), with 7 frames a stack, two cores.
const MEASURED: [(f64, f64); 3] = [(1e3, 7.0), (1e4, 27.0), (1e5, 45.0)];

/// Stacks of 16 frames cost up to this many microseconds for each goroutine.
const DEEP: f64 = 113.0;

/// How long a dump of so many goroutines stops the program, in seconds: shallow stacks to deep.
pub fn dump_stop_seconds(n_goroutines: u64) -> RangeInclusive<f64> {
    let n = n_goroutines as f64;
    let shallow = n * shallow_microseconds(n) / 1e6;
    let deep = n * DEEP / 1e6;
    shallow..=deep.max(shallow)
}

/// Between two measured counts the cost grows with the logarithm.
fn shallow_microseconds(n: f64) -> f64 {
    let [(first, cost), ..] = MEASURED;
    if n <= first {
        return cost;
    }
    for pair in MEASURED.windows(2) {
        let ((from, cost), (to, next)) = (pair[0], pair[1]);
        if n <= to {
            return cost + (next - cost) * (n / from).ln() / (to / from).ln();
        }
    }
    MEASURED[MEASURED.len() - 1].1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_frames_are_not_dumped_unasked() {
        assert!(may_dump_unasked(98, Some(9.0)), "a healthy sidecar");
        assert!(may_dump_unasked(500, Some(9.5)));
        assert!(!may_dump_unasked(250, Some(36.0)), "measured: 13 ms");
        assert!(!may_dump_unasked(900, Some(11.0)), "measured: 12 ms");
        assert!(may_dump_unasked(30, None) && !may_dump_unasked(98, None));
    }

    #[test]
    fn equals_what_was_measured() {
        let shallow = |n| (dump_stop_seconds(n).start() * 1000.0).round();
        assert_eq!([1_000, 10_000, 100_000].map(shallow), [7.0, 270.0, 4500.0]);
        assert_eq!(shallow(0), 0.0);
        assert!(shallow(3_000) > 21.0 && shallow(3_000) < 81.0);
        assert!(*dump_stop_seconds(10_000).end() > 1.0);
    }
}
