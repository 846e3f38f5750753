//! Tests of `resolve`: a tree of files as text, a path and a function in, a file and a rule out.

use std::fs;

use tempfile::TempDir;

use super::*;
use crate::config::SubstitutePath;

pub(super) struct Tree {
    _dir: TempDir,
    pub(super) root: PathBuf,
    pub(super) places: Places,
}

impl Tree {
    /// `ws` is the workspace, `go` GOROOT and `cache` the module cache.
    pub(super) fn new() -> Tree {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let tree = Tree {
            places: Places {
                workspace: vec![root.join("ws")],
                goroot: Some(root.join("go")),
                module_cache: Some(root.join("cache")),
                ..Places::default()
            },
            root,
            _dir: dir,
        };
        for path in [
            "ws/cmd/sidecar/main.go",
            "ws/internal/a.go",
            "ws/internal/a_test.go",
            "ws/root.go",
            "ws/lib/x/x.go",
            "go/src/runtime/proc.go",
            "go/src/net/http/server.go",
            "go/src/vendor/golang.org/x/net/h.go",
            "cache/golang.org/x/sync@v0.7.0/errgroup/e.go",
            "cache/github.com/!burnt!sushi/toml@v1.4.0/parse.go",
            "secret/passwd",
        ] {
            tree.write(path, "package x\n");
        }
        tree.write("ws/go.mod", "module example.com/sidecar\nreplace forked.org/x => ./lib/x\n");
        tree.write("go/VERSION", "go1.26.8\ntime 2026-07-01\n");
        tree
    }

    pub(super) fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(super) fn shown(&self, path: &str, function: &str) -> String {
        let path = path.replace('$', self.root.to_str().unwrap());
        match Resolver::new(self.places.clone()).resolve(&path, function) {
            Resolution::Found { path, rule, .. } => {
                format!("{} by {rule}", path.strip_prefix(&self.root).unwrap().display())
            }
            Resolution::NotFound { .. } => "nowhere".to_owned(),
        }
    }

    pub(super) fn check(&self, path: &str, function: &str, expected: &str) {
        assert_eq!(self.shown(path, function), expected, "{path} {function}");
    }
}

#[test]
fn finds_the_forms_that_go_writes() {
    let tree = Tree::new();
    for (path, function, expected) in [
        (
            "$/ws/internal/a.go",
            "example.com/sidecar/internal.F",
            "ws/internal/a.go by path on this machine",
        ),
        ("example.com/sidecar/internal/a.go", "x.F", "ws/internal/a.go by module path"),
        ("example.com/sidecar@v1.2.3/internal/a.go", "x.F", "ws/internal/a.go by module path"),
        ("forked.org/x@v0.1.0/x.go", "forked.org/x.F", "ws/lib/x/x.go by module path"),
        (
            "/home/runner/work/s/s/internal/a.go",
            "example.com/sidecar/internal.F",
            "ws/internal/a.go by package of the function",
        ),
        (
            "/build/internal/a_test.go",
            "example.com/sidecar/internal_test.TestF",
            "ws/internal/a_test.go by package of the function",
        ),
        ("/app/root.go", "example.com/sidecar.F", "ws/root.go by package of the function"),
        (
            "/home/me@e.org/root.go",
            "example.com/sidecar.F",
            "ws/root.go by package of the function",
        ),
        (
            "/go/src/app/cmd/sidecar/main.go",
            "main.main",
            "ws/cmd/sidecar/main.go by end of the path",
        ),
        ("/home/runner/work/sidecar/sidecar/root.go", "main.main", "ws/root.go by end of the path"),
        (
            "golang.org/x/sync@v0.7.0/errgroup/e.go",
            "golang.org/x/sync/errgroup.F",
            "cache/golang.org/x/sync@v0.7.0/errgroup/e.go by module cache",
        ),
        (
            "/root/go/pkg/mod/golang.org/x/sync@v0.7.0/errgroup/e.go",
            "golang.org/x/sync/errgroup.F",
            "cache/golang.org/x/sync@v0.7.0/errgroup/e.go by module cache",
        ),
        (
            "github.com/BurntSushi/toml@v1.4.0/parse.go",
            "github.com/BurntSushi/toml.F",
            "cache/github.com/!burnt!sushi/toml@v1.4.0/parse.go by module cache",
        ),
        (
            "$/go/src/runtime/proc.go",
            "runtime.gopark",
            "go/src/runtime/proc.go by path on this machine",
        ),
        ("runtime/proc.go", "runtime.gopark", "go/src/runtime/proc.go by GOROOT"),
        (
            "/usr/lib/go-1.22/src/net/http/server.go",
            "net/http.(*conn).serve",
            "go/src/net/http/server.go by GOROOT",
        ),
        (
            "/opt/go/src/vendor/golang.org/x/net/h.go",
            "vendor/golang.org/x/net.F",
            "go/src/vendor/golang.org/x/net/h.go by GOROOT",
        ),
    ] {
        tree.check(path, function, expected);
    }
}

#[test]
fn finds_nothing_rather_than_the_wrong_file() {
    let tree = Tree::new();
    tree.write("ws/tools/go.mod", "module example.com/tools\n");
    tree.write("ws/tools/cmd/sidecar/main.go", "package main\n");
    for (path, function) in [
        // Another program's package with a file of the same name.
        ("/build/internal/a.go", "example.org/other/internal.F"),
        // The path does not agree with the package.
        ("/build/elsewhere/a.go", "example.com/sidecar/internal.F"),
        // A program of another module.
        ("/root/go/pkg/mod/e.org/x@v1.0.0/cmd/sidecar/main.go", "main.main"),
        ("e.org/x@v1.0.0/cmd/sidecar/main.go", "main.main"),
        // A bare name in an unrelated folder.
        ("/build/other/root.go", "main.main"),
        ("root.go", "main.main"),
        // Two modules fit equally well.
        ("/build/cmd/sidecar/main.go", "main.main"),
        ("/build/x.go", ""),
        ("", "main.main"),
        ("<autogenerated>", "main.(*T).Run"),
        ("_cgo_gotypes.go", "main._Cfunc_sleep"),
    ] {
        tree.check(path, function, "nowhere");
    }
}

#[test]
fn the_build_info_names_main() {
    let mut tree = Tree::new();
    tree.write("ws/main.go", "package main\n");
    tree.check("/app/main.go", "main.main", "nowhere");
    tree.places.main_package = Some("example.com/sidecar".to_owned());
    tree.check("/app/main.go", "main.main", "ws/main.go by package of the function");
    tree.places.main_package = Some("example.org/other".to_owned());
    tree.check("/go/src/app/cmd/sidecar/main.go", "main.main", "nowhere");
}

#[test]
fn leaves_the_roots_by_no_way() {
    let mut tree = Tree::new();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(tree.root.join("secret"), tree.root.join("ws/internal/out"))
            .unwrap();
        std::os::unix::fs::symlink("/etc", tree.root.join("cache/etc@v1")).unwrap();
    }
    for (path, function) in [
        ("$/secret/passwd", "main.main"),
        ("$/ws/../secret/passwd", "main.main"),
        ("$/ws/internal/out/passwd", "main.main"),
        ("example.com/sidecar/../secret/passwd", "main.main"),
        ("example.com/sidecar//etc/passwd", "main.main"),
        ("/x/internal/out/passwd", "example.com/sidecar/internal/out.F"),
        ("/x/internal/../../secret/passwd", "example.com/sidecar/internal/../../secret.F"),
        ("etc@v1/passwd", "etc.F"),
        ("/root/go/pkg/mod/../../secret/passwd", "x.F"),
        ("/x/src/../../secret/passwd", "../../secret.F"),
        ("/etc/passwd", "main.main"),
        ("/proc/self/environ", "main.main"),
        ("$/ws/internal", "main.main"),
        ("a\0b", "main.main"),
        ("\\\\host\\share\\a.go", "main.main"),
        ("file:///etc/passwd", "main.main"),
    ] {
        tree.check(path, function, "nowhere");
    }
    tree.places.substitute_path = vec![SubstitutePath {
        from: "/src".to_owned(),
        to: tree.root.join("secret").display().to_string(),
    }];
    tree.check("/src/passwd", "main.main", "nowhere");
}

#[test]
fn reads_nothing_outside_the_roots() {
    let tree = Tree::new();
    let resolver = Resolver::new(tree.places.clone());
    let read = |path: &str| resolver.read(&tree.root.join(path));
    assert_eq!(read("ws/internal/a.go").as_deref(), Some("package x\n"));
    assert!(read("secret/passwd").is_none());
}

#[test]
fn substitutes_as_the_user_says() {
    let mut tree = Tree::new();
    let to = tree.root.join("ws/internal").display().to_string();
    tree.places.substitute_path = vec![SubstitutePath { from: "/build/deep/".to_owned(), to }];
    tree.check("/build/deep/a.go", "what.Ever", "ws/internal/a.go by substitutePath");
    tree.check("/build/deeper/a.go", "what.Ever", "nowhere");
    let at = |path: &str| tree.root.join(path).display().to_string();
    for (pairs, path, expected) in [
        // The first that fits decides, even when it leads nowhere.
        (vec![("/b", at("ws")), ("/b/deep", at("ws/internal"))], "/b/deep/a.go", "nowhere"),
        (
            vec![("/b/deep", at("ws/internal")), ("/b", at("ws"))],
            "/b/deep/a.go",
            "ws/internal/a.go",
        ),
        // Nothing to start with: paths that start nowhere.
        (vec![("", at("ws"))], "internal/a.go", "ws/internal/a.go"),
        (vec![("", at("ws"))], "/internal/a.go", "nowhere"),
        // Nothing to put there: the path starts nowhere.
        (vec![("/b", String::new())], "/b/internal/a.go", "ws/internal/a.go"),
        (
            vec![("/b", String::new())],
            "/b/example.com/sidecar/internal/a.go",
            "ws/internal/a.go by module path",
        ),
        (vec![("/b/x.go", at("ws/internal/a.go"))], "/b/x.go", "ws/internal/a.go"),
        (vec![(r"c:\work", at("ws"))], r"C:\Work\internal\a.go", "ws/internal/a.go"),
        (vec![(r"c:\work", at("ws"))], r"C:\Workshop\internal\a.go", "nowhere"),
        (vec![("/b", at("ws/internal"))], "/b/../../secret/passwd", "nowhere"),
    ] {
        let pairs =
            pairs.into_iter().map(|(from, to)| SubstitutePath { from: from.to_owned(), to });
        tree.places.substitute_path = pairs.collect();
        let is_whole = expected == "nowhere" || expected.contains(" by ");
        let by = if is_whole { "" } else { " by substitutePath" };
        tree.check(path, "what.Ever", &format!("{expected}{by}"));
    }
}

#[test]
fn functions_decide_between_files_that_fit() {
    let tree = Tree::new();
    for (copy, function) in [("one", "First"), ("two", "Second")] {
        tree.write(&format!("ws/{copy}/go.mod"), "module e.org/copied\n");
        let text = format!("package p\nfunc Both() {{\n}}\nfunc {function}() {{\n}}\n");
        tree.write(&format!("ws/{copy}/p/a.go"), &text);
        tree.write(&format!("ws/{copy}/p/same.go"), "package p\nfunc Same() {\n}\n");
    }
    for path in ["e.org/copied/p/a.go", "/ci/p/a.go"] {
        let rule = if path.starts_with('/') { "package of the function" } else { "module path" };
        let expected = format!("ws/two/p/a.go by {rule}");
        tree.check(path, "e.org/copied/p.Second", &expected);
        tree.check(path, "e.org/copied/p.Second.func1", &expected);
        tree.check(path, "e.org/copied/p.Both", "nowhere");
        tree.check(path, "e.org/copied/p.Neither", "nowhere");
        // What else is in the file counts, whatever is asked for first.
        let resolver = Resolver::new(tree.places.clone());
        let both = (path, "e.org/copied/p.Both");
        let second = (path, "e.org/copied/p.Second");
        resolver.learn(&[both, second]);
        let found = resolver.resolve(both.0, both.1);
        assert_eq!(found, resolver.resolve(second.0, second.1));
        assert!(matches!(found, Resolution::Found { .. }), "{found:?}");
    }
    // The folder that one file shows decides for those that are alike.
    let resolver = Resolver::new(tree.places.clone());
    let same = ("/ci/p/same.go", "e.org/copied/p.Same");
    let Resolution::NotFound { tried } = resolver.resolve(same.0, same.1) else { panic!("found") };
    let why = &tried.iter().find(|it| it.rule == Rule::PackagePath).unwrap().why;
    assert!(why.contains("2 files fit") && why.contains("2 of them have"), "{why}");
    resolver.resolve("/ci/p/a.go", "e.org/copied/p.Second");
    let Resolution::Found { path, rule, .. } = resolver.resolve(same.0, same.1) else {
        panic!("not found");
    };
    assert_eq!((path, rule), (tree.root.join("ws/two/p/same.go"), Rule::Learned));
}

#[test]
fn learns_folders_in_any_order() {
    let tree = Tree::new();
    tree.write("ws/main.go", "package main\n");
    tree.write("ws/internal/c/x.c", "int f(void) {}\n");
    let mut pairs = vec![
        ("/src/main.go", "main.main"),
        ("/src/internal/c/x.c", "f"),
        ("/src/internal/a.go", "example.com/sidecar/internal.F"),
        ("/elsewhere/main.go", "main.main"),
    ];
    for _ in 0..2 {
        let resolver = Resolver::new(tree.places.clone());
        resolver.learn(&pairs);
        let shown = |(path, function): (&str, &str)| match resolver.resolve(path, function) {
            Resolution::Found { path, rule, .. } => {
                format!("{} {}", path.strip_prefix(&tree.root).unwrap().display(), rule.name())
            }
            Resolution::NotFound { .. } => "nowhere".to_owned(),
        };
        assert_eq!(shown(("/src/main.go", "main.main")), "ws/main.go learned");
        assert_eq!(shown(("/src/internal/c/x.c", "f")), "ws/internal/c/x.c learned");
        assert_eq!(shown(("/elsewhere/main.go", "main.main")), "nowhere");
        pairs.reverse();
    }
}

#[test]
fn finds_the_files_of_go_run() {
    let tree = Tree::new();
    tree.write("ws/cmd/a/main.go", "package main\nfunc main() {\n}\nfunc hot() {\n}\n");
    tree.write("ws/cmd/b/main.go", "package main\nfunc main() {\n}\n");
    tree.write("ws/cmd/b/other.go", "package main\nfunc other() {\n}\n");
    tree.check("./main.go", "main.main", "nowhere");
    tree.check("./main.go", "main.hot", "ws/cmd/a/main.go by file given to go run");
    tree.check("./other.go", "main.other", "ws/cmd/b/other.go by file given to go run");
    let resolver = Resolver::new(tree.places.clone());
    resolver.learn(&[("./main.go", "main.main"), ("./other.go", "main.other")]);
    let Resolution::Found { path, rule, .. } = resolver.resolve("./main.go", "main.main") else {
        panic!("not found");
    };
    assert_eq!((path, rule), (tree.root.join("ws/cmd/b/main.go"), Rule::Learned));
}

#[test]
fn reads_paths_of_windows() {
    let tree = Tree::new();
    for path in [r"C:\Users\x\sidecar\internal\a.go", "C:/Users/x/sidecar/internal/a.go"] {
        tree.check(
            path,
            "example.com/sidecar/internal.F",
            "ws/internal/a.go by package of the function",
        );
    }
    tree.check(
        r"C:\w\cmd\sidecar\main.go",
        "main.main",
        "ws/cmd/sidecar/main.go by end of the path",
    );
    let cached = "cache/golang.org/x/sync@v0.7.0/errgroup/e.go by module cache";
    let path = r"C:\Users\x\go\pkg\mod\golang.org\x\sync@v0.7.0\errgroup\e.go";
    tree.check(path, "golang.org/x/sync/errgroup.F", cached);
    let path = r"C:\Program Files\Go\src\runtime\proc.go";
    tree.check(path, "runtime.gopark", "go/src/runtime/proc.go by GOROOT");
}

#[test]
fn says_what_was_tried() {
    let tree = Tree::new();
    let resolver = Resolver::new(tree.places.clone());
    let Resolution::NotFound { tried } =
        resolver.resolve("/build/elsewhere/a.go", "example.com/sidecar/internal.F")
    else {
        panic!("found");
    };
    let shown: Vec<String> = tried.iter().map(|it| format!("{}: {}", it.rule, it.why)).collect();
    assert_eq!(
        shown,
        [
            "path on this machine: /build/elsewhere/a.go does not exist here",
            "module cache: /build/elsewhere/a.go names no version of a module",
            "package of the function: /build/elsewhere/a.go does not end in internal, the folder of package example.com/sidecar/internal",
            "GOROOT: package example.com/sidecar/internal is of a module of the workspace",
            "folder learned from other files: no file that was found shows where this folder of the build is",
        ]
    );
}

#[test]
fn gives_up_on_paths_that_nobody_wrote() {
    let tree = Tree::new();
    let resolver = Resolver::new(tree.places.clone());
    let start = std::time::Instant::now();
    for idx in 0..500 {
        for path in [
            format!("/{idx}{}", "/a.b/src".repeat(400)),
            format!("/{idx}{}/x@v1/a.go", "/a.b".repeat(900)),
            format!("/{idx}{}", "/vendor".repeat(6_000)),
            format!("./{idx}.go"),
        ] {
            for function in ["main.main", "runtime.gopark", "example.com/sidecar.F"] {
                assert!(matches!(resolver.resolve(&path, function), Resolution::NotFound { .. }));
            }
        }
    }
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[cfg(unix)]
#[test]
fn spells_files_as_the_editor_does() {
    let mut tree = Tree::new();
    let link = tree.root.join("link");
    std::os::unix::fs::symlink(tree.root.join("ws"), &link).unwrap();
    tree.places.workspace = vec![link.clone()];
    tree.check("$/ws/internal/a.go", "x.F", "link/internal/a.go by path on this machine");
    let resolver = Resolver::new(tree.places.clone());
    let real = tree.root.join("ws/internal/a.go");
    assert_eq!(resolver.spell(&real), Some(link.join("internal/a.go")));
    assert_eq!(resolver.spell(Path::new("/etc/passwd")), None);
}
