//! The folders that files may be read from: the workspace, GOROOT and the module cache.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::config::SubstitutePath;

/// Longer files are no source: they are not read.
const MOST_BYTES: u64 = 4 << 20;

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
        Places { workspace, goroot, module_cache, ..Places::default() }
    }
}

/// Which of the roots a file lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RootKind {
    /// A folder of the workspace.
    Workspace,
    /// Go's own tree.
    Goroot,
    /// Code of dependencies.
    ModuleCache,
}

/// The roots, canonical, beside their spelling.
#[derive(Debug, Default)]
pub(super) struct Roots {
    all: Vec<Root>,
}

#[derive(Debug)]
struct Root {
    kind: RootKind,
    /// As given: what editors compare with.
    spelling: PathBuf,
    canonical: PathBuf,
}

impl Roots {
    pub(super) fn of(places: &Places) -> Roots {
        let workspace = places.workspace.iter().map(|it| (RootKind::Workspace, it));
        let goroot = places.goroot.iter().map(|it| (RootKind::Goroot, it));
        let cache = places.module_cache.iter().map(|it| (RootKind::ModuleCache, it));
        let all = workspace
            .chain(goroot)
            .chain(cache)
            .filter_map(|(kind, path)| {
                let canonical = path.canonicalize().ok()?;
                // A root of `/` would allow everything.
                canonical.parent()?;
                Some(Root { kind, spelling: path.clone(), canonical })
            })
            .collect();
        Roots { all }
    }

    /// The file under the spelling of its root, if it is a regular file of reasonable size
    /// inside a root after all links are followed.
    pub(super) fn admit(&self, path: &Path) -> Option<(PathBuf, RootKind)> {
        let found = self.spell(path)?;
        let metadata = fs::metadata(&found.0).ok()?;
        (metadata.is_file() && metadata.len() <= MOST_BYTES).then_some(found)
    }

    /// The path under the spelling of its root.
    pub(super) fn spell(&self, path: &Path) -> Option<(PathBuf, RootKind)> {
        if !path.is_absolute() {
            return None;
        }
        let canonical = path.canonicalize().ok()?;
        let root = self.all.iter().find(|it| canonical.starts_with(&it.canonical))?;
        let rest = canonical.strip_prefix(&root.canonical).ok()?;
        Some((root.spelling.join(rest), root.kind))
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
