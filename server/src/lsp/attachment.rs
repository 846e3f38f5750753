//! What the server is attached to, and how it stands with it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::model::{Process, Target};
use crate::stuck::may_dump_unasked;
use crate::view::escape::plain;

/// A target that the server follows until `detach`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Attachment {
    /// The run that is followed now, or was until it went away.
    pub(crate) target: Target,
    /// How it was chosen: this decides what may take its place.
    pub(crate) wish: Wish,
    /// Whether it answers.
    pub(crate) state: State,
    /// Goroutines by its index page, as of the last look.
    pub(crate) n_goroutines: Option<u64>,
    /// Frames of a goroutine, on average, once a profile or a dump has told.
    pub(crate) mean_depth: Option<f64>,
}

/// How a target was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Found running, built from a module of the workspace.
    Found,
    /// Asked for by the user, as written.
    Asked(String),
}

/// Whether a target answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    /// It answered the last look.
    Live,
    /// It has not answered since then; the server looks for it.
    Gone {
        /// When that was noticed.
        since: SystemTime,
    },
}

impl Attachment {
    /// A live attachment.
    pub(crate) fn new(target: Target, wish: Wish) -> Attachment {
        Attachment { target, wish, state: State::Live, n_goroutines: None, mean_depth: None }
    }

    /// Whether the target answered the last look.
    pub(crate) fn is_live(&self) -> bool {
        self.state == State::Live
    }

    /// Whether its goroutines may be dumped unasked.
    pub(crate) fn may_be_dumped(&self) -> bool {
        self.n_goroutines.is_some_and(|it| may_dump_unasked(it, self.mean_depth))
    }

    /// Whether `other` is a run of the same program: what may take a gone target's place.
    pub(crate) fn is_same_program(&self, other: &Target) -> bool {
        match &other.process {
            Some(it) if self.target.process.is_some() => self.is_run_of(it),
            // Of a program on another machine, or of another user, only the address is known.
            _ => self.target.url == other.url,
        }
    }

    /// Whether a process runs the same program, by main package and module, else by name: two
    /// programs may serve the same port one after the other.
    pub(crate) fn is_run_of(&self, other: &Process) -> bool {
        let Some(own) = &self.target.process else { return false };
        match (identity(own), identity(other)) {
            (Some(own), Some(other)) => own == other,
            _ => own.name == other.name,
        }
    }
}

fn identity(process: &Process) -> Option<(&str, &str)> {
    let build = process.build.as_ref()?;
    Some((&build.main.as_ref()?.path, &build.path))
}

/// What the user reads: `sidecar (pid 4321) at localhost:6060`. A file name may hold anything.
pub(crate) fn describe(target: &Target) -> String {
    plain(&target.describe()).into_owned()
}

/// A time in nanoseconds since the epoch.
pub(crate) fn moment(nanos: i64) -> SystemTime {
    let nanos = u64::try_from(nanos).unwrap_or(0);
    UNIX_EPOCH + Duration::from_nanos(nanos)
}

/// `14:03:07`, the local time at which something happened.
pub(crate) fn clock(time: SystemTime) -> String {
    match jiff::Timestamp::try_from(time) {
        Ok(it) => it.to_zoned(jiff::tz::TimeZone::system()).strftime("%H:%M:%S").to_string(),
        Err(_) => "?".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{BuildInfo, Module};

    fn target(port: u16, name: &str, module: Option<&str>) -> Target {
        let main = |path: &str| Module { path: path.to_owned(), ..Module::default() };
        let build = module.map(|it| BuildInfo { main: Some(main(it)), ..BuildInfo::default() });
        let process =
            Process { pid: 7, name: name.to_owned(), started: 1, built_at: None, exe: None, build };
        let url = format!("http://127.0.0.1:{port}/debug/pprof/").parse().unwrap();
        Target { url, process: Some(process) }
    }

    #[test]
    fn knows_a_program_by_its_module_and_not_by_its_port() {
        let attachment = Attachment::new(target(1, "sidecar", Some("m/sidecar")), Wish::Found);
        assert!(attachment.is_same_program(&target(2, "renamed", Some("m/sidecar"))));
        assert!(!attachment.is_same_program(&target(1, "sidecar", Some("m/other"))));
        assert!(attachment.is_same_program(&target(2, "sidecar", None)));
        assert!(!attachment.is_same_program(&target(1, "other", None)));
        let remote = Target { process: None, ..target(1, "", None) };
        assert!(attachment.is_same_program(&remote));
    }
}
