//! Finds goroutines that wait for what nobody who is left can bring.
//!
//! The source may say that a function declares what is awaited, a channel or a lock or a context,
//! and does not let it out (`model::Local`). Then only that function and the goroutines that it
//! started can end the wait. When the function has returned, and all those goroutines are gone or
//! wait in the same way, nobody can.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::{Dump, Frame, Goroutine, Local, Sites, Stack};

/// Ids of the goroutines that nobody can wake, by what the source says.
pub(super) fn orphans(dump: &Dump, sites: &Sites) -> FxHashSet<u64> {
    let local_of = |it: &Goroutine| {
        let site = sites.of.get(&(it.stack, it.state.clone()))?;
        site.local.as_ref()
    };
    let mut waiting: FxHashMap<u64, (&Goroutine, &Local)> =
        dump.goroutines.iter().filter_map(|it| Some((it.id, (it, local_of(it)?)))).collect();
    let creators: FxHashMap<u64, Option<u64>> =
        dump.goroutines.iter().map(|it| (it.id, it.creator_id)).collect();
    // Who can be woken may wake others: leave them out until nothing changes.
    loop {
        let awake: Vec<(&Goroutine, &Stack)> = dump
            .goroutines
            .iter()
            .filter(|it| !waiting.contains_key(&it.id))
            .filter_map(|it| Some((it, dump.stack(it.stack)?)))
            .collect();
        let n_before = waiting.len();
        waiting.retain(|_, (it, local)| {
            let family = family(it, dump, local, &creators);
            !awake.iter().any(|(other, stack)| {
                (other.creator_id == Some(it.id) || is_of_family(other, family))
                    && knows(stack, local)
            })
        });
        if waiting.len() == n_before {
            return waiting.into_keys().collect();
        }
    }
}

/// The run of a function that a goroutine belongs to, by the goroutine that made the call.
///
/// None when that cannot be told: before Go 1.21, and for a goroutine that was started by one
/// that the function had started. Then every goroutine in the function may be the one.
fn family(
    goroutine: &Goroutine,
    dump: &Dump,
    local: &Local,
    creators: &FxHashMap<u64, Option<u64>>,
) -> Option<u64> {
    let creator_id = goroutine.creator_id?;
    let creator = &dump.stack(goroutine.stack)?.created_by.as_ref()?.frame;
    let is_direct = creator.function.rsplit('.').next() == Some(&local.function);
    // An errgroup starts goroutines on the caller's behalf.
    let is_on_behalf = !is_in(creator, local);
    (is_direct || is_on_behalf && creators.contains_key(&creator_id)).then_some(creator_id)
}

fn is_of_family(other: &Goroutine, family: Option<u64>) -> bool {
    family.is_none_or(|it| other.id == it || other.creator_id == Some(it))
}

/// Whether a goroutine is in the function, or was started there.
fn knows(stack: &Stack, local: &Local) -> bool {
    let creator = stack.created_by.as_ref().map(|it| &it.frame);
    stack.n_elided > 0 || stack.frames.iter().chain(creator).any(|it| is_in(it, local))
}

fn is_in(frame: &Frame, local: &Local) -> bool {
    frame.file == local.file && local.lines.contains(&frame.line)
}
