//! Finds the file and the line here that a profile speaks of.
//!
//! [`Resolver`] turns a path of a build machine into a file of the workspace, GOROOT or the
//! module cache; [`Snapshot`] keeps the [`Revision`] that those files had when a capture was made;
//! [`LineMap`] says where each of its lines stands in the one that is there now.
//!
//! [`sites`] reads what the source says of the places where goroutines wait.
//!
//! Invariant: nothing outside those three roots is ever named or read.

mod drift;
mod go_code;
mod modules;
mod package;
mod resolve;
mod revision;
mod roots;
mod snapshot;

pub use drift::{LineMap, LineNow};
pub use go_code::sites;
pub use modules::{GoModule, Modules};
pub use package::package_path;
pub use resolve::{Resolution, Resolver, Rule, Tried};
pub use revision::Revision;
pub use roots::{Places, RootKind};
pub use snapshot::{Snapshot, SourceFile};
