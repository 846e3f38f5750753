//! Runs `git` on repositories of tests, free of what the user's environment says about it.

use std::path::Path;
use std::process::Command;

/// Runs git in a folder and returns what it says. Panics when it fails, or when there is none.
pub(crate) fn git(dir: &Path, args: &[&str]) -> String {
    let mut command = Command::new("git");
    forget_repository(&mut command);
    command
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", dir.join("no such file"))
        .args(["-c", "user.name=a", "-c", "user.email=a@example.com"])
        .args(["-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"])
        .args(args)
        .current_dir(dir);
    let output = command
        .output()
        .unwrap_or_else(|err| panic!("git: {err}; install git, which tests/run asks for, too"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {args:?}: {errors}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A test may run in a hook of git, which names this checkout's repository to all it starts.
pub(crate) fn forget_repository(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") {
            command.env_remove(name);
        }
    }
}
