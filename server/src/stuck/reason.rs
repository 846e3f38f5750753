//! Says in one sentence what a verdict rests on.

use crate::model::{Stack, Waker};

use super::function_name::short_name;
use super::looks::Growth;
use super::pile_up::{LikelyHolder, Resource};
use super::place::waiting_idx;
use super::wait::{Wait, awaited};

/// How long the members of a group have been in their wait.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Ages {
    /// Number of members.
    pub(super) count: usize,
    /// Number of members that have waited for a minute or more.
    pub(super) n_old: usize,
    /// Longest wait by Go's clock, in seconds: whole minutes since the first garbage collection
    /// that saw it.
    pub(super) by_go: Option<u64>,
    /// Longest wait by our looks, in seconds.
    pub(super) by_looks: Option<u64>,
}

impl Ages {
    /// The longest of both, in seconds.
    pub(super) fn oldest(&self) -> Option<u64> {
        self.by_go.max(self.by_looks)
    }

    /// What is known of the age; none when nothing is.
    fn evidence(&self) -> Option<String> {
        let by_looks = self.by_looks.filter(|it| *it > 0);
        let seconds = self.by_go.max(by_looks)?;
        if self.by_go == Some(seconds) {
            let age = format!("for {} or more by Go's clock", span(seconds));
            return Some(match self.count {
                1 => age,
                count if self.n_old == count => format!("the oldest {age}"),
                count => format!("{} of {count} for a minute, the oldest {age}", self.n_old),
            });
        }
        let age = format!("in the same wait in two looks {} apart", span(seconds));
        Some(match (self.count, self.n_old) {
            (1, _) => age,
            (count, n_old) if 0 < n_old && n_old < count => format!("{n_old} of {count} {age}"),
            _ => format!("the same ones {age}"),
        })
    }
}

/// `65 s`, `5 min`, `3 h 20 min`, `2 d 4 h`.
pub fn span(seconds: u64) -> String {
    let two = |a: u64, a_unit: &str, b: u64, b_unit: &str| match b {
        0 => format!("{a} {a_unit}"),
        _ => format!("{a} {a_unit} {b} {b_unit}"),
    };
    match (seconds, seconds / 60, seconds / 3600) {
        (0..=119, ..) if !seconds.is_multiple_of(60) => format!("{seconds} s"),
        (_, minutes @ 0..=89, _) => format!("{minutes} min"),
        (_, minutes, hours @ 0..=47) => two(hours, "h", minutes % 60, "min"),
        (.., hours) => two(hours / 24, "d", hours % 24, "h"),
    }
}

pub(super) fn leaked(count: usize) -> String {
    format!(
        "Go's leak detector found that nothing that still runs can reach what {} for.",
        if count == 1 { "it waits" } else { "they wait" }
    )
}

pub(super) fn forever(state: &str) -> String {
    match state {
        "select (no cases)" => "A select without cases never ends.",
        "chan send (nil chan)" => "The channel is nil: a send to it never ends.",
        _ => "The channel is nil: a receive from it never ends.",
    }
    .to_owned()
}

pub(super) fn parked_main() -> String {
    "The main goroutine ends in select {} on purpose, so that the others go on.".to_owned()
}

pub(super) fn waiting_main() -> String {
    "The main goroutine waits for the rest of the program.".to_owned()
}

pub(super) fn running(state: &str, wrote_the_dump: bool) -> String {
    match (state, wrote_the_dump) {
        (_, true) => "It wrote this dump.",
        ("running", _) => "At work.",
        ("runnable", _) => "Ready to work.",
        _ => "The runtime holds it for a moment.",
    }
    .to_owned()
}

pub(super) fn in_a_test() -> String {
    "It is in a testing/synctest bubble.".to_owned()
}

pub(super) fn in_a_call() -> String {
    "In a system call or C code.".to_owned()
}

pub(super) fn long_call(ages: &Ages) -> String {
    let age = ages.evidence().unwrap_or_default();
    format!("In one system call or C function, {age}; some last by nature.")
}

pub(super) fn idle(state: &str) -> String {
    match state {
        "IO wait" | "semacquire" => "Waits for the network or a file, which may take for ever.",
        "sleep" => "Sleeps; a timer will wake it.",
        "coroutine" => "An iterator that nobody asks for its next value.",
        _ => "The runtime will wake it.",
    }
    .to_owned()
}

pub(super) fn unknown(state: &str) -> String {
    format!("This version does not know the state {state:?}.")
}

pub(super) fn expected(count: usize, why: &str) -> String {
    match count {
        1 => format!("Expected: it {why}."),
        _ => format!("Expected: each {why}."),
    }
}

pub(super) fn rests_where_it_starts(count: usize, wait: Wait, stack: &Stack) -> String {
    let what = if wait == Wait::Children { "others to be done" } else { "the next event" };
    let name = waiting_idx(stack).map(|idx| short_name(&stack.frames[idx].function));
    let place = name.map(|it| format!(", in {it}")).unwrap_or_default();
    format!("{} for {what} where it started{place}.", waits(count))
}

pub(super) fn grows(count: usize, growth: Growth) -> String {
    format!("Each waits where it started, as workers do, but {}.", growth_words(count, growth))
}

fn growth_words(count: usize, growth: Growth) -> String {
    let span = span(growth.seconds);
    format!("they went from {} to {count} in {span}, and none has moved on", growth.from)
}

pub(super) fn parent(count: usize, n_started: usize) -> String {
    let goroutines = if n_started == 1 { "goroutine" } else { "goroutines" };
    match count {
        1 => format!("Waits for {n_started} {goroutines} that it started."),
        _ => format!("Each waits for goroutines that it started, {n_started} in all."),
    }
}

pub(super) fn woken(count: usize, waker: Waker) -> String {
    let what = match waker {
        Waker::Timer => "a timer",
        Waker::Signal => "a signal of the system",
        Waker::Request => "something, or the end of its request",
    };
    format!("{} for {what}, as its source says.", waits(count))
}

pub(super) fn rests_in_loop(count: usize, stack: &Stack) -> String {
    let name = waiting_idx(stack).map(|idx| short_name(&stack.frames[idx].function));
    let place = name.map(|it| format!(", in {it}")).unwrap_or_default();
    format!("{} for the next event at the head of an endless loop{place}.", waits(count))
}

/// Idle by its stack, but the source says that it waits once.
pub(super) fn awaits_an_answer(ages: &Ages) -> String {
    let evidence = ages.evidence().unwrap_or_default();
    format!("{} for one answer, not in a loop, {evidence}.", waits(ages.count))
}

pub(super) fn resting_producer(ages: &Ages) -> String {
    let evidence = ages.evidence().unwrap_or_else(|| "seen once".to_owned());
    format!(
        "Waits for somebody to receive what its loop makes, {evidence}; a producer rests so, too."
    )
}

pub(super) fn orphaned(state: &str, wait: Wait, ages: &Ages, function: &str) -> String {
    let evidence = ages.evidence().map(|it| format!(", {it}")).unwrap_or_default();
    format!(
        "{} for {}{evidence}; by the source only {function} and what it started could end that, \
         and none of them is left to do so.",
        waits(ages.count),
        awaited(state, wait),
    )
}

pub(super) fn held(ages: &Ages, why: &str) -> String {
    let evidence = ages.evidence().map(|it| format!(", {it}")).unwrap_or_default();
    format!("{} in vain{evidence}: {why}.", waits(ages.count))
}

pub(super) fn without_source(state: &str, wait: Wait, ages: &Ages) -> String {
    format!(
        "{} for {}, {}; without its source it cannot be told from one that rests.",
        waits(ages.count),
        awaited(state, wait),
        ages.evidence().unwrap_or_default()
    )
}

pub(super) fn partner_is_there(state: &str, wait: Wait, ages: &Ages) -> String {
    format!(
        "{} for {}, {}; by the source, one that can end that is still there.",
        waits(ages.count),
        awaited(state, wait),
        ages.evidence().unwrap_or_default()
    )
}

pub(super) fn holder_at_work(count: usize, resource: Resource, holder: &LikelyHolder) -> String {
    format!("{} for {}, {}, and at work.", waits(count), thing(resource), likely_held(holder))
}

pub(super) fn changes_hands(count: usize, resource: Resource, n_moved_on: usize) -> String {
    format!(
        "{} for {}, which changes hands: {n_moved_on} that waited at the last look had a turn.",
        waits(count),
        thing(resource)
    )
}

fn thing(resource: Resource) -> &'static str {
    match resource {
        Resource::Lock => "a lock",
        Resource::DatabaseConnection => "a database connection",
    }
}

fn likely_held(holder: &LikelyHolder) -> String {
    let function = short_name(&holder.function);
    format!("likely held by goroutine {}, which is in {function} ({})", holder.id, holder.state)
}

/// Stuck or suspect.
pub(super) fn blocked(
    state: &str,
    wait: Wait,
    ages: &Ages,
    growth: Option<Growth>,
    holder: Option<&LikelyHolder>,
) -> String {
    let mut out = format!("{} for {}", waits(ages.count), awaited(state, wait));
    match ages.evidence() {
        Some(evidence) if ages.n_old == 0 => {
            out += &format!(", {evidence}: too short to call it stuck");
        }
        Some(evidence) => out += &format!(", {evidence}"),
        None => out += "; seen once, so it may be about to end",
    }
    if let Some(growth) = growth {
        out += &format!("; {}", growth_words(ages.count, growth));
    }
    if let Some(holder) = holder {
        out += &format!("; {}", likely_held(holder));
    }
    out + "."
}

fn waits(count: usize) -> &'static str {
    if count == 1 { "Waits" } else { "Each waits" }
}
