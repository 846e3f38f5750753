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
//! each.
//!
//! [`BuildMatch`] compares a build with the workspace: its commit, its dependencies, its Go.
//!
//! Invariant: nothing outside those three roots is ever named or read, but for the git repository
//! of the main module (see `git`), of which nothing else is told than texts of files in the roots.

mod build_match;
mod committed;
mod decls;
mod git;
mod go_code;
mod go_trees;
mod lines;
mod modules;
mod package;
mod resolve;
mod roots;
#[cfg(test)]
#[path = "../../../tests/support/git.rs"]
mod run_git;
mod snapshot;
mod sources;
mod texts;
mod vendor;

pub use build_match::{BuildMatch, CommitMatch, Differs};
pub use decls::{Decl, Decls, own_name};
pub use go_code::sites;
pub use lines::{LineMap, LineNow, Revision};
pub use modules::{GoModule, Modules};
pub use package::package_path;
pub use resolve::{Explained, Resolution, Resolver, Rule, Tried};
pub use roots::{Places, RootKind};
pub use snapshot::{Snapshot, SourceFile};
pub use sources::Sources;
pub use texts::{Doubt, Origin, Seen};
