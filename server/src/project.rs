//! Reads `.pprof-lens.toml`, the file in which a project says what is normal for its program.
//!
//! A team commits it beside its `go.mod`. A mistake in it is reported with its place, and the rest
//! of the file holds.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};

use crate::stuck::{Expected, entry_text};

/// The file's name, in a workspace folder.
pub const FILE_NAME: &str = ".pprof-lens.toml";

/// A longer file was not written by hand.
const MOST_BYTES: u64 = 1 << 20;

/// What the files of these folders say of goroutines, and what is wrong with them.
pub fn expected(folders: &[PathBuf]) -> (Expected, Vec<String>) {
    let mut expected = Expected::default();
    let mut problems = Vec::new();
    for folder in folders {
        let path = folder.join(FILE_NAME);
        let Ok(metadata) = fs::metadata(&path) else { continue };
        let shown = path.display();
        if !metadata.is_file() || MOST_BYTES < metadata.len() {
            problems.push(format!("{shown}: no file of a readable size; it is not used"));
            continue;
        }
        match fs::read_to_string(&path) {
            Ok(text) => {
                let wrong = expected.extend(&text);
                problems.extend(wrong.into_iter().map(|it| format!("{shown}: {it}")));
            }
            Err(err) => problems.push(format!("{shown}: {err}; it is not used")),
        }
    }
    (expected, problems)
}

/// Goroutines that may wait.
#[derive(Debug, Clone, Copy)]
pub struct IdleEntry<'a> {
    /// Full name of the function that waits.
    pub function: &'a str,
    /// The states in which it may; none: any.
    pub states: &'a [String],
}

/// What [`add_idle`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// The entry was written to this file.
    Written(PathBuf),
    /// This file said so before.
    Known(PathBuf),
}

impl Added {
    /// One sentence.
    pub fn describe(&self) -> String {
        match self {
            Added::Written(path) => {
                format!("{}: these goroutines count as idle from now on", path.display())
            }
            Added::Known(path) => format!("{} says so already", path.display()),
        }
    }
}

/// Adds an entry to the file of a folder, which is made when there is none. What stands there
/// stays as it is, comments too.
///
/// # Errors
/// When the file cannot be read or written, is no TOML, or would be none with the entry: then
/// nothing is written.
pub fn add_idle(folder: &Path, entry: &IdleEntry<'_>) -> anyhow::Result<Added> {
    let path = folder.join(FILE_NAME);
    let shown = path.display();
    let mut texts = entry.states.iter().map(String::as_str).chain([entry.function]);
    let is_odd = texts.any(|it| it.chars().any(char::is_control));
    ensure!(!is_odd, "a name with control characters is no function's: nothing is written");
    let before = match fs::symlink_metadata(&path) {
        Ok(it) if it.is_file() && it.len() <= MOST_BYTES => {
            fs::read_to_string(&path).with_context(|| format!("{shown} cannot be read"))?
        }
        Ok(_) => bail!("{shown} is no file of a readable size: nothing is written to it"),
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(err) => return Err(err).with_context(|| format!("{shown} cannot be read")),
    };
    let mut known = Expected::default();
    let problems_before = known.extend(&before).len();
    if known.has(entry.function, entry.states) {
        return Ok(Added::Known(path));
    }
    let gap = if before.is_empty() || before.ends_with("\n\n") {
        ""
    } else if before.ends_with('\n') {
        "\n"
    } else {
        "\n\n"
    };
    let text = entry_text(entry.function, entry.states, "marked as expected in the editor");
    let after = format!("{before}{gap}{text}");
    let mut with_entry = Expected::default();
    let problems = with_entry.extend(&after);
    ensure!(
        problems.len() <= problems_before && with_entry.has(entry.function, entry.states),
        "{shown} cannot take the entry, nothing is written: {}",
        problems.last().map_or("the file is no table", String::as_str)
    );
    write_whole(&path, &after).with_context(|| format!("{shown} cannot be written"))?;
    Ok(Added::Written(path))
}

/// Writes a file so that it is there as a whole or as it was, with the permissions it had.
fn write_whole(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(FILE_NAME).tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    match fs::metadata(path) {
        Ok(it) => file.as_file().set_permissions(it.permissions())?,
        // A team's file, not a secret: as any other new file of the folder.
        #[cfg(unix)]
        Err(_) => {
            use std::os::unix::fs::PermissionsExt;
            file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
        }
        #[cfg(not(unix))]
        Err(_) => {}
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|err| err.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_files_of_all_folders_and_says_what_is_wrong_with_which() {
        let folders: Vec<_> = (0..4).map(|_| tempfile::tempdir().unwrap()).collect();
        let paths: Vec<PathBuf> = folders.iter().map(|it| it.path().to_owned()).collect();
        assert_eq!(expected(&paths), (Expected::default(), Vec::new()));
        let good = "[[goroutines.idle]]\nfunction = \"app.listen\"\nwhy = \"listens\"\n";
        fs::write(paths[0].join(FILE_NAME), good).unwrap();
        fs::write(paths[1].join(FILE_NAME), "[goroutines").unwrap();
        fs::create_dir(paths[2].join(FILE_NAME)).unwrap();
        fs::write(paths[3].join(FILE_NAME), b"\xff").unwrap();
        let (found, problems) = expected(&paths);
        assert_ne!(found, Expected::default());
        let [syntax, folder, bytes] = problems.as_slice() else { panic!("{problems:?}") };
        assert!(syntax.starts_with(&paths[1].display().to_string()), "{syntax}");
        assert!(syntax.contains("line 1"), "{syntax}");
        assert!(folder.contains("readable size"), "{folder}");
        assert!(bytes.contains("UTF-8"), "{bytes}");
    }

    #[test]
    fn an_entry_is_added_and_the_rest_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        let states = ["select".to_owned()];
        let entry = IdleEntry { function: "app/bus.(*Bus).listen", states: &states };
        assert_eq!(add_idle(folder.path(), &entry).unwrap(), Added::Written(path.clone()));
        assert_eq!(add_idle(folder.path(), &entry).unwrap(), Added::Known(path.clone()));
        fs::write(&path, "# ours\n[goroutines.waits]\nidle = [\"new wait\"]").unwrap();
        let hostile = IdleEntry { function: "app.f\"\n[x]\nif = \"", states: &[] };
        assert!(add_idle(folder.path(), &hostile).is_err());
        let quoted = IdleEntry { function: "app.f\"]#", states: &[] };
        add_idle(folder.path(), &quoted).unwrap();
        add_idle(folder.path(), &entry).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert!(
            text.starts_with("# ours\n[goroutines.waits]\nidle = [\"new wait\"]\n\n"),
            "{text}"
        );
        let (found, problems) = expected(&[folder.path().to_owned()]);
        assert_eq!(problems, Vec::<String>::new());
        assert!(found.has(entry.function, entry.states));
    }

    #[test]
    fn a_file_that_cannot_take_an_entry_stays_as_it_is() {
        let entry = IdleEntry { function: "app.listen", states: &[] };
        for text in ["[goroutines", "goroutines = 1", "goroutines = {}", "[goroutines]\nidle = 3"] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(FILE_NAME);
            fs::write(&path, text).unwrap();
            let err = add_idle(folder.path(), &entry).unwrap_err().to_string();
            assert!(err.contains("nothing is written"), "{text}: {err}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        #[cfg(unix)]
        {
            let folder = tempfile::tempdir().unwrap();
            std::os::unix::fs::symlink("/etc/hostname", folder.path().join(FILE_NAME)).unwrap();
            assert!(add_idle(folder.path(), &entry).is_err());
        }
    }
}
