//! Remembers which folder here is which folder of the build, as files that were found have shown.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// Folders of a build that are remembered; a build has a handful.
const MOST_PREFIXES: usize = 256;
/// Folders here that one folder of the build may be.
const MOST_FOLDERS: usize = 8;

/// Which folder of the build is which folder here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair {
    /// Without a slash at its end; empty for the top of the file system.
    pub(super) prefix: String,
    pub(super) folder: PathBuf,
}

/// Every pair that was shown.
///
/// Invariant: what it says depends on which pairs were added, not on their order.
#[derive(Debug, Default)]
pub(super) struct Learned {
    by_prefix: BTreeMap<String, Vec<PathBuf>>,
    /// Grows with each pair that was new.
    pub(super) revision: u64,
}

impl Learned {
    pub(super) fn add(&mut self, pair: Pair) {
        if MOST_PREFIXES <= self.by_prefix.len() && !self.by_prefix.contains_key(&pair.prefix) {
            return;
        }
        let folders = self.by_prefix.entry(pair.prefix).or_default();
        if folders.len() < MOST_FOLDERS && !folders.contains(&pair.folder) {
            folders.push(pair.folder);
            folders.sort();
            self.revision += 1;
        }
    }

    /// The pairs that a path lies below, the deepest first: the prefix, what follows it in the
    /// path, and the folders.
    pub(super) fn above(&self, path: &str) -> Vec<(String, String, Vec<PathBuf>)> {
        let ends = path.match_indices('/').map(|it| it.0).rev();
        ends.filter_map(|end| {
            let folders = self.by_prefix.get(&path[..end])?;
            Some((path[..end].to_owned(), path[end + 1..].to_owned(), folders.clone()))
        })
        .collect()
    }
}
