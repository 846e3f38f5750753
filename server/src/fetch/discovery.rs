//! Finds the user's running Go programs, and at which address each serves pprof.
//!
//! No port is scanned: only the loopback addresses that a Go program itself listens at are asked,
//! and so every answer belongs to a known process. That matters because a second sidecar fails
//! to bind its port in silence, and asking the port would profile the first one.

use std::net::SocketAddr;
use std::time::Duration;

use futures::future::join_all;
use url::Url;

use crate::model::Process;

use super::found::Found;
use super::http::{Patience, Reach};
use super::notes::{Facts, SETTING, why_no_pprof};
use super::pprof::probe;
use super::sockets::{Listening, loopback_addresses, table};
use super::{FetchError, processes};

/// A program of this machine answers at once, unless it is stopped.
const PATIENCE: Patience =
    Patience { connect: Duration::from_millis(500), first_byte: Duration::from_secs(2) };
/// For one address, whatever it does.
const PROBE: Duration = Duration::from_secs(3);
/// Addresses of one program that are asked.
const MOST_ADDRESSES: usize = 16;

/// Processes and sockets at one moment.
#[derive(Debug, Default)]
pub(super) struct Machine {
    /// All of this user's, by process id.
    pub(super) processes: Vec<Process>,
    pub(super) table: Vec<Listening>,
}

/// What a program's own addresses answered.
enum Probed {
    Pprof(SocketAddr),
    Nothing { is_silent: bool },
}

/// Go programs of this user: first those that serve pprof, by name; this program and Go's own
/// tools are left out. Takes milliseconds, and up to three seconds when one is stopped.
pub async fn discover() -> Vec<Found> {
    look().await.programs().await
}

/// The programs that `wanted` picks; no other is asked anything.
pub async fn discover_where(wanted: impl Fn(&Process) -> bool + Send) -> Vec<Found> {
    let machine = look().await;
    let programs = machine.processes.iter().filter(|it| is_program(it) && wanted(it)).collect();
    machine.ask_all(programs).await
}

/// Processes and sockets now.
pub(super) async fn look() -> Machine {
    let look = || {
        let processes = processes::of_this_user();
        let pids: Vec<u32> = processes.iter().map(|it| it.pid).collect();
        Machine { table: table(&pids), processes }
    };
    // The task fails only when this program ends.
    tokio::task::spawn_blocking(look).await.unwrap_or_default()
}

impl Machine {
    /// Asks every Go program at its own addresses, all at the same time.
    pub(super) async fn programs(&self) -> Vec<Found> {
        self.ask_all(self.processes.iter().filter(|it| is_program(it)).collect()).await
    }

    async fn ask_all(&self, programs: Vec<&Process>) -> Vec<Found> {
        let asked = join_all(programs.iter().map(|it| self.ask(it))).await;
        let silent =
            programs.iter().zip(&asked).filter(|(_, it)| matches!(it, Probed::Nothing { .. }));
        let pids: Vec<u32> = silent.map(|(it, _)| it.pid).collect();
        let read = move || processes::environment_of(&pids, SETTING);
        let settings = tokio::task::spawn_blocking(read).await.unwrap_or_default();
        let describe = |(process, probed): (&&Process, &Probed)| match probed {
            Probed::Pprof(address) => Found {
                process: (*process).clone(),
                url: pprof_at(*address),
                note: self.exposure(process, *address),
            },
            Probed::Nothing { is_silent } => {
                let setting = settings.iter().find(|(pid, _)| *pid == process.pid);
                let facts = Facts {
                    process,
                    setting: setting.map(|(_, it)| it.as_str()),
                    is_silent: *is_silent,
                    machine: self,
                };
                Found { process: (*process).clone(), url: None, note: why_no_pprof(&facts) }
            }
        };
        let mut found: Vec<Found> = programs.iter().zip(&asked).map(describe).collect();
        found.sort_by(|a, b| {
            let key = |it: &Found| (it.url.is_none(), it.process.name.clone(), it.process.pid);
            key(a).cmp(&key(b))
        });
        found
    }

    pub(super) fn process(&self, pid: u32) -> Option<&Process> {
        self.processes.iter().find(|it| it.pid == pid)
    }

    async fn ask(&self, process: &Process) -> Probed {
        let mut is_silent = false;
        for address in loopback_addresses(&self.table, process.pid).into_iter().take(MOST_ADDRESSES)
        {
            let Some(url) = pprof_at(address) else { continue };
            match tokio::time::timeout(PROBE, probe(&url, Reach::Loopback, PATIENCE)).await {
                Ok(Ok(_)) => return Probed::Pprof(address),
                Err(_) | Ok(Err(FetchError::AnswerTimeout { .. })) => is_silent = true,
                Ok(Err(_)) => {}
            }
        }
        Probed::Nothing { is_silent }
    }

    /// Profiles hold names, paths and labels, and anybody who reaches the port can take them.
    fn exposure(&self, process: &Process, address: SocketAddr) -> String {
        let is_open = |it: &&Listening| {
            it.pid == Some(process.pid)
                && it.address.port() == address.port()
                && !it.address.ip().to_canonical().is_loopback()
        };
        match self.table.iter().find(is_open) {
            Some(it) => format!(
                "listens at {}, open to other machines; listen at localhost:{} instead",
                it.address,
                address.port()
            ),
            None => String::new(),
        }
    }
}

/// Go's own tools come and go while one works, and nobody profiles them by attaching.
pub(super) fn is_program(process: &Process) -> bool {
    process.build.as_ref().is_some_and(|it| !it.path.starts_with("cmd/"))
}

pub(super) fn pprof_at(address: SocketAddr) -> Option<Url> {
    Url::parse(&format!("http://{address}/debug/pprof/")).ok()
}
