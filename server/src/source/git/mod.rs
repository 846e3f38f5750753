//! Reads what a file said at a commit, from the repository's own files.
//!
//! Nothing is run: no `git`, no hook, no filter. The repository's configuration is not even read.
//! What is: `.git`, `commondir`, `HEAD`, refs, `packed-refs`, `objects/info/alternates`, and the
//! objects, loose or packed. These may name each other anywhere on this machine, as git allows,
//! but not on another one. Every object is compared with its name, so that nothing but what the
//! commit holds is ever returned.

mod folders;
mod objects;
mod refs;

use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;

use folders::Folders;
use gix_hash::ObjectId;
use gix_object::{Kind, TreeRefIter};
use objects::Objects;

/// Longer files are no source: they are not read.
const MOST_BYTES: usize = 4 << 20;
/// Folders above a file, in its repository.
const MOST_LEVELS: usize = 64;
/// Hex digits that stand for a commit where people read it, as git's own.
const SHORT: usize = 7;

/// Why something cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum GitError {
    /// A full clone would have it.
    #[error(
        "{0} is not in the repository here: run git fetch, with --unshallow in a shallow clone"
    )]
    Missing(String),
    /// For example a branch without a commit.
    #[error("HEAD names no commit that can be read here")]
    NoHead,
    /// No file of a healthy repository is like this.
    #[error("{0} is damaged or too large: git fsck says more")]
    Damaged(String),
    /// Not 40 or 64 hex digits.
    #[error("{0} is no commit")]
    NoCommit(String),
}

/// A git repository with a work tree.
#[derive(Debug)]
pub(super) struct Repository {
    folders: Folders,
    /// Opened when something is read first: later packs are not seen.
    objects: OnceLock<Objects>,
}

impl Repository {
    /// The repository whose work tree a folder lies in.
    pub(super) fn find(dir: &Path) -> Option<Repository> {
        let dir = dir.canonicalize().ok()?;
        let folders = dir.ancestors().take(MOST_LEVELS).find_map(Folders::at)?;
        Some(Repository { folders, objects: OnceLock::new() })
    }

    /// The top of the work tree, canonical.
    pub(super) fn root(&self) -> &Path {
        &self.folders.work_tree
    }

    /// The commit that is checked out, in hex.
    pub(super) fn head(&self) -> Result<String, GitError> {
        refs::head(&self.folders).map(|it| it.to_string()).ok_or(GitError::NoHead)
    }

    /// What a file said at a commit. `path` is relative to [`Repository::root`]. None where the
    /// commit has no such file, or one that is no text.
    pub(super) fn text(&self, commit: &str, path: &Path) -> Result<Option<String>, GitError> {
        let mut id = self.tree_of(commit)?;
        let names: Option<Vec<&str>> = path.components().map(plain_name).collect();
        let names = names.unwrap_or_default();
        let Some((file, folders)) = names.split_last().filter(|(_, it)| it.len() <= MOST_LEVELS)
        else {
            return Ok(None);
        };
        for folder in folders {
            match self.entry(&id, folder)? {
                Some((tree, mode)) if mode.is_tree() => id = tree,
                _ => return Ok(None),
            }
        }
        match self.entry(&id, file)? {
            // A link's blob is where it leads to.
            Some((blob, mode)) if mode.is_blob() => id = blob,
            _ => return Ok(None),
        }
        let bytes = self.objects().read(&id, Kind::Blob)?;
        Ok(String::from_utf8(bytes).ok())
    }

    /// Whether a commit is here.
    pub(super) fn has(&self, commit: &str) -> Result<(), GitError> {
        self.tree_of(commit).map(drop)
    }

    fn tree_of(&self, commit: &str) -> Result<ObjectId, GitError> {
        let id = ObjectId::from_hex(commit.as_bytes());
        let id = id.map_err(|_| GitError::NoCommit(short(commit).to_owned()))?;
        let bytes = self.objects().read(&id, Kind::Commit)?;
        let tree = gix_object::CommitRefIter::from_bytes(&bytes, id.kind()).tree_id();
        tree.map_err(|_| objects::damaged(&id))
    }

    /// What a folder has under a name.
    fn entry(
        &self,
        tree: &ObjectId,
        name: &str,
    ) -> Result<Option<(ObjectId, gix_object::tree::EntryMode)>, GitError> {
        let bytes = self.objects().read(tree, Kind::Tree)?;
        for entry in TreeRefIter::from_bytes(&bytes, tree.kind()) {
            let entry = entry.map_err(|_| objects::damaged(tree))?;
            if entry.filename == name.as_bytes() {
                return Ok(Some((entry.oid.to_owned(), entry.mode)));
            }
        }
        Ok(None)
    }

    fn objects(&self) -> &Objects {
        self.objects.get_or_init(|| Objects::open(folders::object_folders(&self.folders)))
    }
}

/// The first digits of a commit, which people know it by.
pub(super) fn short(commit: &str) -> &str {
    commit.get(..SHORT).unwrap_or(commit)
}

fn plain_name(component: Component<'_>) -> Option<&str> {
    match component {
        Component::Normal(it) => it.to_str(),
        _ => None,
    }
}

/// The text of a small file of the repository; none where it is no file, or longer than that.
fn small_text(path: &Path, most_bytes: u64) -> Option<String> {
    use std::io::Read;
    // A pipe would be waited for without end.
    if !std::fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut text = String::new();
    let file = std::fs::File::open(path).ok()?;
    file.take(most_bytes + 1).read_to_string(&mut text).ok()?;
    (text.len() as u64 <= most_bytes).then_some(text)
}

/// What the repository names in one of its folders, if that is on this machine as far as its
/// spelling says: to ask another one would tell it who asks.
fn seen_from(folder: &Path, named: &str) -> Option<PathBuf> {
    let is_elsewhere = named.starts_with("//") || named.starts_with(r"\\");
    (!named.is_empty() && !is_elsewhere).then(|| folder.join(named))
}

#[cfg(test)]
mod tests;
