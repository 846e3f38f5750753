//! The running Go programs of this user.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System, UpdateKind};

use crate::model::{BuildInfo, Process};

use super::buildinfo;

/// Environment variable with which sidecar is told to serve pprof: `1` or a port.
const SIDECAR_PPROF: &str = "SIDECAR_PPROF";

/// A Go program, and what its environment asks for.
#[derive(Debug, Clone)]
pub(super) struct Running {
    pub(super) process: Process,
    /// Value of `SIDECAR_PPROF`; none when unset or unreadable.
    pub(super) sidecar_pprof: Option<String>,
}

/// All Go programs of this user but this process, by pid.
pub(super) fn go_programs() -> Vec<Running> {
    let own = Pid::from_u32(std::process::id());
    let Some(system) = refreshed(ProcessesToUpdate::All) else { return Vec::new() };
    let user = system.process(own).and_then(|it| it.user_id());
    let mut out: Vec<Running> = system
        .processes()
        .values()
        .filter(|it| it.pid() != own && it.user_id() == user && it.thread_kind().is_none())
        .map(describe)
        .filter(|it| it.process.build.is_some())
        .collect();
    out.sort_by_key(|it| it.process.pid);
    out
}

/// One process, Go program or not; none when there is none with this id.
pub(super) fn with_pid(pid: u32) -> Option<Running> {
    let pid = Pid::from_u32(pid);
    refreshed(ProcessesToUpdate::Some(&[pid]))?.process(pid).map(describe)
}

/// Whether a process is still the same run of its program: pids are used again.
pub fn is_same_run(process: &Process) -> bool {
    let now = with_pid(process.pid);
    // The start time is computed from the boot time, which the system may adjust by a second.
    now.is_some_and(|it| it.process.started.abs_diff(process.started) <= 1)
}

fn refreshed(which: ProcessesToUpdate<'_>) -> Option<System> {
    let mut system = System::new().ok()?;
    let kind = ProcessRefreshKind::nothing()
        .with_exe(UpdateKind::Always)
        .with_environ(UpdateKind::Always)
        .with_user(UpdateKind::Always)
        .without_tasks();
    system.refresh_processes_specifics(which, true, kind);
    Some(system)
}

fn describe(process: &sysinfo::Process) -> Running {
    let pid = process.pid().as_u32();
    let exe = process.exe().map(Path::to_owned);
    let name = exe.as_deref().and_then(Path::file_name).unwrap_or(process.name());
    let value =
        |it: &OsStr| it.to_str()?.strip_prefix(SIDECAR_PPROF)?.strip_prefix('=').map(str::to_owned);
    Running {
        process: Process {
            pid,
            // The kernel says so when the file was replaced while the program ran on.
            name: name.to_string_lossy().trim_end_matches(" (deleted)").to_owned(),
            started: process.start_time(),
            build: build_of(&running_executable(pid, exe.as_deref())),
            exe,
        },
        sidecar_pprof: process.environ().iter().find_map(|it| value(it)),
    }
}

/// On Linux the file that really runs can be read, even after a build has replaced it.
fn running_executable(pid: u32, exe: Option<&Path>) -> PathBuf {
    match exe {
        _ if cfg!(target_os = "linux") => PathBuf::from(format!("/proc/{pid}/exe")),
        Some(it) => it.to_owned(),
        None => PathBuf::new(),
    }
}

/// What tells one version of a file from another without reading it.
type Version = (u64, u64, u64, Option<SystemTime>);

/// The build info of an executable, read once a version of the file.
fn build_of(executable: &Path) -> Option<BuildInfo> {
    static KNOWN: Mutex<Option<HashMap<Version, Option<BuildInfo>>>> = Mutex::new(None);
    /// A machine that builds all day makes many versions.
    const MOST: usize = 4096;
    let metadata = fs::metadata(executable).ok().filter(fs::Metadata::is_file)?;
    #[cfg(unix)]
    let (device, inode) = {
        use std::os::unix::fs::MetadataExt;
        (metadata.dev(), metadata.ino())
    };
    #[cfg(not(unix))]
    let (device, inode) = {
        use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
        (0, BuildHasherDefault::<DefaultHasher>::default().hash_one(executable))
    };
    let version = (device, inode, metadata.len(), metadata.modified().ok());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    if let Some(it) = known.get(&version) {
        return it.clone();
    }
    if known.len() >= MOST {
        known.clear();
    }
    let build = buildinfo::read(executable);
    known.insert(version, build.clone());
    build
}
