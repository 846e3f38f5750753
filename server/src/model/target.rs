//! A running program's pprof address, with the process behind it where that is known.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use url::Url;

use super::BuildInfo;

/// Where profiles come from. Two targets are the same program run when both fields are equal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Ends in `/debug/pprof/`.
    pub url: Url,
    /// The process that owns the listening socket; none for a target on another machine.
    pub process: Option<Process>,
}

impl Target {
    /// What the user reads: `sidecar (pid 4321) at localhost:6060`.
    pub fn describe(&self) -> String {
        let host = self.url.host_str().unwrap_or("?");
        let port = self.url.port_or_known_default().unwrap_or(80);
        match &self.process {
            Some(it) => format!("{} (pid {}) at {host}:{port}", it.name, it.pid),
            None => format!("{host}:{port}"),
        }
    }
}

/// A process of this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// Process id.
    pub pid: u32,
    /// Name of the executable, without its folder.
    pub name: String,
    /// Start time in seconds since the epoch: with the pid, it names one run of a program.
    pub started: u64,
    /// When the executable was written, in nanoseconds since the epoch.
    #[serde(default)]
    pub built_at: Option<i64>,
    /// Path of the executable, where it can be read.
    pub exe: Option<PathBuf>,
    /// Go build info of the executable; none when it is no Go program.
    pub build: Option<BuildInfo>,
}
