//! Turns a dump, and what was seen before, into groups with verdicts.
//!
//! In this order:
//!
//! | what is known | verdict |
//! |---|---|
//! | the wait has no end (nil channel, `select` without cases) | proved; idle for a main goroutine that ends in `select {}` |
//! | Go's leak detector marked it | proved |
//! | at work, or held up by the runtime | running |
//! | the runtime will wake it (network, sleep, ...), or it is in a `synctest` bubble | idle |
//! | the list of expected goroutines names it | idle |
//! | in a system call or C code | running; after a minute suspect |
//! | the main goroutine waits, in the program's own code, for a channel or other goroutines | idle |
//! | it waits in the function it started in (see `place`), for an event or other goroutines | idle; suspect when the group grows |
//! | it waits for goroutines that it started and that are there | idle |
//! | any other wait, for a minute or more by Go's clock or by our looks | stuck |
//! | any other wait | suspect |
//!
//! Two looks show the same wait at both, not that nothing happened in between: a goroutine that
//! comes back to the same wait looks the same. Go's own minutes are without a break.

use rustc_hash::FxHashMap;

use crate::model::{Dump, Goroutine, Stack, StackId};

use super::expected::why_expected;
use super::group::{Group, Judged, Verdict};
use super::looks::{Growth, Looks, WaitKey, WaitKeys};
use super::place::{is_standard_library, waiting_idx, waits_where_it_starts};
use super::reason::{self, Ages};
use super::wait::{Wait, wait};

/// A wait that lasts this long, in seconds, is old.
pub const STUCK_SECONDS: u64 = 60;

/// Groups the goroutines of a dump by stack, state and creator, and judges each group.
///
/// `earlier` holds what was seen of the same program run before; `now` is in seconds of the same
/// clock as [`Looks::after`]'s.
pub fn judge(dump: &Dump, earlier: Option<&Looks>, now: u64) -> Judged {
    let n_children = count_children(dump);
    let mut groups: Vec<Group> = members(dump)
        .into_iter()
        .map(|it| Case { dump, earlier, now, n_children: &n_children, members: it }.group())
        .collect();
    groups.sort_by(|a, b| {
        (a.verdict, b.count(), b.oldest_seconds)
            .cmp(&(b.verdict, a.count(), a.oldest_seconds))
            .then_with(|| a.ids.cmp(&b.ids))
    });
    Judged { total: dump.goroutines.len(), truncated: dump.truncated, groups }
}

/// Living goroutines by the one that started them (known from Go 1.21 on).
fn count_children(dump: &Dump) -> FxHashMap<u64, usize> {
    let mut n_children = FxHashMap::default();
    for id in dump.goroutines.iter().filter_map(|it| it.creator_id) {
        *n_children.entry(id).or_default() += 1;
    }
    n_children
}

/// Goroutines that are alike.
struct Members<'a> {
    goroutines: Vec<&'a Goroutine>,
    stack: &'a Stack,
    wait: WaitKey,
}

fn members(dump: &Dump) -> Vec<Members<'_>> {
    let mut keys = WaitKeys::default();
    let mut idx_of: FxHashMap<(StackId, &str, bool), usize> = FxHashMap::default();
    let mut groups: Vec<Members<'_>> = Vec::new();
    for it in &dump.goroutines {
        let Some(stack) = dump.stacks.get(it.stack.0 as usize) else { continue };
        let idx = *idx_of.entry((it.stack, &it.state, it.leaked)).or_insert_with(|| {
            groups.push(Members { goroutines: Vec::new(), stack, wait: keys.of(dump, it) });
            groups.len() - 1
        });
        groups[idx].goroutines.push(it);
    }
    groups
}

/// A group, with all that its verdict may rest on.
struct Case<'a> {
    dump: &'a Dump,
    earlier: Option<&'a Looks>,
    now: u64,
    n_children: &'a FxHashMap<u64, usize>,
    members: Members<'a>,
}

impl Case<'_> {
    fn group(&self) -> Group {
        let mut ids: Vec<u64> = self.members.goroutines.iter().map(|it| it.id).collect();
        ids.sort_unstable();
        let ages = self.ages();
        let (verdict, reason) = self.verdict(&ids, &ages);
        Group {
            verdict,
            reason,
            state: self.state().to_owned(),
            oldest_seconds: ages.oldest(),
            ids,
            frames: self.members.stack.frames.clone(),
            created_by: self.members.stack.created_by.clone(),
        }
    }

    fn verdict(&self, ids: &[u64], ages: &Ages) -> (Verdict, String) {
        let (state, stack) = (self.state(), self.members.stack);
        let wait = wait(state, stack);
        let first = self.members.goroutines[0];
        if wait == Wait::Forever {
            let is_parked_main = state == "select (no cases)" && self.is_main() && !first.leaked;
            return match is_parked_main {
                true => (Verdict::Idle, reason::parked_main()),
                false => (Verdict::Proved, reason::forever(state)),
            };
        }
        if first.leaked {
            return (Verdict::Proved, reason::leaked(ids.len()));
        }
        if wait == Wait::Running {
            return (Verdict::Running, reason::running(state, self.wrote_the_dump()));
        }
        if wait == Wait::Tests || self.members.goroutines.iter().all(|it| it.synctest.is_some()) {
            return (Verdict::Idle, reason::in_a_test());
        }
        if let Some(why) = why_expected(state, stack) {
            return (Verdict::Idle, reason::expected(ids.len(), why));
        }
        match wait {
            Wait::Idle => (Verdict::Idle, reason::idle(state)),
            Wait::Unknown => (Verdict::Idle, reason::unknown(state)),
            Wait::Syscall if ages.n_old == 0 => (Verdict::Running, reason::in_a_call()),
            Wait::Syscall => (Verdict::Suspect, reason::long_call(ages)),
            _ => self.blocked(wait, ids, ages),
        }
    }

    /// A wait that somebody else must end.
    fn blocked(&self, wait: Wait, ids: &[u64], ages: &Ages) -> (Verdict, String) {
        let stack = self.members.stack;
        let growth = self.growth(ids);
        let may_rest = matches!(wait, Wait::Resting | Wait::Children);
        if may_rest && self.is_main() && self.waits_in_own_code() {
            return (Verdict::Idle, reason::waiting_main());
        }
        if may_rest && waits_where_it_starts(stack) {
            return match growth {
                None => (Verdict::Idle, reason::rests_where_it_starts(ids.len(), wait, stack)),
                Some(growth) => (Verdict::Suspect, reason::grows(ids.len(), growth)),
            };
        }
        let n_started: Option<usize> = ids.iter().map(|it| self.n_children.get(it)).sum();
        if wait == Wait::Children
            && let Some(n_started) = n_started
        {
            return (Verdict::Idle, reason::parent(ids.len(), n_started));
        }
        let verdict = if ages.n_old > 0 { Verdict::Stuck } else { Verdict::Suspect };
        (verdict, reason::blocked(self.state(), wait, ages, growth))
    }

    fn state(&self) -> &str {
        &self.members.goroutines[0].state
    }

    /// The goroutine of `main.main`.
    fn is_main(&self) -> bool {
        self.members.goroutines[0].id == 1 && self.members.stack.created_by.is_none()
    }

    /// The program itself waits, not a library call of Go's that it made.
    fn waits_in_own_code(&self) -> bool {
        let stack = self.members.stack;
        waiting_idx(stack).is_some_and(|idx| !is_standard_library(&stack.frames[idx]))
    }

    /// The first goroutine of a dump is the one that wrote it.
    fn wrote_the_dump(&self) -> bool {
        let wrote =
            self.dump.goroutines.first().is_some_and(|it| it.id == self.members.goroutines[0].id);
        wrote
            && self
                .members
                .stack
                .frames
                .first()
                .is_some_and(|it| it.function.starts_with("runtime/pprof."))
    }

    fn ages(&self) -> Ages {
        let mut ages = Ages { count: self.members.goroutines.len(), ..Ages::default() };
        for it in &self.members.goroutines {
            let by_go = it.minutes.map(|it| it.saturating_mul(60));
            let since = self.earlier.and_then(|looks| looks.since(it.id, self.members.wait));
            let by_looks = since.map(|it| self.now.saturating_sub(it));
            ages.by_go = ages.by_go.max(by_go);
            ages.by_looks = ages.by_looks.max(by_looks);
            ages.n_old += usize::from(by_go.max(by_looks).is_some_and(|it| STUCK_SECONDS <= it));
        }
        ages
    }

    fn growth(&self, ids: &[u64]) -> Option<Growth> {
        self.earlier?.growth(ids, self.members.wait, self.now)
    }
}
