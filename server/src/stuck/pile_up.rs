//! Finds goroutines that wait for one lock or one database connection, and who may hold it.
//!
//! A dump does not say who holds a lock. It often says its address, and the receivers of the
//! methods that wait: a goroutine inside a method of the same receiver, that does not wait for
//! the lock itself, is likely to hold it. So is one in another literal of the same function, when
//! the lock is a variable there. That is a guess, and is called one.

use std::sync::Arc;

use foldhash::{HashMap, HashSet};
use serde::Serialize;

use crate::model::{Dump, Frame, Goroutine, Stack};

use super::function_name::FunctionName;
use super::place::waiting_idx;

/// Goroutines that wait for the same thing, which one of them can have at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PileUp {
    /// What they wait for.
    pub resource: Resource,
    /// Who waits, ascending.
    pub ids: Vec<u64>,
    /// Who may hold it; none when nobody is seen near it.
    pub likely_holder: Option<LikelyHolder>,
}

/// What one goroutine can have at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Resource {
    /// A mutex, or one side of a read-write mutex.
    Lock,
    /// A connection of a `sql.DB`.
    DatabaseConnection,
}

/// A goroutine that is inside what the others wait to enter: a guess.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LikelyHolder {
    /// Its id.
    pub id: u64,
    /// What it is in: the function that speaks for it.
    pub function: Arc<str>,
    /// What it does, for example `syscall`.
    pub state: String,
}

impl LikelyHolder {
    /// Whether it is at work, so that it may let go at any moment.
    pub(super) fn is_at_work(&self) -> bool {
        matches!(&*self.state, "running" | "runnable" | "sleep")
    }
}

/// One that waits.
struct Waiter<'a> {
    goroutine: &'a Goroutine,
    resource: Resource,
    /// Address of the lock or the database; 0 if it is not known.
    address: u64,
    /// The function that locks, and its receiver.
    locks: Option<&'a Frame>,
    receiver: u64,
}

/// What is taken for one and the same lock.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key<'a> {
    Address(Resource, u64),
    /// Not even the receiver is known: the same line.
    Place(&'a str, u32),
}

/// Larger than any structure that somebody locks a part of.
const MOST_BYTES: u64 = 1 << 16;
/// Below this, a word is no address.
const LEAST_ADDRESS: u64 = 1 << 16;

/// Frames that are looked at in search of those who hold something: a second of work, enough for
/// hundreds of pile-ups among ten thousand goroutines. Of the smallest ones, if there are more,
/// nobody is said to hold anything.
const MOST_STEPS: usize = 20_000_000;

/// The pile-ups of a dump, largest first.
pub(super) fn pile_ups(dump: &Dump) -> Vec<PileUp> {
    let waiters: Vec<Waiter<'_>> =
        dump.goroutines.iter().filter_map(|it| waiter(dump, it)).collect();
    // A lock whose address one of them says, for those that say the receiver alone.
    let locks: HashMap<(&str, u64), u64> = waiters
        .iter()
        .filter(|it| it.address != 0 && it.receiver != 0)
        .filter_map(|it| Some(((receiver_type(&it.locks?.function)?, it.receiver), it.address)))
        .collect();
    let mut groups: HashMap<Key<'_>, Vec<&Waiter<'_>>> = HashMap::default();
    for it in &waiters {
        let of_receiver = || {
            let of_type = receiver_type(&it.locks?.function)?;
            locks.get(&(of_type, it.receiver)).copied()
        };
        let address = Some(it.address).filter(|it| *it != 0).or_else(of_receiver);
        let key = match (address, it.receiver, it.locks) {
            (Some(address), ..) => Key::Address(it.resource, address),
            (None, 0, Some(frame)) => Key::Place(&frame.function, frame.line),
            (None, 0, None) => continue,
            (None, receiver, _) => Key::Address(it.resource, receiver),
        };
        groups.entry(key).or_default().push(it);
    }
    let mut found: Vec<(Vec<u64>, Vec<&Waiter<'_>>)> = groups
        .into_values()
        .map(|waiters| {
            let mut ids: Vec<u64> = waiters.iter().map(|it| it.goroutine.id).collect();
            ids.sort_unstable();
            (ids, waiters)
        })
        .collect();
    found.sort_by(|(a, _), (b, _)| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    let mut n_steps = 0;
    found
        .into_iter()
        .map(|(ids, waiters)| {
            let kinds = kinds(&waiters);
            n_steps += kinds.len() * (dump.goroutines.len() + dump.first_arguments.len());
            let is_sought = n_steps <= MOST_STEPS;
            let likely_holder = is_sought.then(|| likely_holder(dump, &ids, &kinds)).flatten();
            PileUp { resource: waiters[0].resource, ids, likely_holder }
        })
        .collect()
}

/// One waiter of each kind: whoever is inside what one of them waits for is so for all. Of the
/// thousands that wait for a lock most stand in the same line.
fn kinds<'a, 'b>(waiters: &[&'b Waiter<'a>]) -> Vec<&'b Waiter<'a>> {
    let mut known = HashSet::default();
    let mut kinds = waiters.to_vec();
    kinds.retain(|it| known.insert((it.address, it.receiver, it.locks.map(|it| &*it.function))));
    kinds
}

fn waiter<'a>(dump: &'a Dump, goroutine: &'a Goroutine) -> Option<Waiter<'a>> {
    let stack = dump.stack(goroutine.stack)?;
    let receivers = dump.receivers(goroutine);
    let innermost = stack.frames.iter().zip(receivers).take(6);
    if goroutine.state.starts_with("select") {
        let (_, address) =
            innermost.take(1).find(|(it, _)| &*it.function == "database/sql.(*DB).conn")?;
        let locks = stack.frames.iter().find(|it| !it.function.starts_with("database/sql."));
        let resource = Resource::DatabaseConnection;
        return Some(Waiter { goroutine, resource, address: *address, locks, receiver: *address });
    }
    let is_lock = |it: &str| {
        ["(*Mutex).Lock", "(*Mutex).lockSlow", "(*RWMutex).Lock", "(*RWMutex).RLock"].iter().any(
            |name| it.strip_suffix(name).is_some_and(|it| matches!(it, "sync." | "internal/sync.")),
        )
    };
    let is_waiting = matches!(
        &*goroutine.state,
        "semacquire" | "sync.Mutex.Lock" | "sync.RWMutex.Lock" | "sync.RWMutex.RLock"
    );
    let mut of_lock = innermost.filter(|(it, _)| is_lock(&it.function)).peekable();
    of_lock.peek().filter(|_| is_waiting)?;
    let address = of_lock.map(|it| *it.1).find(|it| LEAST_ADDRESS <= *it).unwrap_or(0);
    let idx = waiting_idx(stack);
    let locks = idx.and_then(|it| stack.frames.get(it));
    let receiver = idx.and_then(|it| receivers.get(it)).copied().unwrap_or(0);
    let is_method = locks.is_some_and(|it| receiver_type(&it.function).is_some());
    let holds_lock =
        address == 0 || address.checked_sub(receiver).is_some_and(|it| it < MOST_BYTES);
    let receiver = if is_method && LEAST_ADDRESS <= receiver && holds_lock { receiver } else { 0 };
    Some(Waiter { goroutine, resource: Resource::Lock, address, locks, receiver })
}

/// `main.(*Cache)` of `main.(*Cache).Get.func1`; none for what is no method of a pointer.
fn receiver_type(function: &str) -> Option<&str> {
    let open = function.find(".(*")?;
    let close = function[open..].find(").")?;
    Some(&function[..=open + close])
}

/// `ids` are those that wait, ascending; `waiters` is one of each kind.
fn likely_holder(dump: &Dump, ids: &[u64], waiters: &[&Waiter<'_>]) -> Option<LikelyHolder> {
    let others = dump.goroutines.iter().filter(|it| ids.binary_search(&it.id).is_err());
    let found = others.filter_map(|it| {
        let (rank, frame) =
            dump.stack(it.stack).and_then(|stack| inside(dump, it, stack, waiters))?;
        // One that waits for something else explains more than one that is at work.
        let is_moving = matches!(&*it.state, "running" | "runnable");
        Some(((rank, is_moving, it.id), it, frame))
    });
    let (_, it, frame) = found.min_by_key(|it| it.0)?;
    let state = it.state.to_string();
    Some(LikelyHolder { id: it.id, function: frame.function.clone(), state })
}

/// The frame that is inside what the others wait for, and how well that is known: 0 is best.
fn inside<'a>(
    dump: &'a Dump,
    goroutine: &Goroutine,
    stack: &'a Stack,
    waiters: &[&Waiter<'_>],
) -> Option<(u8, &'a Frame)> {
    let receivers = dump.receivers(goroutine);
    waiters.iter().filter_map(|it| inside_of(stack, receivers, it)).min_by_key(|it| it.0)
}

fn inside_of<'a>(stack: &'a Stack, receivers: &[u64], it: &Waiter<'_>) -> Option<(u8, &'a Frame)> {
    if it.resource == Resource::DatabaseConnection {
        return has_connection(stack, receivers, it);
    }
    let locks = it.locks?;
    if let Some(of_type) = receiver_type(&locks.function) {
        let of_type = |frame: &Frame| receiver_type(&frame.function) == Some(of_type);
        if it.receiver != 0 {
            let mut frames = stack.frames.iter().zip(receivers);
            let same = frames.find(|(frame, of)| **of == it.receiver && of_type(frame));
            if let Some((frame, _)) = same {
                return Some((0, frame));
            }
            // The receiver of a method is not always written.
            let unknown = stack.frames.iter().zip(receivers);
            let mut unknown = unknown.filter(|(frame, of)| **of < LEAST_ADDRESS && of_type(frame));
            return unknown.next().map(|(frame, _)| (1, frame));
        }
        return stack.frames.iter().find(|it| of_type(it)).map(|frame| (2, frame));
    }
    let locking = FunctionName::new(&locks.function);
    let same = stack.frames.iter().find(|it| {
        let name = FunctionName::new(&it.function);
        name == locking || name.is_literal() && name.is_written_in_the_same_function(&locking)
    });
    same.map(|frame| (3, frame))
}

/// Who is in a call of the same database, and does not wait for a connection, has one. Rows,
/// statements and transactions do not say which database they are of: code of the same type
/// around them does, as far as it goes.
fn has_connection<'a>(
    stack: &'a Stack,
    receivers: &[u64],
    it: &Waiter<'_>,
) -> Option<(u8, &'a Frame)> {
    // The goroutines that serve a database have none.
    let is_helper = |frame: &Frame| {
        ["connectionOpener", "connectionCleaner", "awaitDone", "conn"]
            .iter()
            .any(|name| frame.function.rsplit('.').next() == Some(name))
    };
    let mut library = stack.frames.iter().zip(receivers);
    let library: Vec<_> =
        library.by_ref().filter(|(it, _)| it.function.starts_with("database/sql.(*")).collect();
    if library.is_empty() || library.iter().any(|(it, _)| is_helper(it)) {
        return None;
    }
    let of_database = |(frame, receiver): &&(&Frame, &u64)| {
        frame.function.starts_with("database/sql.(*DB).") && **receiver == it.address
    };
    if let Some((frame, _)) = library.iter().find(of_database) {
        return Some((0, frame));
    }
    // A call of another database.
    let of_another = |(frame, receiver): &(&Frame, &u64)| {
        frame.function.starts_with("database/sql.(*DB).") && LEAST_ADDRESS <= **receiver
    };
    if library.iter().any(of_another) {
        return None;
    }
    let (outermost, _) = library.last()?;
    let of_type = it.locks.and_then(|it| receiver_type(&it.function));
    let is_of_type = |frame: &Frame| of_type.is_some() && receiver_type(&frame.function) == of_type;
    stack.frames.iter().any(is_of_type).then_some((1, *outermost))
}
