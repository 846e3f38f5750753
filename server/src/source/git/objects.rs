//! The objects of a repository, loose or packed, each compared with its name.

use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use flate2::read::ZlibDecoder;
use gix_hash::oid;
use gix_object::Kind;
use gix_pack::cache::Never;
use gix_pack::data::decode::entry::ResolvedBase;
use gix_pack::data::decode::header;
use gix_pack::{data, index};
use gix_zlib::Inflate;

use super::{GitError, MOST_BYTES, short};

/// Packs that are looked into.
const MOST_PACKS: usize = 4096;
/// Memory for one object with all it is a change of. Two texts and the changes fit.
const MOST_WORK_BYTES: usize = 4 * MOST_BYTES;
/// Changes of changes of an object. Git makes 50, and 250 in old repositories; each costs a copy.
const MOST_DELTAS: u32 = 512;
/// `commit 1234\0`, and some more.
const LOOSE_HEADER: u64 = 64;

/// All objects that a repository has or borrows.
pub(super) struct Objects {
    folders: Vec<PathBuf>,
    /// Newest first, as their names in the folder cannot say: by the time of writing.
    packs: Vec<Pack>,
}

/// A pack, opened for one kind of hash when it is asked first; none where that fails.
struct Pack {
    path: PathBuf,
    opened: OnceLock<Option<(index::File, data::File)>>,
}

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Objects").field("folders", &self.folders).finish_non_exhaustive()
    }
}

impl Objects {
    pub(super) fn open(folders: Vec<PathBuf>) -> Objects {
        let mut packs = Vec::new();
        for folder in &folders {
            let entries = fs::read_dir(folder.join("pack")).into_iter().flatten().flatten();
            let indices = entries.map(|it| it.path());
            let indices = indices.filter(|it| it.extension().is_some_and(|it| it == "idx"));
            packs.extend(indices.filter_map(|it| {
                let modified = fs::metadata(&it).and_then(|it| it.modified()).ok()?;
                Some((modified, it))
            }));
        }
        packs.sort_by(|a, b| b.cmp(a));
        packs.truncate(MOST_PACKS);
        let packs = packs.into_iter().map(|(_, path)| Pack { path, opened: OnceLock::new() });
        Objects { packs: packs.collect(), folders }
    }

    /// An object of this kind.
    pub(super) fn read(&self, id: &oid, kind: Kind) -> Result<Vec<u8>, GitError> {
        let loose = self.folders.iter().find_map(|it| loose(it, id));
        let found = loose.or_else(|| self.packs.iter().find_map(|it| it.read(id)));
        let found = found.ok_or_else(|| {
            let id = id.to_string();
            GitError::Missing(format!("{kind} {}", short(&id)))
        })?;
        let is_sound = |(found, bytes): &(Kind, Vec<u8>)| {
            *found == kind
                && gix_object::compute_hash(id.kind(), kind, bytes).is_ok_and(|it| it == id)
        };
        found.filter(is_sound).map(|it| it.1).ok_or_else(|| damaged(id))
    }
}

pub(super) fn damaged(id: &oid) -> GitError {
    GitError::Damaged(format!("git object {}", short(&id.to_string())))
}

/// What an object is and holds; none where it cannot be read.
type Found = Option<(Kind, Vec<u8>)>;

/// None where there is no such file.
fn loose(folder: &Path, id: &oid) -> Option<Found> {
    let hex = id.to_string();
    let path = folder.join(&hex[..2]).join(&hex[2..]);
    fs::metadata(&path).is_ok_and(|it| it.is_file()).then(|| inflate_loose(&path).ok().flatten())
}

fn inflate_loose(path: &Path) -> io::Result<Found> {
    let mut inflated = ZlibDecoder::new(fs::File::open(path)?);
    let mut bytes = Vec::new();
    (&mut inflated).take(LOOSE_HEADER).read_to_end(&mut bytes)?;
    let Ok((kind, size, header)) = gix_object::decode::loose_header(&bytes) else {
        return Ok(None);
    };
    if size > MOST_BYTES as u64 {
        return Ok(None);
    }
    // What follows the size that was promised makes another hash.
    inflated.take(size + LOOSE_HEADER).read_to_end(&mut bytes)?;
    Ok(Some((kind, bytes.split_off(header))))
}

impl Pack {
    /// None where it has no such object.
    fn read(&self, id: &oid) -> Option<Found> {
        let (index, data) = self.opened.get_or_init(|| self.open(id.kind())).as_ref()?;
        let idx = index.lookup_if(id)?;
        Some(inflate_packed(index, data, index.pack_offset_at_index(idx)))
    }

    fn open(&self, hash: gix_hash::Kind) -> Option<(index::File, data::File)> {
        let data = self.path.with_extension("pack");
        let is_file = |it: &Path| fs::metadata(it).is_ok_and(|it| it.is_file());
        if !is_file(&self.path) || !is_file(&data) {
            return None;
        }
        let index = index::File::at(&self.path, hash).ok()?;
        let data = data::File::at(&data, hash).ok()?;
        Some((index, data.with_alloc_limit_bytes(Some(MOST_WORK_BYTES))))
    }
}

trait LookupIf {
    /// The place of an object, if its id is of the kind that the index was opened for.
    fn lookup_if(&self, id: &oid) -> Option<u32>;
}

impl LookupIf for index::File {
    fn lookup_if(&self, id: &oid) -> Option<u32> {
        if self.object_hash() == id.kind() { self.lookup(id) } else { None }
    }
}

/// Sizes and the number of changes are looked at before anything is inflated whole.
fn inflate_packed(index: &index::File, data: &data::File, offset: u64) -> Found {
    // A base outside of the pack is in no pack that git keeps.
    let base = |id: &oid| {
        let idx = index.lookup_if(id);
        idx.map(|it| data.entry(index.pack_offset_at_index(it))).transpose()
    };
    let mut inflate = Inflate::default();
    let entry = data.entry(offset).ok()?;
    let header = data.decode_header(entry.clone(), &mut inflate, &|id| {
        Ok(base(id)?.map(header::ResolvedBase::InPack))
    });
    let header = header.ok()?;
    if header.object_size > MOST_BYTES as u64 || header.num_deltas > MOST_DELTAS {
        return None;
    }
    let mut bytes = Vec::new();
    let resolve = |id: &oid, _: &mut Vec<u8>| Ok(base(id)?.map(ResolvedBase::InPack));
    data.decode_entry(entry, &mut bytes, &mut inflate, &resolve, &mut Never).ok()?;
    Some((header.kind, bytes))
}
