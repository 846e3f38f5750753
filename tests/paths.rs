//! Builds programs in every way that Go has, lets each write a profile of its own stack, and
//! checks which file and which rule `pprof-lens explain` gives for each frame.

mod proxy;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::go::{Program, go, version_of};
use crate::support::lens::Lens;
use crate::support::process;
use crate::support::target::Target;

/// Calls through every module into the standard library and back, and writes its stack.
const MAIN: &str = "package main

import (
\t\"os\"
\t\"runtime/pprof\"
\t\"sync\"

\t\"example.com/Far/deep\"
\t\"example.com/app/inner\"
\t\"example.com/dep\"
)

func main() {
\tinner.Run(func() { dep.Call(func() { deep.Call(func() { new(sync.Once).Do(write) }) }) })
}

func write() {
\tfile, err := os.Create(os.Args[1])
\tif err != nil {
\t\tpanic(err)
\t}
\tif err := pprof.Lookup(\"goroutine\").WriteTo(file, 0); err != nil {
\t\tpanic(err)
\t}
}
";

const GO_MOD: &str = "module example.com/app\n\ngo 1.24\n\nrequire example.com/dep v1.2.3\n\
                      require example.com/Far v1.0.0\n";

/// A package with a function that calls what it is given.
fn caller(package: &str, function: &str) -> String {
    format!("package {package}\n\n//go:noinline\nfunc {function}(f func()) {{\n\tf()\n}}\n")
}

/// A folder with `app`, `dep` and a module cache, and what runs there.
struct Place {
    _dir: tempfile::TempDir,
    root: PathBuf,
    lens: Lens,
}

impl Place {
    /// `replace`: what the `go.mod` of `app` ends with.
    fn new(replace: &str) -> Place {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let place = Place { _dir: dir, root, lens: Lens::new() };
        place.write("ws/app/go.mod", &format!("{GO_MOD}{replace}"));
        place.write("ws/app/main.go", MAIN);
        place.write("ws/app/inner/inner.go", &caller("inner", "Run"));
        place.write("ws/dep/go.mod", "module example.com/dep\n\ngo 1.24\n");
        place.write("ws/dep/dep.go", &caller("dep", "Call"));
        let proxy = place.root.join("proxy");
        let go_mod = |module: &str| format!("module {module}\n\ngo 1.24\n");
        for (module, version, file, text) in [
            ("example.com/Far", "v1.0.0", "deep/deep.go", caller("deep", "Call")),
            // Nobody may be shown this one: a folder stands for it.
            ("example.com/dep", "v1.2.3", "dep.go", caller("dep", "Call")),
        ] {
            let files = [("go.mod", &*go_mod(module)), (file, &*text)];
            proxy::publish(&proxy, module, version, &files);
        }
        place
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// `go` in a folder, with modules from our own proxy alone.
    fn go(&self, folder: &str, args: &[&str]) {
        let mut command = go();
        command
            .args(args)
            .current_dir(self.root.join(folder))
            .env("GOFLAGS", "-modcacherw -buildvcs=false")
            .env("GOMODCACHE", self.root.join("cache/pkg/mod"))
            .env("GOPROXY", format!("file://{}", self.root.join("proxy").display()))
            .env("GOSUMDB", "off")
            .env_remove("GOWORK");
        let finished = process::run(&mut command, b"");
        assert_eq!(finished.code, Some(0), "go {args:?}: {}", finished.stderr);
    }

    /// Builds `app` in a folder with these flags and lets it write its profile.
    fn profile(&self, folder: &str, flags: &[&str]) -> PathBuf {
        let program = self.root.join("program");
        let args = [&["build", "-o", program.to_str().unwrap()], flags, &["."]].concat();
        self.go(folder, &args);
        let profile = self.root.join("profile");
        let finished = process::run(Command::new(program).arg(&profile), b"");
        assert_eq!(finished.code, Some(0), "{}", finished.stderr);
        profile
    }

    /// What explains all frames, with a folder as the workspace: function to file and rule. A
    /// file stands as below our root, or below GOROOT.
    fn explained(&self, workspace: &str, profile: &Path) -> BTreeMap<String, String> {
        let mut command = self.lens.command(&["explain", profile.to_str().unwrap(), ".", "--json"]);
        command
            .current_dir(self.root.join(workspace))
            .env("GOROOT", goroot())
            .env("GOMODCACHE", self.root.join("cache/pkg/mod"));
        let finished = process::run(&mut command, b"");
        assert_eq!(finished.code, Some(0), "{}", finished.stderr);
        let answer: Value = serde_json::from_str(&finished.stdout).unwrap();
        let frames = answer["frames"].as_array().unwrap().iter();
        let shown = frames.map(|it| {
            let file = it["file"].as_str().unwrap_or_else(|| panic!("not found: {it:#}"));
            let file = file.replace(goroot(), "GOROOT");
            let file = file.replace(&format!("{}/", self.root.display()), "");
            let rule = it["rule"].as_str().unwrap();
            (it["function"].as_str().unwrap().to_owned(), format!("{file} {rule}"))
        });
        shown.collect()
    }

    /// Checks what every frame of a profile is explained with.
    fn check(&self, workspace: &str, profile: &Path, expected: &[(&str, &str)]) {
        let explained = self.explained(workspace, profile);
        for (function, file) in expected {
            let found = explained.get(*function);
            assert_eq!(found.map(String::as_str), Some(*file), "{function} of {explained:#?}");
        }
    }
}

fn goroot() -> &'static str {
    static FOUND: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    FOUND.get_or_init(|| {
        let output = go().args(["env", "GOROOT"]).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    })
}

const REPLACED: &str = "replace example.com/dep => ../dep\n";
const FAR: &str = "cache/pkg/mod/example.com/!far@v1.0.0/deep/deep.go";

#[test]
fn plain_and_trimmed_builds_with_a_replaced_folder_and_a_module_of_the_cache() {
    let place = Place::new(REPLACED);
    place.go("ws/app", &["mod", "tidy"]);
    let profile = place.profile("ws/app", &[]);
    place.check(
        "ws",
        &profile,
        &[
            ("main.main", "ws/app/main.go absolute"),
            ("main.write", "ws/app/main.go absolute"),
            ("example.com/app/inner.Run", "ws/app/inner/inner.go absolute"),
            ("example.com/dep.Call", "ws/dep/dep.go absolute"),
            ("example.com/Far/deep.Call", &format!("{FAR} absolute")),
            ("sync.(*Once).Do", "GOROOT/src/sync/once.go absolute"),
            ("runtime.main", "GOROOT/src/runtime/proc.go absolute"),
        ],
    );
    let profile = place.profile("ws/app", &["-trimpath"]);
    let trimmed = [
        ("main.main", "ws/app/main.go modulePath"),
        ("main.write", "ws/app/main.go modulePath"),
        ("example.com/app/inner.Run", "ws/app/inner/inner.go modulePath"),
        ("example.com/dep.Call", "ws/dep/dep.go modulePath"),
        ("example.com/Far/deep.Call", &format!("{FAR} moduleCache")),
        ("sync.(*Once).Do", "GOROOT/src/sync/once.go goroot"),
        ("runtime.main", "GOROOT/src/runtime/proc.go goroot"),
    ];
    place.check("ws", &profile, &trimmed);

    // Whoever is asked for a frame that is not there is told of what is.
    let file = profile.to_str().unwrap();
    let message = place.lens.fails(&["explain", file, "main.writer"]);
    assert!(message.contains("near are main.write"), "{message}");
    // In a folder without the code, each rule says why it fails.
    let text = place.lens.ok(&["explain", file, "example.com/app/inner.Run"]);
    let why = "module path: example.com/app/inner/inner.go is of no module of the workspace";
    assert!(text.contains("not found; tried:") && text.contains(why), "{text}");
    // What a user says comes first.
    let pair = format!("example.com/app={}", place.root.join("ws/app").display());
    let mut command = place.lens.command(&["explain", file, "main.main", "--json"]);
    command.args(["--substitute-path", &pair]).current_dir(place.root.join("ws"));
    let answer: Value = serde_json::from_str(&process::run(&mut command, b"").stdout).unwrap();
    assert_eq!(answer["frames"][0]["rule"], "substitutePath");
    assert_eq!(answer["frames"][0]["root"], "workspace");
}

#[test]
fn vendored_builds() {
    let place = Place::new(REPLACED);
    place.go("ws/app", &["mod", "tidy"]);
    place.go("ws/app", &["mod", "vendor"]);
    let far = "ws/app/vendor/example.com/Far/deep/deep.go";
    let profile = place.profile("ws/app", &["-mod=vendor"]);
    let at = |rule: &str| format!("{far} {rule}");
    place.check(
        "ws",
        &profile,
        &[
            ("example.com/app/inner.Run", "ws/app/inner/inner.go absolute"),
            ("example.com/Far/deep.Call", &at("absolute")),
            ("example.com/dep.Call", "ws/app/vendor/example.com/dep/dep.go absolute"),
        ],
    );
    fs::rename(place.root.join("ws"), place.root.join("moved")).unwrap();
    place.check(
        "moved",
        &profile,
        &[
            ("example.com/app/inner.Run", "moved/app/inner/inner.go packagePath"),
            ("example.com/Far/deep.Call", &at("vendor").replace("ws/", "moved/")),
            ("example.com/dep.Call", "moved/app/vendor/example.com/dep/dep.go vendor"),
        ],
    );
    let profile = place.profile("moved/app", &["-mod=vendor", "-trimpath"]);
    place.check(
        "moved",
        &profile,
        &[
            ("example.com/app/inner.Run", "moved/app/inner/inner.go modulePath"),
            ("example.com/Far/deep.Call", &at("vendor").replace("ws/", "moved/")),
            // The folder that the copy was made from is what somebody edits.
            ("example.com/dep.Call", "moved/dep/dep.go modulePath"),
        ],
    );
}

#[test]
fn workspaces_of_several_modules() {
    let place = Place::new("");
    place.write("ws/go.work", "go 1.24\n\nuse (\n\t./app\n\t./dep\n)\n");
    place.go("ws/app", &["mod", "download"]);
    let profile = place.profile("ws/app", &[]);
    place.check("ws", &profile, &[("example.com/dep.Call", "ws/dep/dep.go absolute")]);
    let profile = place.profile("ws/app", &["-trimpath"]);
    place.check(
        "ws",
        &profile,
        &[
            ("main.main", "ws/app/main.go modulePath"),
            ("example.com/dep.Call", "ws/dep/dep.go modulePath"),
            ("example.com/Far/deep.Call", &format!("{FAR} moduleCache")),
        ],
    );
}

#[test]
fn built_in_another_folder_and_moved() {
    let place = Place::new(REPLACED);
    place.go("ws/app", &["mod", "tidy"]);
    // A folder as a container may have it, which says nothing of the module.
    fs::rename(place.root.join("ws/app"), place.root.join("ws/src")).unwrap();
    let profile = place.profile("ws/src", &[]);
    fs::rename(place.root.join("ws"), place.root.join("here")).unwrap();
    fs::rename(place.root.join("here/src"), place.root.join("here/mine")).unwrap();
    fs::rename(place.root.join("cache"), place.root.join("gone")).unwrap();
    fs::create_dir_all(place.root.join("cache/pkg")).unwrap();
    fs::rename(place.root.join("gone/pkg/mod"), place.root.join("cache/pkg/mod")).unwrap();
    let expected = [
        ("example.com/app/inner.Run", "here/mine/inner/inner.go packagePath"),
        ("example.com/dep.Call", "here/dep/dep.go packagePath"),
        // `write` is in no other file of that name.
        ("main.write", "here/mine/main.go suffix"),
        ("main.main", "here/mine/main.go suffix"),
        ("sync.(*Once).Do", "GOROOT/src/sync/once.go absolute"),
    ];
    place.check("here", &profile, &expected);
    // Two programs have such a file: what the package `inner` shows of the folder decides.
    place.write("here/other/go.mod", "module example.com/other\n");
    place.write("here/other/main.go", MAIN);
    let mut expected = expected;
    expected[2].1 = "here/mine/main.go learned";
    expected[3].1 = "here/mine/main.go learned";
    place.check("here", &profile, &expected);
    // The same through a link.
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(place.root.join("here"), place.root.join("link")).unwrap();
        let explained = place.explained("link", &profile);
        assert!(explained["main.main"].ends_with("learned"), "{explained:?}");
    }
}

#[test]
fn built_in_the_folders_of_containers() {
    let place = Place::new(REPLACED);
    place.go("ws/app", &["mod", "tidy"]);
    for folder in ["/src", "/go/src/app", "/workspace/build"] {
        // The compiler writes the names that it would write there.
        let here = place.root.join("ws/app");
        let flag = format!("-gcflags=example.com/app/...=-trimpath={}=>{folder}", here.display());
        let profile = place.profile("ws/app", &[&flag]);
        place.check(
            "ws",
            &profile,
            &[
                ("main.main", "ws/app/main.go suffix"),
                ("main.write", "ws/app/main.go suffix"),
                ("example.com/app/inner.Run", "ws/app/inner/inner.go packagePath"),
            ],
        );
    }
}

#[test]
fn a_file_given_to_go_run() {
    let place = Place::new(REPLACED);
    place.go("ws/app", &["mod", "tidy"]);
    // Every program has a `main.go` with a `main`; `write` is in one.
    place.write("ws/app/cmd/main.go", "package main\n\nfunc main() {\n}\n");
    let profile = place.root.join("profile");
    place.go("ws/app", &["run", "-trimpath", "main.go", profile.to_str().unwrap()]);
    place.check(
        "ws",
        &profile,
        &[
            ("main.write", "ws/app/main.go commandLine"),
            ("main.main", "ws/app/main.go commandLine"),
            ("example.com/app/inner.Run", "ws/app/inner/inner.go modulePath"),
        ],
    );
}

#[test]
fn the_tree_of_the_go_version_that_built_the_program() {
    let target = Target::start(Program::SidecarTrimmed, &[]);
    let place = Place::new("");
    // The Go that is used here is another than the one that built the program.
    place.write("goroot/VERSION", "go1.2.3\n");
    place.write("goroot/src/runtime/proc.go", "package runtime\n");
    let explained = || {
        let url = format!("{}goroutine", target.url());
        let mut command = place.lens.command(&["explain", &url, "runtime.main", "--json"]);
        command
            .current_dir(Program::SidecarTrimmed.root())
            .env("GOROOT", place.root.join("goroot"))
            .env("GOMODCACHE", place.root.join("cache/pkg/mod"))
            .env("HOME", &place.root);
        let finished = process::run(&mut command, b"");
        let answer: Value = serde_json::from_str(&finished.stdout).unwrap();
        answer["frames"][0].clone()
    };
    let version = version_of(&mut go());
    let tree = place.root.join("sdk").join(&version);
    fs::create_dir_all(tree.join("src/runtime")).unwrap();
    for file in ["VERSION", "src/runtime/proc.go"] {
        fs::copy(Path::new(goroot()).join(file), tree.join(file)).unwrap();
    }
    let file = tree.join("src/runtime/proc.go");
    assert_eq!(explained()["file"], file.to_str().unwrap());
    fs::write(tree.join("VERSION"), "go1.2.4\n").unwrap();
    assert_ne!(explained()["file"], file.to_str().unwrap());
}
