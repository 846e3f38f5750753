//! Goes through the rules for one file: each collects what fits, and the functions of the profile
//! decide where several files do.

use std::path::{Path, PathBuf};

use super::super::decls::{Decls, own_name};
use super::super::modules::GoModule;
use super::super::roots::{self, File};
use super::Resolver;
use super::learned::Pair;
use super::outcome::{Rule, Tried};
use super::path::{ProfilePath, below, is_windows, slashes};

/// Files between which functions decide.
const MOST_FILES: usize = 64;
/// Reasons that are kept.
const MOST_TRIED: usize = 32;
/// Files that a reason names.
const MOST_NAMED: usize = 3;

/// A file that a rule found.
#[derive(Debug)]
pub(super) struct Hit {
    pub(super) rule: Rule,
    pub(super) file: File,
    /// What it shows of the build's folders.
    pub(super) shows: Option<Pair>,
}

pub(super) struct Search<'a> {
    pub(super) resolver: &'a Resolver,
    pub(super) path: &'a ProfilePath<'a>,
    pub(super) package: &'a str,
    functions: &'a [String],
    pub(super) tried: Vec<Tried>,
    /// Functions played a part: others may lead elsewhere.
    pub(super) by_functions: bool,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        resolver: &'a Resolver,
        path: &'a ProfilePath<'a>,
        package: &'a str,
        functions: &'a [String],
    ) -> Search<'a> {
        // The external tests of a package lie in its folder.
        let is_test = path.text.ends_with("_test.go");
        let package =
            if is_test { package.strip_suffix("_test").unwrap_or(package) } else { package };
        Search { resolver, path, package, functions, tried: Vec::new(), by_functions: false }
    }

    /// Every rule but the learned folders.
    pub(super) fn all(&mut self) -> Option<Hit> {
        if self.path.text.is_empty() || self.path.text.contains('\0') {
            return self.not(Rule::Absolute, "the profile names no file".to_owned());
        }
        self.substituted().or_else(|| self.by_rules())
    }

    fn by_rules(&mut self) -> Option<Hit> {
        self.on_machine()
            .or_else(|| self.replaced())
            .or_else(|| self.dependency())
            .or_else(|| self.by_module_path())
            .or_else(|| self.by_package())
            .or_else(|| self.by_command_line())
            .or_else(|| self.by_suffix())
            .or_else(|| self.in_goroot())
    }

    pub(super) fn not<T>(&mut self, rule: Rule, why: String) -> Option<T> {
        let tried = Tried { rule, why };
        if self.tried.len() < MOST_TRIED && !self.tried.contains(&tried) {
            self.tried.push(tried);
        }
        None
    }

    pub(super) fn has_tried(&self, rule: Rule) -> bool {
        self.tried.iter().any(|it| it.rule == rule)
    }

    /// The file, if it is in a root and its lines can be those of the build.
    pub(super) fn admit(&mut self, rule: Rule, path: &Path) -> Option<File> {
        match self.resolver.roots.admit(path) {
            Ok(it) => Some(it),
            Err(why) => self.not(rule, why),
        }
    }

    /// The one file of those that fit: the only one, or the one that declares what the profile
    /// says is in it.
    pub(super) fn choose(&mut self, rule: Rule, mut files: Vec<File>) -> Option<File> {
        files.sort();
        files.dedup();
        if files.len() < 2 {
            return files.pop();
        }
        self.by_functions = true;
        let n_files = files.len();
        let named: Vec<String> =
            files.iter().take(MOST_NAMED).map(|it| it.0.display().to_string()).collect();
        let more = if n_files > MOST_NAMED { ", ..." } else { "" };
        let fit = format!("{n_files} files fit ({}{more})", named.join(", "));
        if MOST_FILES < n_files {
            return self.not(rule, format!("{fit}, too many to look into"));
        }
        let counted: Vec<(usize, File)> =
            files.into_iter().map(|it| (self.n_declared(&it), it)).collect();
        let most = counted.iter().map(|it| it.0).max().unwrap_or(0);
        let mut best: Vec<File> =
            counted.into_iter().filter(|it| it.0 == most).map(|it| it.1).collect();
        let function = self.functions.first().map_or("", String::as_str);
        match best.len() {
            1 => best.pop(),
            _ if most == 0 => self.not(rule, format!("{fit}, and none of them has {function}")),
            n => self.not(rule, format!("{fit}, and {n} of them have {function}")),
        }
    }

    /// How many of the profile's functions a file declares.
    fn n_declared(&self, file: &File) -> usize {
        if file.0.extension().is_none_or(|it| it != "go") {
            return 0;
        }
        let Some(text) = roots::read(&file.0) else { return 0 };
        let decls = Decls::of(&text);
        self.functions.iter().filter(|it| declares(&decls, it)).count()
    }

    /// Whether a file declares a function that few files have: `main` and `init` are in many.
    pub(super) fn declares_own(&mut self, file: &File) -> bool {
        self.by_functions = true;
        let is_own = |it: &&String| own_name(it).is_some_and(|it| !matches!(&*it, "main" | "init"));
        let Some(text) = roots::read(&file.0) else { return false };
        let decls = Decls::of(&text);
        self.functions.iter().filter(is_own).any(|it| declares(&decls, it))
    }

    /// The first pair that fits decides, as in Delve.
    ///
    /// Source: `SubstitutePath` in `pkg/locspec` of github.com/go-delve/delve: an empty `from` is
    /// for relative paths; Windows has no upper and lower case.
    fn substituted(&mut self) -> Option<Hit> {
        let rule = Rule::SubstitutePath;
        let pairs = &self.resolver.places.substitute_path;
        let any_windows = is_windows(self.path.given)
            || pairs.iter().any(|it| is_windows(&it.from) || is_windows(&it.to));
        let (pair, rest) = pairs.iter().find_map(|pair| {
            let from = if any_windows { slashes(&pair.from) } else { pair.from.clone() };
            Some((pair, after(&self.path.text, &from, any_windows, self.path.is_rooted)?))
        })?;
        if pair.to.is_empty() {
            return self.shortened(&rest);
        }
        // A pair may name a file, as in Delve.
        let to = match &*rest {
            "" => Some(PathBuf::from(&pair.to)),
            _ => below(Path::new(&pair.to), &rest),
        };
        let Some(to) = to else {
            return self.not(rule, format!("{rest} leads out of {}", pair.to));
        };
        let file = self.admit(rule, &to)?;
        Some(Hit { rule, file, shows: None })
    }

    /// What a pair without `to` leaves: a path below a workspace folder, or one of `-trimpath`.
    fn shortened(&mut self, rest: &str) -> Option<Hit> {
        let folders = &self.resolver.places.workspace;
        let files = folders.iter().filter_map(|it| below(it, rest));
        let files = files.filter_map(|it| self.resolver.roots.admit(&it).ok()).collect();
        if let Some(file) = self.choose(Rule::SubstitutePath, files) {
            return Some(Hit { rule: Rule::SubstitutePath, file, shows: None });
        }
        self.not::<()>(
            Rule::SubstitutePath,
            format!("{rest}, which is left of the path, is in no workspace folder"),
        );
        let path = ProfilePath::new(rest);
        let mut search = Search::new(self.resolver, &path, self.package, self.functions);
        let hit = search.by_rules();
        self.by_functions |= search.by_functions;
        for it in search.tried {
            self.not::<()>(it.rule, it.why);
        }
        // The pair says already what the file shows.
        hit.map(|it| Hit { shows: None, ..it })
    }

    fn on_machine(&mut self) -> Option<Hit> {
        let path = Path::new(self.path.given);
        if !self.path.is_rooted {
            let why = format!("{} does not say where on a machine it is", self.path.given);
            return self.not(Rule::Absolute, why);
        }
        if !self.path.is_local() {
            let why = format!("{} is on another machine", self.path.given);
            return self.not(Rule::Absolute, why);
        }
        if !path.is_absolute() {
            let why = format!("{} does not exist here", self.path.given);
            return self.not(Rule::Absolute, why);
        }
        let file = self.admit(Rule::Absolute, path)?;
        Some(Hit { rule: Rule::Absolute, file, shows: None })
    }

    /// A trimmed path of a module for which a folder of the workspace stands.
    fn replaced(&mut self) -> Option<Hit> {
        if self.path.is_rooted || !self.path.has_version() {
            return None;
        }
        let file = self.in_modules(Rule::ModulePath, |it| it.is_replacement)?;
        Some(Hit { rule: Rule::ModulePath, file, shows: None })
    }

    fn by_module_path(&mut self) -> Option<Hit> {
        let rule = Rule::ModulePath;
        if self.path.is_rooted {
            return None;
        }
        let file = match self.version_is_the_workspaces() {
            true => self.in_modules(rule, |_| true),
            false => None,
        };
        if file.is_none() && !self.has_tried(rule) {
            let why = format!("{} is of no module of the workspace", self.path.text);
            return self.not(rule, why);
        }
        Some(Hit { rule, file: file?, shows: None })
    }

    /// A version of the main module itself, or of who knows: a dependency's is not what is
    /// checked out in the workspace.
    fn version_is_the_workspaces(&self) -> bool {
        let Some(main) = self.resolver.main_package().filter(|_| self.path.has_version()) else {
            return true;
        };
        let module_of = |path| self.resolver.modules.holding(path).next().map(|it| &it.0.path);
        let package = module_of(self.package);
        package.is_some() && package == module_of(main)
    }

    fn in_modules(&mut self, rule: Rule, is_meant: impl Fn(&GoModule) -> bool) -> Option<File> {
        let resolver = self.resolver;
        let path: &str = &self.path.text;
        let holding: Vec<_> =
            resolver.modules.holding(path).filter(|(module, _)| is_meant(module)).collect();
        // The longest module path that has the file; several folders may be that module.
        for group in holding.chunk_by(|(a, _), (b, _)| a.path == b.path) {
            let files = group.iter().filter_map(|(module, rest)| {
                let file = below(&module.dir, rest)?;
                self.admit(rule, &file)
            });
            let files: Vec<File> = files.collect();
            if !files.is_empty() {
                return self.choose(rule, files);
            }
        }
        None
    }

    /// The package says the folder exactly; the path must agree with it.
    fn by_package(&mut self) -> Option<Hit> {
        let rule = Rule::PackagePath;
        let (resolver, package) = (self.resolver, self.package);
        let (dir, name) = self.path.split();
        if !self.version_is_the_workspaces() {
            let why = format!("the build took {} of a version, not from the workspace", package);
            return self.not(rule, why);
        }
        let holding: Vec<_> = resolver.modules.holding(package).collect();
        for group in holding.chunk_by(|(a, _), (b, _)| a.path == b.path) {
            let rest = group[0].1;
            let Some(prefix) = before(dir, rest) else {
                let why = format!(
                    "{} does not end in {rest}, the folder of package {package}",
                    self.path.text
                );
                self.not::<()>(rule, why);
                continue;
            };
            let mut dirs = Vec::new();
            let mut files = Vec::new();
            for (module, rest) in group {
                let Some(folder) = below(&module.dir, rest) else { continue };
                if let Some(file) = self.admit(rule, &folder.join(name)) {
                    dirs.push((file.clone(), module.dir.clone()));
                    files.push(file);
                }
            }
            if files.is_empty() {
                continue;
            }
            let file = self.choose(rule, files)?;
            let folder = dirs.into_iter().find(|it| it.0 == file).map(|it| it.1);
            return Some(Hit { rule, file, shows: self.shows(prefix, folder) });
        }
        if self.has_tried(rule) {
            return None;
        }
        let why = match package {
            "" => "the function's name says no package".to_owned(),
            _ => format!("package {package} is of no module of the workspace"),
        };
        self.not(rule, why)
    }

    /// A folder of the build that starts at the top of its file system is a folder here.
    pub(super) fn shows(&self, prefix: &str, folder: Option<PathBuf>) -> Option<Pair> {
        let folder = folder.filter(|_| self.path.is_rooted && !self.path.has_version())?;
        Some(Pair { prefix: prefix.to_owned(), folder })
    }

    /// The folders that other files showed; `above`: prefix, rest and folders, the deepest first.
    pub(super) fn learned(&mut self, above: Vec<(String, String, Vec<PathBuf>)>) -> Option<Hit> {
        let rule = Rule::Learned;
        for (_, rest, folders) in above {
            let mut files = Vec::new();
            for folder in &folders {
                if let Some(path) = below(folder, &rest) {
                    files.extend(self.admit(rule, &path));
                }
            }
            if !files.is_empty() {
                let file = self.choose(rule, files)?;
                return Some(Hit { rule, file, shows: None });
            }
        }
        if self.has_tried(rule) {
            return None;
        }
        self.not(rule, "no file that was found shows where this folder of the build is".to_owned())
    }
}

fn declares(decls: &Decls, function: &str) -> bool {
    match own_name(function) {
        Some(_) => decls.of_function(function).is_some(),
        None => decls.iter().any(|it| it.may_hold(function)),
    }
}

/// What stands before `rest` at the end of a folder, without the slash between them.
pub(super) fn before<'a>(dir: &'a str, rest: &str) -> Option<&'a str> {
    if rest.is_empty() {
        return Some(dir);
    }
    let prefix = dir.strip_suffix(rest)?;
    if prefix.is_empty() { Some(prefix) } else { prefix.strip_suffix('/') }
}

/// What follows a prefix in a path.
fn after(path: &str, from: &str, ignore_case: bool, is_rooted: bool) -> Option<String> {
    if from.is_empty() {
        return (!is_rooted).then(|| path.to_owned());
    }
    let head = path.get(..from.len())?;
    let is_same = if ignore_case { head.eq_ignore_ascii_case(from) } else { head == from };
    let rest = &path[from.len()..];
    let is_whole = rest.is_empty() || rest.starts_with('/') || from.ends_with('/');
    (is_same && is_whole).then(|| rest.trim_start_matches('/').to_owned())
}
