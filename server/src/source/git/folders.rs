//! Where a repository keeps its files: beside the work tree, or elsewhere for a worktree or a
//! submodule.
//!
//! Source: `gitrepository-layout(5)`.

use std::path::{Path, PathBuf};

use super::{seen_from, small_text};

/// Length of a file that holds one path, or of a list of a few.
const MOST_BYTES: u64 = 16 << 10;
/// Folders of objects that are looked into: the repository's own, and those it borrows from.
const MOST_OBJECT_FOLDERS: usize = 16;

/// The folders of one repository.
#[derive(Debug)]
pub(super) struct Folders {
    /// Canonical.
    pub(super) work_tree: PathBuf,
    /// With the HEAD of this work tree.
    pub(super) git: PathBuf,
    /// With objects and branches, which all work trees of the repository share.
    pub(super) common: PathBuf,
}

impl Folders {
    /// Of the repository whose work tree this folder is the top of. Bare ones have none.
    pub(super) fn at(work_tree: &Path) -> Option<Folders> {
        let dot_git = work_tree.join(".git");
        let git = match small_text(&dot_git, MOST_BYTES) {
            Some(text) => seen_from(work_tree, text.strip_prefix("gitdir:")?.trim())?,
            None => dot_git,
        };
        let common = match small_text(&git.join("commondir"), MOST_BYTES) {
            Some(text) => seen_from(&git, text.trim())?,
            None => git.clone(),
        };
        let is_one = git.join("HEAD").is_file() && common.join("objects").is_dir();
        is_one.then(|| Folders { work_tree: work_tree.to_owned(), git, common })
    }
}

/// The folders that hold a repository's objects: its own first, then those that its
/// `info/alternates` name, and theirs.
pub(super) fn object_folders(folders: &Folders) -> Vec<PathBuf> {
    let mut all = vec![folders.common.join("objects")];
    let mut n_read = 0;
    while n_read < all.len() && all.len() < MOST_OBJECT_FOLDERS {
        let folder = all[n_read].clone();
        n_read += 1;
        let text = small_text(&folder.join("info/alternates"), MOST_BYTES).unwrap_or_default();
        for line in text.lines().filter(|it| !it.starts_with('#')) {
            // Each that is named twice would be searched twice, and may form a loop.
            let named = seen_from(&folder, line).and_then(|it| it.canonicalize().ok());
            if let Some(it) = named.filter(|it| it.is_dir() && !all.contains(it)) {
                all.push(it);
            }
        }
    }
    all.truncate(MOST_OBJECT_FOLDERS);
    all
}
