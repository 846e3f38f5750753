//! Reads which dependencies a folder `vendor` holds.

use std::path::{Path, PathBuf};

/// A folder `vendor` beside a `go.mod` or a `go.work`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Vendor {
    /// The folder itself, canonical.
    pub(super) dir: PathBuf,
    /// Path and version of each module in it; the version may be empty.
    modules: Vec<(String, String)>,
}

impl Vendor {
    /// `modules_txt`: the text of its `modules.txt`.
    pub(super) fn new(dir: &Path, modules_txt: &str) -> Vendor {
        let modules = modules_txt.lines().filter_map(module).collect();
        Vendor { dir: dir.to_owned(), modules }
    }

    /// What follows the module in `golang.org/x/sync@v0.7.0/errgroup/e.go`, below the folder:
    /// `golang.org/x/sync/errgroup/e.go`. None if it holds another version, or none.
    pub(super) fn unversioned(&self, path: &str) -> Option<String> {
        let (module, rest) = path.split_once('@')?;
        let (version, rest) = rest.split_once('/')?;
        let is_here = |it: &&(String, String)| it.0 == module && it.1 == version;
        self.modules.iter().find(is_here).map(|_| format!("{module}/{rest}"))
    }
}

/// Path and version of a line like `# golang.org/x/sync v0.7.0 => ../sync`.
///
/// Source: `cmd/go/internal/modload/vendor.go`.
fn module(line: &str) -> Option<(String, String)> {
    let mut words = line.strip_prefix("# ")?.split_whitespace();
    let path = words.next()?.to_owned();
    let version = words.next().filter(|it| *it != "=>").unwrap_or_default();
    Some((path, version.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_which_version_it_holds() {
        let text = "# golang.org/x/sync v0.7.0\n## explicit; go 1.18\ngolang.org/x/sync/errgroup\n\
                    # e.com/dep v1.2.3 => ./dep\ne.com/dep\n# e.com/dep => ./dep\n";
        let vendor = Vendor::new(Path::new("/w/vendor"), text);
        for (path, expected) in [
            ("golang.org/x/sync@v0.7.0/errgroup/e.go", Some("golang.org/x/sync/errgroup/e.go")),
            ("golang.org/x/sync@v0.8.0/errgroup/e.go", None),
            ("e.com/dep@v1.2.3/d.go", Some("e.com/dep/d.go")),
            ("golang.org/x/sync/errgroup/e.go", None),
            ("golang.org/x/sync@v0.7.0", None),
        ] {
            assert_eq!(vendor.unversioned(path).as_deref(), expected, "{path}");
        }
    }
}
