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
//! | by the source, nobody who is left can bring what it waits for (see `orphans`) | stuck after a minute |
//! | the list of expected goroutines names it | idle |
//! | in a system call or C code | running; after a minute suspect |
//! | by the source, a timer, a signal or the end of a request wakes it | idle |
//! | the main goroutine waits, in the program's own code, for a channel or other goroutines | idle |
//! | it waits in the function it started in (see `place`), for an event or other goroutines | idle; suspect when the group grows |
//! | by the source, an endless loop begins with this wait | likewise |
//! | it waits for goroutines that it started and that are there | idle |
//! | it waits for a lock or a connection that changes hands, or whose likely holder is at work | suspect |
//! | by the source, one of the few that can end the wait is still there | suspect |
//! | a `select` or a condition in the program's own code whose source is not here | suspect |
//! | any other wait, for a minute or more by Go's clock or by our looks | stuck |
//! | any other wait | suspect |
//!
//! Two looks show the same wait at both, not that nothing happened in between: a goroutine that
//! comes back to the same wait looks the same. Go's own minutes are without a break.

use foldhash::{HashMap, HashSet};

use crate::model::{Dump, Goroutine, Site, Sites, Stack, StackId, Turn};

use super::expected::{Present, why_expected, why_held};
use super::group::{Group, Judged, Verdict};
use super::looks::{Growth, Looks, WaitKey, WaitKeys};
use super::orphans::orphans;
use super::pile_up::{PileUp, pile_ups};
use super::place::{
    is_standard_library, is_started_by_a_literal, waiting_idx, waits_where_it_starts,
};
use super::project::Expected;
use super::reason::{self, Ages};
use super::wait::{Wait, wait};

/// A wait that lasts this long, in seconds, is old.
pub const STUCK_SECONDS: u64 = 60;

/// What is known beside the dump itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// What was seen of the same program run before.
    pub earlier: Option<&'a Looks>,
    /// Seconds of the same clock as [`Looks::after`]'s.
    pub now: u64,
    /// What the source says of the waits of this dump.
    pub sites: Option<&'a Sites>,
    /// What the project's own file adds to the lists.
    pub expected: Option<&'a Expected>,
}

/// [`judge_knowing`], without the source.
pub fn judge(dump: &Dump, earlier: Option<&Looks>, now: u64) -> Judged {
    judge_knowing(dump, &Known { earlier, now, ..Known::default() })
}

/// Groups the goroutines of a dump by stack, state and creator, and judges each group.
pub fn judge_knowing(dump: &Dump, known: &Known<'_>) -> Judged {
    let orphans = known.sites.map(|it| orphans(dump, it)).unwrap_or_default();
    let pile_ups = pile_ups(dump);
    let mut pile_up_of = HashMap::default();
    for (idx, it) in pile_ups.iter().enumerate() {
        pile_up_of.extend(it.ids.iter().map(|id| (*id, idx)));
    }
    let around = Around {
        dump,
        known,
        present: Present::of(dump),
        n_children: count_children(dump),
        pile_ups: &pile_ups,
        pile_up_of,
    };
    let mut groups: Vec<Group> = members(dump, &orphans)
        .into_iter()
        .map(|it| Case { around: &around, members: it }.group())
        .collect();
    groups.sort_by(|a, b| {
        (a.verdict, b.count(), b.oldest_seconds)
            .cmp(&(b.verdict, a.count(), a.oldest_seconds))
            .then_with(|| a.ids.cmp(&b.ids))
    });
    let total = dump.goroutines.len();
    Judged { total, truncated: dump.truncated, groups, pile_ups }
}

/// Living goroutines by the one that started them (known from Go 1.21 on).
fn count_children(dump: &Dump) -> HashMap<u64, usize> {
    let mut n_children = HashMap::default();
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
    /// Nobody is left who could wake them, by the source.
    are_orphans: bool,
}

fn members<'a>(dump: &'a Dump, orphans: &HashSet<u64>) -> Vec<Members<'a>> {
    let mut keys = WaitKeys::default();
    let mut idx_of: HashMap<(StackId, &str, bool, bool), usize> = HashMap::default();
    let mut groups: Vec<Members<'_>> = Vec::new();
    for it in &dump.goroutines {
        let Some(stack) = dump.stacks.get(it.stack.0 as usize) else { continue };
        let are_orphans = orphans.contains(&it.id);
        let key = (it.stack, &*it.state, it.leaked, are_orphans);
        let idx = *idx_of.entry(key).or_insert_with(|| {
            let wait = keys.of(dump, it);
            groups.push(Members { goroutines: Vec::new(), stack, wait, are_orphans });
            groups.len() - 1
        });
        groups[idx].goroutines.push(it);
    }
    groups
}

/// What all groups have around them.
struct Around<'a> {
    dump: &'a Dump,
    known: &'a Known<'a>,
    present: Present<'a>,
    n_children: HashMap<u64, usize>,
    pile_ups: &'a [PileUp],
    pile_up_of: HashMap<u64, usize>,
}

/// A group, with all that its verdict may rest on.
struct Case<'a> {
    around: &'a Around<'a>,
    members: Members<'a>,
}

impl Case<'_> {
    fn group(&self) -> Group {
        let mut ids: Vec<u64> = self.members.goroutines.iter().map(|it| it.id).collect();
        ids.sort_unstable();
        let ages = self.ages();
        let growth = self.growth(&ids);
        let (verdict, reason) = self.verdict(&ids, &ages, growth);
        Group {
            verdict,
            reason,
            state: self.state().to_owned(),
            oldest_seconds: ages.oldest(),
            ids,
            frames: self.members.stack.frames.clone(),
            created_by: self.members.stack.created_by.clone(),
            n_elided: self.members.stack.n_elided,
            labels: self.labels(),
            growth,
            pile_up: self.pile_up(),
        }
    }

    fn verdict(&self, ids: &[u64], ages: &Ages, growth: Option<Growth>) -> (Verdict, String) {
        let (state, stack) = (self.state(), self.members.stack);
        let known = self.around.known;
        let wait = wait(state, stack, known.expected);
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
        if let Some(local) = self.site().and_then(|it| it.local.as_ref())
            && self.members.are_orphans
        {
            let verdict = if ages.n_old > 0 { Verdict::Stuck } else { Verdict::Suspect };
            return (verdict, reason::orphaned(state, wait, ages, &local.function));
        }
        if let Some(why) = why_held(state, stack, &self.around.present) {
            let verdict = if ages.n_old > 0 { Verdict::Stuck } else { Verdict::Suspect };
            return (verdict, reason::held(ages, why));
        }
        if let Some(why) = why_expected(state, stack, &self.around.present, known.expected) {
            return (Verdict::Idle, reason::expected(ids.len(), why));
        }
        match wait {
            Wait::Idle => (Verdict::Idle, reason::idle(state)),
            Wait::Unknown => (Verdict::Idle, reason::unknown(state)),
            Wait::Syscall if ages.n_old == 0 => (Verdict::Running, reason::in_a_call()),
            Wait::Syscall => (Verdict::Suspect, reason::long_call(ages)),
            _ => self.blocked(wait, ids, ages, growth),
        }
    }

    /// A wait that somebody else must end.
    fn blocked(
        &self,
        wait: Wait,
        ids: &[u64],
        ages: &Ages,
        growth: Option<Growth>,
    ) -> (Verdict, String) {
        let stack = self.members.stack;
        let may_rest = matches!(wait, Wait::Resting | Wait::Children);
        let turn = self.site().map(|it| it.turn);
        if let Some(waker) = self.site().and_then(|it| it.waker) {
            return (Verdict::Idle, reason::woken(ids.len(), waker));
        }
        if may_rest && self.is_main() && self.waits_in_own_code() {
            return (Verdict::Idle, reason::waiting_main());
        }
        let rests_in_loop = wait == Wait::Resting && turn == Some(Turn::Rests);
        if rests_in_loop || may_rest && waits_where_it_starts(stack) && !self.is_command(wait) {
            return match growth {
                Some(growth) => (Verdict::Suspect, reason::grows(ids.len(), growth)),
                None if rests_in_loop => (Verdict::Idle, reason::rests_in_loop(ids.len(), stack)),
                None if self.awaits_an_answer(wait) && ages.n_old > 0 => {
                    (Verdict::Suspect, reason::awaits_an_answer(ages))
                }
                None => (Verdict::Idle, reason::rests_where_it_starts(ids.len(), wait, stack)),
            };
        }
        let n_started: Option<usize> = ids.iter().map(|it| self.around.n_children.get(it)).sum();
        if wait == Wait::Children
            && let Some(n_started) = n_started
        {
            return (Verdict::Idle, reason::parent(ids.len(), n_started));
        }
        let pile_up = self.pile_up().map(|it| &self.around.pile_ups[it]);
        if let Some(pile_up) = pile_up
            && let Some(doubt) = self.doubt(pile_up, ids)
        {
            return (Verdict::Suspect, doubt);
        }
        if self.state() == "chan send" && turn == Some(Turn::Rests) && ids.len() == 1 {
            return (Verdict::Suspect, reason::resting_producer(ages));
        }
        if may_rest && self.has_partner() && ages.n_old > 0 {
            return (Verdict::Suspect, reason::partner_is_there(self.state(), wait, ages));
        }
        let may_rest_deeper = matches!(self.state(), "select" | "sync.Cond.Wait")
            && self.site().is_none()
            && self.waits_in_own_code();
        if may_rest_deeper && ages.n_old > 0 {
            return (Verdict::Suspect, reason::without_source(self.state(), wait, ages));
        }
        let verdict = if ages.n_old > 0 { Verdict::Stuck } else { Verdict::Suspect };
        let holder = pile_up.and_then(|it| it.likely_holder.as_ref());
        (verdict, reason::blocked(self.state(), wait, ages, growth, holder))
    }

    /// Why those who wait for a lock or a connection may get it soon.
    fn doubt(&self, pile_up: &PileUp, ids: &[u64]) -> Option<String> {
        let holder = pile_up.likely_holder.as_ref();
        if let Some(holder) = holder.filter(|it| it.is_at_work()) {
            return Some(reason::holder_at_work(ids.len(), pile_up.resource, holder));
        }
        // Who has it now had it to wait for: that is one turn, and no second one.
        let earlier = self.around.known.earlier?;
        let mut moved_on = earlier.moved_on(ids, self.members.wait);
        let n_moved_on =
            moved_on.by_ref().filter(|it| holder.is_none_or(|of| of.id != *it)).count();
        (n_moved_on > 0).then(|| reason::changes_hands(ids.len(), pile_up.resource, n_moved_on))
    }

    /// The labels that all members carry.
    fn labels(&self) -> Vec<(String, String)> {
        let (first, others) = (self.members.goroutines[0], &self.members.goroutines[1..]);
        // Thousands may share one set.
        let mut known = HashSet::from_iter([first.labels.as_ptr()]);
        let others: Vec<_> =
            others.iter().map(|it| &it.labels).filter(|it| known.insert(it.as_ptr())).collect();
        let is_shared = |it: &&(String, String)| others.iter().all(|of| of.contains(it));
        first.labels.iter().filter(is_shared).cloned().collect()
    }

    /// The pile-up that its members stand in.
    fn pile_up(&self) -> Option<usize> {
        self.members.goroutines.iter().find_map(|it| self.around.pile_up_of.get(&it.id)).copied()
    }

    /// By the source it waits once, in a function that the goroutine's own literal called: that
    /// is no worker, whatever its stack looks like.
    fn is_command(&self, wait: Wait) -> bool {
        self.awaits_an_answer(wait) && is_started_by_a_literal(self.members.stack)
    }

    /// By the source it waits for one answer, and not for an event.
    fn awaits_an_answer(&self, wait: Wait) -> bool {
        wait == Wait::Resting
            && self.state() != "select"
            && self.site().is_some_and(|it| it.turn != Turn::Rests && !it.is_event)
    }

    /// By the source, what it waits for is known to a few, and one of them can still move.
    fn has_partner(&self) -> bool {
        !self.members.are_orphans && self.site().is_some_and(|it| it.local.is_some())
    }

    /// What the source says of this wait.
    fn site(&self) -> Option<&Site> {
        let first = self.members.goroutines[0];
        self.around.known.sites?.of.get(&(first.stack, first.state.clone()))
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
        let wrote = self
            .around
            .dump
            .goroutines
            .first()
            .is_some_and(|it| it.id == self.members.goroutines[0].id);
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
            let since =
                self.around.known.earlier.and_then(|looks| looks.since(it.id, self.members.wait));
            let by_looks = since.map(|it| self.around.known.now.saturating_sub(it));
            ages.by_go = ages.by_go.max(by_go);
            ages.by_looks = ages.by_looks.max(by_looks);
            ages.n_old += usize::from(by_go.max(by_looks).is_some_and(|it| STUCK_SECONDS <= it));
        }
        ages
    }

    fn growth(&self, ids: &[u64]) -> Option<Growth> {
        let known = self.around.known;
        known.earlier?.growth(ids, self.members.wait, known.now)
    }
}
