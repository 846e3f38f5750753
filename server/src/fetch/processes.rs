//! The user's own processes: who runs, since when, from which executable.

use std::path::{Path, PathBuf};

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System, UpdateKind};

use crate::model::{Process, nanos};

use super::buildinfo;

/// Every process of this user except this one, with the build info of those that are Go's.
pub(super) fn of_this_user() -> Vec<Process> {
    let kind = ProcessRefreshKind::nothing()
        .without_tasks()
        .with_user(UpdateKind::Always)
        .with_exe(UpdateKind::Always);
    let Ok(mut system) = System::new() else { return Vec::new() };
    system.refresh_processes_specifics(ProcessesToUpdate::All, true, kind);
    let own_pid = Pid::from_u32(std::process::id());
    let Some(user) = system.process(own_pid).and_then(sysinfo::Process::effective_user_id).cloned()
    else {
        return Vec::new();
    };
    let mut found: Vec<Process> = system
        .processes()
        .values()
        .filter(|it| it.pid() != own_pid && it.thread_kind().is_none())
        .filter(|it| it.effective_user_id() == Some(&user))
        .map(describe)
        .collect();
    found.sort_by_key(|it| it.pid);
    found
}

/// Whether this very run of a program still goes on: a process id is used again.
pub fn is_same_run(process: &Process) -> bool {
    let Ok(mut system) = System::new() else { return true };
    let pid = Pid::from_u32(process.pid);
    let kind = ProcessRefreshKind::nothing().without_tasks();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), true, kind);
    system.process(pid).is_some_and(|it| {
        // The start is reckoned from the boot time, which a clock adjustment moves a little.
        it.start_time().abs_diff(process.started) <= 1
            && it.status() != sysinfo::ProcessStatus::Zombie
    })
}

/// The value of one environment variable of each of these processes, where it is set.
pub(super) fn environment_of(pids: &[u32], name: &str) -> Vec<(u32, String)> {
    let Ok(mut system) = System::new() else { return Vec::new() };
    let pids: Vec<Pid> = pids.iter().copied().map(Pid::from_u32).collect();
    let kind = ProcessRefreshKind::nothing().without_tasks().with_environ(UpdateKind::Always);
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&pids), true, kind);
    let value = |pid: &Pid| {
        let variables = system.process(*pid)?.environ().iter();
        let found = variables
            .filter_map(|it| it.to_str()?.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.to_owned());
        Some((pid.as_u32(), found?))
    };
    pids.iter().filter_map(value).collect()
}

fn describe(process: &sysinfo::Process) -> Process {
    let pid = process.pid().as_u32();
    let shown = process.exe().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    // What Linux calls an executable that was rebuilt or removed since.
    let (path, is_deleted) = match shown.strip_suffix(" (deleted)") {
        Some(it) => (it, true),
        None => (shown.as_str(), false),
    };
    let name = Path::new(path).file_name().map(|it| it.to_string_lossy().into_owned());
    let image = process.exe().map(|it| running_image(pid, it));
    let build = image.as_deref().and_then(buildinfo::of);
    Process {
        pid,
        name: name.unwrap_or_else(|| process.name().to_string_lossy().into_owned()),
        started: process.start_time(),
        built_at: build.as_ref().and(image).and_then(|it| modified(&it)),
        exe: (!path.is_empty() && !is_deleted).then(|| PathBuf::from(path)),
        build: build.map(|it| (*it).clone()),
    }
}

/// In nanoseconds since the epoch.
fn modified(file: &Path) -> Option<i64> {
    nanos(std::fs::metadata(file).ok()?.modified().ok()?)
}

/// On Linux the running image itself, which may no longer be what lies at its path.
fn running_image(pid: u32, exe: &Path) -> PathBuf {
    if cfg!(target_os = "linux") {
        PathBuf::from(format!("/proc/{pid}/exe"))
    } else {
        exe.to_owned()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_process_id_alone_is_no_run() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let found = of_this_user();
        let sleep = found.iter().find(|it| it.pid == child.id()).unwrap().clone();
        assert_eq!((sleep.build.as_ref(), is_same_run(&sleep)), (None, true));
        let earlier = Process { started: sleep.started - 100, ..sleep.clone() };
        assert!(!is_same_run(&earlier));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!is_same_run(&sleep));
        assert!(found.iter().all(|it| it.pid != std::process::id()));
    }
}
