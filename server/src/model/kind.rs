//! The kinds of profile that `net/http/pprof` serves.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One kind of profile. Its name is what users type; its endpoint is what Go serves.
///
/// Source: `net/http/pprof` and `runtime/pprof` of Go 1.19 to 1.27.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Time on the CPU, sampled while the request runs.
    Cpu,
    /// Live memory, as of the last completed garbage collection.
    Heap,
    /// Everything allocated since the start: the heap's data, other default.
    Allocs,
    /// Where every goroutine stands, counted by stack.
    Goroutine,
    /// Goroutines that can never run again (Go 1.27, or 1.26 with its experiment).
    Goroutineleak,
    /// Contended mutexes, at the unlock; empty unless the program sets a rate.
    Mutex,
    /// Blocking waits that ended; empty unless the program sets a rate.
    Block,
    /// Stacks that created OS threads.
    Threadcreate,
}

impl Kind {
    /// Every kind, in the order in which they are offered.
    pub const ALL: [Kind; 8] = [
        Kind::Cpu,
        Kind::Heap,
        Kind::Allocs,
        Kind::Goroutine,
        Kind::Goroutineleak,
        Kind::Mutex,
        Kind::Block,
        Kind::Threadcreate,
    ];

    /// The word users type and read: `cpu`, `heap`, ...
    pub fn name(self) -> &'static str {
        match self {
            Kind::Cpu => "cpu",
            Kind::Heap => "heap",
            Kind::Allocs => "allocs",
            Kind::Goroutine => "goroutine",
            Kind::Goroutineleak => "goroutineleak",
            Kind::Mutex => "mutex",
            Kind::Block => "block",
            Kind::Threadcreate => "threadcreate",
        }
    }

    /// The path segment below `/debug/pprof/`.
    pub fn endpoint(self) -> &'static str {
        match self {
            Kind::Cpu => "profile",
            other => other.name(),
        }
    }

    /// Whether the answer takes as long as the `seconds` that were asked for.
    pub fn takes_time(self) -> bool {
        self == Kind::Cpu
    }

    /// Whether it says what lines cost, in time or memory; the others count goroutines or threads.
    pub fn is_cost(self) -> bool {
        !matches!(self, Kind::Goroutine | Kind::Goroutineleak | Kind::Threadcreate)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// `"heep" is no kind of profile; ...`, naming the kinds that exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no kind of profile; the kinds are {kinds}", kinds = Kind::ALL.map(Kind::name).join(", "))]
pub struct UnknownKind(pub String);

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(s: &str) -> Result<Kind, UnknownKind> {
        Kind::ALL
            .into_iter()
            .find(|it| it.name() == s || it.endpoint() == s)
            .ok_or_else(|| UnknownKind(s.to_owned()))
    }
}
