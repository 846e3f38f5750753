//! Says which rule found a file, or what was tried and why each rule failed.

use std::fmt;
use std::path::PathBuf;

use super::super::roots::RootKind;

/// The rule that found a file, or that did not. In the order in which they are tried; only a whole
/// path is looked for in the module cache first, since a vendored one would say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// A pair of the setting `substitutePath`.
    SubstitutePath,
    /// The path exists here.
    Absolute,
    /// A copy of a dependency in a folder `vendor`.
    Vendor,
    /// A dependency in the module cache.
    ModuleCache,
    /// `module/path/file.go` or `module@version/file.go`, as `-trimpath` writes it.
    ModulePath,
    /// The package of the function lies in a module of the workspace.
    PackagePath,
    /// `./main.go`, as `go run -trimpath main.go` writes it.
    CommandLine,
    /// The end of the path exists in exactly one module of the workspace.
    Suffix,
    /// A file of Go's own tree.
    Goroot,
    /// Other files showed which folder here is which folder of the build.
    Learned,
}

impl Rule {
    /// One word, for scripts.
    pub fn name(self) -> &'static str {
        match self {
            Rule::SubstitutePath => "substitutePath",
            Rule::Absolute => "absolute",
            Rule::Vendor => "vendor",
            Rule::ModuleCache => "moduleCache",
            Rule::ModulePath => "modulePath",
            Rule::PackagePath => "packagePath",
            Rule::CommandLine => "commandLine",
            Rule::Suffix => "suffix",
            Rule::Goroot => "goroot",
            Rule::Learned => "learned",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Rule::SubstitutePath => "substitutePath",
            Rule::Absolute => "path on this machine",
            Rule::Vendor => "vendor folder",
            Rule::ModuleCache => "module cache",
            Rule::ModulePath => "module path",
            Rule::PackagePath => "package of the function",
            Rule::CommandLine => "file given to go run",
            Rule::Suffix => "end of the path",
            Rule::Goroot => "GOROOT",
            Rule::Learned => "folder learned from other files",
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

/// How a file was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// What came out.
    pub resolution: Resolution,
    /// The rules before the one that found the file; all of them, where none did.
    pub tried: Vec<Tried>,
}
