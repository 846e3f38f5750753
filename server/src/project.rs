//! Reads `.pprof-lens.toml`, the file in which a project says what is normal for its program.
//!
//! A team commits it beside its `go.mod`. A mistake in it is reported with its place, and the rest
//! of the file holds.

use std::fs;
use std::path::PathBuf;

use crate::stuck::Expected;

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
}
