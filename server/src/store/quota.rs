//! Keeps the store within its quota, and free of what broke off.

use std::fs;
use std::path::Path;
use std::time::Duration;

use super::Store;
use super::entry::UNFINISHED;

/// Folders that are being removed start with this: no id does.
const REMOVED: &str = ".old-";
/// A capture is written within seconds: what is older broke off.
const LONG_AGO: Duration = Duration::from_secs(3600);

/// Drops the oldest captures until the rest fits. Pinned ones and `newest` stay, whatever the
/// quota; what cannot be read is neither counted nor touched.
pub(super) fn make_room(store: &Store, newest: &str, quota_bytes: u64) {
    let captures = store.list().captures;
    let mut n_bytes: u64 = captures.iter().map(|it| it.n_bytes).sum();
    for it in &captures {
        if n_bytes <= quota_bytes {
            break;
        }
        if it.pinned || it.id == newest {
            continue;
        }
        // Renamed first, so that no half of a capture is ever seen.
        let removed = store.captures.join(format!("{REMOVED}{}", it.id));
        match fs::rename(store.captures.join(&it.id), removed) {
            Ok(()) => n_bytes -= it.n_bytes,
            // It is tried again when the next capture is saved.
            Err(err) => tracing::warn!("making room: {}: {err}", it.id),
        }
    }
    sweep(&store.captures);
}

fn sweep(captures: &Path) {
    let Ok(entries) = fs::read_dir(captures) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let age = || entry.metadata().ok()?.modified().ok()?.elapsed().ok();
        let broke_off = name.starts_with(UNFINISHED) && age().is_some_and(|it| it > LONG_AGO);
        if (broke_off || name.starts_with(REMOVED))
            && let Err(err) = fs::remove_dir_all(entry.path())
        {
            tracing::warn!("removing {name}: {err}");
        }
    }
}
