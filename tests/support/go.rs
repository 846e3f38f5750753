//! Turns the Go programs in `tests/targets` into executables, each once a test run.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// One of the programs, and how it is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Program {
    /// `example.com/sidecar`, with the paths of this checkout compiled in.
    Sidecar,
    /// The same with `-trimpath`: its profiles name files by module path.
    SidecarTrimmed,
    /// `example.org/plain`: pprof under another name.
    Plain,
    /// `example.net/nopprof`: a web server without pprof.
    NoPprof,
    /// `example.com/stuck`: goroutines that wait, by mistake and as they should.
    Stuck,
    /// The same, with the leak detector that Go 1.26 has as an experiment.
    StuckWithLeakDetector,
    /// `example.org/native`: burns CPU in C, on a thread of C.
    Native,
    /// The same at another address with every start.
    NativePie,
}

impl Program {
    /// The folder of the program's `go.mod`: the workspace that an editor would open.
    pub(crate) fn root(self) -> PathBuf {
        let folder = match self {
            Program::Sidecar | Program::SidecarTrimmed => "sidecar",
            Program::Plain => "plain",
            Program::NoPprof => "nopprof",
            Program::Stuck | Program::StuckWithLeakDetector => "stuck",
            Program::Native | Program::NativePie => "native",
        };
        tests_folder().join("targets").join(folder)
    }

    /// The executable, built when first asked for.
    pub(crate) fn executable(self) -> &'static Path {
        static BUILT: [OnceLock<PathBuf>; 8] = [const { OnceLock::new() }; 8];
        BUILT[self as usize].get_or_init(|| match self {
            Program::Sidecar => build(&self.root(), "./cmd/sidecar", "sidecar", &[]),
            Program::SidecarTrimmed => {
                build(&self.root(), "./cmd/sidecar", "trimmed/sidecar", &["-trimpath"])
            }
            Program::Plain => build(&self.root(), ".", "plain", &[]),
            Program::NoPprof => build(&self.root(), ".", "nopprof", &[]),
            Program::Stuck => build(&self.root(), ".", "stuck", &[]),
            Program::StuckWithLeakDetector => {
                let mut go = go();
                // From Go 1.27 on there is no such experiment: it is always there.
                if version_of(&mut self::go()).starts_with("go1.26") {
                    go.env("GOEXPERIMENT", "goroutineleakprofile");
                }
                build_with(go, &self.root(), ".", "leaks/stuck", &[])
                    .unwrap_or_else(|message| panic!("go build failed:\n{message}"))
            }
            Program::Native => build_native("native", &[]),
            Program::NativePie => build_native("pie/native", &["-buildmode=pie"]),
        })
    }
}

/// The folder `tests/` of this checkout.
pub(crate) fn tests_folder() -> PathBuf {
    let server = Path::new(env!("CARGO_MANIFEST_DIR"));
    server.parent().unwrap().join("tests")
}

/// Builds a package of the module at `root` into the tests' own folder, and returns the path of
/// the executable. Go leaves a file alone that is up to date already.
pub(crate) fn build(root: &Path, package: &str, name: &str, flags: &[&str]) -> PathBuf {
    try_build(root, package, name, flags).unwrap_or_else(|message| {
        panic!("go build {package} in {} failed:\n{message}", root.display())
    })
}

/// The same, with Go's own words when it fails.
pub(crate) fn try_build(
    root: &Path,
    package: &str,
    name: &str,
    flags: &[&str],
) -> Result<PathBuf, String> {
    build_with(go(), root, package, name, flags)
}

/// The same by another `go` command.
pub(crate) fn build_with(
    mut go: Command,
    root: &Path,
    package: &str,
    name: &str,
    flags: &[&str],
) -> Result<PathBuf, String> {
    let executable = Path::new(env!("CARGO_TARGET_TMPDIR")).join("targets").join(name);
    let output = go
        .args(["build", "-buildvcs=false", "-o"])
        .arg(&executable)
        .args(flags)
        .arg(package)
        .current_dir(root)
        .output()
        .map_err(|err| format!("go: {err}; run tests/run, which finds or installs Go"))?;
    match output.status.success() {
        true => Ok(executable),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

/// Builds the program with C in it, in a way of its own.
pub(crate) fn build_native(name: &str, flags: &[&str]) -> PathBuf {
    let mut go = go();
    go.env("CGO_ENABLED", "1").env_remove("CGO_CFLAGS").env_remove("CGO_LDFLAGS");
    build_with(go, &Program::Native.root(), ".", name, flags).unwrap_or_else(|message| {
        panic!("go build failed; it needs gcc, which tests/run asks for:\n{message}")
    })
}

/// The `go` command, free of what the user's environment says about modules and workspaces.
/// `PPROF_LENS_GO` names another than the one on the path.
pub(crate) fn go() -> Command {
    clean(Command::new(std::env::var_os("PPROF_LENS_GO").unwrap_or("go".into())))
}

fn clean(mut command: Command) -> Command {
    command
        .env("CGO_ENABLED", "0")
        .env("GOENV", "off")
        .env("GOWORK", "off")
        .env("GOTOOLCHAIN", "local")
        .env_remove("GOFLAGS")
        .env_remove("GOEXPERIMENT")
        .env_remove("GODEBUG");
    command
}

/// What a `go` command says that it is, for example `go1.26.8`.
pub(crate) fn version_of(go: &mut Command) -> String {
    let output = go.args(["env", "GOVERSION"]).output().unwrap();
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The `go` command of Go 1.27: `PPROF_LENS_GO_1_27`, or what `tests/run` installed.
/// Panics when there is none: a test that skips itself tests nothing.
pub(crate) fn go_1_27() -> Command {
    let path = std::env::var_os("PPROF_LENS_GO_1_27").map(PathBuf::from);
    let path = path.unwrap_or_else(|| tests_folder().join(".tools/bin/go1.27"));
    assert!(path.exists(), "no Go 1.27 at {}: run tests/run, which installs it", path.display());
    clean(Command::new(path))
}

/// The 1-based number of the line of a source file of the sidecar target that has the comment
/// `// <mark>`, for example `hot line`.
pub(crate) fn marked_line(file: &str, mark: &str) -> u32 {
    marked_line_of(Program::Sidecar, file, mark)
}

/// The same for another program.
pub(crate) fn marked_line_of(program: Program, file: &str, mark: &str) -> u32 {
    let path = program.root().join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    let comment = format!("// {mark}");
    let mut marked = (1..).zip(text.lines()).filter(|(_, line)| line.contains(&comment));
    let (number, _) = marked.next().unwrap_or_else(|| panic!("{file} has no line {comment:?}"));
    assert_eq!(marked.next(), None, "{file} has {comment:?} twice");
    number
}

/// The path of a source file of the sidecar target, as its profiles name it.
pub(crate) fn source_file(file: &str) -> PathBuf {
    Program::Sidecar.root().join(file)
}
