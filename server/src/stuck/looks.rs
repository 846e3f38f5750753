//! Remembers since when each goroutine is in its wait, from look to look.
//!
//! Go's own clock starts at the first garbage collection that meets a goroutine blocked, and
//! counts whole minutes. Goroutine ids are never used again, so two looks tell more: the same id
//! in the same wait.

use std::hash::BuildHasher;

use foldhash::HashMap;
use foldhash::fast::FixedState;

use crate::model::{Dump, Goroutine, StackId};

/// Names a wait across dumps: state, frames and creator, by their text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct WaitKey(u64);

/// What was seen of one program run. Start anew when the program was restarted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Looks {
    goroutines: HashMap<u64, Seen>,
    groups: HashMap<WaitKey, Baseline>,
}

/// One goroutine.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Seen {
    wait: WaitKey,
    since: u64,
}

/// How many waited alike when counting began: at the first look, and again at each look at which
/// one of them had moved on.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Baseline {
    at: u64,
    count: usize,
}

/// A group that grew while none of its members moved on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Growth {
    /// How many there were at first.
    pub from: usize,
    /// How long ago that was, in seconds.
    pub seconds: u64,
}

/// One more goroutine may just have come; two that came while nobody went are growth.
const LEAST_GROWTH: usize = 2;

impl Looks {
    /// What is known after this dump, taken at `now` (seconds of any clock that only moves on).
    ///
    /// Goroutines that are gone are forgotten, so this is never larger than the last dump.
    pub fn after(earlier: Option<&Looks>, dump: &Dump, now: u64) -> Looks {
        let mut looks = Looks::default();
        let mut keys = WaitKeys::default();
        let mut counts: HashMap<WaitKey, (usize, usize)> = HashMap::default();
        for it in &dump.goroutines {
            let wait = keys.of(dump, it);
            let since = earlier.and_then(|looks| looks.since(it.id, wait)).unwrap_or(now);
            looks.goroutines.insert(it.id, Seen { wait, since });
            let baseline = earlier.and_then(|looks| looks.groups.get(&wait));
            let (count, n_still) = counts.entry(wait).or_default();
            *count += 1;
            *n_still += usize::from(baseline.is_some_and(|it| since <= it.at));
        }
        for (wait, (count, n_still)) in counts {
            let kept = earlier
                .and_then(|looks| looks.groups.get(&wait))
                .filter(|baseline| baseline.count == n_still);
            looks.groups.insert(wait, kept.copied().unwrap_or(Baseline { at: now, count }));
        }
        looks
    }

    /// Since when a goroutine is in this wait, as far as was seen.
    pub(super) fn since(&self, id: u64, wait: WaitKey) -> Option<u64> {
        self.goroutines.get(&id).filter(|it| it.wait == wait).map(|it| it.since)
    }

    /// Goroutines that were in this wait at the last look and are not among these.
    pub(super) fn moved_on(&self, ids: &[u64], wait: WaitKey) -> impl Iterator<Item = u64> {
        let were = self.goroutines.iter().filter(move |(_, seen)| seen.wait == wait);
        were.map(|(id, _)| *id).filter(|it| ids.binary_search(it).is_err())
    }

    /// Whether these goroutines in one wait are more than they were, and none has moved on.
    pub(super) fn growth(&self, ids: &[u64], wait: WaitKey, now: u64) -> Option<Growth> {
        let baseline = self.groups.get(&wait)?;
        let is_old = |id: &&u64| self.since(**id, wait).is_some_and(|it| it <= baseline.at);
        let n_still = ids.iter().filter(is_old).count();
        let grew = n_still == baseline.count && baseline.count + LEAST_GROWTH <= ids.len();
        grew.then(|| Growth { from: baseline.count, seconds: now.saturating_sub(baseline.at) })
    }
}

/// Names the waits of one dump; each stack is hashed once for each state.
#[derive(Default)]
pub(super) struct WaitKeys<'a>(HashMap<(StackId, &'a str), WaitKey>);

impl<'a> WaitKeys<'a> {
    pub(super) fn of(&mut self, dump: &'a Dump, goroutine: &'a Goroutine) -> WaitKey {
        let state = &*goroutine.state;
        *self.0.entry((goroutine.stack, state)).or_insert_with(|| {
            let stack = dump.stacks.get(goroutine.stack.0 as usize);
            WaitKey(FixedState::default().hash_one((state, stack)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goroutines with these ids, all waiting alike.
    fn dump(ids: &[u64], line: u32) -> Dump {
        let stanzas: Vec<String> = ids
            .iter()
            .map(|it| format!("goroutine {it} [chan receive]:\nmain.f()\n\t/m.go:{line} +0x1\ncreated by main.main\n\t/m.go:9 +0x1\n"))
            .collect();
        crate::decode::dump(stanzas.join("\n").as_bytes()).unwrap()
    }

    fn key(dump: &Dump) -> WaitKey {
        WaitKeys::default().of(dump, &dump.goroutines[0])
    }

    #[test]
    fn a_goroutine_in_the_same_wait_keeps_its_time() {
        let first = dump(&[5, 6], 1);
        let looks = Looks::after(None, &first, 100);
        let looks = Looks::after(Some(&looks), &dump(&[6, 7], 1), 130);
        assert_eq!(looks.since(6, key(&first)), Some(100));
        assert_eq!(looks.since(7, key(&first)), Some(130));
        assert_eq!(looks.since(5, key(&first)), None, "it is gone");
        let elsewhere = dump(&[6], 2);
        let looks = Looks::after(Some(&looks), &elsewhere, 160);
        assert_eq!(looks.since(6, key(&elsewhere)), Some(160), "it moved");
    }

    #[test]
    fn growth_is_more_with_none_gone() {
        let first = dump(&[5, 6], 1);
        let wait = key(&first);
        let looks = Looks::after(None, &first, 100);
        assert_eq!(looks.growth(&[5, 6], wait, 160), None);
        assert_eq!(looks.growth(&[5, 6, 7], wait, 160), None, "one may just have come");
        assert_eq!(looks.growth(&[5, 7, 8, 9], wait, 160), None, "one is gone: it drains");
        let growth = Some(Growth { from: 2, seconds: 60 });
        assert_eq!(looks.growth(&[5, 6, 7, 8], wait, 160), growth);
        // One at a time, over several looks.
        let looks = Looks::after(Some(&looks), &dump(&[5, 6, 7], 1), 160);
        assert_eq!(looks.growth(&[5, 6, 7, 8], wait, 220), Some(Growth { from: 2, seconds: 120 }));
        // Who moved on starts the count anew.
        let looks = Looks::after(Some(&looks), &dump(&[6, 7, 8], 1), 220);
        assert_eq!(looks.growth(&[6, 7, 8, 9], wait, 280), None);
    }
}
