//! The file behind a mapping: the one that runs, of the build that the profile names.

use std::fs::File;
use std::io::Read;

use object::{BinaryFormat, Object, ObjectSegment};

use crate::model::{MappedFile, Mapping, Profile};

use super::Why;

/// Longer files are not read. Large programs have 100 MB with their debug information.
const MOST_BYTES: u64 = 256 << 20;

/// An address as the file's own headers count, before it is moved anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileAddress(pub(super) u64);

/// What of the process's own files a mapping of the profile is.
pub(super) fn running<'a>(
    profile: &Profile,
    mapping: &Mapping,
    mapped: &'a [MappedFile],
) -> Result<&'a MappedFile, Why> {
    let path = profile.str(mapping.filename);
    let bias = mapping.start.wrapping_sub(mapping.offset);
    let is_same = |it: &&MappedFile| {
        it.path == path && it.bias() == bias && it.start < mapping.limit && mapping.start < it.limit
    };
    mapped.iter().find(is_same).ok_or(Why::NotMapped)
}

/// The bytes of the file that runs.
pub(super) fn read(file: &MappedFile) -> Result<Vec<u8>, Why> {
    let path = file.image.as_ref().ok_or(Why::Replaced)?;
    let unreadable = |err: std::io::Error| Why::Unreadable(err.to_string());
    // Before it is opened, which a pipe would let nobody finish.
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(Why::NotMapped);
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    match bytes.len() as u64 > MOST_BYTES {
        true => Err(Why::TooLarge(MOST_BYTES)),
        false => Ok(bytes),
    }
}

/// The headers of an ELF file.
pub(super) fn parse(bytes: &[u8]) -> Result<object::File<'_>, Why> {
    let elf = object::File::parse(bytes).map_err(|err| Why::Invalid(err.to_string()))?;
    match elf.format() {
        BinaryFormat::Elf => Ok(elf),
        _ => Err(Why::Invalid("it is of another format".to_owned())),
    }
}

/// Whether the file is what the profile speaks of. `named`: the mapping's build id, which Go
/// reads from the file at the mapping's path when the profile is written: it is of another file
/// when that was rebuilt meanwhile.
pub(super) fn check_build(
    elf: &object::File<'_>,
    named: &str,
    file: &MappedFile,
) -> Result<(), Why> {
    let own = elf.build_id().ok().flatten().map(hex);
    match own {
        Some(own) if own == named => Ok(()),
        // Go's own linker wrote none before Go 1.24; the kernel says what this process was
        // started from.
        _ if named.is_empty() && file.is_executable => Ok(()),
        Some(_) if !named.is_empty() => Err(Why::OtherBuild),
        _ => Err(Why::NoBuildId),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}

/// Where the file's own headers put a byte of it; none where it is not loaded.
pub(super) fn file_address(elf: &object::File<'_>, offset: u64) -> Option<FileAddress> {
    elf.segments().find_map(|segment| {
        let (start, n_bytes) = segment.file_range();
        let within = offset.checked_sub(start).filter(|it| *it < n_bytes)?;
        Some(FileAddress(segment.address().wrapping_add(within)))
    })
}
