//! Asks the real pprof, so that our numbers can be compared with its numbers.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::go::{self, Program, go};
use super::process::{self, Finished};

/// Runs pprof with these arguments, for example `-top`, `-sample_index=inuse_space` and a file,
/// and returns what it prints. Panics when it fails.
pub(crate) fn pprof(args: &[&str]) -> String {
    let finished = pprof_finished(args);
    assert_eq!(finished.code, Some(0), "pprof {args:?}: {}", finished.stderr);
    finished.stdout
}

/// The same where it may fail, as it does for a `-list` that matches nothing.
pub(crate) fn pprof_finished(args: &[&str]) -> Finished {
    let home = tempfile::tempdir().unwrap();
    process::run(at_home(home.path()).args(args), &[])
}

/// The same with this folder as its working folder and its home, which must hold no program.
pub(crate) fn pprof_in(folder: &Path, args: &[&str]) -> Finished {
    process::run(at_home(folder).args(args).current_dir(folder), &[])
}

fn at_home(folder: &Path) -> Command {
    let mut command = oracle();
    for name in ["HOME", "XDG_CONFIG_HOME", "PPROF_TMPDIR", "PPROF_BINARY_PATH"] {
        command.env(name, folder);
    }
    command
}

/// The bare pprof, which `go tool pprof` wraps and which starts 20 times faster; where Go comes
/// without that program's source, the wrapper.
pub(crate) fn oracle() -> Command {
    static BUILT: OnceLock<Option<PathBuf>> = OnceLock::new();
    let built =
        BUILT.get_or_init(|| go::try_build(&Program::Plain.root(), "cmd/pprof", "pprof", &[]).ok());
    match built {
        Some(executable) => Command::new(executable),
        None => {
            let mut command = go();
            command.args(["tool", "pprof"]);
            command
        }
    }
}
