//! What the files of a build said when it was built.
//!
//! The disk is asked once for each file: what is saved later changes nothing of what was built.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::HashMap;

use crate::model::nanos;

use super::committed::Committed;
use super::lines::Revision;
use super::roots::{Places, RootKind};

/// Bytes of earlier texts that are remembered.
const MOST_SEEN_BYTES: usize = 32 << 20;

/// How the text that a profile's lines belong to is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The program was built from a clean commit, and that has it.
    Commit,
    /// The file was last written before the program was built.
    Disk,
    /// It lies under a version that does not change: in the module cache, or in Go's own tree.
    Version,
    /// It may not be the text that was built.
    Doubtful(Doubt),
}

/// Why a text may not be what was built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// The file was written after the program was built, and what it said before is not known.
    Newer,
    /// Nothing says when the program was built.
    NoBuild,
    /// The functions that the profile speaks of stand on other lines in this text.
    Differs,
}

impl Origin {
    /// Why the text may not be what was built.
    pub fn doubt(&self) -> Option<Doubt> {
        match self {
            Origin::Commit | Origin::Disk | Origin::Version => None,
            Origin::Doubtful(it) => Some(*it),
        }
    }
}

impl Doubt {
    /// In a few words.
    pub fn in_short(self) -> &'static str {
        match self {
            Doubt::Newer => "saved after the build",
            Doubt::NoBuild => "the build is not known",
            Doubt::Differs => "another text was built",
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Doubt::Newer => "this file was saved after the program was built",
            Doubt::NoBuild => "nothing says when the program was built",
            Doubt::Differs => "this is not the text that was built: its functions stood elsewhere",
        })
    }
}

/// A text with how it is known.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub(super) text: Arc<Revision>,
    pub(super) origin: Origin,
}

/// The texts of one build.
#[derive(Debug, Default)]
pub(super) struct Texts {
    built_at: Option<i64>,
    committed: Arc<Committed>,
    seen: Arc<Seen>,
    known: Mutex<HashMap<PathBuf, Option<Text>>>,
}

impl Texts {
    pub(super) fn new(places: &Places, committed: Arc<Committed>, seen: Arc<Seen>) -> Texts {
        Texts { built_at: places.built_at, committed, seen, known: Mutex::default() }
    }

    /// The text of a file; `read` reads it from disk.
    pub(super) fn get(
        &self,
        path: &Path,
        root: RootKind,
        read: impl FnOnce() -> Option<String>,
    ) -> Option<Text> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(it) = known.get(path) {
            return it.clone();
        }
        let text = self.find(path, root, read);
        known.entry(path.to_owned()).or_insert(text).clone()
    }

    fn find(
        &self,
        path: &Path,
        root: RootKind,
        read: impl FnOnce() -> Option<String>,
    ) -> Option<Text> {
        // A vendored copy may be edited like any file of the workspace.
        if matches!(root, RootKind::Goroot | RootKind::ModuleCache) {
            let text = Arc::new(Revision::new(read()?));
            return Some(Text { text, origin: Origin::Version });
        }
        // The time before the text: one that is written in between counts as newer.
        let modified = modified(path)?;
        let text = self.seen.note(path, modified, read()?);
        if let Some(text) = self.committed.text(path) {
            return Some(Text { text: self.seen.shared(path, text), origin: Origin::Commit });
        }
        Some(match self.built_at {
            None => Text { text, origin: Origin::Doubtful(Doubt::NoBuild) },
            Some(it) if modified <= it => Text { text, origin: Origin::Disk },
            Some(it) => match self.seen.before(path, it) {
                Some(text) => Text { text, origin: Origin::Disk },
                None => Text { text, origin: Origin::Doubtful(Doubt::Newer) },
            },
        })
    }
}

/// What files of the workspace said earlier, for as long as this process runs: a program may be
/// started, or asked, after its source was edited.
#[derive(Debug, Default)]
pub struct Seen {
    texts: Mutex<SeenTexts>,
}

#[derive(Debug, Default)]
struct SeenTexts {
    /// Each file's texts, by the time of their writing.
    by_path: HashMap<PathBuf, Vec<(i64, Arc<Revision>)>>,
    n_bytes: usize,
}

impl Seen {
    /// Remembers a text; returns the one that was seen before, where it is the same.
    pub(super) fn note(&self, path: &Path, modified: i64, text: String) -> Arc<Revision> {
        let mut seen = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        let known = seen.by_path.get(path).and_then(|it| {
            let idx = it.binary_search_by_key(&modified, |it| it.0).ok()?;
            Some(it[idx].1.clone()).filter(|it| it.text() == text)
        });
        if let Some(it) = known {
            return it;
        }
        if MOST_SEEN_BYTES < seen.n_bytes + text.len() {
            *seen = SeenTexts::default();
        }
        seen.n_bytes += text.len();
        let text = Arc::new(Revision::new(text));
        let texts = seen.by_path.entry(path.to_owned()).or_default();
        let idx = texts.partition_point(|it| it.0 <= modified);
        texts.insert(idx, (modified, text.clone()));
        text
    }

    /// The text, as it was seen before where it was: two that are one are not compared.
    pub(super) fn shared(&self, path: &Path, text: String) -> Arc<Revision> {
        let seen = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut known = seen.by_path.get(path).into_iter().flatten().map(|it| &it.1);
        let known = known.find(|it| it.text() == text).cloned();
        known.unwrap_or_else(|| Arc::new(Revision::new(text)))
    }

    /// The last text of a file that was written no later than a time.
    fn before(&self, path: &Path, time: i64) -> Option<Arc<Revision>> {
        let seen = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        let texts = seen.by_path.get(path)?;
        let n_before = texts.partition_point(|it| it.0 <= time);
        texts[..n_before].last().map(|it| it.1.clone())
    }
}

/// When a file was last written, in nanoseconds since the epoch.
fn modified(path: &Path) -> Option<i64> {
    nanos(fs::metadata(path).ok()?.modified().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(built_at: Option<i64>, seen: &Arc<Seen>) -> Texts {
        Texts::new(&Places { built_at, ..Places::default() }, Arc::default(), seen.clone())
    }

    #[test]
    fn knows_what_was_built_from_what_was_saved_since() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.go");
        let get = |texts: &Texts| {
            let read = || fs::read_to_string(&path).ok();
            let found = texts.get(&path, RootKind::Workspace, read).unwrap();
            (found.text.text().to_owned(), found.origin)
        };
        let seen = Arc::default();
        fs::write(&path, "built").unwrap();
        let built_at = modified(&path).unwrap();
        let first = at(Some(built_at), &seen);
        assert_eq!(get(&first), ("built".to_owned(), Origin::Disk));
        fs::write(&path, "saved since").unwrap();
        let later = fs::File::options().write(true).open(&path).unwrap();
        let hour = std::time::Duration::from_secs(3600);
        later.set_modified(std::time::SystemTime::now() + hour).unwrap();
        // Asked once, and remembered for another run of the same build.
        assert_eq!(get(&first), ("built".to_owned(), Origin::Disk));
        assert_eq!(get(&at(Some(built_at), &seen)), ("built".to_owned(), Origin::Disk));
        let newer = |why| ("saved since".to_owned(), Origin::Doubtful(why));
        assert_eq!(get(&at(Some(built_at), &Arc::default())), newer(Doubt::Newer));
        assert_eq!(get(&at(None, &seen)), newer(Doubt::NoBuild));
        let of_cache = at(Some(built_at), &seen);
        let found = of_cache.get(&path, RootKind::ModuleCache, || Some("v1".to_owned())).unwrap();
        assert_eq!(found.origin, Origin::Version);
    }
}
