//! Compares what a program was built from with what lies here: the commit, the versions of the
//! dependencies, and Go's own.

use std::cmp::Ordering;
use std::fmt;
use std::path::{Path, PathBuf};

use foldhash::HashMap;

use crate::model::{BuildInfo, Module};

use super::committed::Committed;
use super::git::short;
use super::modules::{self, Modules, directives};
use super::roots::{self, Places};

/// How a build and the workspace differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildMatch {
    /// The commit.
    pub commit: CommitMatch,
    /// Why what files said at the build's commit cannot be read here, where it would be.
    pub unread: Option<String>,
    /// Dependencies that `go.mod` has at another version. May hold foreign text: escape it.
    pub dependencies: Vec<Differs>,
    /// Go's own version, where it is another.
    pub go: Option<Differs>,
}

/// The build's commit beside the one that is checked out, both in hex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommitMatch {
    /// They are one.
    Same(String),
    /// They are two.
    Other {
        /// What was built.
        built: String,
        /// What is checked out.
        here: String,
    },
    /// Some files were changed before the build: no commit has what was built.
    Modified {
        /// The commit below the changes.
        built: String,
        /// What is checked out; none where that is not known.
        here: Option<String>,
    },
    /// Why they cannot be compared. May hold foreign text: escape it.
    Unknown(String),
}

/// Two versions of one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differs {
    /// The path of a module, or `go`.
    pub path: String,
    /// What was built: a version, a folder, or the path and version of a replacement.
    pub built: String,
    /// What is here.
    pub here: String,
}

impl BuildMatch {
    pub(super) fn of(build: &BuildInfo, committed: &Committed, here: &Here) -> BuildMatch {
        BuildMatch {
            commit: CommitMatch::of(build, &committed.heads(), here),
            unread: committed.unread().map(|it| it.to_string()),
            dependencies: here.dependencies(&build.deps),
            go: here.go(&build.go_version),
        }
    }

    /// What one should know before believing line numbers, in a few words without foreign text;
    /// none where nothing is known to differ.
    pub fn warning(&self) -> Option<String> {
        let is_told =
            matches!(self.commit, CommitMatch::Other { .. } | CommitMatch::Modified { .. });
        let dependencies = match self.dependencies.len() {
            0 => None,
            1 => Some("built with another version of a dependency than go.mod's".to_owned()),
            n => Some(format!("built with other versions of {n} dependencies than go.mod's")),
        };
        is_told.then(|| self.commit.to_string()).or(dependencies)
    }
}

impl CommitMatch {
    fn of(
        build: &BuildInfo,
        heads: &[Result<String, super::git::GitError>],
        here: &Here,
    ) -> CommitMatch {
        let unknown = |why: &str| CommitMatch::Unknown(why.to_owned());
        let Some(built) = build.setting("vcs.revision").filter(|it| !it.is_empty()) else {
            return unknown("the executable names no commit: go build -buildvcs=true writes it");
        };
        match build.setting("vcs") {
            Some("git") => {}
            other => {
                let other = other.unwrap_or("another system");
                return CommitMatch::Unknown(format!("built from {other}, and only git is read"));
            }
        }
        let built = built.to_owned();
        let is_same = heads.iter().flatten().any(|it| *it == built);
        let found =
            if is_same { Some(built.clone()) } else { heads.iter().flatten().next().cloned() };
        if build.setting("vcs.modified") != Some("false") {
            return CommitMatch::Modified { built, here: found };
        }
        match (found, heads.first()) {
            (Some(_), _) if is_same => CommitMatch::Same(built),
            (Some(here), _) => CommitMatch::Other { built, here },
            (None, Some(Err(why))) => CommitMatch::Unknown(why.to_string()),
            (None, _) if here.dirs.is_empty() => unknown("its main module is not in the workspace"),
            (None, _) => unknown("its main module lies in no git repository here"),
        }
    }
}

impl fmt::Display for CommitMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CommitMatch::Same(built) => {
                write!(f, "built from commit {}, where the workspace is", short(built))
            }
            CommitMatch::Other { built, here } => {
                let (built, here) = (short(built), short(here));
                write!(f, "built from commit {built}, the workspace is at {here}")
            }
            CommitMatch::Modified { built, here } => {
                write!(
                    f,
                    "built from commit {} with changes that were not committed",
                    short(built)
                )?;
                match here {
                    Some(it) if it != built => write!(f, ", the workspace is at {}", short(it)),
                    _ => Ok(()),
                }
            }
            CommitMatch::Unknown(why) => write!(f, "not compared with the workspace: {why}"),
        }
    }
}

impl fmt::Display for Differs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: built with {}, here is {}", self.path, self.built, self.here)
    }
}

/// What the workspace would build with.
#[derive(Debug, Default)]
pub(super) struct Here {
    /// The folders of the main module.
    dirs: Vec<PathBuf>,
    goroot: Option<PathBuf>,
}

impl Here {
    pub(super) fn of(places: &Places, modules: &Modules) -> Here {
        let dirs = modules.dirs(places.main_module.as_deref()).map(Path::to_owned).collect();
        Here { dirs, goroot: places.goroot.clone() }
    }

    /// Modules that are linked in, and that `go.mod` has at another version.
    ///
    /// Since Go 1.17 it has all of them, each at the version that is built. Where a `go.work`
    /// joins in, the versions follow from several files, and are not compared.
    fn dependencies(&self, built: &[Module]) -> Vec<Differs> {
        let Some(go_mod) = self.go_mod() else { return Vec::new() };
        let has_work = |it: &PathBuf| it.ancestors().any(|it| it.join("go.work").is_file());
        if self.dirs.first().is_some_and(has_work) {
            return Vec::new();
        }
        let required = directives(&go_mod, "require");
        let required: HashMap<&str, &str> = required.iter().filter_map(|it| pair(it)).collect();
        let replaced = directives(&go_mod, "replace");
        let replaced: HashMap<(&str, Option<&str>), String> =
            replaced.iter().filter_map(|it| replacement(it)).collect();
        let differs = built.iter().filter_map(|module| {
            let (path, built) = (module.path.as_str(), linked(module));
            let version = *required.get(path)?;
            // One for this version goes before one for all.
            let exact = replaced.get(&(path, Some(version)));
            let here = exact.or_else(|| replaced.get(&(path, None)));
            let here = here.map_or(version, |it| it).to_owned();
            (built != here).then(|| Differs { path: path.to_owned(), built, here })
        });
        differs.collect()
    }

    /// The Go that would build here: the one of GOROOT, or the newer one that `go.mod` wants.
    fn go(&self, built: &str) -> Option<Differs> {
        let built = built.split(' ').next()?;
        let built_order = go_order(built)?;
        let version = |it: &PathBuf| roots::read(&it.join("VERSION"));
        let local = self.goroot.as_ref().and_then(version);
        let local = local.and_then(|it| Some(it.lines().next()?.trim().to_owned()));
        let go_mod = self.go_mod().unwrap_or_default();
        let first = |verb| directives(&go_mod, verb).into_iter().next()?.into_iter().next();
        let wanted = first("toolchain").or_else(|| Some(format!("go{}", first("go")?)));
        let is_newer = |a: &str, b: &str| go_order(a) > go_order(b);
        let here = match (local, wanted) {
            (Some(local), Some(wanted)) if is_newer(&wanted, &local) => wanted,
            (Some(local), _) => local,
            (None, Some(wanted)) if is_newer(&wanted, built) => wanted,
            (None, _) => return None,
        };
        let differs = go_order(&here)?.cmp(&built_order) != Ordering::Equal;
        differs.then(|| Differs { path: "go".to_owned(), built: built.to_owned(), here })
    }

    fn go_mod(&self) -> Option<String> {
        modules::read(&self.dirs.first()?.join("go.mod"))
    }
}

/// What was linked in, as the executable says.
fn linked(module: &Module) -> String {
    match &module.replace {
        Some(it) if is_folder(&it.path) => it.path.clone(),
        Some(it) => format!("{} {}", it.path, it.version),
        None => module.version.clone(),
    }
}

fn pair(words: &[String]) -> Option<(&str, &str)> {
    Some((words.first()?, words.get(1)?))
}

/// `replace path [version] => other [version]`: what is replaced, and by what.
fn replacement(words: &[String]) -> Option<((&str, Option<&str>), String)> {
    let arrow = words.iter().position(|it| it == "=>")?;
    let version = words[..arrow].get(1).map(String::as_str);
    Some(((words.first()?, version), words[arrow + 1..].join(" ")))
}

fn is_folder(path: &str) -> bool {
    path.starts_with(['.', '/']) || Path::new(path).is_absolute()
}

/// The numbers of a version, so that an older one is less: `go1.27rc1` is before `go1.27`.
fn go_order(version: &str) -> Option<(Vec<u32>, u8, u32)> {
    let version = version.strip_prefix("go")?;
    let end = version.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(version.len());
    let (numbers, rest) = version.split_at(end);
    let mut numbers: Vec<u32> =
        numbers.split('.').map(|it| it.parse().ok()).collect::<Option<_>>()?;
    while numbers.last() == Some(&0) {
        numbers.pop();
    }
    let number = |it: &str| it.parse().unwrap_or(0);
    let (stage, number) = match (rest.strip_prefix("beta"), rest.strip_prefix("rc")) {
        (Some(it), _) => (0, number(it)),
        (_, Some(it)) => (1, number(it)),
        _ => (2, 0),
    };
    Some((numbers, stage, number))
}

#[cfg(test)]
#[path = "build_match_tests.rs"]
mod tests;
