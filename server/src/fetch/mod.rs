//! Reaches the outside: profiles over HTTP and from files, and the running programs behind them.
//!
//! Nothing here connects by itself: every connection is to an address that a caller named, or to
//! a port that one of the user's own Go programs listens on.
//! Dropping the future of a request closes its connection.

mod address;
mod alive;
mod answer;
mod buildinfo;
mod discovery;
mod error;
mod file;
mod find;
mod found;
mod gc;
mod http;
mod index;
mod mapped;
mod notes;
mod pprof;
mod processes;
mod replay;
mod sockets;

pub use address::{base_url, typed_url};
pub use alive::process_is_alive;
pub use discovery::{discover, discover_where};
pub use error::FetchError;
pub use file::{FileError, read, read_start};
pub use find::{FindError, find};
pub use found::{Found, FoundRow};
pub use gc::last_gc;
pub use http::{Fetched, Reach};
pub use index::Index;
pub use mapped::mapped_files;
pub use pprof::{dump, dump_with_leaks, index, profile, seconds_of, typed};
pub use processes::is_same_run;
pub use replay::{Recorded, Replay, replay};
