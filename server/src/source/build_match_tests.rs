//! Compares builds with modules that lie here.

use std::fs;
use std::sync::Arc;

use tempfile::TempDir;

use super::super::run_git::git;
use super::super::texts::{Doubt, Origin, Seen, Texts};
use super::super::{Revision, RootKind};
use super::*;

fn module(path: &str, version: &str, replace: Option<(&str, &str)>) -> Module {
    let replace = replace.map(|(path, version)| Box::new(module(path, version, None)));
    Module { path: path.to_owned(), version: version.to_owned(), replace }
}

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

/// What is known of the module `m` in this folder, with Go in its folder `goroot`.
fn places(dir: &TempDir) -> Places {
    Places {
        workspace: vec![dir.path().to_owned()],
        goroot: Some(dir.path().join("goroot")),
        main_module: Some("m".to_owned()),
        ..Places::default()
    }
}

fn here(dir: &TempDir) -> Here {
    let places = places(dir);
    Here::of(&places, &Modules::find(&places.workspace))
}

#[test]
fn names_dependencies_at_another_version() {
    let go_mod = "module m\nrequire (\n\te.org/same v1.0.0\n\te.org/newer v1.2.0 // indirect\n\
        \te.org/old v2.0.0+incompatible\n\te.org/unused v9.0.0\n\te.org/all v1.0.0\n\
        \te.org/one v1.0.0\n\te.org/gone v1.0.0\n)\n\
        replace e.org/all => ../all\nreplace (\n\te.org/one => ./any\n\
        \te.org/one v1.0.0 => f.org/one v1.0.1\n\te.org/one v1.1.0 => ./other\n)\n";
    let built = [
        module("e.org/same", "v1.0.0", None),
        module("e.org/newer", "v1.1.0", None),
        module("e.org/old", "v2.0.0+incompatible", None),
        module("e.org/all", "v1.0.0", Some(("../all", "(devel)"))),
        module("e.org/one", "v1.0.0", Some(("f.org/one", "v1.0.1"))),
        module("e.org/gone", "v1.0.0", Some(("./gone", ""))),
        module("e.org/never", "v1.0.0", None),
    ];
    let differs = |files: &[(&str, &str)]| {
        let found = here(&folder(files)).dependencies(&built);
        found.iter().map(Differs::to_string).collect::<Vec<_>>()
    };
    let expected = [
        "e.org/newer: built with v1.1.0, here is v1.2.0",
        "e.org/gone: built with ./gone, here is v1.0.0",
    ];
    assert_eq!(differs(&[("go.mod", go_mod)]), expected);
    assert_eq!(differs(&[("go.mod", go_mod), ("go.work", "use .\n")]), Vec::<String>::new());
    assert_eq!(differs(&[]), Vec::<String>::new());
}

#[test]
fn knows_which_go_would_build_here() {
    let check = |goroot: &str, go_mod: &str, built: &str, expected: Option<&str>| {
        let version = format!("{goroot}\ntime 2026\n");
        let files = [("goroot/VERSION", version.as_str()), ("go.mod", go_mod)];
        let dir = folder(if goroot.is_empty() { &files[1..] } else { &files });
        let found = here(&dir).go(built);
        assert_eq!(found.map(|it| it.here).as_deref(), expected, "{goroot} {go_mod} {built}");
    };
    let old = "module m\ngo 1.24\n";
    check("go1.26.8", old, "go1.26.8", None);
    check("go1.26.8", old, "go1.26.8 X:loopvar", None);
    check("go1.26.8", old, "go1.26.10", Some("go1.26.8"));
    check("go1.26.8", old, "go1.27rc1", Some("go1.26.8"));
    check("go1.27", old, "go1.27.0", None);
    check("go1.26.8", old, "devel go1.28-abc", None);
    check("go1.26.8", "module m\ngo 1.26\ntoolchain go1.27.1\n", "go1.27.1", None);
    check("go1.26.8", "module m\ngo 1.27.0\n", "go1.26.8", Some("go1.27.0"));
    check("", old, "go1.26.8", None);
    check("", "module m\ngo 1.27.0\n", "go1.26.8", Some("go1.27.0"));
    check("", "", "go1.26.8", None);
}

fn build(vcs: &[(&str, &str)]) -> BuildInfo {
    let settings = vcs.iter().map(|(key, value)| (format!("vcs{key}"), (*value).to_owned()));
    BuildInfo {
        go_version: "go1.26.8".to_owned(),
        main: Some(module("m", "(devel)", None)),
        settings: settings.collect(),
        ..BuildInfo::default()
    }
}

#[test]
fn says_how_commits_differ() {
    let dir = folder(&[("go.mod", "module m\n"), ("goroot/VERSION", "go1.26.8\n")]);
    let (one, two) = ("1".repeat(40), "2".repeat(40));
    let check = |vcs: &[(&str, &str)], is_warned: bool, expected: &str| {
        let build = build(vcs);
        let places =
            Places { vcs_revision: build.clean_commit().map(str::to_owned), ..places(&dir) };
        let modules = Modules::find(&places.workspace);
        let found =
            BuildMatch::of(&build, &Committed::of(&places, &modules), &Here::of(&places, &modules));
        assert_eq!(found.commit.to_string(), expected);
        assert_eq!(found.warning(), is_warned.then(|| expected.to_owned()));
        found
    };
    let clean = |commit| [("", "git"), (".revision", commit), (".modified", "false")];
    let changed = |commit| [("", "git"), (".revision", commit), (".modified", "true")];
    let unknown = "not compared with the workspace:";
    check(
        &clean(&one),
        false,
        &format!("{unknown} its main module lies in no git repository here"),
    );
    // Nothing but a HEAD.
    fs::create_dir_all(dir.path().join(".git/objects")).unwrap();
    fs::write(dir.path().join(".git/HEAD"), format!("{one}\n")).unwrap();
    let same = check(&clean(&one), false, "built from commit 1111111, where the workspace is");
    let missing = "commit 1111111 is not in the repository here: run git fetch, with --unshallow \
        in a shallow clone";
    assert_eq!(same.unread.as_deref(), Some(missing));
    check(&clean(&two), true, "built from commit 2222222, the workspace is at 1111111");
    let not_committed = "with changes that were not committed";
    let same = check(&changed(&one), true, &format!("built from commit 1111111 {not_committed}"));
    assert_eq!(same.unread, None);
    check(
        &changed(&two),
        true,
        &format!("built from commit 2222222 {not_committed}, the workspace is at 1111111"),
    );
    check(
        &[],
        false,
        &format!("{unknown} the executable names no commit: go build -buildvcs=true writes it"),
    );
    check(
        &[("", "hg"), (".revision", "abc")],
        false,
        &format!("{unknown} built from hg, and only git is read"),
    );
    fs::write(dir.path().join(".git/HEAD"), "ref: refs/heads/none").unwrap();
    check(&clean(&one), false, &format!("{unknown} HEAD names no commit that can be read here"));
    fs::remove_file(dir.path().join("go.mod")).unwrap();
    check(&clean(&one), false, &format!("{unknown} its main module is not in the workspace"));
}

#[test]
fn knows_a_clean_build_by_its_commit() {
    let dir = folder(&[("go.mod", "module m\n"), ("a.go", "built"), ("b.go", "stays")]);
    let root = dir.path();
    git(root, &["init", "-q"]);
    git(root, &["add", "-A"]);
    git(root, &["commit", "-qm", "built"]);
    let commit = git(root, &["rev-parse", "HEAD"]);
    fs::write(root.join("a.go"), "saved since").unwrap();
    fs::write(root.join("new.go"), "new").unwrap();
    let text = |revision: &str, main_module: &str, name: &str| {
        let places = Places {
            main_module: Some(main_module.to_owned()),
            vcs_revision: Some(revision.to_owned()),
            // Every file is newer than this.
            built_at: Some(1),
            ..places(&dir)
        };
        let modules = Modules::find(&places.workspace);
        let committed = Arc::new(Committed::of(&places, &modules));
        let texts = Texts::new(&places, committed, Arc::default());
        let path = root.join(name);
        let read = || fs::read_to_string(&path).ok();
        let found = texts.get(&path, RootKind::Workspace, read).unwrap();
        (found.text.text().to_owned(), found.origin)
    };
    assert_eq!(text(&commit, "m", "a.go"), ("built".to_owned(), Origin::Commit));
    assert_eq!(text(&commit, "m", "b.go"), ("stays".to_owned(), Origin::Commit));
    let newer = Origin::Doubtful(Doubt::Newer);
    assert_eq!(text(&commit, "m", "new.go"), ("new".to_owned(), newer.clone()));
    assert_eq!(text(&"1".repeat(40), "m", "a.go"), ("saved since".to_owned(), newer.clone()));
    assert_eq!(text(&commit, "other", "a.go"), ("saved since".to_owned(), newer));
}

/// A text that is still the same is the same one, so that its lines need no comparison.
#[test]
fn shares_texts_that_are_one() {
    let seen = Seen::default();
    let path = Path::new("a.go");
    let first = seen.note(path, 1, "one".to_owned());
    seen.note(path, 2, "two".to_owned());
    assert!(Arc::ptr_eq(&first, &seen.shared(path, "one".to_owned())));
    let other: Arc<Revision> = seen.shared(path, "three".to_owned());
    assert_eq!(other.text(), "three");
}
