//! Tells whether a process of this machine still runs.

use sysinfo::{Pid, ProcessRefreshKind, ProcessStatus, ProcessesToUpdate, System};

/// Whether a process with this id runs. One that has ended and was not yet reaped does not.
/// Says yes where the system does not tell: nobody ends for a guess.
pub fn process_is_alive(pid: u32) -> bool {
    let Ok(mut system) = System::new() else { return true };
    let pid = Pid::from_u32(pid);
    let kind = ProcessRefreshKind::nothing();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), true, kind);
    system.process(pid).is_some_and(|it| it.status() != ProcessStatus::Zombie)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_itself_and_no_process_that_cannot_be() {
        assert!(process_is_alive(std::process::id()));
        assert!(!process_is_alive(u32::MAX - 7));
    }
}
