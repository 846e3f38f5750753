//! Tests of the rules for code of others: vendored, in the module cache, and Go's own.

use super::super::roots::RootKind;
use super::Resolver;
use super::outcome::Resolution;
use super::tests::Tree;

#[test]
fn finds_vendored_code_as_code_of_others() {
    let tree = Tree::new();
    tree.write("ws/vendor/golang.org/x/sync/errgroup/e.go", "package errgroup\n");
    tree.write("ws/vendor/e.org/only/o.go", "package only\n");
    tree.write("ws/vendor/modules.txt", "# golang.org/x/sync v0.7.0\n# e.org/only v1.0.0\n");
    let sync = "golang.org/x/sync/errgroup.F";
    let vendored = "ws/vendor/golang.org/x/sync/errgroup/e.go";
    for (path, function, expected) in [
        ("/ci/app/vendor/golang.org/x/sync/errgroup/e.go", sync, "by vendor folder"),
        ("golang.org/x/sync@v0.7.0/errgroup/e.go", sync, "by vendor folder"),
        ("$/ws/vendor/golang.org/x/sync/errgroup/e.go", sync, "by path on this machine"),
    ] {
        tree.check(path, function, &format!("{vendored} {expected}"));
    }
    // What is in the module cache was not vendored.
    let cached = "/root/go/pkg/mod/golang.org/x/sync@v0.7.0/errgroup/e.go";
    tree.check(cached, sync, "cache/golang.org/x/sync@v0.7.0/errgroup/e.go by module cache");
    let only = "/root/go/pkg/mod/e.org/only@v1.0.0/o.go";
    tree.check(only, "e.org/only.F", "ws/vendor/e.org/only/o.go by vendor folder");
    tree.check(&only.replace("v1.0.0", "v1.0.1"), "e.org/only.F", "nowhere");
    let resolver = Resolver::new(tree.places.clone());
    let Resolution::Found { root, .. } =
        resolver.resolve("/ci/vendor/e.org/only/o.go", "e.org/only.F")
    else {
        panic!("not found");
    };
    assert_eq!(root, RootKind::Vendor);
}

#[test]
fn a_version_of_a_dependency_is_not_what_is_checked_out() {
    let mut tree = Tree::new();
    tree.write("ws/lib/y/go.mod", "module e.org/y\n");
    tree.write("ws/lib/y/y.go", "package y\n");
    for path in ["e.org/y@v1.0.0/y.go", "/root/go/pkg/mod/e.org/y@v1.0.0/y.go"] {
        tree.places.main_package = Some("example.com/sidecar/cmd/sidecar".to_owned());
        tree.check(path, "e.org/y.F", "nowhere");
        tree.places.main_package = Some("e.org/y/cmd".to_owned());
        assert_ne!(tree.shown(path, "e.org/y.F"), "nowhere");
    }
    tree.write("cache/e.org/y@v1.0.0/y.go", "package y\n");
    tree.check("e.org/y@v1.0.0/y.go", "e.org/y.F", "cache/e.org/y@v1.0.0/y.go by module cache");
    tree.check("e.org/y/y.go", "e.org/y.F", "ws/lib/y/y.go by module path");
}

#[test]
fn tells_gos_own_packages_from_the_users() {
    let tree = Tree::new();
    tree.write("ws/short/go.mod", "module short\n");
    tree.write("ws/short/x/x.go", "package x\n");
    tree.write("go/src/time/sleep.go", "package time\n");
    tree.write("go/src/runtime/time.go", "package runtime\n");
    tree.check(
        "/b/short/src/short/x/x.go",
        "short/x.F",
        "ws/short/x/x.go by package of the function",
    );
    tree.check("/b/src/other/x.go", "other.F", "nowhere");
    // A function that another package has under its own name.
    for path in ["runtime/time.go", "/usr/lib/go-1.22/src/runtime/time.go"] {
        tree.check(path, "time.Sleep", "go/src/runtime/time.go by GOROOT");
    }
    let named = "/var/cache/golang.org/x/sync@v0.7.0/errgroup/e.go";
    let cached = "cache/golang.org/x/sync@v0.7.0/errgroup/e.go by module cache";
    tree.check(named, "golang.org/x/sync/errgroup.F", cached);
}

#[test]
fn takes_the_tree_of_the_go_version_that_built() {
    let mut tree = Tree::new();
    tree.places.go_version = Some("go1.25.1 X:x".to_owned());
    tree.places.go_folders = vec![tree.root.join("sdk")];
    let toolchain = "cache/golang.org/toolchain@v0.0.1-go1.25.1.linux-amd64";
    tree.write("sdk/go1.25.1/src/runtime/proc.go", "package runtime\n");
    tree.write("sdk/go1.25.1/VERSION", "go1.25.2\n");
    tree.write(&format!("{toolchain}/src/runtime/proc.go"), "package runtime\n");
    tree.check("runtime/proc.go", "runtime.gopark", "nowhere");
    tree.write("sdk/go1.25.1/VERSION", "go1.25.1\n");
    let paths = ["runtime/proc.go", "$/go/src/runtime/proc.go", "/x/src/runtime/proc.go"];
    for path in paths {
        tree.check(path, "runtime.gopark", "sdk/go1.25.1/src/runtime/proc.go by GOROOT");
    }
    tree.write(&format!("{toolchain}/VERSION"), "go1.25.1\n");
    for path in paths {
        tree.check(path, "runtime.gopark", &format!("{toolchain}/src/runtime/proc.go by GOROOT"));
    }
    let path =
        "/root/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.25.1.linux-amd64/src/runtime/proc.go";
    let expected = format!("{toolchain}/src/runtime/proc.go by module cache");
    tree.check(path, "runtime.gopark", &expected);
    tree.places.go_version = Some("go1/../../secret".to_owned());
    for path in ["$/sdk/go1.25.1/src/runtime/proc.go", "runtime/proc.go"] {
        tree.check(path, "runtime.gopark", "nowhere");
    }
}

#[test]
fn shows_no_lines_of_another_go_version() {
    let mut tree = Tree::new();
    tree.places.go_version = Some("go1.26.8 X:nogreenteagc".to_owned());
    tree.check("runtime/proc.go", "runtime.gopark", "go/src/runtime/proc.go by GOROOT");
    tree.places.go_version = Some("go1.25.1".to_owned());
    tree.check("runtime/proc.go", "runtime.gopark", "nowhere");
    tree.check("$/go/src/runtime/proc.go", "runtime.gopark", "nowhere");
}
