//! Says how many more goroutines there are than a while ago.

use foldhash::HashSet;

use crate::stuck::{PlaceKey, Point, Trends, span};

use super::words::Together;

/// What was before is another story.
const WINDOW_SECONDS: u64 = 15 * 60;

/// `+2 in 10 min`; none when their number is what it was, or was seen only once.
pub(super) fn change(groups: &Together<'_>, trends: &Trends) -> Option<String> {
    // Groups that differ in their state stand at one place.
    let keys: HashSet<PlaceKey> =
        groups.groups.iter().map(|it| PlaceKey::of_frames(&it.frames)).collect();
    let changes = keys.into_iter().filter_map(|it| recent(trends.at(it)));
    let (change, seconds) = changes.fold((0, 0), |sum, it| (sum.0 + it.0, u64::max(sum.1, it.1)));
    (change != 0).then(|| format!("{change:+} in {}", span(seconds)))
}

/// `+2 in 10 min` for one place.
pub fn recent_change(points: &[Point]) -> Option<String> {
    let (change, seconds) = recent(points)?;
    (change != 0).then(|| format!("{change:+} in {}", span(seconds)))
}

/// The change within the window up to the last point, and the seconds that it took.
fn recent(points: &[Point]) -> Option<(i64, u64)> {
    let last = points.last()?;
    let first = points.iter().find(|it| last.at - it.at <= WINDOW_SECONDS)?;
    Some((last.count as i64 - first.count as i64, last.at - first.at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_minutes_count() {
        let points = |all: &[(u64, usize)]| {
            all.iter().map(|&(at, count)| Point { at, count }).collect::<Vec<_>>()
        };
        assert_eq!(recent(&[]), None);
        assert_eq!(recent(&points(&[(60, 3)])), Some((0, 0)));
        assert_eq!(recent(&points(&[(0, 90), (1_000, 3), (1_600, 5)])), Some((2, 600)));
    }
}
