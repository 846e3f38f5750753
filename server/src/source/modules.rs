//! Finds the Go modules of the workspace and what their `go.mod` and `go.work` files say.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::vendor::Vendor;

/// Folders below a workspace folder that are looked into.
const MOST_FOLDERS: usize = 20_000;
/// How deep below a workspace folder a `go.mod` may lie.
const MOST_DEPTH: usize = 8;
/// How far above a workspace folder its own `go.mod` may lie.
const MOST_PARENTS: usize = 8;
/// Longer `go.mod` files are not read.
const MOST_BYTES: u64 = 1 << 20;
/// Folders that never hold a module of the workspace.
const SKIPPED: [&str; 4] = ["vendor", "node_modules", "testdata", "target"];

/// A module whose source lies here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoModule {
    /// For example `github.com/marcus/sidecar`.
    pub path: String,
    /// The folder of its `go.mod`, canonical.
    pub dir: PathBuf,
    /// A `replace` line says that it stands for this module, whatever version is asked for.
    pub is_replacement: bool,
}

/// All modules that were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Modules {
    /// Longest module path first, so that the first that fits is the right one.
    pub modules: Vec<GoModule>,
    /// There were more folders than are looked into: some modules may be missing.
    pub is_cut: bool,
    /// Folders with Go files, canonical and in order.
    pub(super) go_folders: Vec<PathBuf>,
    /// Folders `vendor` beside a `go.mod` or a `go.work`.
    pub(super) vendors: Vec<Vendor>,
}

impl Modules {
    /// Looks for modules in the workspace folders, in what their `go.work` and `replace` lines
    /// name, and in their parents for the module that a folder is part of.
    pub fn find(folders: &[PathBuf]) -> Modules {
        let mut found = Found::default();
        for folder in folders {
            let Ok(folder) = folder.canonicalize() else { continue };
            found.walk(&folder, 0);
            for parent in folder.ancestors().skip(1).take(MOST_PARENTS) {
                if let Some(path) = read(&parent.join("go.mod")).and_then(|it| module_path(&it)) {
                    found.by_dir.entry(parent.to_owned()).or_insert(vec![(path, false)]);
                    found.add_vendor(parent);
                    break;
                }
            }
        }
        let mut modules: Vec<GoModule> = found
            .by_dir
            .into_iter()
            .flat_map(|(dir, paths)| {
                paths.into_iter().map(move |(path, is_replacement)| GoModule {
                    path,
                    dir: dir.clone(),
                    is_replacement,
                })
            })
            .collect();
        modules.sort_by(|a, b| {
            let longer = b.path.len().cmp(&a.path.len());
            longer.then_with(|| (&a.path, &a.dir).cmp(&(&b.path, &b.dir)))
        });
        modules.dedup();
        found.go_folders.sort();
        found.go_folders.dedup();
        Modules {
            modules,
            is_cut: found.n_folders > MOST_FOLDERS,
            go_folders: found.go_folders,
            vendors: found.vendors,
        }
    }

    /// The folders of the module with this path.
    pub(super) fn dirs<'a>(&'a self, path: Option<&'a str>) -> impl Iterator<Item = &'a Path> {
        let modules = self.modules.iter().filter(move |it| Some(it.path.as_str()) == path);
        modules.map(|it| it.dir.as_path())
    }

    /// The modules that may hold a package or a trimmed path, with what follows the module path
    /// (and a version), longest module path first.
    pub fn holding<'a>(&'a self, path: &'a str) -> impl Iterator<Item = (&'a GoModule, &'a str)> {
        self.modules.iter().filter_map(move |module| {
            let rest = path.strip_prefix(module.path.as_str())?;
            if rest.is_empty() {
                return Some((module, ""));
            }
            if let Some(rest) = rest.strip_prefix('@') {
                return Some((module, rest.split_once('/')?.1));
            }
            Some((module, rest.strip_prefix('/')?))
        })
    }
}

#[derive(Default)]
struct Found {
    /// Module paths, and whether a `replace` line gave them.
    by_dir: BTreeMap<PathBuf, Vec<(String, bool)>>,
    go_folders: Vec<PathBuf>,
    vendors: Vec<Vendor>,
    n_folders: usize,
}

impl Found {
    /// Does not follow links: a loop cannot occur, and nothing outside is entered.
    fn walk(&mut self, folder: &Path, depth: usize) {
        self.n_folders += 1;
        if self.n_folders > MOST_FOLDERS {
            return;
        }
        let Ok(entries) = fs::read_dir(folder) else { return };
        let mut folders = Vec::new();
        let mut has_go = false;
        for entry in entries.flatten() {
            let Ok(file_type) = entry.file_type() else { continue };
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            if file_type.is_dir() {
                let is_skipped = name.starts_with(['.', '_']) || SKIPPED.contains(&name);
                if !is_skipped && depth < MOST_DEPTH {
                    folders.push(entry.path());
                }
            } else if name.ends_with(".go") {
                has_go = true;
            } else if name == "go.mod" {
                self.add_module(folder);
            } else if name == "go.work" {
                self.add_work(folder);
            }
        }
        if has_go {
            self.go_folders.push(folder.to_owned());
        }
        folders.sort();
        for it in folders {
            self.walk(&it, depth + 1);
        }
    }

    fn add_module(&mut self, folder: &Path) {
        let Some(text) = read(&folder.join("go.mod")) else { return };
        if let Some(path) = module_path(&text) {
            self.add(folder, path, false);
        }
        self.add_vendor(folder);
        self.add_replaced(folder, &text);
    }

    fn add_work(&mut self, folder: &Path) {
        let Some(text) = read(&folder.join("go.work")) else { return };
        for words in directives(&text, "use") {
            let Some(dir) = words.first().and_then(|it| folder.join(it).canonicalize().ok()) else {
                continue;
            };
            if let Some(path) = read(&dir.join("go.mod")).and_then(|it| module_path(&it)) {
                self.add(&dir, path, false);
            }
        }
        self.add_vendor(folder);
        self.add_replaced(folder, &text);
    }

    fn add_vendor(&mut self, folder: &Path) {
        let Ok(dir) = folder.join("vendor").canonicalize() else { return };
        if dir.is_dir() && self.vendors.iter().all(|it| it.dir != dir) {
            let modules_txt = read(&dir.join("modules.txt")).unwrap_or_default();
            self.vendors.push(Vendor::new(&dir, &modules_txt));
        }
    }

    /// `replace example.com/x [v1] => ../x`: the folder holds that module, under that name.
    fn add_replaced(&mut self, folder: &Path, text: &str) {
        for words in directives(text, "replace") {
            let Some(arrow) = words.iter().position(|it| it == "=>") else { continue };
            let (Some(path), Some(to)) = (words.first(), words.get(arrow + 1)) else { continue };
            let is_folder = to.starts_with("./") || to.starts_with("../") || to.starts_with('/');
            if let (true, Ok(dir)) = (is_folder, folder.join(to).canonicalize()) {
                self.add(&dir, path.clone(), true);
            }
        }
    }

    fn add(&mut self, dir: &Path, path: String, is_replacement: bool) {
        let paths = self.by_dir.entry(dir.to_owned()).or_default();
        match paths.iter_mut().find(|it| it.0 == path) {
            Some(known) => known.1 |= is_replacement,
            None => paths.push((path, is_replacement)),
        }
    }
}

pub(super) fn read(path: &Path) -> Option<String> {
    let metadata = fs::metadata(path).ok()?;
    if !metadata.is_file() || metadata.len() > MOST_BYTES {
        return None;
    }
    fs::read_to_string(path).ok()
}

fn module_path(go_mod: &str) -> Option<String> {
    directives(go_mod, "module").into_iter().find_map(|it| it.into_iter().next())
}

/// The words of each line with this verb, alone or in a block.
///
/// Source: the Go Modules Reference, "go.mod files".
pub(super) fn directives(text: &str, verb: &str) -> Vec<Vec<String>> {
    let mut out = Vec::new();
    let mut block: Option<bool> = None;
    for line in text.lines() {
        let line = line.split("//").next().unwrap_or_default();
        let mut words: Vec<String> =
            line.split_whitespace().map(|it| it.trim_matches(['"', '`']).to_owned()).collect();
        match (block, words.as_slice()) {
            (_, []) => {}
            (Some(_), [only]) if only == ")" => block = None,
            (Some(is_ours), _) => {
                if is_ours {
                    out.push(words);
                }
            }
            (None, [first, .., last]) if last == "(" => block = Some(first == verb),
            (None, [first, ..]) if first == verb => {
                words.remove(0);
                out.push(words);
            }
            (None, _) => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(root: &Path, path: &str, text: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn check(files: &[(&str, &str)], folder: &str, expected: &[(&str, &str)]) {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        for (path, text) in files {
            write(&root, path, text);
        }
        let found = Modules::find(&[root.join(folder)]);
        let found: Vec<(String, String)> = found
            .modules
            .into_iter()
            .map(|it| {
                let dir = it.dir.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                (it.path, dir)
            })
            .collect();
        let expected: Vec<(String, String)> =
            expected.iter().map(|&(path, dir)| (path.to_owned(), dir.to_owned())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn finds_nested_modules_and_leaves_out_what_is_not_the_users() {
        check(
            &[
                ("a/go.mod", "module example.com/a // main\n\ngo 1.26\n"),
                ("a/tools/go.mod", "module \"example.com/a/tools\"\n"),
                ("a/vendor/x/go.mod", "module x\n"),
                ("a/testdata/y/go.mod", "module y\n"),
                ("a/.git/z/go.mod", "module z\n"),
            ],
            "",
            &[("example.com/a/tools", "a/tools"), ("example.com/a", "a")],
        );
    }

    #[test]
    fn reads_blocks_uses_and_replacements() {
        check(
            &[
                ("w/go.work", "go 1.26\nuse (\n\t./one // first\n\t../two\n)\n"),
                ("w/one/go.mod", "module one\nreplace (\n\tfork.org/x v1.2.3 => ./x\n)\n"),
                ("w/one/x/go.mod", "module orig.org/x\n"),
                ("two/go.mod", "module two\n"),
            ],
            "w",
            &[
                ("fork.org/x", "w/one/x"),
                ("orig.org/x", "w/one/x"),
                ("one", "w/one"),
                ("two", "two"),
            ],
        );
    }

    #[test]
    fn finds_the_module_that_a_folder_is_part_of() {
        check(
            &[("m/go.mod", "module m\n"), ("m/internal/deep/a.go", "")],
            "m/internal/deep",
            &[("m", "m")],
        );
    }

    #[cfg(unix)]
    #[test]
    fn survives_links_that_form_a_loop() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "go.mod", "module m\n");
        std::os::unix::fs::symlink(dir.path(), dir.path().join("loop")).unwrap();
        assert_eq!(Modules::find(&[dir.path().to_owned()]).modules.len(), 1);
    }

    #[test]
    fn says_what_follows_the_module_path() {
        let module = |path: &str| GoModule {
            path: path.to_owned(),
            dir: PathBuf::from("/d"),
            is_replacement: false,
        };
        let modules =
            Modules { modules: vec![module("e.com/a/b"), module("e.com/a")], ..Modules::default() };
        let holding = |path: &str| -> Vec<(String, String)> {
            let found = modules.holding(path);
            found.map(|(it, rest)| (it.path.clone(), rest.to_owned())).collect()
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            holding("e.com/a/b/c.go"),
            [pair("e.com/a/b", "c.go"), pair("e.com/a", "b/c.go")]
        );
        assert_eq!(holding("e.com/a@v1.2.0/b.go"), [pair("e.com/a", "b.go")]);
        assert_eq!(holding("e.com/abc/b.go"), []);
    }
}
