//! Turns the path that a profile gives for a function into a file on this machine.
//!
//! [`search`] goes through the rules; each is a function that collects the files which fit, and
//! where several do, the functions of the profile decide. What a file that was found says of the
//! build's folders is kept in [`learned`], and finds those that no other rule finds.

mod learned;
mod mains;
mod outcome;
mod path;
mod search;
mod versions;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};

use foldhash::HashMap;

use super::go_trees::GoTrees;
use super::modules::Modules;
use super::package::package_path;
use super::roots::{self, Places, Roots};

use learned::{Learned, Pair};
use path::ProfilePath;
use search::Search;

pub use outcome::{Explained, Resolution, Rule, Tried};

/// Functions by which the file that declares them is told from others of its name.
const MOST_FUNCTIONS: usize = 64;

/// Longer paths are no file's on any system: they are neither looked for nor remembered.
const MOST_PATH_BYTES: usize = 4096;

/// Finds files. One resolver serves one run of one program: its build's paths and Go version.
/// A restarted program gets a new resolver.
#[derive(Debug, Default)]
pub struct Resolver {
    places: Places,
    roots: Roots,
    modules: Modules,
    go: GoTrees,
    state: Mutex<State>,
    /// How often a file given to `go run` was looked for, which is dear.
    n_command_files: AtomicUsize,
    /// How files that editors have open are spelled here. It costs a system call for each folder
    /// above the file, and is asked for with every request.
    spelled: Mutex<HashMap<PathBuf, PathBuf>>,
}

/// Path and package: the package decides between files of the same name.
type Key = (String, String);

#[derive(Debug, Default)]
struct State {
    known: HashMap<Key, Known>,
    learned: Learned,
}

#[derive(Debug)]
struct Known {
    resolution: Resolution,
    /// The functions that are known to be in the file, where they play a part.
    functions: Vec<String>,
    /// How many of them the resolution is made from.
    n_used: usize,
    /// What was learned then; none where it played no part.
    learned: Option<u64>,
    by_functions: bool,
    /// Not learned yet: more functions may come, and lead elsewhere.
    shows: Option<Pair>,
}

/// What a search has found out.
struct Answer {
    explained: Explained,
    shows: Option<Pair>,
    by_functions: bool,
}

impl Resolver {
    /// Looks at the workspace once; files are looked up when asked for.
    pub fn new(places: Places) -> Resolver {
        let modules = Modules::find(&places.workspace);
        let go = GoTrees::find(&places);
        let vendors = modules.vendors.iter().map(|it| it.dir.clone()).collect();
        let roots = Roots::of(&places, &go, vendors);
        Resolver { places, roots, modules, go, ..Resolver::default() }
    }

    /// The modules of the workspace.
    pub fn modules(&self) -> &Modules {
        &self.modules
    }

    /// The spelling under which [`Resolver::resolve`] names a file that an editor has open.
    /// None for files outside the roots, and for new ones that were never saved.
    pub fn spell(&self, path: &Path) -> Option<PathBuf> {
        let mut spelled = self.spelled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(it) = spelled.get(path) {
            return Some(it.clone());
        }
        let (found, _) = self.roots.spell(path)?;
        spelled.insert(path.to_owned(), found.clone());
        Some(found)
    }

    /// Looks at all files of a profile before any is asked for, so that what one shows of the
    /// build's folders helps to find the others, in whatever order they come. Pairs of path and
    /// function, as in the profile.
    pub fn learn(&self, functions: &[(&str, &str)]) {
        let mut unsure: HashMap<Key, (&str, &str)> = HashMap::default();
        let mut last = ("", String::new());
        for (path, function) in functions.iter().filter(|it| too_long(it.0).is_none()) {
            let package = self.package(function);
            // Most functions have the file of the one before.
            if last == (*path, package.clone()) && !unsure.contains_key(&key(path, &package)) {
                continue;
            }
            let key = key(path, &package);
            last = (path, package);
            if !self.state().known.contains_key(&key) {
                self.find(key.clone(), function, false);
            }
            if self.state().note(&key, function) {
                unsure.entry(key).or_insert((path, function));
            }
        }
        for (path, function) in unsure.into_values() {
            self.resolve(path, function);
        }
    }

    /// The file of a function. `profile_path` and `function` are as in the profile.
    pub fn resolve(&self, profile_path: &str, function: &str) -> Resolution {
        match too_long(profile_path) {
            Some(tried) => Resolution::NotFound { tried },
            None => self.find(key(profile_path, &self.package(function)), function, true),
        }
    }

    /// `has_all`: no more functions of this file are to come, as far as anybody knows.
    fn find(&self, key: Key, function: &str, has_all: bool) -> Resolution {
        let (functions, revision) = {
            let mut state = self.state();
            state.note(&key, function);
            let State { known, learned } = &mut *state;
            let functions = match known.get_mut(&key) {
                Some(it) if it.is_fresh(learned.revision) => {
                    if let Some(pair) = it.shows.take_if(|_| has_all) {
                        learned.add(pair);
                    }
                    return it.resolution.clone();
                }
                Some(it) if it.by_functions => it.functions.clone(),
                _ => vec![function.to_owned()],
            };
            (functions, learned.revision)
        };
        let answer = self.look(&key, &functions);
        let resolution = answer.explained.resolution;
        let is_lasting =
            matches!(resolution, Resolution::Found { rule, .. } if rule != Rule::Learned);
        let (shows, shows_later) = match has_all || !answer.by_functions {
            true => (answer.shows, None),
            false => (None, answer.shows),
        };
        let known = Known {
            shows: shows_later,
            resolution: resolution.clone(),
            n_used: functions.len(),
            functions: if answer.by_functions { functions } else { Vec::new() },
            learned: (!is_lasting).then_some(revision),
            by_functions: answer.by_functions,
        };
        let mut state = self.state();
        state.known.insert(key, known);
        if let Some(pair) = shows {
            state.learned.add(pair);
        }
        resolution
    }

    /// The same, with what was tried before. Nothing is taken from memory but what was learned:
    /// it costs as much as the first look at a file.
    pub fn explain(&self, profile_path: &str, function: &str) -> Explained {
        if let Some(tried) = too_long(profile_path) {
            let resolution = Resolution::NotFound { tried: tried.clone() };
            return Explained { resolution, tried };
        }
        // Whatever else is known to be in the file counts as well.
        self.resolve(profile_path, function);
        let key = key(profile_path, &self.package(function));
        let functions = self.state().known.get(&key).map(|it| it.functions.clone());
        let functions = functions.filter(|it| !it.is_empty());
        self.look(&key, &functions.unwrap_or_else(|| vec![function.to_owned()])).explained
    }

    /// The text of a file that [`Resolver::resolve`] found, as it is on disk; none if it is gone
    /// or too long.
    pub(super) fn read(&self, path: &Path) -> Option<String> {
        self.roots.admit(path).ok()?;
        roots::read(path)
    }

    /// The function's package by its import path, `main` included where the build info is known.
    fn package(&self, function: &str) -> String {
        match (package_path(function).as_ref(), self.main_package()) {
            ("main", Some(it)) => it.to_owned(),
            (package, _) => package.to_owned(),
        }
    }

    /// None where `go run` was given files: they are of no package.
    fn main_package(&self) -> Option<&str> {
        let package = self.places.main_package.as_deref();
        package.filter(|it| !it.is_empty() && *it != "command-line-arguments")
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look(&self, (path, package): &Key, functions: &[String]) -> Answer {
        let path = ProfilePath::new(path);
        let mut search = Search::new(self, &path, package, functions);
        let hit = search.all().or_else(|| {
            let above = self.state().learned.above(&path.text);
            search.learned(above)
        });
        let Search { tried, by_functions, .. } = search;
        let (resolution, shows) = match hit {
            Some(it) => {
                let (path, root) = it.file;
                (Resolution::Found { path, rule: it.rule, root }, it.shows)
            }
            None => (Resolution::NotFound { tried: tried.clone() }, None),
        };
        Answer { explained: Explained { resolution, tried }, shows, by_functions }
    }
}

impl State {
    /// Remembers that a function is in a file, where that may decide. Returns whether it may.
    fn note(&mut self, key: &Key, function: &str) -> bool {
        let Some(known) = self.known.get_mut(key).filter(|it| it.by_functions) else {
            return false;
        };
        let is_known = known.functions.iter().any(|it| it == function);
        if !is_known && known.functions.len() < MOST_FUNCTIONS {
            known.functions.push(function.to_owned());
        }
        true
    }
}

impl Known {
    fn is_fresh(&self, revision: u64) -> bool {
        let has_all = !self.by_functions || self.functions.len() == self.n_used;
        has_all && self.learned.is_none_or(|it| it == revision)
    }
}

fn too_long(path: &str) -> Option<Vec<Tried>> {
    let why = || format!("the path has {} bytes: no file's has so many", path.len());
    (MOST_PATH_BYTES < path.len()).then(|| vec![Tried { rule: Rule::Absolute, why: why() }])
}

fn key(path: &str, package: &str) -> Key {
    (path.to_owned(), package.to_owned())
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod version_tests;
