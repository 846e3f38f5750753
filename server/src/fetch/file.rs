//! Turns a path, or `-` for standard input, into bytes, within the bounds of an answer.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use super::http::BODY_BYTES;

/// A file that could not be read. Each message says which file, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// There is no such file.
    #[error("reading {0}: there is no such file; `pprof-lens capture` makes one")]
    Missing(String),
    /// The path is a folder.
    #[error("reading {0}: this is a folder; name a profile in it")]
    Folder(String),
    /// A device or the like.
    #[error("reading {0}: this is no regular file; pipe it in and say - instead")]
    Special(String),
    /// No bytes at all.
    #[error("reading {0}: it is empty; was the capture cut off?")]
    Empty(String),
    /// Over the bound.
    #[error(
        "reading {name}: it is larger than {limit} bytes, more than a target may answer with; if it is a profile, gzip it"
    )]
    TooLarge {
        /// The path, or `standard input`.
        name: String,
        /// The bound in bytes.
        limit: usize,
    },
    /// Whatever else the system says.
    #[error("reading {name}: {source}")]
    Io {
        /// The path, or `standard input`.
        name: String,
        /// The system's own words.
        source: io::Error,
    },
}

/// Reads a file, or standard input for `-`.
pub fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    let bytes = read_at_most(path, BODY_BYTES + 1)?;
    match bytes.len() <= BODY_BYTES {
        true => Ok(bytes),
        false => Err(FileError::TooLarge { name: name(path), limit: BODY_BYTES }),
    }
}

/// The same for a text, of which the beginning is of use too: at most as much as Go itself
/// writes of a goroutine dump, which is then a dump that was cut.
pub fn read_start(path: &Path) -> Result<Vec<u8>, FileError> {
    read_at_most(path, BODY_BYTES)
}

fn name(path: &Path) -> String {
    match path == Path::new("-") {
        true => "standard input".to_owned(),
        false => path.display().to_string(),
    }
}

fn read_at_most(path: &Path, limit: usize) -> Result<Vec<u8>, FileError> {
    let name = name(path);
    if path == Path::new("-") {
        return read_all(io::stdin().lock(), name, 0, limit);
    }
    let failed = |source: io::Error| match source.kind() {
        ErrorKind::NotFound => FileError::Missing(name.clone()),
        _ => FileError::Io { name: name.clone(), source },
    };
    // Looked at before it is opened: opening a named pipe waits for its writer.
    let metadata = std::fs::metadata(path).map_err(failed)?;
    if metadata.is_dir() {
        return Err(FileError::Folder(name));
    }
    // A shell's `<(command)` is a pipe that this program has open already.
    if !metadata.is_file() && !path.starts_with("/dev/fd") && path != Path::new("/dev/stdin") {
        return Err(FileError::Special(name));
    }
    let file = File::open(path).map_err(failed)?;
    read_all(file, name, metadata.len(), limit)
}

/// `len` is what the system says of the length: a hint.
fn read_all(from: impl Read, name: String, len: u64, limit: usize) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::with_capacity(len.min(limit as u64) as usize + 1);
    if let Err(source) = from.take(limit as u64).read_to_end(&mut bytes) {
        return Err(FileError::Io { name, source });
    }
    if bytes.is_empty() { Err(FileError::Empty(name)) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_files_and_says_why_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("some"), b"bytes").unwrap();
        std::fs::write(path("none"), b"").unwrap();
        File::create(path("huge")).unwrap().set_len(BODY_BYTES as u64 + 1).unwrap();
        assert_eq!(read(&path("some")).unwrap(), b"bytes");
        assert!(matches!(read(&path("none")), Err(FileError::Empty(_))));
        assert!(matches!(read(&path("huge")), Err(FileError::TooLarge { .. })));
        assert_eq!(read_start(&path("huge")).unwrap().len(), BODY_BYTES);
        assert!(matches!(read(&path("missing")), Err(FileError::Missing(_))));
        assert!(matches!(read(folder.path()), Err(FileError::Folder(_))));
        #[cfg(unix)]
        assert!(matches!(read(Path::new("/dev/zero")), Err(FileError::Special(_))));
    }
}
