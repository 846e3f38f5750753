//! Keeps what the editors' tests measured, which `tests/run` prints: no test fails for it.

use std::fs::OpenOptions;
use std::io::Write;

use super::go::tests_folder;

/// Lines of a test's output that start with this are kept.
const MARK: &str = "measured: ";

/// Adds what a test said it measured to `tests/.artefacts/measured.txt`.
pub(crate) fn note_measured(output: &str) {
    let folder = tests_folder().join(".artefacts");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("measured.txt");
    let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
    for line in output.lines().filter_map(|it| it.strip_prefix(MARK)) {
        writeln!(file, "{line}").unwrap();
    }
}
