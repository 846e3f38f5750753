//! The words and numbers that lenses, hints, diagnostics and hovers share.

use crate::listing::measure::label;
use crate::stuck::{Group, Verdict, span};

use super::escape::plain;
use super::located::GcAge;

/// Share of a total, for example `26.7%`, `100%`, `<0.1%`.
pub(super) fn percent(value: i64, total: i64) -> String {
    let share = share(value, total);
    if value != 0 && share < 0.05 {
        "<0.1%".to_owned()
    } else if (99.95..100.05).contains(&share) {
        "100%".to_owned()
    } else {
        format!("{share:.1}%")
    }
}

/// Share of a total in percent; the sign is lost.
pub(super) fn share(value: i64, total: i64) -> f64 {
    if total == 0 { 0.0 } else { (value as f64 / total as f64).abs() * 100.0 }
}

/// `47.0% · 2.11s · 1.20s flat`: share and value of the line with all it called, then what it
/// costs itself where that differs.
pub(super) fn cost(flat: i64, cum: i64, total: i64, unit: &str) -> String {
    let whole = format!("{} · {}", percent(cum, total), label(cum, unit));
    match flat {
        0 => whole,
        _ if flat == cum => format!("{whole} flat"),
        _ => format!("{whole} · {} flat", label(flat, unit)),
    }
}

/// `+300ms`, `-12MB`; none for no change.
pub(super) fn signed(change: i64, unit: &str) -> Option<String> {
    match change {
        0 => None,
        1.. => Some(format!("+{}", label(change, unit))),
        _ => Some(label(change, unit)),
    }
}

/// `1,204`.
pub(super) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::from(if number < 0 { "-" } else { "" });
    for (idx, digit) in digits.chars().enumerate() {
        if idx > 0 && (digits.len() - idx).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 sample`, `1,204 samples`: the name of a sample type, which is a plural.
pub(super) fn counted(count: i64, name: &str) -> String {
    let name = if count == 1 { name.strip_suffix('s').unwrap_or(name) } else { name };
    format!("{} {name}", grouped(count))
}

/// `1 goroutine`, `3 goroutines`.
pub(super) fn goroutines(count: usize) -> String {
    format!("{} goroutine{}", grouped(count as i64), if count == 1 { "" } else { "s" })
}

/// `1 goroutine waits`, `3 goroutines wait`.
pub(super) fn goroutines_verb(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", goroutines(count), if count == 1 { one } else { many })
}

/// A verdict as people read it.
pub(super) fn verdict(it: Verdict) -> &'static str {
    match it {
        Verdict::Proved => "proved",
        Verdict::Stuck => "stuck",
        Verdict::Suspect => "suspect",
        Verdict::Idle => "idle",
        Verdict::Running => "running",
    }
}

/// Groups at one place, as one.
pub(super) struct Together<'a> {
    /// Loudest first.
    pub(super) groups: Vec<&'a Group>,
}

impl<'a> Together<'a> {
    pub(super) fn new(mut groups: Vec<&'a Group>) -> Together<'a> {
        groups.sort_by_key(|it| (it.verdict, std::cmp::Reverse(it.count())));
        Together { groups }
    }

    pub(super) fn count(&self) -> usize {
        self.groups.iter().map(|it| it.count()).sum()
    }

    /// The loudest verdict.
    pub(super) fn verdict(&self) -> Verdict {
        self.groups.first().map_or(Verdict::Running, |it| it.verdict)
    }

    /// `chan receive, select`: at most three states, largest groups first.
    pub(super) fn states(&self) -> String {
        let mut states: Vec<&str> = Vec::new();
        for group in &self.groups {
            if !states.contains(&group.state.as_str()) {
                states.push(&group.state);
            }
        }
        let n_more = states.len().saturating_sub(3);
        states.truncate(3);
        let more = if n_more > 0 { ", ..." } else { "" };
        format!("{}{more}", plain(&states.join(", ")))
    }

    /// `5 min`: the longest known wait.
    pub(super) fn oldest(&self) -> Option<String> {
        self.groups.iter().filter_map(|it| it.oldest_seconds).max().filter(|&it| it > 0).map(span)
    }

    /// `chan receive · 5 min`.
    pub(super) fn state_and_age(&self) -> String {
        match self.oldest() {
            Some(it) => format!("{} · {it}", self.states()),
            None => self.states(),
        }
    }
}

/// The garbage collection whose outcome a heap profile shows.
pub fn gc_age(age: Option<GcAge>) -> String {
    let time = |it: i64| label(it, "nanoseconds");
    match age {
        Some(GcAge::Exactly(it)) => {
            format!("the garbage collection {} before the capture", time(it))
        }
        Some(GcAge::AtMost(it)) => {
            format!("a garbage collection at most {} before the capture", time(whole_seconds(it)),)
        }
        None => "one of the last garbage collections".to_owned(),
    }
}

/// Nanoseconds, to the next whole second.
fn whole_seconds(nanos: i64) -> i64 {
    const SECOND: i64 = 1_000_000_000;
    nanos.saturating_add(SECOND - 1) / SECOND * SECOND
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_shares() {
        for (value, total, expected) in [
            (267, 1000, "26.7%"),
            (1, 1, "100%"),
            (99_949, 100_000, "99.9%"),
            (1, 100_000, "<0.1%"),
            (0, 5, "0.0%"),
            (-1, 2, "50.0%"),
            (3, 2, "150.0%"),
            (1, 0, "<0.1%"),
        ] {
            assert_eq!(percent(value, total), expected);
        }
    }

    #[test]
    fn writes_costs() {
        let seconds = |tenths: i64| tenths * 100_000_000;
        let cost = |flat, cum| cost(seconds(flat), seconds(cum), seconds(45), "nanoseconds");
        assert_eq!(cost(12, 21), "46.7% · 2.10s · 1.20s flat");
        assert_eq!(cost(0, 21), "46.7% · 2.10s");
        assert_eq!(cost(21, 21), "46.7% · 2.10s flat");
        assert_eq!(signed(seconds(3), "nanoseconds").as_deref(), Some("+300ms"));
        assert_eq!(signed(-5_767_168, "bytes").as_deref(), Some("-5.50MB"));
        assert_eq!(signed(0, "bytes"), None);
    }

    #[test]
    fn writes_numbers() {
        assert_eq!(
            ["0", "999", "1,204", "-1,234,567"],
            [0, 999, 1204, -1_234_567].map(grouped).each_ref().map(String::as_str)
        );
        assert_eq!(counted(1, "samples"), "1 sample");
        assert_eq!(goroutines(1), "1 goroutine");
        assert_eq!(goroutines(1204), "1,204 goroutines");
    }
}
