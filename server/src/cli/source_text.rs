//! Finds and reads the source files that a profile names, for `list`.
//!
//! A profile is somebody else's text: only regular files that are named like source, and are not
//! huge, are read because a profile names them.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Files longer than this are no source that a person wrote.
const MOST_BYTES: u64 = 4 << 20;

/// Files that Go programs are made of.
const EXTENSIONS: [&str; 10] = ["go", "s", "S", "c", "h", "cc", "cpp", "cxx", "hpp", "y"];

/// The lines of files, read once each.
#[derive(Default)]
pub(super) struct SourceTexts {
    known: HashMap<String, Result<Vec<String>, String>>,
}

impl SourceTexts {
    /// The lines of a file, or why there are none.
    pub(super) fn lines(&mut self, path: &str) -> Result<Vec<String>, String> {
        self.known.entry(path.to_owned()).or_insert_with(|| read(path)).clone()
    }
}

fn read(path: &str) -> Result<Vec<String>, String> {
    let is_source =
        Path::new(path).extension().is_some_and(|it| EXTENSIONS.iter().any(|known| it == *known));
    if !is_source {
        return Err(format!("{path} is not named like a source file"));
    }
    let found = find(path)?;
    let refuse = |why: std::io::Error| format!("open {}: {why}", found.display());
    let metadata = fs::metadata(&found).map_err(refuse)?;
    if !metadata.is_file() || metadata.len() > MOST_BYTES {
        return Err(format!("{} is no source file of a readable size", found.display()));
    }
    let bytes = fs::read(&found).map_err(refuse)?;
    Ok(String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect())
}

/// An absolute path must exist; any other is looked for under the working directory and its
/// parents, as pprof does. When the directory's own name occurs in the path, what follows it is
/// looked for too: that is a checkout which was built elsewhere.
fn find(path: &str) -> Result<PathBuf, String> {
    let here = std::env::current_dir().map_err(|err| format!("no working directory: {err}"))?;
    let below = here
        .file_name()
        .and_then(|it| path.split_once(&format!("/{}/", it.to_string_lossy())))
        .map_or(path, |(_, below)| below);
    if Path::new(below).is_absolute() {
        return Ok(PathBuf::from(below));
    }
    here.ancestors()
        .map(|it| it.join(below))
        .find(|it| it.is_file())
        .ok_or_else(|| format!("could not find file {below} on path {}", here.display()))
}
