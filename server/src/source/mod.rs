//! Finds the file and the line here that a profile speaks of.
//!
//! [`Sources`] is the source of one build: its [`Resolver`] turns a path of a build machine into a
//! file of the workspace, GOROOT or the module cache, its texts say what that file said when it
//! was built. [`Snapshot`] keeps the [`Revision`]s that the files of a capture had; [`LineMap`]
//! says where each of their lines stands in the one that is there now.
//!
//! [`sites`] reads what the source says of the places where goroutines wait.
//!
//! A file is looked for by rules, in the order of [`Rule`]; [`Resolver::explain`] says what came of
//! each. Invariant: nothing outside those three roots is ever named or read.

mod decls;
mod drift;
mod go_code;
mod go_trees;
mod modules;
mod package;
mod resolve;
mod revision;
mod roots;
mod snapshot;
mod sources;
mod texts;
mod vendor;

pub use decls::{Decl, Decls, own_name};
pub use drift::{LineMap, LineNow};
pub use go_code::sites;
pub use modules::{GoModule, Modules};
pub use package::package_path;
pub use resolve::{Explained, Resolution, Resolver, Rule, Tried};
pub use revision::Revision;
pub use roots::{Places, RootKind};
pub use snapshot::{Snapshot, SourceFile};
pub use sources::Sources;
pub use texts::{Doubt, Origin, Seen};
