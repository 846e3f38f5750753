//! Finds goroutines that wait for what nobody who is left can bring.
//!
//! The source may say that a function declares what is awaited, a channel or a lock or a context,
//! and does not let it out (`model::Local`). Then only that function and the goroutines that it
//! started can end the wait. When the function has returned, and all those goroutines are gone or
//! wait in the same way, nobody can.

use foldhash::{HashMap, HashSet};

use crate::model::{Dump, Frame, Goroutine, Local, Sites, Stack, StackId};

/// A chain of goroutines that wake each other is no longer: where it is, nobody is called an
/// orphan.
const MOST_ROUNDS: usize = 100;

/// Ids of the goroutines that nobody can wake, by what the source says.
pub(super) fn orphans(dump: &Dump, sites: &Sites) -> HashSet<u64> {
    let local_of = |it: &Goroutine| {
        let site = sites.of.get(&(it.stack, it.state.clone()))?;
        site.local.as_ref()
    };
    let mut waiting: HashMap<u64, (&Goroutine, &Local)> =
        dump.goroutines.iter().filter_map(|it| Some((it.id, (it, local_of(it)?)))).collect();
    let creators: HashMap<u64, Option<u64>> =
        dump.goroutines.iter().map(|it| (it.id, it.creator_id)).collect();
    // Who can be woken may wake others: leave them out until nothing changes.
    for _ in 0..MOST_ROUNDS {
        if waiting.is_empty() {
            break;
        }
        let awake = dump.goroutines.iter().filter(|it| !waiting.contains_key(&it.id));
        let mut awake = Awake::of(dump, awake);
        let n_before = waiting.len();
        waiting.retain(|_, (it, local)| {
            let family = family(it, dump, local, &creators);
            !awake.knows(local, Among::StartedBy(it.id))
                && match family {
                    None => !awake.knows(local, Among::All),
                    Some(id) => {
                        !awake.knows(local, Among::StartedBy(id))
                            && !awake.knows(local, Among::Is(id))
                    }
                }
        });
        if waiting.len() == n_before {
            return waiting.into_keys().collect();
        }
    }
    HashSet::default()
}

/// The run of a function that a goroutine belongs to, by the goroutine that made the call.
///
/// None when that cannot be told: before Go 1.21, and for a goroutine that was started by one
/// that the function had started. Then every goroutine in the function may be the one.
fn family(
    goroutine: &Goroutine,
    dump: &Dump,
    local: &Local,
    creators: &HashMap<u64, Option<u64>>,
) -> Option<u64> {
    let creator_id = goroutine.creator_id?;
    let creator = &dump.stack(goroutine.stack)?.created_by.as_ref()?.frame;
    let is_direct = creator.function.rsplit('.').next() == Some(&local.function);
    // An errgroup starts goroutines on the caller's behalf.
    let is_on_behalf = !is_in(creator, local);
    (is_direct || is_on_behalf && creators.contains_key(&creator_id)).then_some(creator_id)
}

/// Which of the goroutines that can be woken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Among {
    All,
    Is(u64),
    StartedBy(u64),
}

/// The goroutines that can be woken, by what is asked of them: their stacks, each once. There may
/// be tens of thousands, and as many that wait.
struct Awake<'a> {
    dump: &'a Dump,
    stacks: HashMap<Among, HashSet<StackId>>,
    /// What was asked before. A local is known by its address: it belongs to a site.
    known: HashMap<(*const Local, Among), bool>,
}

impl<'a> Awake<'a> {
    fn of(dump: &'a Dump, goroutines: impl Iterator<Item = &'a Goroutine>) -> Awake<'a> {
        let mut stacks: HashMap<Among, HashSet<StackId>> = HashMap::default();
        for it in goroutines {
            let creator = it.creator_id.map(Among::StartedBy);
            for among in [Among::All, Among::Is(it.id)].into_iter().chain(creator) {
                stacks.entry(among).or_default().insert(it.stack);
            }
        }
        Awake { dump, stacks, known: HashMap::default() }
    }

    /// Whether one of them knows a local.
    fn knows(&mut self, local: &Local, among: Among) -> bool {
        *self.known.entry((local, among)).or_insert_with(|| {
            let mut ids = self.stacks.get(&among).into_iter().flatten();
            ids.any(|id| self.dump.stack(*id).is_some_and(|it| knows(it, local)))
        })
    }
}

/// Whether a goroutine is in the function, or was started there.
fn knows(stack: &Stack, local: &Local) -> bool {
    let creator = stack.created_by.as_ref().map(|it| &it.frame);
    stack.n_elided > 0 || stack.frames.iter().chain(creator).any(|it| is_in(it, local))
}

fn is_in(frame: &Frame, local: &Local) -> bool {
    frame.file == local.file && local.lines.contains(&frame.line)
}
