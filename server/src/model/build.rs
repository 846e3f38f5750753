//! What a Go executable says of its own build (`go version -m`).

use serde::{Deserialize, Serialize};

/// Go build info, as `debug/buildinfo` reads it from an executable.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BuildInfo {
    /// For example `go1.26.8`.
    pub go_version: String,
    /// Package path of `main`; empty where the executable carries no module data.
    pub path: String,
    /// The main module.
    pub main: Option<Module>,
    /// Modules that were linked in, `replace` already applied (see [`Module::replace`]).
    pub deps: Vec<Module>,
    /// `-trimpath`, `vcs.revision`, `vcs.modified`, `GOOS`, ... in the order written.
    pub settings: Vec<(String, String)>,
}

impl BuildInfo {
    /// The value of one build setting, for example `vcs.revision`.
    pub fn setting(&self, key: &str) -> Option<&str> {
        self.settings.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
    }

    /// The git commit that all of the build's own files were of; none where some were changed.
    pub fn clean_commit(&self) -> Option<&str> {
        let is_clean = self.setting("vcs.modified") == Some("false");
        self.setting("vcs.revision").filter(|_| is_clean && self.setting("vcs") == Some("git"))
    }
}

/// A module path and version.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Module {
    /// For example `github.com/marcus/sidecar`.
    pub path: String,
    /// For example `v0.62.0` or `(devel)`.
    pub version: String,
    /// What a `replace` directive put in its place.
    pub replace: Option<Box<Module>>,
}
