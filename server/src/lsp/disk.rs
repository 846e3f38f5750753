//! The text of files that have marks and are not open in the editor.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use super::text::Text;

/// Longer files are no source: they are not read.
const MAX_BYTES: u64 = 4 << 20;

/// Reads files, each again only when it has changed. Cheap to clone.
///
/// Only paths that [`crate::source`] found come here: they lie in the workspace, GOROOT or the
/// module cache.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disk {
    files: Arc<Mutex<HashMap<PathBuf, Read>>>,
}

#[derive(Debug, Clone)]
struct Read {
    modified: SystemTime,
    n_bytes: u64,
    text: Text,
}

impl Disk {
    /// The text of a file; none if it is gone, no text or too long.
    pub(crate) fn read(&self, path: &Path) -> Option<Text> {
        let metadata = std::fs::metadata(path).ok()?;
        let (modified, n_bytes) = (metadata.modified().ok()?, metadata.len());
        if !metadata.is_file() || n_bytes > MAX_BYTES {
            return None;
        }
        let known = self.lock().get(path).cloned();
        if let Some(it) = known.filter(|it| (it.modified, it.n_bytes) == (modified, n_bytes)) {
            return Some(it.text);
        }
        let text = Text::new(std::fs::read_to_string(path).ok()?);
        let read = Read { modified, n_bytes, text: text.clone() };
        self.lock().insert(path.to_owned(), read);
        Some(text)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<PathBuf, Read>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_file_again_when_it_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.go");
        let disk = Disk::default();
        assert!(disk.read(&path).is_none());
        std::fs::write(&path, "one").unwrap();
        let first = disk.read(&path).unwrap();
        assert!(Arc::ptr_eq(&first.revision, &disk.read(&path).unwrap().revision));
        std::fs::write(&path, "three").unwrap();
        assert_eq!(disk.read(&path).unwrap().as_str(), "three");
        assert!(disk.read(folder.path()).is_none());
    }
}
