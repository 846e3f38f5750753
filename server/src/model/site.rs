//! What the source says of the places where the goroutines of a dump wait.

use std::ops::RangeInclusive;
use std::sync::Arc;

use foldhash::HashMap;

use super::StackId;

/// The places of one dump, by stack. What is not in here is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sites {
    /// By [`StackId`] and state: one line may both send and receive.
    pub of: HashMap<(StackId, Arc<str>), Site>,
}

/// A place where a goroutine waits, as its source has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Whether the code comes here again and again.
    pub turn: Turn,
    /// What is awaited comes by itself.
    pub waker: Option<Waker>,
    /// What is awaited is known to one function alone.
    pub local: Option<Local>,
    /// What is received is not looked at: the wait is for an event.
    pub is_event: bool,
}

/// How the code comes to a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// A loop without an end begins with it, here or in a caller: this is where it rests.
    Rests,
    /// In a loop that does other things first, or that ends.
    Again,
    /// Once.
    Once,
}

/// Who ends a wait without any other goroutine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waker {
    /// A timer or a ticker.
    Timer,
    /// A signal of the operating system.
    Signal,
    /// The end of a request, or of the connection that it came by.
    Request,
}

/// A function that declares what is awaited and does not let it out: only goroutines that it
/// started can end the wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Local {
    /// The function's name, as in the source.
    pub function: String,
    /// Its file, as in the dump.
    pub file: Arc<str>,
    /// Its lines, 1-based.
    pub lines: RangeInclusive<u32>,
}
