//! Finds the tree of the very Go version that a program was built with.

use std::fs;
use std::path::{Path, PathBuf};

use super::roots::{self, Places};

/// Folders of the module cache that are looked at for toolchains.
const MOST_TOOLCHAINS: usize = 1_000;

/// Go's own trees here that have the lines of a build.
#[derive(Debug, Default)]
pub(super) struct GoTrees {
    /// Best first. Invariant: where the build's Go version is known, all are of that version.
    pub(super) all: Vec<PathBuf>,
    /// Why GOROOT is none of them.
    pub(super) goroot_differs: Option<String>,
}

impl GoTrees {
    /// GOROOT, if it is of the build's version or that is not known; else a tree that is.
    pub(super) fn find(places: &Places) -> GoTrees {
        let version = places.go_version.as_deref().and_then(first_word);
        let goroot = places.goroot.as_deref();
        let here = goroot.and_then(version_of);
        let differs = match (version, &here) {
            (Some(built), Some(here)) if built != here => {
                goroot.map(|it| (built, format!("{} is {here}", it.display())))
            }
            _ => None,
        };
        let Some((built, what)) = differs else {
            let mut all: Vec<PathBuf> = goroot.into_iter().map(Path::to_owned).collect();
            if let (true, Some(version)) = (all.is_empty(), version) {
                all.extend(of_version(places, version));
            }
            return GoTrees { all, goroot_differs: None };
        };
        let all: Vec<PathBuf> = of_version(places, built).into_iter().collect();
        let mut why = format!("the program was built with {built}, and {what}");
        if all.is_empty() && number(built).is_some() {
            why += &format!("; `GOTOOLCHAIN={built} go version` downloads that one");
        }
        GoTrees { all, goroot_differs: Some(why) }
    }
}

/// `go1.26.8 X:loopvar` is go1.26.8 with an experiment.
fn first_word(version: &str) -> Option<&str> {
    version.split_whitespace().next()
}

/// `1.26.8` of `go1.26.8`. None for what comes from an executable that somebody made to lead
/// elsewhere.
fn number(version: &str) -> Option<&str> {
    let number = version.strip_prefix("go")?;
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'-' | b'_');
    number.bytes().all(is_plain).then_some(number)
}

fn of_version(places: &Places, version: &str) -> Option<PathBuf> {
    let minor: Vec<&str> = number(version)?.splitn(3, '.').take(2).collect();
    let minor = minor.join(".");
    let names = [
        version.to_owned(),
        format!("go-{minor}"),
        "go".to_owned(),
        format!("go@{minor}/libexec"),
        "go/libexec".to_owned(),
    ];
    let folders = places.go_folders.iter();
    let named = folders.flat_map(|folder| names.iter().map(|it| folder.join(it)));
    let toolchains = places.module_cache.iter().flat_map(|it| toolchains(it, version));
    toolchains.chain(named).find(|it| version_of(it).as_deref() == Some(version))
}

/// `golang.org/toolchain@v0.0.1-go1.25.1.linux-amd64` in the module cache, of any system: their
/// sources are the same.
fn toolchains(cache: &Path, version: &str) -> Vec<PathBuf> {
    let start = format!("toolchain@v0.0.1-{version}.");
    let Ok(entries) = fs::read_dir(cache.join("golang.org")) else { return Vec::new() };
    let entries = entries.flatten().take(MOST_TOOLCHAINS);
    let fits =
        entries.filter(|it| it.file_name().to_str().is_some_and(|it| it.starts_with(&start)));
    let mut out: Vec<PathBuf> = fits.map(|it| it.path()).collect();
    out.sort();
    out
}

/// What the file `VERSION` of a tree says.
fn version_of(tree: &Path) -> Option<String> {
    let path = tree.join("VERSION");
    // A device or a pipe of that name would be waited for.
    if !fs::metadata(&path).ok()?.is_file() {
        return None;
    }
    Some(roots::read(&path)?.lines().next()?.trim().to_owned())
}
