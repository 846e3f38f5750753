//! Which commit is checked out: `HEAD`, the branch that it names, and `packed-refs`.
//!
//! A repository whose refs are kept in a reftable has a `HEAD` that names nothing: it has none
//! for us.

use gix_hash::ObjectId;

use super::folders::Folders;
use super::small_text;

/// Length of one ref.
const MOST_BYTES: u64 = 4 << 10;
/// A repository with 100,000 tags has 7 MB of them.
const MOST_PACKED_BYTES: u64 = 64 << 20;
/// How often a ref may name another, as in git.
const MOST_STEPS: usize = 5;

/// The commit that is checked out.
pub(super) fn head(folders: &Folders) -> Option<ObjectId> {
    let mut text = small_text(&folders.git.join("HEAD"), MOST_BYTES)?;
    for _ in 0..MOST_STEPS {
        let Some(name) = text.strip_prefix("ref:").map(str::trim) else {
            return id(text.trim());
        };
        if !is_plain(name) {
            return None;
        }
        let loose = [&folders.git, &folders.common].into_iter();
        let loose = loose.filter_map(|it| small_text(&it.join(name), MOST_BYTES)).next();
        text = match loose {
            Some(it) => it,
            None => return packed(folders, name),
        };
    }
    None
}

/// Whether the name leads nowhere but below `refs/`.
fn is_plain(name: &str) -> bool {
    name.starts_with("refs/")
        && !name.contains(['\\', ':', '\0'])
        && name.split('/').all(|it| !it.is_empty() && !it.starts_with('.'))
}

/// Each line is an id and a name; others are notes of git.
fn packed(folders: &Folders, name: &str) -> Option<ObjectId> {
    let text = small_text(&folders.common.join("packed-refs"), MOST_PACKED_BYTES)?;
    let mut lines = text.lines().filter_map(|it| it.split_once(' '));
    lines.find(|(_, it)| *it == name).and_then(|(it, _)| id(it))
}

fn id(hex: &str) -> Option<ObjectId> {
    ObjectId::from_hex(hex.as_bytes()).ok()
}
