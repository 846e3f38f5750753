//! Finds and reads the source files that a profile names, for `list`.
//!
//! A profile is somebody else's text: only regular files that are named like source, and are not
//! huge, are read because a profile names them.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Files longer than this are no source that a person wrote.
const MOST_BYTES: u64 = 4 << 20;

/// Files that Go programs are made of.
const EXTENSIONS: [&str; 10] = ["go", "s", "S", "c", "h", "cc", "cpp", "cxx", "hpp", "y"];

/// Bytes of files that are kept: a profile may name all files there are.
const MOST_KEPT_BYTES: usize = 64 << 20;

/// The lines of files, read once each unless there are very many.
#[derive(Default)]
pub(super) struct SourceTexts {
    known: HashMap<String, Result<Rc<[String]>, String>>,
    n_kept_bytes: usize,
}

impl SourceTexts {
    /// The lines of a file, or why there are none.
    pub(super) fn lines(&mut self, path: &str) -> Result<Rc<[String]>, String> {
        if let Some(it) = self.known.get(path) {
            return it.clone();
        }
        let found = read(path);
        let n_bytes = |it: &String| size_of::<String>() + it.len();
        let lines = found.as_deref().unwrap_or_default();
        self.n_kept_bytes += path.len() + lines.iter().map(n_bytes).sum::<usize>();
        if MOST_KEPT_BYTES < self.n_kept_bytes {
            self.known.clear();
            self.n_kept_bytes = 0;
        }
        self.known.insert(path.to_owned(), found.clone());
        found
    }
}

fn read(path: &str) -> Result<Rc<[String]>, String> {
    let found = find(path)?;
    let refuse = |why: std::io::Error| format!("open {}: {}", found.display(), in_go_words(&why));
    let metadata = fs::metadata(&found).map_err(refuse)?;
    let is_source =
        Path::new(path).extension().is_some_and(|it| EXTENSIONS.iter().any(|known| it == *known));
    if !is_source {
        return Err(format!("{path} is not named like a source file"));
    }
    if !metadata.is_file() || metadata.len() > MOST_BYTES {
        return Err(format!("{} is no source file of a readable size", found.display()));
    }
    let bytes = fs::read(&found).map_err(refuse)?;
    Ok(String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect())
}

/// The working directory under the name that the shell gave it, as Go has it.
fn working_folder() -> Result<PathBuf, String> {
    let here = std::env::current_dir().map_err(|err| format!("no working directory: {err}"))?;
    let named = std::env::var_os("PWD").map(PathBuf::from).filter(|it| it.is_absolute());
    let same = |it: &PathBuf| it.canonicalize().is_ok_and(|it| it == here);
    Ok(named.filter(same).unwrap_or(here))
}

/// As Go words the system's errors: without a capital or a number.
fn in_go_words(why: &std::io::Error) -> String {
    let text = why.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |it| it.to_lowercase().chain(chars).collect())
}

/// An absolute path must exist; any other is looked for under the working directory and its
/// parents, as pprof does. When the directory's own name occurs in the path, what follows it is
/// looked for too: that is a checkout which was built elsewhere.
fn find(path: &str) -> Result<PathBuf, String> {
    let here = working_folder()?;
    let below = here
        .file_name()
        .and_then(|it| path.split_once(&format!("/{}/", it.to_string_lossy())))
        .map_or(path, |(_, below)| below);
    let below = ["/proc/self/cwd/./", "/proc/self/cwd/"]
        .iter()
        .find_map(|it| below.strip_prefix(it))
        .unwrap_or(below);
    if Path::new(below).is_absolute() {
        return Ok(PathBuf::from(below));
    }
    here.ancestors()
        .map(|it| it.join(below))
        .find(|it| it.is_file())
        .ok_or_else(|| format!("could not find file {below} on path {}", here.display()))
}
