//! A copy of the sidecar's sources that an editor may write to, and the program built from it.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::go::{Program, build};
use super::target::Target;

/// A copy with a module name of its own: no other test's program is found in its place.
pub(crate) struct Workspace {
    /// Goes with the test.
    _folder: TempDir,
    root: PathBuf,
    executable: PathBuf,
}

impl Workspace {
    /// Copies and builds it. `name` must be a test's own.
    pub(crate) fn copy(name: &str) -> Workspace {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("sidecar");
        std::fs::create_dir(&root).unwrap();
        let module = format!("example.com/sidecar{name}");
        copy(&Program::Sidecar.root(), &root, &|text| text.replace("example.com/sidecar", &module));
        let executable = build(&root, "./cmd/sidecar", &format!("workspaces/{name}/sidecar"), &[]);
        Workspace { _folder: folder, root, executable }
    }

    /// The folder that an editor opens.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The program.
    pub(crate) fn executable(&self) -> &Path {
        &self.executable
    }

    /// Starts the program with these faults, on a free port.
    pub(crate) fn start(&self, flags: &[&str]) -> Target {
        let mut command = Command::new(&self.executable);
        command.env("SIDECAR_PPROF", "0").arg("-until-eof").args(flags);
        Target::spawn(command)
    }
}

fn copy(from: &Path, to: &Path, change: &dyn Fn(String) -> String) {
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            std::fs::create_dir(&to).unwrap();
            copy(&path, &to, change);
        } else {
            std::fs::write(&to, change(std::fs::read_to_string(&path).unwrap())).unwrap();
        }
    }
}
