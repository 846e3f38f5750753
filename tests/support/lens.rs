//! Runs our own binary as a user does, with a state folder of its own.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::process::{self, Finished};

/// A user with an empty state folder and an empty working folder.
pub(crate) struct Lens {
    home: TempDir,
}

impl Lens {
    /// A fresh one.
    pub(crate) fn new() -> Lens {
        Lens { home: tempfile::tempdir().unwrap() }
    }

    /// A folder that goes when this goes; also where commands run.
    pub(crate) fn folder(&self) -> &Path {
        self.home.path()
    }

    /// Writes a file into the folder and returns its path, for arguments.
    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.folder().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.into_os_string().into_string().unwrap()
    }

    /// The binary with these arguments, ready to run.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pprof-lens"));
        command
            .args(args)
            .current_dir(self.folder())
            .env("PPROF_LENS_STATE_DIR", self.folder().join("state"))
            .env_remove("SIDECAR_PPROF")
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE")
            .env_remove("RUST_LOG");
        command
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Finished {
        process::run(&mut self.command(args), &[])
    }

    /// Runs a command that must succeed, and returns its standard output.
    pub(crate) fn ok(&self, args: &[&str]) -> String {
        let finished = self.run(args);
        assert_eq!(finished.code, Some(0), "{args:?}: {}", finished.stderr);
        finished.stdout
    }

    /// Runs a command that must succeed and print JSON.
    pub(crate) fn json(&self, args: &[&str]) -> serde_json::Value {
        let text = self.ok(args);
        serde_json::from_str(&text).unwrap_or_else(|err| panic!("{args:?}: {err}\n{text}"))
    }

    /// Runs a command that must fail as a user's mistake does: exit code 2, nothing on standard
    /// output, no panic. Returns the message.
    pub(crate) fn fails(&self, args: &[&str]) -> String {
        let finished = self.run(args);
        assert_eq!(finished.code, Some(2), "{args:?}: {finished:?}");
        assert_eq!(finished.stdout, "", "{args:?}");
        assert!(!finished.stderr.contains("panicked"), "{args:?}: {}", finished.stderr);
        finished.stderr
    }
}
