//! Decides how often a target may be asked, by how fast it answers.

use std::time::{Duration, Instant};

/// Time between two looks at the index page, which costs the target about a millisecond.
const LOOK_INTERVAL: Duration = Duration::from_secs(2);
/// A target that takes longer to answer that has other things to do.
const SLOW: Duration = Duration::from_millis(250);
/// Longest time between two looks at a target that is slow.
const LONGEST_INTERVAL: Duration = Duration::from_secs(64);

/// The time between two looks: twice as long after each slow answer.
#[derive(Debug)]
pub(super) struct Pace {
    interval: Duration,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace { interval: LOOK_INTERVAL }
    }
}

impl Pace {
    /// The pause before the next look.
    pub(super) fn pause(&self) -> Duration {
        self.interval
    }

    /// Notes how long an answer took.
    pub(super) fn answered(&mut self, took: Duration) {
        self.interval = match took > SLOW {
            true => (self.interval * 2).min(LONGEST_INTERVAL),
            false => LOOK_INTERVAL,
        };
    }
}

/// When something that is done again and again was done last, and how long it took.
#[derive(Debug, Default)]
pub(super) struct LastRun {
    ended: Option<Instant>,
    took: Duration,
}

impl LastRun {
    /// It has just ended.
    pub(super) fn done(&mut self, start: Instant) {
        *self = LastRun { ended: Some(Instant::now()), took: start.elapsed() };
    }

    /// Whether it is due again: after `interval`, and after `rest` times as long as it took.
    pub(super) fn is_due(&self, interval: Duration, rest: u32) -> bool {
        let interval = interval.max(self.took * rest);
        self.ended.is_none_or(|it| it.elapsed() >= interval)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_target_is_asked_less_often_until_it_is_fast() {
        let mut pace = Pace::default();
        let mut pauses = Vec::new();
        for millis in [1, 300, 300, 300, 300, 300, 300, 1] {
            pace.answered(Duration::from_millis(millis));
            pauses.push(pace.pause().as_secs());
        }
        assert_eq!(pauses, [2, 4, 8, 16, 32, 64, 64, 2]);
    }

    #[test]
    fn what_takes_long_rests_long() {
        let minute = Duration::from_secs(60);
        let ended = |ago: Duration, took| LastRun { ended: Instant::now().checked_sub(ago), took };
        assert!(LastRun::default().is_due(minute, 500));
        assert!(ended(minute, Duration::from_millis(100)).is_due(minute, 500));
        assert!(!ended(minute, Duration::from_millis(130)).is_due(minute, 500));
        assert!(!ended(minute / 2, Duration::ZERO).is_due(minute, 500));
    }
}
