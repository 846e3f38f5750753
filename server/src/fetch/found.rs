//! A running Go program, and what is told of it.

use serde::Serialize;
use url::Url;

use crate::model::{Process, Target};

/// A Go program of this user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The program.
    pub process: Process,
    /// Where it serves pprof: ends in `/debug/pprof/`.
    pub url: Option<Url>,
    /// Why it serves none and how to change that, or a warning; else empty.
    pub note: String,
}

/// A program as `targets --json` prints it, and as editors get it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoundRow<'a> {
    /// Process id.
    pub pid: u32,
    /// Name of the executable.
    pub name: &'a str,
    /// Where it serves pprof, if it does.
    pub url: Option<&'a str>,
    /// For example `go1.27.3`.
    pub go_version: &'a str,
    /// Path of the main module; of the main package where the build knew no module.
    pub main_module: &'a str,
    /// Why it serves no pprof, or a warning; else empty.
    pub note: &'a str,
}

impl Found {
    /// What can be attached to.
    pub fn target(&self) -> Option<Target> {
        let url = self.url.clone()?;
        Some(Target { url, process: Some(self.process.clone()) })
    }

    /// What is told of it.
    pub fn row(&self) -> FoundRow<'_> {
        let build = self.process.build.as_ref();
        let module = build.map(|it| it.main.as_ref().map_or(&it.path, |it| &it.path));
        FoundRow {
            pid: self.process.pid,
            name: &self.process.name,
            url: self.url.as_ref().map(Url::as_str),
            go_version: build.map_or("", |it| &it.go_version),
            main_module: module.map_or("", String::as_str),
            note: &self.note,
        }
    }
}
