//! Finds the Neovim that the tests drive.

use std::path::PathBuf;

use super::go::tests_folder;

/// The executable: `PPROF_LENS_NVIM`, or what `tests/run` installed.
/// Panics when there is none: a test that skips itself tests nothing.
pub(crate) fn nvim() -> PathBuf {
    if let Some(path) = std::env::var_os("PPROF_LENS_NVIM") {
        return path.into();
    }
    let path = tests_folder().join(".tools/bin/nvim");
    assert!(path.exists(), "no Neovim at {}: run tests/run, which installs it", path.display());
    path
}
