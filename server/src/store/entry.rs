//! One capture on disk: a folder with the bytes and their description.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use tempfile::{Builder, NamedTempFile};

use crate::model::CaptureMeta;

use super::folder::{keep_private, sync};
use super::{Listed, NewCapture, StoreError};

const BYTES: &str = "profile.pb.gz";
const DESCRIPTION: &str = "capture.json";
/// Folders that are being written start with this: no id does.
pub(super) const UNFINISHED: &str = ".new-";
/// Version of [`Description`]; a higher one is left alone.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Description {
    version: u32,
    #[serde(flatten)]
    meta: CaptureMeta,
}

/// Writes bytes and description under a name of their own, then renames the folder.
pub(super) fn write(
    captures: &Path,
    new: NewCapture,
    bytes: &[u8],
) -> Result<CaptureMeta, StoreError> {
    let mut builder = Builder::new();
    builder.prefix(UNFINISHED);
    let unfinished = builder.tempdir_in(captures).map_err(StoreError::write(captures))?;
    keep_private(unfinished.path(), 0o700)?;
    let path = bytes_path(unfinished.path());
    write_file(&path, bytes)?;
    let mut meta = new.described(String::new(), bytes.len() as u64);
    // A name that sorts by time; a second capture in the same millisecond gets a number.
    let stem = format!("{}-{}", time_stem(meta.taken_at), meta.kind);
    for attempt in 0.. {
        meta.id = if attempt == 0 { stem.clone() } else { format!("{stem}-{attempt}") };
        let to = captures.join(&meta.id);
        if to.exists() {
            continue;
        }
        write_file(&unfinished.path().join(DESCRIPTION), &describe(&meta)?)?;
        sync(unfinished.path())?;
        match fs::rename(unfinished.path(), &to) {
            Ok(()) => break,
            // Someone else took the name since we looked.
            Err(_) if to.exists() => {}
            Err(err) => return Err(StoreError::write(&to)(err)),
        }
    }
    sync(captures)?;
    Ok(meta)
}

/// For example `20261123-014756.123`, in UTC.
fn time_stem(taken_at: i64) -> String {
    let time = Timestamp::from_nanosecond(i128::from(taken_at)).unwrap_or_default();
    time.to_zoned(TimeZone::UTC).strftime("%Y%m%d-%H%M%S%.3f").to_string()
}

fn describe(meta: &CaptureMeta) -> Result<Vec<u8>, StoreError> {
    let description = Description { version: VERSION, meta: meta.clone() };
    serde_json::to_vec_pretty(&description).map_err(|err| StoreError::Description {
        path: PathBuf::from(DESCRIPTION),
        why: err.to_string(),
    })
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(StoreError::write(path))?;
    keep_private(path, 0o600)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(StoreError::write(path))
}

/// Where the bytes of a capture's folder are.
pub(super) fn bytes_path(folder: &Path) -> PathBuf {
    folder.join(BYTES)
}

pub(super) fn read_bytes(captures: &Path, id: &str) -> Result<Vec<u8>, StoreError> {
    let path = bytes_path(&entry(captures, id)?);
    fs::read(&path).map_err(StoreError::read(&path))
}

pub(super) fn meta(captures: &Path, id: &str) -> Result<CaptureMeta, StoreError> {
    read_meta(&entry(captures, id)?)
}

/// Rewrites a description: the old one stays until the new one is whole.
pub(super) fn change(
    captures: &Path,
    id: &str,
    change: impl FnOnce(&mut CaptureMeta),
) -> Result<CaptureMeta, StoreError> {
    let folder = entry(captures, id)?;
    let mut meta = read_meta(&folder)?;
    change(&mut meta);
    let path = folder.join(DESCRIPTION);
    // A temporary file is open to its user alone.
    let mut file = NamedTempFile::new_in(&folder).map_err(StoreError::write(&path))?;
    file.write_all(&describe(&meta)?)
        .and_then(|()| file.as_file().sync_all())
        .map_err(StoreError::write(&path))?;
    file.persist(&path).map_err(|err| StoreError::write(&path)(err.error))?;
    sync(&folder)?;
    Ok(meta)
}

/// Ids are names of folders: nothing else may be reached through one.
fn entry(captures: &Path, id: &str) -> Result<PathBuf, StoreError> {
    let is_id = !id.is_empty()
        && !id.starts_with('.')
        && id.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'.');
    let folder = captures.join(id);
    if !is_id || !folder.is_dir() {
        return Err(StoreError::UnknownId(id.to_owned()));
    }
    Ok(folder)
}

fn read_meta(folder: &Path) -> Result<CaptureMeta, StoreError> {
    let path = folder.join(DESCRIPTION);
    let bytes = fs::read(&path).map_err(StoreError::read(&path))?;
    let damaged = |why: String| StoreError::Description { path: path.clone(), why };
    let description: Description =
        serde_json::from_slice(&bytes).map_err(|err| damaged(err.to_string()))?;
    if description.version > VERSION {
        return Err(damaged(format!("it is of version {}", description.version)));
    }
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    if description.meta.id != name {
        return Err(damaged(format!("it is of capture {:?}", description.meta.id)));
    }
    Ok(description.meta)
}

pub(super) fn list(captures: &Path) -> Listed {
    let mut listed = Listed::default();
    // A folder that is not there holds no captures.
    let Ok(entries) = fs::read_dir(captures) else { return listed };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        match read_meta(&entry.path()) {
            Ok(it) => listed.captures.push(it),
            Err(err) => listed.skipped.push(err.to_string()),
        }
    }
    listed.captures.sort_by(|a, b| (a.taken_at, &a.id).cmp(&(b.taken_at, &b.id)));
    listed
}
