//! Turns the path that a profile gives for a function into a file on this machine.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use foldhash::HashMap;

use super::modules::Modules;
use super::package::package_path;
use super::roots::{self, Places, RootKind, Roots};

/// Finds files. One resolver serves one run of one program: its build's paths and Go version.
/// A restarted program gets a new resolver.
#[derive(Debug, Default)]
pub struct Resolver {
    places: Places,
    roots: Roots,
    modules: Modules,
    /// Why GOROOT's lines are not those of the profiled build.
    goroot_differs: Option<String>,
    /// By path and package: the package decides between files of the same name.
    known: Mutex<HashMap<(String, String), Resolution>>,
    /// How files that editors have open are spelled here. It costs a system call for each folder
    /// above the file, and is asked for with every request.
    spelled: Mutex<HashMap<PathBuf, PathBuf>>,
}

/// The rule that found a file, or that did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// A pair of the setting `substitutePath`.
    SubstitutePath,
    /// The path exists here.
    Absolute,
    /// `module/path/file.go` or `module@version/file.go`, as `-trimpath` writes it.
    ModulePath,
    /// The package of the function lies in a module of the workspace.
    PackagePath,
    /// The end of the path exists in exactly one module of the workspace.
    Suffix,
    /// A dependency in the module cache.
    ModuleCache,
    /// A file of Go's own tree.
    Goroot,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Rule::SubstitutePath => "substitutePath",
            Rule::Absolute => "path on this machine",
            Rule::ModulePath => "module path",
            Rule::PackagePath => "package of the function",
            Rule::Suffix => "end of the path",
            Rule::ModuleCache => "module cache",
            Rule::Goroot => "GOROOT",
        })
    }
}

/// A rule that did not find the file, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// The rule.
    pub rule: Rule,
    /// For example `/home/runner/a.go does not exist here`. May hold foreign text: escape it.
    pub why: String,
}

/// Where a file is, or why it is nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// The file.
    Found {
        /// Absolute, in the spelling of the root that it lies in.
        path: PathBuf,
        /// How it was found.
        rule: Rule,
        /// Where it lies.
        root: RootKind,
    },
    /// No rule found it.
    NotFound {
        /// What was tried, in order.
        tried: Vec<Tried>,
    },
}

impl Resolver {
    /// Looks at the workspace once; files are looked up when asked for.
    pub fn new(places: Places) -> Resolver {
        let modules = Modules::find(&places.workspace);
        let roots = Roots::of(&places);
        let goroot_differs = goroot_differs(&places);
        Resolver { places, roots, modules, goroot_differs, ..Resolver::default() }
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

    /// The file of a function. `profile_path` and `function` are as in the profile.
    pub fn resolve(&self, profile_path: &str, function: &str) -> Resolution {
        let package = self.package(function);
        let key = (profile_path.to_owned(), package);
        if let Some(it) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return it.clone();
        }
        let resolution = self.look(profile_path, &key.1);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(key).or_insert(resolution).clone()
    }

    /// The text of a file that [`Resolver::resolve`] found, as it is on disk; none if it is gone
    /// or too long.
    pub(super) fn read(&self, path: &Path) -> Option<String> {
        self.roots.admit(path)?;
        roots::read(path)
    }

    /// The function's package by its import path, `main` included where the build info is known.
    fn package(&self, function: &str) -> String {
        match (package_path(function).as_ref(), &self.places.main_package) {
            ("main", Some(it)) if it != "command-line-arguments" && !it.is_empty() => it.clone(),
            (package, _) => package.to_owned(),
        }
    }

    fn look(&self, profile_path: &str, package: &str) -> Resolution {
        let mut search = Search { resolver: self, tried: Vec::new() };
        let found = search.all(profile_path, package);
        match found {
            Some((rule, (path, root))) => Resolution::Found { path, rule, root },
            None => Resolution::NotFound { tried: search.tried },
        }
    }
}

type File = (PathBuf, RootKind);

struct Search<'a> {
    resolver: &'a Resolver,
    tried: Vec<Tried>,
}

impl Search<'_> {
    fn all(&mut self, path: &str, package: &str) -> Option<(Rule, File)> {
        if path.is_empty() || path.contains('\0') {
            return self.not(Rule::Absolute, "the profile names no file".to_owned());
        }
        let is_absolute = path.starts_with('/') || Path::new(path).is_absolute();
        if let Some(it) = self.substituted(path) {
            return Some((Rule::SubstitutePath, it));
        }
        if is_absolute && let Some(it) = self.admit(Rule::Absolute, Path::new(path)) {
            return Some((Rule::Absolute, it));
        }
        if !is_absolute && let Some(it) = self.in_modules(Rule::ModulePath, path) {
            return Some((Rule::ModulePath, it));
        }
        if let Some(it) = self.by_package(path, package) {
            return Some((Rule::PackagePath, it));
        }
        if package == "main"
            && let Some(it) = self.by_suffix(path)
        {
            return Some((Rule::Suffix, it));
        }
        if let Some(it) = self.in_cache(path) {
            return Some((Rule::ModuleCache, it));
        }
        self.in_goroot(path, package).map(|it| (Rule::Goroot, it))
    }

    fn not<T>(&mut self, rule: Rule, why: String) -> Option<T> {
        self.tried.push(Tried { rule, why });
        None
    }

    /// The file, if it is in a root and its lines can be those of the build.
    fn admit(&mut self, rule: Rule, path: &Path) -> Option<File> {
        let Some((file, root)) = self.resolver.roots.admit(path) else {
            let why = match path.exists() {
                true => "lies outside the workspace, GOROOT and the module cache",
                false => "does not exist here",
            };
            return self.not(rule, format!("{} {why}", path.display()));
        };
        if let (RootKind::Goroot, Some(why)) = (root, &self.resolver.goroot_differs) {
            return self.not(rule, why.clone());
        }
        Some((file, root))
    }

    fn substituted(&mut self, path: &str) -> Option<File> {
        let pairs = &self.resolver.places.substitute_path;
        pairs.iter().find_map(|pair| {
            let rest = path.strip_prefix(pair.from.trim_end_matches('/'))?;
            let rest = if pair.from.is_empty() { rest } else { rest.strip_prefix('/')? };
            self.admit(Rule::SubstitutePath, &below(Path::new(&pair.to), rest)?)
        })
    }

    fn in_modules(&mut self, rule: Rule, path: &str) -> Option<File> {
        let resolver = self.resolver;
        let found = resolver
            .modules
            .holding(path)
            .find_map(|(module, rest)| self.admit(rule, &below(&module.dir, rest)?));
        if found.is_none() && self.tried.iter().all(|it| it.rule != rule) {
            return self.not(rule, format!("{path} is of no module of the workspace"));
        }
        found
    }

    /// The package says the folder exactly; the path must agree with it.
    fn by_package(&mut self, path: &str, package: &str) -> Option<File> {
        let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
        let is_test = name.ends_with("_test.go");
        let package =
            if is_test { package.strip_suffix("_test").unwrap_or(package) } else { package };
        let resolver = self.resolver;
        let found = resolver.modules.holding(package).find_map(|(module, rest)| {
            let agrees = rest.is_empty() || dir == rest || dir.ends_with(&format!("/{rest}"));
            if !agrees {
                return self.not(
                    Rule::PackagePath,
                    format!("{path} does not end in {rest}, the folder of package {package}"),
                );
            }
            self.admit(Rule::PackagePath, &below(&module.dir, rest)?.join(name))
        });
        if found.is_none() && self.tried.iter().all(|it| it.rule != Rule::PackagePath) {
            let why = match package {
                "" => "the function's name says no package".to_owned(),
                _ => format!("package {package} is of no module of the workspace"),
            };
            return self.not(Rule::PackagePath, why);
        }
        found
    }

    /// For `main`, whose name says no folder: the longest end of the path that exists in a module.
    fn by_suffix(&mut self, path: &str) -> Option<File> {
        let parts: Vec<&str> = path.split('/').filter(|it| !it.is_empty()).collect();
        let mut best: (usize, Vec<File>) = (0, Vec::new());
        for module in &self.resolver.modules.modules {
            let longest = (0..parts.len()).find_map(|start| {
                let file = below(&module.dir, &parts[start..].join("/"))?;
                Some((start, self.resolver.roots.admit(&file)?))
            });
            let Some((start, file)) = longest else { continue };
            let n_parts = parts.len() - start;
            let dir_name = module.dir.file_name().and_then(|it| it.to_str());
            let module_name = module.path.rsplit('/').next();
            let before = start.checked_sub(1).map(|it| parts[it]);
            // A bare file name says too little, unless the folder before it is the module's.
            if n_parts == 1 && (before.is_none() || (before != dir_name && before != module_name)) {
                continue;
            }
            if best.0 < n_parts {
                best = (n_parts, vec![file]);
            } else if best.0 == n_parts && !best.1.contains(&file) {
                best.1.push(file);
            }
        }
        match best.1.len() {
            1 => best.1.pop(),
            0 => {
                self.not(Rule::Suffix, format!("no module of the workspace has the end of {path}"))
            }
            n => {
                self.not(Rule::Suffix, format!("{n} files of the workspace fit the end of {path}"))
            }
        }
    }

    /// `…/pkg/mod/golang.org/x/sync@v0.7.0/a.go`, or the same from `golang.org` on.
    fn in_cache(&mut self, path: &str) -> Option<File> {
        let cache = self.resolver.places.module_cache.as_deref()?;
        let rest = match path.rsplit_once("/pkg/mod/") {
            Some((_, rest)) => rest.to_owned(),
            None if path.starts_with('/') => return None,
            None => {
                let (module, rest) = path.split_once('@')?;
                format!("{}@{rest}", escape_capitals(module))
            }
        };
        self.admit(Rule::ModuleCache, &below(cache, &rest)?)
    }

    /// The package of a function of Go's own tree is its folder below `src`.
    fn in_goroot(&mut self, path: &str, package: &str) -> Option<File> {
        let goroot = self.resolver.places.goroot.as_deref()?;
        let (dir, name) = path.rsplit_once('/')?;
        let is_std = !package.is_empty()
            && !package.split('/').next().unwrap_or_default().contains('.')
            && (dir == package || dir.ends_with(&format!("/src/{package}")));
        if !is_std {
            return None;
        }
        self.admit(Rule::Goroot, &below(&goroot.join("src"), package)?.join(name))
    }
}

/// `dir/rest`, where `rest` has no part that leads out.
fn below(dir: &Path, rest: &str) -> Option<PathBuf> {
    let is_plain = !rest.starts_with('/') && !rest.split('/').any(|it| it == "..");
    is_plain.then(|| dir.join(rest))
}

/// `github.com/BurntSushi/toml` lies in the module cache under `github.com/!burnt!sushi/toml`.
fn escape_capitals(module: &str) -> String {
    let mut out = String::with_capacity(module.len() + 4);
    for it in module.chars() {
        if it.is_ascii_uppercase() {
            out.push('!');
        }
        out.push(it.to_ascii_lowercase());
    }
    out
}

fn goroot_differs(places: &Places) -> Option<String> {
    let built = places.go_version.as_deref().filter(|it| !it.is_empty())?;
    let goroot = places.goroot.as_deref()?;
    let version = roots::read(&goroot.join("VERSION"))?;
    let here = version.lines().next()?.trim();
    // `go1.26.8 X:loopvar` is go1.26.8 with an experiment.
    (built.split(' ').next() != Some(here))
        .then(|| format!("the program was built with {built}, and {} is {here}", goroot.display()))
}

#[cfg(test)]
#[path = "resolve_tests.rs"]
mod tests;
