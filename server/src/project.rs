//! Reads `.pprof-lens.toml`, the file in which a project says what is normal for its program and
//! what it does not want to see.
//!
//! A team commits it beside its `go.mod`. A mistake in it is reported with its place, and the rest
//! of the file holds.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};

use serde::Deserialize;
use toml::{Table, Value};

use crate::stuck::{Expected, idle_entry_text, one_line};

/// The file's name, in a workspace folder.
pub const FILE_NAME: &str = ".pprof-lens.toml";

/// A longer file was not written by hand.
const MOST_BYTES: u64 = 1 << 20;

/// What the files of some folders say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Project {
    /// Of goroutines.
    pub expected: Expected,
    /// Full names of functions that are not marked, as in the profile.
    pub hidden: BTreeSet<String>,
    /// What is wrong with the files, a sentence each; the rest of them holds.
    pub problems: Vec<String>,
}

impl Project {
    /// Reads the files of these folders. A folder without one says nothing.
    pub fn read(folders: &[PathBuf]) -> Project {
        let mut project = Project::default();
        for folder in folders {
            let path = folder.join(FILE_NAME);
            let Ok(metadata) = fs::metadata(&path) else { continue };
            let shown = path.display();
            if !metadata.is_file() || MOST_BYTES < metadata.len() {
                let problem = format!("{shown}: no file of a readable size; it is not used");
                project.problems.push(problem);
                continue;
            }
            match fs::read_to_string(&path) {
                Ok(text) => {
                    let n_before = project.problems.len();
                    project.extend(&text);
                    for it in &mut project.problems[n_before..] {
                        *it = format!("{shown}: {it}");
                    }
                }
                Err(err) => project.problems.push(format!("{shown}: {err}; it is not used")),
            }
        }
        project
    }

    /// Adds what one file says.
    fn extend(&mut self, text: &str) {
        let mut table: Table = match text.parse() {
            Ok(it) => it,
            Err(err) => {
                let why = one_line(&err.to_string());
                return self.problems.push(format!("{why}; it is not used"));
            }
        };
        if let Some(it) = table.remove("goroutines") {
            self.problems.extend(self.expected.extend(it));
        }
        if let Some(it) = table.remove("hide") {
            self.hide(it);
        }
        let unknown = table.keys().map(|it| format!("{it}: there is no such section"));
        self.problems.extend(unknown);
    }

    fn hide(&mut self, section: Value) {
        let Value::Array(entries) = section else {
            return self.problems.push("hide: expected [[hide]]".to_owned());
        };
        for (idx, entry) in entries.into_iter().enumerate() {
            match entry.try_into::<HideEntry>() {
                Ok(it) => {
                    self.hidden.insert(it.function);
                }
                Err(err) => {
                    let why = one_line(&err.to_string());
                    let problem = format!("hide, entry {}: {why}; it is not used", idx + 1);
                    self.problems.push(problem);
                }
            }
        }
    }
}

/// `[[hide]]`: a function that has no marks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HideEntry {
    function: String,
}

/// Something to add to a project's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Goroutines that may wait.
    Idle {
        /// Full name of the function that waits.
        function: String,
        /// The states in which it may; none: any.
        states: Vec<String>,
    },
    /// A function that has no marks, by its full name as in the profile.
    Hide(String),
}

impl Entry {
    fn is_in(&self, project: &Project) -> bool {
        match self {
            Entry::Idle { function, states } => project.expected.has(function, states),
            Entry::Hide(function) => project.hidden.contains(function),
        }
    }

    fn texts(&self) -> impl Iterator<Item = &String> {
        let (function, states) = match self {
            Entry::Idle { function, states } => (function, &states[..]),
            Entry::Hide(function) => (function, &[][..]),
        };
        states.iter().chain([function])
    }

    /// As it stands in the file. Any name is written as what it is: it came from a program.
    fn written(&self) -> String {
        match self {
            Entry::Idle { function, states } => {
                idle_entry_text(function, states, "marked as expected in the editor")
            }
            Entry::Hide(function) => {
                format!("[[hide]]\nfunction = {}\n", Value::String(function.clone()))
            }
        }
    }
}

/// What [`add`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// The entry was written to this file.
    Written(PathBuf),
    /// This file said so before.
    Known(PathBuf),
}

/// Adds an entry to the file of a folder, which is made when there is none. What stands there
/// stays as it is, comments too.
///
/// # Errors
/// When the file cannot be read or written, is no TOML, or would be none with the entry: then
/// nothing is written.
pub fn add(folder: &Path, entry: &Entry) -> anyhow::Result<Added> {
    let path = folder.join(FILE_NAME);
    let shown = path.display();
    let is_odd = entry.texts().any(|it| it.chars().any(char::is_control));
    ensure!(!is_odd, "a name with control characters is no function's: nothing is written");
    let before = match fs::symlink_metadata(&path) {
        Ok(it) if it.is_file() && it.len() <= MOST_BYTES => {
            fs::read_to_string(&path).with_context(|| format!("{shown} cannot be read"))?
        }
        Ok(_) => bail!("{shown} is no file of a readable size: nothing is written to it"),
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(err) => return Err(err).with_context(|| format!("{shown} cannot be read")),
    };
    let read = |text: &str| {
        let mut project = Project::default();
        project.extend(text);
        project
    };
    let known = read(&before);
    if entry.is_in(&known) {
        return Ok(Added::Known(path));
    }
    let gap = if before.is_empty() || before.ends_with("\n\n") {
        ""
    } else if before.ends_with('\n') {
        "\n"
    } else {
        "\n\n"
    };
    let after = format!("{before}{gap}{}", entry.written());
    let with_entry = read(&after);
    ensure!(
        with_entry.problems.len() <= known.problems.len() && entry.is_in(&with_entry),
        "{shown} cannot take the entry, nothing is written: {}",
        with_entry.problems.last().map_or("the file is no table", String::as_str)
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
        assert_eq!(Project::read(&paths), Project::default());
        let good = "[[goroutines.idle]]\nfunction = \"app.listen\"\nwhy = \"listens\"\n";
        fs::write(paths[0].join(FILE_NAME), good).unwrap();
        fs::write(paths[1].join(FILE_NAME), "[goroutines").unwrap();
        fs::create_dir(paths[2].join(FILE_NAME)).unwrap();
        fs::write(paths[3].join(FILE_NAME), b"\xff").unwrap();
        let project = Project::read(&paths);
        assert_ne!(project.expected, Expected::default());
        let [syntax, folder, bytes] = project.problems.as_slice() else { panic!("{project:?}") };
        assert!(syntax.starts_with(&paths[1].display().to_string()), "{syntax}");
        assert!(syntax.contains("line 1"), "{syntax}");
        assert!(folder.contains("readable size"), "{folder}");
        assert!(bytes.contains("UTF-8"), "{bytes}");
    }

    #[test]
    fn an_entry_is_added_and_the_rest_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        let states = vec!["select".to_owned()];
        let idle = |function: &str, states: &[String]| Entry::Idle {
            function: function.to_owned(),
            states: states.to_vec(),
        };
        let entry = idle("app/bus.(*Bus).listen", &states);
        assert_eq!(add(folder.path(), &entry).unwrap(), Added::Written(path.clone()));
        assert_eq!(add(folder.path(), &entry).unwrap(), Added::Known(path.clone()));
        fs::write(&path, "# ours\n[goroutines.waits]\nidle = [\"new wait\"]").unwrap();
        let hostile = idle("app.f\"\n[x]\nif = \"", &[]);
        assert!(add(folder.path(), &hostile).is_err());
        let quoted = idle("app.f\"]#", &[]);
        add(folder.path(), &quoted).unwrap();
        add(folder.path(), &entry).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert!(
            text.starts_with("# ours\n[goroutines.waits]\nidle = [\"new wait\"]\n\n"),
            "{text}"
        );
        let function = "app.(*List[go.shape.string]).Draw".to_owned();
        assert_eq!(
            add(folder.path(), &Entry::Hide(function.clone())).unwrap(),
            Added::Written(path)
        );
        let project = Project::read(&[folder.path().to_owned()]);
        assert_eq!(project.problems, Vec::<String>::new());
        assert!(project.expected.has("app/bus.(*Bus).listen", &states));
        assert!(project.hidden.contains(&function));
    }

    #[test]
    fn a_mistake_is_reported_and_the_rest_is_used() {
        let mut project = Project::default();
        project.extend(
            "[rules]\n[[hide]]\nfunction = \"a.f\"\n[[hide]]\nname = 1\n[goroutines]\nidel = 1",
        );
        assert_eq!(project.hidden, BTreeSet::from(["a.f".to_owned()]));
        insta::assert_snapshot!(project.problems.join("\n"), @r"
        goroutines.idel: there is no such key
        hide, entry 2: unknown field `name`, expected `function`; it is not used
        rules: there is no such section
        ");
        let mut project = Project::default();
        project.extend("a = ");
        project.extend("hide = 1");
        insta::assert_snapshot!(project.problems.join("\n"), @r"
        TOML parse error at line 1, column 5: string values must be quoted, expected literal string; it is not used
        hide: expected [[hide]]
        ");
    }

    #[test]
    fn a_file_that_cannot_take_an_entry_stays_as_it_is() {
        let entry = Entry::Idle { function: "app.listen".to_owned(), states: Vec::new() };
        for text in ["[goroutines", "goroutines = 1", "goroutines = {}", "[goroutines]\nidle = 3"] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(FILE_NAME);
            fs::write(&path, text).unwrap();
            let err = add(folder.path(), &entry).unwrap_err().to_string();
            assert!(err.contains("nothing is written"), "{text}: {err}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        #[cfg(unix)]
        {
            let folder = tempfile::tempdir().unwrap();
            std::os::unix::fs::symlink("/etc/hostname", folder.path().join(FILE_NAME)).unwrap();
            assert!(add(folder.path(), &entry).is_err());
        }
    }
}
