//! What the main module's repository holds at the commit that a program was built from.

use std::cmp::Reverse;
use std::path::Path;

use super::git::{GitError, Repository};
use super::modules::Modules;
use super::roots::Places;

/// The repositories of the main module's folders here: one, unless the workspace has it twice.
#[derive(Debug, Default)]
pub(super) struct Committed {
    /// The deepest first: one may lie in another's folder.
    repositories: Vec<Repository>,
    /// What the program was built from, where that was all of it.
    revision: Option<String>,
}

impl Committed {
    /// Reads no object yet.
    pub(super) fn of(places: &Places, modules: &Modules) -> Committed {
        let mut repositories: Vec<Repository> = Vec::new();
        for dir in modules.dirs(places.main_module.as_deref()) {
            if let Some(it) = Repository::find(dir)
                && repositories.iter().all(|known| known.root() != it.root())
            {
                repositories.push(it);
            }
        }
        repositories.sort_by_key(|it| Reverse(it.root().components().count()));
        Committed { repositories, revision: places.vcs_revision.clone() }
    }

    /// What a file said when the program was built; none where the commit does not say.
    pub(super) fn text(&self, path: &Path) -> Option<String> {
        let revision = self.revision.as_deref()?;
        let path = path.canonicalize().ok()?;
        self.repositories.iter().find_map(|it| {
            let path = path.strip_prefix(it.root()).ok()?;
            it.text(revision, path).ok().flatten()
        })
    }

    /// Why the commit's texts cannot be read.
    pub(super) fn unread(&self) -> Option<GitError> {
        let revision = self.revision.as_deref()?;
        let mut tried = self.repositories.iter().map(|it| it.has(revision));
        let first = tried.next()?;
        tried.fold(first, |known, it| known.or(it)).err()
    }

    /// The commits that are checked out.
    pub(super) fn heads(&self) -> Vec<Result<String, GitError>> {
        self.repositories.iter().map(Repository::head).collect()
    }
}
