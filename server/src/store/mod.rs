//! Captures and baselines on disk.
//!
//! One folder a capture: the bytes as they came, and `capture.json` beside them. A capture is
//! written under another name, made durable and renamed, so that it is there whole or not at
//! all. What cannot be read is skipped and reported, never deleted.

mod entry;
mod error;
mod folder;
mod quota;

use std::path::{Path, PathBuf};

use crate::model::{CaptureMeta, Kind, LastGc, Target};

pub use error::StoreError;

/// The captures of this user.
#[derive(Debug, Clone)]
pub struct Store {
    captures: PathBuf,
    quota_bytes: u64,
}

/// What is known of a capture before it is saved.
#[derive(Debug, Clone)]
pub struct NewCapture {
    /// What was captured.
    pub kind: Kind,
    /// Where it came from.
    pub target: Option<Target>,
    /// When the answer was complete, in nanoseconds since the epoch.
    pub taken_at: i64,
    /// For a CPU capture, the seconds that were asked for.
    pub seconds: Option<u32>,
    /// For a heap profile, the garbage collection that it is as of.
    pub last_gc: Option<LastGc>,
    /// The user's own words.
    pub note: Option<String>,
}

impl NewCapture {
    /// Its description once it has a name, or an empty one where it is not in the store.
    pub fn described(self, id: String, n_bytes: u64) -> CaptureMeta {
        CaptureMeta {
            id,
            kind: self.kind,
            target: self.target,
            taken_at: self.taken_at,
            seconds: self.seconds,
            last_gc: self.last_gc,
            n_bytes,
            pinned: false,
            note: self.note,
        }
    }
}

/// The captures that could be read, oldest first, and why others could not.
#[derive(Debug, Default)]
pub struct Listed {
    /// Oldest first.
    pub captures: Vec<CaptureMeta>,
    /// One message for each entry that was skipped.
    pub skipped: Vec<String>,
}

impl Store {
    /// The store in a folder, which is made when something is saved.
    pub fn new(folder: &Path, quota_bytes: u64) -> Store {
        Store { captures: folder.join("captures"), quota_bytes }
    }

    /// The store of this user: in `$PPROF_LENS_STATE_DIR`, else in the folder where the system
    /// keeps state.
    ///
    /// # Errors
    /// [`StoreError::NoFolder`] when the user has no home.
    pub fn of_user(quota_bytes: u64) -> Result<Store, StoreError> {
        Ok(Store::new(&folder::of_user()?, quota_bytes))
    }

    /// Where captures are kept.
    pub fn folder(&self) -> &Path {
        &self.captures
    }

    /// Saves the bytes as they came. When this returns, they are on disk.
    ///
    /// The oldest captures that are not pinned make room; the new one always stays.
    ///
    /// # Errors
    /// [`StoreError`]; nothing half-written is left behind.
    pub fn save(&self, new: NewCapture, bytes: &[u8]) -> Result<CaptureMeta, StoreError> {
        folder::make(&self.captures)?;
        let meta = entry::write(&self.captures, new, bytes)?;
        quota::make_room(self, &meta.id, self.quota_bytes);
        Ok(meta)
    }

    /// All captures.
    pub fn list(&self) -> Listed {
        entry::list(&self.captures)
    }

    /// The bytes of a capture, as they came.
    ///
    /// # Errors
    /// [`StoreError`] when there is no such capture or it cannot be read.
    pub fn bytes(&self, id: &str) -> Result<Vec<u8>, StoreError> {
        entry::read_bytes(&self.captures, id)
    }

    /// Path of the bytes of a capture.
    pub fn path(&self, id: &str) -> PathBuf {
        entry::bytes_path(&self.captures.join(id))
    }

    /// What is known of a capture.
    ///
    /// # Errors
    /// [`StoreError`] when there is no such capture or its description cannot be read.
    pub fn meta(&self, id: &str) -> Result<CaptureMeta, StoreError> {
        entry::meta(&self.captures, id)
    }

    /// Changes what is known of a capture: a pinned one is never dropped by the quota.
    ///
    /// # Errors
    /// [`StoreError`]; the old description stays when the new one cannot be written.
    pub fn change(
        &self,
        id: &str,
        change: impl FnOnce(&mut CaptureMeta),
    ) -> Result<CaptureMeta, StoreError> {
        entry::change(&self.captures, id, change)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn new(taken_at: i64) -> NewCapture {
        NewCapture {
            kind: Kind::Heap,
            target: None,
            taken_at,
            seconds: None,
            last_gc: None,
            note: None,
        }
    }

    fn ids(store: &Store) -> Vec<String> {
        store.list().captures.into_iter().map(|it| it.id).collect()
    }

    #[test]
    fn keeps_bytes_and_description_from_other_users() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::new(dir.path(), 1000);
        let meta = store.save(new(1_795_398_476_123_000_000), b"bytes").unwrap();
        assert_eq!(meta.id, "20261123-014756.123-heap");
        assert_eq!(store.bytes(&meta.id).unwrap(), b"bytes");
        assert_eq!(store.list().captures, std::slice::from_ref(&meta));
        #[cfg(unix)]
        for (path, mode) in [
            (dir.path().join("captures"), 0o700),
            (dir.path().join("captures").join(&meta.id), 0o700),
            (store.path(&meta.id), 0o600),
            (store.path(&meta.id).with_file_name("capture.json"), 0o600),
        ] {
            use std::os::unix::fs::PermissionsExt;
            let is = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            assert_eq!(is, mode, "{}", path.display());
        }
    }

    #[test]
    fn two_captures_at_once_get_two_names() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::new(dir.path(), 1000);
        let a = store.save(new(7), b"a").unwrap();
        let b = store.save(new(7), b"b").unwrap();
        assert_ne!(a.id, b.id);
        assert_eq!(store.bytes(&b.id).unwrap(), b"b");
    }

    #[test]
    fn the_quota_takes_the_oldest_but_never_a_pinned_one() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::new(dir.path(), 10);
        let baseline = store.save(new(1), b"12345").unwrap();
        assert!(store.change(&baseline.id, |it| it.pinned = true).unwrap().pinned);
        assert!(store.meta(&baseline.id).unwrap().pinned);
        let second = store.save(new(2), b"12345").unwrap();
        assert_eq!(ids(&store), [baseline.id.as_str(), &second.id]);
        let third = store.save(new(3), b"12345").unwrap();
        assert_eq!(ids(&store), [baseline.id.as_str(), &third.id]);
        let large = store.save(new(4), b"larger than the whole quota").unwrap();
        assert_eq!(ids(&store), [baseline.id.as_str(), &large.id]);
        let names = fs::read_dir(store.folder()).unwrap().count();
        assert_eq!(names, 2, "nothing else is left");
    }

    #[test]
    fn damage_is_reported_and_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::new(dir.path(), 1000);
        let good = store.save(new(1), b"good").unwrap();
        let bad = store.save(new(2), b"bad").unwrap();
        let path = store.path(&bad.id).with_file_name("capture.json");
        fs::write(&path, b"{\"version\": 99}").unwrap();
        let listed = store.list();
        assert_eq!(listed.captures, [good]);
        assert_eq!(listed.skipped.len(), 1);
        assert!(path.exists());
    }

    #[test]
    fn an_id_leads_nowhere_else() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::new(dir.path(), 1000);
        store.save(new(1), b"x").unwrap();
        for id in ["", "..", "../captures", "/etc", ".new-x", "a/b"] {
            assert!(matches!(store.bytes(id), Err(StoreError::UnknownId(_))), "{id}");
        }
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_error_that_helps() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let store = Store::new(file.path(), 1000);
        let message = store.save(new(1), b"x").unwrap_err().to_string();
        assert!(message.contains("PPROF_LENS_STATE_DIR"), "{message}");
    }
}
