//! The folders that files may be read from: the workspace, GOROOT and the module cache.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::config::SubstitutePath;

use super::go_trees::GoTrees;

/// Longer files are no source: they are not read.
const MOST_BYTES: u64 = 4 << 20;

/// Where systems and package managers put Go, besides `~/sdk`.
const GO_FOLDERS: [&str; 4] = ["/usr/local", "/usr/lib", "/opt/homebrew/opt", "/usr/local/opt"];

/// Where the user's code and Go's lie on this machine.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Places {
    /// Workspace folders, as the editor spells them.
    pub workspace: Vec<PathBuf>,
    /// The setting `substitutePath`.
    pub substitute_path: Vec<SubstitutePath>,
    /// Go's own tree.
    pub goroot: Option<PathBuf>,
    /// GOMODCACHE.
    pub module_cache: Option<PathBuf>,
    /// Folders that may hold Go's own tree in other versions, as `~/sdk` does. Only a tree of the
    /// version of [`Places::go_version`] is ever used.
    pub go_folders: Vec<PathBuf>,
    /// Import path of the profiled program's `main` package, from its build info.
    pub main_package: Option<String>,
    /// Path of its main module, from the same place.
    pub main_module: Option<String>,
    /// The git commit that the program was built from, where nothing was changed since.
    pub vcs_revision: Option<String>,
    /// For example `go1.26.8`, from the profiled program's build info: a GOROOT of another
    /// version has other lines and is not used.
    pub go_version: Option<String>,
    /// When the profiled program's executable was written, in nanoseconds since the epoch: files
    /// that are newer are not what was built.
    pub built_at: Option<i64>,
}

impl Places {
    /// Finds GOROOT and the module cache by environment variables and by where `go` lies on the
    /// PATH. Nothing is run.
    pub fn from_env(workspace: Vec<PathBuf>) -> Places {
        let var = |name: &str| env::var_os(name).filter(|it| !it.is_empty()).map(PathBuf::from);
        let first_of_list = |name: &str| {
            env::var_os(name).and_then(|it| env::split_paths(&it).find(|it| it.is_absolute()))
        };
        let on_path = || {
            let path = env::var_os("PATH")?;
            let go = env::split_paths(&path)
                .filter(|it| it.is_absolute())
                .find_map(|it| it.join("go").canonicalize().ok().filter(|it| it.is_file()))?;
            Some(go.parent()?.parent()?.to_owned())
        };
        let goroot = var("GOROOT")
            .or_else(on_path)
            .or_else(|| Some(PathBuf::from("/usr/local/go")))
            .filter(|it| it.join("src/runtime").is_dir());
        let module_cache = var("GOMODCACHE")
            .or_else(|| first_of_list("GOPATH").map(|it| it.join("pkg/mod")))
            .or_else(|| env::home_dir().map(|it| it.join("go/pkg/mod")))
            .filter(|it| it.is_dir());
        let sdk = env::home_dir().filter(|it| it.is_absolute()).map(|it| it.join("sdk"));
        let go_folders = sdk.into_iter().chain(GO_FOLDERS.map(PathBuf::from)).collect();
        Places { workspace, goroot, module_cache, go_folders, ..Places::default() }
    }
}

/// Which of the roots a file lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RootKind {
    /// A folder of the workspace.
    Workspace,
    /// A folder `vendor` of the workspace: copies of dependencies, which Go makes anew and nobody
    /// edits. It counts as elsewhere, as the module cache does.
    Vendor,
    /// Go's own tree.
    Goroot,
    /// Code of dependencies.
    ModuleCache,
}

/// The roots, canonical, beside their spelling.
#[derive(Debug, Default)]
pub(super) struct Roots {
    all: Vec<Root>,
    /// Canonical folders `vendor`.
    vendors: Vec<PathBuf>,
}

#[derive(Debug)]
struct Root {
    kind: RootKind,
    /// As given: what editors compare with.
    spelling: PathBuf,
    canonical: PathBuf,
    /// Why its files are not those of the build.
    differs: Option<String>,
}

/// A file, and which root it lies in.
pub(super) type File = (PathBuf, RootKind);

impl Roots {
    pub(super) fn of(places: &Places, go: &GoTrees, vendors: Vec<PathBuf>) -> Roots {
        let differs = |path: &PathBuf| go.goroot_differs.clone().filter(|_| !go.all.contains(path));
        let workspace = places.workspace.iter().map(|it| (RootKind::Workspace, it, None));
        let goroot = places.goroot.iter().map(|it| (RootKind::Goroot, it, differs(it)));
        let trees = go.all.iter().filter(|it| places.goroot.as_ref() != Some(it));
        let trees = trees.map(|it| (RootKind::Goroot, it, None));
        let cache = places.module_cache.iter().map(|it| (RootKind::ModuleCache, it, None));
        let all = workspace
            .chain(goroot)
            .chain(trees)
            .chain(cache)
            .filter_map(|(kind, path, differs)| {
                let canonical = path.canonicalize().ok()?;
                // A root of `/` would allow everything.
                canonical.parent()?;
                Some(Root { kind, spelling: path.clone(), canonical, differs })
            })
            .collect();
        Roots { all, vendors }
    }

    /// The file under the spelling of its root, if it is a regular file of reasonable size
    /// inside a root after all links are followed, and that root is one of the build's.
    ///
    /// # Errors
    /// Why it is not, for people.
    pub(super) fn admit(&self, path: &Path) -> Result<File, String> {
        let shown = path.display();
        let Some((root, file)) = self.find(path) else {
            return Err(match path.exists() {
                true => format!("{shown} lies outside the workspace, GOROOT and the module cache"),
                false => format!("{shown} does not exist here"),
            });
        };
        if let Some(why) = &root.differs {
            return Err(why.clone());
        }
        match fs::metadata(&file.0) {
            Ok(it) if it.is_file() && it.len() <= MOST_BYTES => Ok(file),
            _ => Err(format!("{shown} is no source file of a readable size")),
        }
    }

    /// The path under the spelling of its root.
    pub(super) fn spell(&self, path: &Path) -> Option<File> {
        Some(self.find(path)?.1)
    }

    fn find(&self, path: &Path) -> Option<(&Root, File)> {
        if !path.is_absolute() {
            return None;
        }
        let canonical = path.canonicalize().ok()?;
        let around = self.all.iter().filter(|it| canonical.starts_with(&it.canonical));
        // The innermost: the module cache may lie in a workspace folder. The first of equal ones.
        let root = around.rev().max_by_key(|it| it.canonical.as_os_str().len())?;
        let rest = canonical.strip_prefix(&root.canonical).ok()?;
        let is_vendored = root.kind == RootKind::Workspace
            && self.vendors.iter().any(|it| canonical.starts_with(it));
        let kind = if is_vendored { RootKind::Vendor } else { root.kind };
        Some((root, (root.spelling.join(rest), kind)))
    }
}

/// The text of a file that [`Roots::admit`] named.
pub(super) fn read(path: &Path) -> Option<String> {
    use std::io::Read;
    let mut bytes = Vec::new();
    // The file may have grown since: the limit holds while reading, too.
    fs::File::open(path).ok()?.take(MOST_BYTES + 1).read_to_end(&mut bytes).ok()?;
    if bytes.len() as u64 > MOST_BYTES {
        return None;
    }
    Some(match String::from_utf8(bytes) {
        Ok(it) => it,
        Err(err) => String::from_utf8_lossy(err.as_bytes()).into_owned(),
    })
}
